import * as vscode from "vscode";
import type { OrphanChoice } from "../../../openrouter/rotation/index.ts";
import type { Key } from "../../../openrouter/schemas.ts";
import { formatMoment } from "../../../openrouter/text/format.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import type { AskedAccount } from "../../platform/accountText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { pickMany } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";

/** Describes a key that was never used. Its label and creation time distinguish it from others of the same name. */
export function unusedKeyText(key: Key): string {
  const created = formatMoment(key.created_at, displayLocale());
  return vscode.l10n.t("{0}, created {1}, never used", shortLabel(key.label), created);
}

/** Asks which of several keys a lost create request created. @throws vscode.CancellationError if the user cancels */
export async function chooseOrphans(
  account: AskedAccount,
  title: string,
  orphans: readonly Key[],
): Promise<OrphanChoice> {
  const items = orphans.map((key) => ({ label: safeLabel(key.name), description: unusedKeyText(key), value: key }));
  const placeholder = vscode.l10n.t("Select the keys that this rotation created; they will be deleted");
  const chosen = await pickMany({ title, account }, { items, placeholder, checked: () => false });
  if (chosen === BACK) throw new vscode.CancellationError();
  const remove = chosen.map(({ hash }) => hash);
  return { remove, spare: orphans.map(({ hash }) => hash).filter((hash) => !remove.includes(hash)) };
}
