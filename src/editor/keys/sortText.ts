import * as vscode from "vscode";
import { type KeySort, keySorts } from "./keyQuery.ts";

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

/** Returns the sort orders as items of a quick pick. */
export function sortItems(): { label: string; description?: string; value: KeySort }[] {
  const t = vscode.l10n.t;
  const texts: Record<KeySort, [label: string, description?: string]> = {
    name: [t("Name")],
    today: [t("Spend Today"), t("highest first")],
    month: [t("Spend This Month"), t("highest first")],
    total: [t("Total Spend"), t("highest first")],
    limit: [t("Share of Limit"), t("highest first")],
    used: [t("Last Used"), t("newest first")],
    unused: [t("Longest Unused"), t("never used first")],
    created: [t("Creation Date"), t("newest first")],
  };
  return keySorts.map((value) => ({ label: texts[value][0], description: texts[value][1], value }));
}
