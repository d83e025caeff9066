import * as vscode from "vscode";
import { safeLabel } from "../platform/safeLabel.ts";
import type { Account, AccountChoice } from "./account.ts";
import { accountIcon } from "./accountIcon.ts";

/** Returns the stored account with this id, or lets the user pick one if there are several. */
export async function pickStored(account: Account, title: string, id?: string): Promise<AccountChoice | undefined> {
  const t = vscode.l10n.t;
  const { own, current } = await account.choices();
  const stored = own.filter(({ source }) => source === "stored");
  if (id !== undefined) {
    const chosen = stored.find(({ profile }) => profile.id === id);
    if (!chosen) showGone();
    return chosen;
  }
  if (stored.length === 0) {
    void vscode.window.showInformationMessage(t("No account is stored in VS Code."));
    return undefined;
  }
  if (stored.length === 1) return stored[0];
  const items = stored.map((choice) => ({
    label: safeLabel(choice.profile.name),
    description: choice.choice === current?.choice ? t("$(check) in use") : undefined,
    iconPath: accountIcon(choice.profile.color),
    choice,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: t("Select an account") }))?.choice;
}

export function showGone(): void {
  void vscode.window.showInformationMessage(vscode.l10n.t("The account no longer exists: another window removed it."));
}
