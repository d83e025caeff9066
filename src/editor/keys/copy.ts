import * as vscode from "vscode";
import { keyName } from "../data/names.ts";
import { confirm } from "../platform/dialogs.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { offerToClearClipboard } from "../secrets/clipboard.ts";
import type { PendingSecret } from "../secrets/pendingSecret.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { handOverPending } from "./handOverSecret.ts";
import { keyFor } from "./pickKey.ts";
import type { KeyServices } from "./services.ts";

export async function copyKeyHash(services: KeyServices, target: unknown): Promise<void> {
  const key = await keyFor(services.list, await services.sessions.for(target), target, {
    title: vscode.l10n.t("Copy Key Hash"),
  });
  await vscode.env.clipboard.writeText(key.hash);
  tell(vscode.l10n.t("$(check) The hash of {0} is on the clipboard.", keyName(key)));
}

export async function copyKeyName(services: KeyServices, target: unknown): Promise<void> {
  const key = await keyFor(services.list, await services.sessions.for(target), target, {
    title: vscode.l10n.t("Copy Key Name"),
  });
  await vscode.env.clipboard.writeText(key.name);
  tell(vscode.l10n.t("$(check) The name of {0} is on the clipboard.", keyName(key)));
}

/** Gives out a secret that was kept in VS Code. */
export async function copyKeptSecret(services: KeyServices, target: unknown): Promise<void> {
  const kept = await heldFor(services, target, "kept", vscode.l10n.t("Copy Stored Secret"));
  const secret = await services.secrets.secret(kept.hash);
  if (secret === undefined)
    throw new Error(vscode.l10n.t("The secret of {0} is no longer in VS Code's secret storage.", safeLabel(kept.name)));
  await vscode.env.clipboard.writeText(secret);
  void offerToClearClipboard(secret);
}

/** Hands over the secret of a new key that still waits: its owner closed the question, or the editor ended before it. */
export async function handOverSecret(services: KeyServices, target: unknown): Promise<void> {
  await handOverPending(services, await heldFor(services, target, "waiting", vscode.l10n.t("Save Pending Secret")));
}

/** Deletes a kept secret from VS Code: nobody can show it again. */
export async function forgetKeptSecret(services: KeyServices, target: unknown): Promise<void> {
  const kept = await heldFor(services, target, "kept", vscode.l10n.t("Delete Stored Secret"));
  const question = vscode.l10n.t("Forget the secret of {0}?", safeLabel(kept.name));
  const detail = vscode.l10n.t("The key stays valid at OpenRouter, but nobody can show its secret again.");
  if (!(await confirm(question, vscode.l10n.t("Forget Secret"), [detail]))) return;
  await services.secrets.discard(kept.hash);
}

async function heldFor(
  services: KeyServices,
  target: unknown,
  state: PendingSecret["state"],
  title: string,
): Promise<PendingSecret> {
  await services.secrets.ready;
  const all = services.secrets.list().filter((held) => held.state === state);
  const hash = (target as { key?: { hash: string } } | undefined)?.key?.hash;
  const given = all.find((held) => held.hash === hash);
  if (given) return given;
  if (all.length === 0)
    throw new Error(
      state === "kept"
        ? vscode.l10n.t("VS Code keeps no secret of a key.")
        : vscode.l10n.t("No secret waits to be handed over."),
    );
  const items = all.map((held) => ({
    label: safeLabel(held.name),
    description: held.label.replace(/^sk-or-(v\d+-)?/, ""),
    value: held,
  }));
  const picked = await pickOne({ title }, { items, placeholder: vscode.l10n.t("Which key?") });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

function tell(text: string): void {
  vscode.window.setStatusBarMessage(text, 4_000);
}
