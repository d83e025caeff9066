import { type ActivityQuery, getActivity } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { ActivityRow } from "../schemas.ts";
import type { SpendSlice, SpendSourceReader } from "./source.ts";
import type { SpendRow } from "./table.ts";

/** One request each, and nothing is said of a rate limit: enough for any account that a person looks through. */
const MAX_KEYS = 200;

/** Filters of the rows, and whether they are split by workspace. */
export type ActivityFilters = Pick<ActivityQuery, "user_id" | "api_key_hash"> & { workspaces?: boolean };

/**
 * Completed days from `GET /activity`, split by model, provider and (by default) workspace.
 * @param from the first day, @param to the last, YYYY-MM-DD, within the last 30 completed days
 */
export function activitySource(
  client: Client,
  from: string,
  to: string,
  { workspaces = true, ...scope }: ActivityFilters = {},
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
        ...scope,
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

/** A row of `/activity` in the model of spend: `cost` is what was taken from the credits and what BYOK cost. */
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
