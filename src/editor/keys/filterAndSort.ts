import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import { filterBox } from "../ui/filterBox.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import type { KeyList } from "./keyList.ts";
import { type KeySort, keySorts } from "./keySorts.ts";

/** Filters the Keys view while the user types. */
export function filterKeys(view: KeyList): Promise<void> {
  // The filter finds names of guardrails and creators, too.
  void view.ensureLookups();
  return filterBox({
    view: viewIds.keys,
    title: vscode.l10n.t("Filter Keys"),
    prompt: vscode.l10n.t(
      "Searches names, labels, creators, guardrails, workspaces, hashes and status, such as “expired”. All words must match.",
    ),
    value: view.query.filter,
    apply: (filter) => view.setQuery({ filter }),
  });
}

export async function chooseSort(view: KeyList): Promise<void> {
  const active = (sort: KeySort) => sort === view.query.sort;
  const position = { title: vscode.l10n.t("Sort Keys"), account: "none" as const };
  const sort = await pickOne(position, { items: sortItems(), active });
  if (sort !== BACK) view.setQuery({ sort });
}

/** Returns the sort orders as items of a quick pick. */
function sortItems(): { label: string; description?: string; value: KeySort }[] {
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
