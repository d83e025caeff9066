import { type ActivityQuery, getActivity } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { ActivityRow } from "../schemas.ts";
import type { SpendSlice, SpendSourceReader } from "./source.ts";
import type { SpendRow } from "./table.ts";

/** One request per key. `/activity` has no documented rate limit; more keys than this take too long. */
const MAX_KEYS = 200;

/** Filters of the rows; `workspaces` splits them by workspace. */
export type ActivityFilters = Pick<ActivityQuery, "user_id" | "api_key_hash"> & { workspaces?: boolean };

/**
 * Reads completed days from `GET /activity`, split by model, provider and (by default) workspace.
 * @param from the first day, YYYY-MM-DD, within the last 30 completed days
 * @param to the last day
 */
export function activitySource(
  client: Client,
  from: string,
  to: string,
  { workspaces = true, ...filters }: ActivityFilters = {},
): SpendSourceReader {
  return {
    source: "activity",
    from,
    to,
    maxKeys: MAX_KEYS,
    dimensions: workspaces ? ["model", "provider", "workspace"] : ["model", "provider"],
    hasMeasure: () => true,
    async read({ key, workspace }: SpendSlice, options?: RequestOptions) {
      const query: ActivityQuery = {
        ...filters,
        ...(from === to && { date: from }),
        ...(key !== undefined && { api_key_hash: key }),
        ...(workspace !== undefined && { workspace_id: workspace }),
        ...(workspaces && { group_by: "workspace" }),
      };
      const { data, unreadable } = await getActivity(client, query, options);
      const rows = data.map(activityRow).filter(({ bucket }) => bucket >= from && bucket <= to);
      return { rows, notes: unreadable ? [{ kind: "rowsUnreadable", ...unreadable }] : [] };
    },
  };
}

/** Converts a row of `/activity`; `cost` is the credits used plus the BYOK cost. */
export function activityRow(row: ActivityRow): SpendRow {
  return {
    bucket: row.date.slice(0, 10),
    model: row.model,
    provider: row.provider_name,
    workspace: row.workspace_id ?? undefined,
    cost: row.usage + row.byok_usage_inference,
    byok_cost: row.byok_usage_inference,
    requests: row.requests,
    prompt_tokens: row.prompt_tokens,
    completion_tokens: row.completion_tokens,
    reasoning_tokens: row.reasoning_tokens,
  };
}
