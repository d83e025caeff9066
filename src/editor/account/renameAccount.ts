import * as vscode from "vscode";
import { safeLabel } from "../platform/safeLabel.ts";
import type { Account } from "./account.ts";
import { accountIcon, colorName } from "./accountIcon.ts";
import { askName } from "./accountTexts.ts";
import { pickStored, showGone } from "./pickStored.ts";
import { accountColors } from "./profileList.ts";

/** Changes the name and the color of an account. @param id by default, the user picks one */
export async function renameAccount(account: Account, id?: string): Promise<void> {
  const t = vscode.l10n.t;
  const chosen = await pickStored(account, t("Rename Account"), id);
  if (!chosen) return;
  const { profile } = chosen;
  const others = (await account.choices()).own.map((one) => one.profile).filter((one) => one.id !== profile.id);
  const name = await askName(t("Rename Account"), { value: profile.name, others });
  if (name === undefined) return;
  if (name !== profile.name && !(await account.update(profile.id, { name }))) return showGone();
  const items = accountColors.map((color) => ({
    label: colorName(color),
    description: color === profile.color ? t("$(check) current color") : undefined,
    iconPath: accountIcon(color),
    color,
  }));
  // The current color first: Enter keeps it.
  items.sort((a, b) => Number(b.color === profile.color) - Number(a.color === profile.color));
  const picked = await vscode.window.showQuickPick(items, { title: t("Color of {0}", safeLabel(name)) });
  if (!picked || picked.color === profile.color) return;
  if (!(await account.update(profile.id, { color: picked.color }))) showGone();
}
