import * as vscode from "vscode";
import type { KeySort } from "./keySorts.ts";

/** Returns how the Keys view is sorted, for its title; undefined if by name. */
export function sortNote(sort: KeySort): string | undefined {
  const t = vscode.l10n.t;
  const texts: Record<KeySort, string | undefined> = {
    name: undefined,
    today: t("by spend today"),
    month: t("by spend this month"),
    total: t("by total spend"),
    limit: t("by share of limit"),
    used: t("by last use"),
    unused: t("longest unused first"),
    created: t("by creation date"),
  };
  return texts[sort];
}
