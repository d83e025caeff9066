import * as vscode from "vscode";
import { managementKeysUrl } from "../../openrouter/links.ts";
import { askModal } from "../platform/dialogs.ts";
import { quoted } from "../platform/quoted.ts";
import type { Account } from "./account.ts";
import { pickStored, showGone } from "./pickStored.ts";

/** Removes the account in use, with its key, after a confirmation; or leaves the sample account. */
export async function removeKey(account: Account): Promise<void> {
  const t = vscode.l10n.t;
  const { current } = await account.choices();
  if (!current) return void vscode.window.showInformationMessage(t("No key is stored."));
  if (current.source === "sample") return account.leaveSample();
  if (current.source === "environment") {
    const text = t(
      "The key comes from the environment variable OPENROUTER_PROVISIONING_KEY. Unset the variable and restart VS Code.",
    );
    return void vscode.window.showInformationMessage(text);
  }
  await removeAccount(account, current.profile.id);
}

/** Removes an account, with its key, after a confirmation. @param id by default, the user picks one */
export async function removeAccount(account: Account, id?: string): Promise<void> {
  const t = vscode.l10n.t;
  const chosen = await pickStored(account, t("Remove Account"), id);
  if (!chosen) return;
  const { own } = await account.choices();
  const isOnly = own.length === 1;
  const name = quoted(chosen.profile.name);
  const [keep, remove] = isOnly ? [t("Keep Key"), t("Remove Key")] : [t("Keep Account"), t("Remove Account")];
  const detail = [
    t("The key stays valid. To revoke it, go to {0}", managementKeysUrl),
    t("Pending rotations and stored secrets stay in VS Code, for when you set a key of this account again."),
    !isOnly && t("Other accounts don't change."),
  ];
  const question = isOnly
    ? t("Remove the key from VS Code?")
    : t("Remove the account {0} and its key from VS Code?", name);
  // Enter keeps the key: nothing can bring it back.
  const named = { name: chosen.profile.name, source: chosen.source };
  if ((await askModal(named, question, { detail, buttons: [remove], safe: keep })) !== remove) return;
  if (!(await account.remove(chosen.profile.id))) return showGone();
  const { current } = await account.choices();
  const text = isOnly
    ? t("The key was removed from VS Code.")
    : t("The account {0} was removed. The account in use is {1}.", name, quoted(current?.profile.name ?? ""));
  void vscode.window.showInformationMessage(text);
}
