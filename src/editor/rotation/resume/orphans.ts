import * as vscode from "vscode";
import type { OrphanChoice } from "../../../openrouter/rotation/index.ts";
import type { Key } from "../../../openrouter/schemas.ts";
import { formatMoment } from "../../../openrouter/text/format.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { pickMany } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";

/** Label and time of creation: what tells a key from others of its name. */
export function keySummary(key: Key): string {
  const created = formatMoment(key.created_at, vscode.env.language);
  return vscode.l10n.t("{0}, created {1}, never used", shortLabel(key.label), created);
}

/** Several keys may be what a lost create left: the person says which are. @throws vscode.CancellationError when closed */
export async function chooseOrphans(title: string, orphans: readonly Key[]): Promise<OrphanChoice> {
  const items = orphans.map((key) => ({ label: safeLabel(key.name), description: keySummary(key), value: key }));
  const placeholder = vscode.l10n.t("Check what this rotation created; that is deleted");
  const chosen = await pickMany({ title }, { items, placeholder, checked: () => false });
  if (chosen === BACK) throw new vscode.CancellationError();
  const remove = chosen.map(({ hash }) => hash);
  return { remove, spare: orphans.map(({ hash }) => hash).filter((hash) => !remove.includes(hash)) };
}
