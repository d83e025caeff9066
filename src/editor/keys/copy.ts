import * as vscode from "vscode";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { describeKey } from "../data/describeKey.ts";
import { keyName } from "../data/names.ts";
import type { AskedAccount } from "../platform/accountText.ts";
import { confirm } from "../platform/dialogs.ts";
import { quoted } from "../platform/quoted.ts";
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
  showStatus(vscode.l10n.t("$(check) The hash of {0} is on the clipboard.", keyName(key)));
}

export async function copyKeyName(services: KeyServices, target: unknown): Promise<void> {
  const key = await keyFor(services.list, await services.sessions.for(target), target, {
    title: vscode.l10n.t("Copy Key Name"),
  });
  await vscode.env.clipboard.writeText(key.name);
  showStatus(vscode.l10n.t("$(check) The name of {0} is on the clipboard.", keyName(key)));
}

/** Copies a secret that is stored in VS Code to the clipboard. */
export async function copyKeptSecret(services: KeyServices, target: unknown): Promise<void> {
  const stored = await secretFor(services, target, "kept", vscode.l10n.t("Copy Stored Secret"));
  const secret = await services.secrets.get(stored.hash);
  if (secret === undefined)
    throw new Error(
      vscode.l10n.t("The secret of {0} is no longer in VS Code's secret storage.", safeLabel(stored.name)),
    );
  await vscode.env.clipboard.writeText(secret);
  void offerToClearClipboard(secret, await services.sessions.accountOf(stored.account));
}

/** Hands over a secret that is still pending, because the user closed the quick pick or VS Code ended. */
export async function handOverSecret(services: KeyServices, target: unknown): Promise<void> {
  const waiting = await secretFor(services, target, "waiting", vscode.l10n.t("Save Pending Secret"));
  await handOverPending(services, await services.sessions.accountOf(waiting.account), waiting);
}

/** Deletes a stored secret from VS Code after a confirmation. It can't be shown again. */
export async function forgetKeptSecret(services: KeyServices, target: unknown): Promise<void> {
  const stored = await secretFor(services, target, "kept", vscode.l10n.t("Delete Stored Secret"));
  const session = await services.sessions.open().catch(() => undefined);
  const key = session?.data.keys.current?.value.keys.find(({ hash }) => hash === stored.hash);
  const named = session && key ? describeKey(session, key) : describeKey(undefined, stored);
  const question = vscode.l10n.t("Delete the stored secret of {0}?", named);
  const detail = vscode.l10n.t("The key stays valid at OpenRouter, but its secret can't be shown again.");
  const account = await services.sessions.accountOf(stored.account);
  if (!(await confirm(account, question, vscode.l10n.t("Delete Secret"), [detail], vscode.l10n.t("Keep Secret"))))
    return;
  await services.secrets.discard(stored.hash);
}

/** The secret of the key row that the command was run on, else one that the user picks, of any account. */
async function secretFor(
  services: KeyServices,
  target: unknown,
  state: PendingSecret["state"],
  title: string,
): Promise<PendingSecret> {
  await services.secrets.ready;
  const secrets = services.secrets.list().filter((one) => one.state === state);
  const hash = (target as { key?: { hash: string } } | undefined)?.key?.hash;
  const match = secrets.find((one) => one.hash === hash);
  if (match) return match;
  if (secrets.length === 0)
    throw new Error(
      state === "kept" ? vscode.l10n.t("There is no stored secret.") : vscode.l10n.t("There is no pending secret."),
    );
  const current = (await services.sessions.open().catch(() => undefined))?.id;
  const isCurrent = ({ account }: PendingSecret) => account === current;
  const ordered = [...secrets.filter(isCurrent), ...secrets.filter((one) => !isCurrent(one))];
  const items = await Promise.all(
    ordered.map(async (one) => ({
      label: safeLabel(one.name),
      description: `${shortLabel(one.label)} · ${accountNote(await services.sessions.accountOf(one.account))}`,
      value: one,
    })),
  );
  const picked = await pickOne({ title, account: "none" }, { items, placeholder: vscode.l10n.t("Select a key") });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/** Names the account of a secret in its row. */
function accountNote(account: AskedAccount): string {
  const t = vscode.l10n.t;
  if (account === "removed") return t("removed account");
  if (typeof account === "string") return t("unknown account");
  return account.source === "sample" ? t("sample account") : quoted(account.name);
}

function showStatus(text: string): void {
  vscode.window.setStatusBarMessage(text, 4_000);
}
