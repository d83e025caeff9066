import type { SpendTable } from "../../openrouter/spend/model.ts";
import { type ActivityState, filterOf, viewOf } from "../state.ts";
import type { WhatIfRequest } from "./protocol.ts";

/** Asks about the usage that the panel shows; undefined for a part of it that isn't known by model: a provider, an hour. */
export function whatIfRequest(state: ActivityState, table: SpendTable): WhatIfRequest | undefined {
  const { provider, key, workspace, model } = filterOf(state);
  if (provider || (model && model.length !== 1)) return undefined;
  if (table.unit === "hour" && state.path.some((step) => "bucket" in step)) return undefined;
  const [keys, workspaces, models] = [key, workspace, model].map((ids) => ids?.filter((id) => id !== null));
  if (keys?.length !== key?.length || workspaces?.length !== workspace?.length || models?.length !== model?.length)
    return undefined;
  const { query } = viewOf(table, state);
  const [from = "", to = ""] = [query.from, query.to].map((index) => table.buckets[index ?? -1]?.slice(0, 10));
  return { from, to, keys, workspaces, model: models?.[0] };
}
