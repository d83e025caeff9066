import * as vscode from "vscode";
import type { KeyRef } from "../../openrouter/rotation/record.ts";
import { describeKey } from "../data/describeKey.ts";
import type { AskedAccount } from "../platform/accountText.ts";
import { askModal } from "../platform/dialogs.ts";

/** Offers to copy a secret that could not be stored. This is the only chance: OpenRouter shows it once. */
export async function copyNow(account: AskedAccount, key: KeyRef, secret: string): Promise<void> {
  if (await askToCopy(account, key)) await vscode.env.clipboard.writeText(secret);
}

/** Asks whether to copy a secret that could not be stored. */
export async function askToCopy(account: AskedAccount, key: KeyRef): Promise<boolean> {
  const t = vscode.l10n.t;
  const copy = t("Copy");
  const question = t("{0} was created, but VS Code can't store its secret.", describeKey(undefined, key));
  const detail = t("OpenRouter shows it only once. Copy it now, or delete the key and create another.");
  return (await askModal(account, question, { detail: [detail], buttons: [copy], severity: "error" })) === copy;
}
