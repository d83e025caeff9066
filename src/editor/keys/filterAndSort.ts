import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import { filterBox } from "../ui/filterBox.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import type { KeyList } from "./keyList.ts";
import { type KeySort, keySorts } from "./keyQuery.ts";

/** Filters the Keys view while the user types. */
export function filterKeys(view: KeyList): Promise<void> {
  return filterBox({
    view: viewIds.keys,
    title: vscode.l10n.t("Filter Keys"),
    prompt: vscode.l10n.t(
      "Searches name, label, hash, creator and status. All words must match. Leave empty to show all keys.",
    ),
    value: view.query.filter,
    apply: (filter) => view.setQuery({ filter }),
    accepted: () => void vscode.commands.executeCommand(`${viewIds.keys}.focus`),
  });
}

export async function sortKeys(view: KeyList): Promise<void> {
  const t = vscode.l10n.t;
  const labels: Record<KeySort, [string, string?]> = {
    name: [t("Name")],
    today: [t("Spend Today"), t("highest first")],
    month: [t("Spend This Month"), t("highest first")],
    total: [t("Total Spend"), t("highest first")],
    created: [t("Creation Date"), t("newest first")],
  };
  const items = keySorts.map((value) => ({ label: labels[value][0], description: labels[value][1], value }));
  const active = (sort: KeySort) => sort === view.query.sort;
  const sort = await pickOne({ title: t("Sort Keys"), account: "none" }, { items, active });
  if (sort !== BACK) view.setQuery({ sort });
}
