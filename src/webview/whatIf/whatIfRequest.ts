import type { SpendTable } from "../../openrouter/spend/model.ts";
import { type ActivityState, filterOf, viewOf } from "../state.ts";
import type { WhatIfRequest } from "./protocol.ts";

/** Asks about the usage that the panel shows; undefined for a part of it that isn't known by model: a provider, an hour. */
export function whatIfRequest(state: ActivityState, table: SpendTable): WhatIfRequest | undefined {
  const { provider, key, workspace, model } = filterOf(state);
  if (provider || (model && model.length !== 1)) return undefined;
  if (state.path.some((step) => "bucket" in step && step.bucket.length > 10)) return undefined;
  const [keys, workspaces, models] = [key, workspace, model].map((ids) => ids?.filter((id) => id !== null));
  if (keys?.length !== key?.length || workspaces?.length !== workspace?.length || models?.length !== model?.length)
    return undefined;
  const { from = 0, to = table.buckets.length } = viewOf(table, state).query;
  const days = table.buckets.slice(from, to).map((bucket) => bucket.slice(0, 10));
  const [first, last] = [days[0], days.at(-1)];
  return first && last ? { from: first, to: last, keys, workspaces, model: models?.[0] } : undefined;
}
