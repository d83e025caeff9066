import { uniqueNames } from "../text/uniqueNames.ts";
import type { Listing } from "./context.ts";
import { nameLookup } from "./names.ts";
import { dimensions, type SpendTable } from "./table.ts";

/** Returns the table with the names that its keys and workspaces have now; the same table if none has changed. */
export function withNames(table: SpendTable, { keys, workspaces = [] }: Listing): SpendTable {
  if (table.entries.key.length + table.entries.workspace.length === 0) return table;
  const nameOf = nameLookup(keys, workspaces);
  const entries = { ...table.entries };
  let isRenamed = false;
  for (const dimension of dimensions) {
    const named = entries[dimension].map(({ id, name }) => ({ id, name: nameOf(dimension, id) ?? name }));
    if (named.every(({ name }, i) => name === entries[dimension][i]!.name)) continue;
    isRenamed = true;
    const shown = uniqueNames(named);
    entries[dimension] = named.map(({ id, name }) => ({ id, name: shown.get(id) ?? name }));
  }
  return isRenamed ? { ...table, entries } : table;
}
