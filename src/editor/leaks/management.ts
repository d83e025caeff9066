import * as vscode from "vscode";
import { managementKeysUrl } from "../../openrouter/links.ts";
import { askModal } from "../platform/dialogs.ts";
import { commandIds } from "../platform/ids.ts";
import { joinFirst, quoted } from "../platform/quoted.ts";
import type { Leak } from "./leak.ts";
import { placeText } from "./placeText.ts";

/** Warns that a management key was found, and offers what can be done: it can be revoked on OpenRouter's website only. */
export async function warnOfManagementKey({
  secret,
  places,
  managementOf,
}: Pick<Leak, "secret" | "places" | "managementOf">): Promise<void> {
  const t = vscode.l10n.t;
  const [open, setKey] = [t("Open OpenRouter"), t("Set Key")];
  const question = managementOf
    ? t("The Provisioning (Management) key of {0} has leaked.", quoted(managementOf.name))
    : t("A Provisioning (Management) key ({0}) has leaked.", secret.label);
  const detail = [
    t("Whoever has it can create, change and delete all keys of the account, and spend its credits."),
    places.length > 0 && t("Found in: {0}.", joinFirst(places.map(placeText))),
    t(
      "It can't be rotated from here. Create another one at {0}, set it with Set Key, then revoke this one there.",
      managementKeysUrl,
    ),
  ];
  const pressed = await askModal(managementOf ?? "none", question, {
    ...{ detail, severity: "error" },
    buttons: [open, setKey],
    safe: t("Not Now"),
  });
  if (pressed === open) await vscode.env.openExternal(vscode.Uri.parse(managementKeysUrl));
  if (pressed === setKey) await vscode.commands.executeCommand(commandIds.setKey);
}

/** Opens the page on which management keys are revoked. */
export async function openManagementKeys(): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(managementKeysUrl));
}
