import { toUsd } from "../counters.ts";
import { badRequest, notFound } from "../errors.ts";
import type { Context, Route } from "../route.ts";
import type { LedgerRow } from "../state.ts";
import { DAY_MS, periodStart, utcDay } from "../time.ts";
import { oneOf, string, uuid } from "../validate.ts";

const DAYS = 30;

interface ActivityQuery {
  date?: string;
  api_key_hash?: string;
  user_id?: string;
  workspace_id?: string;
  group_by?: "workspace";
}

export const activityRoutes: Route[] = [
  {
    method: "GET",
    path: "/activity",
    query: {
      date: string({ pattern: /^\d{4}-\d\d-\d\d$/, form: "expected YYYY-MM-DD" }),
      api_key_hash: string({ pattern: /^[0-9a-f]{64}$/, form: "expected a SHA-256 hex string" }),
      user_id: string({ min: 1 }),
      workspace_id: uuid,
      group_by: oneOf("workspace"),
    },
    handle: getActivity,
  },
];

/** Returns the last 30 completed UTC days, one row per day, model and endpoint across all keys. */
function getActivity({ state, query, now }: Context) {
  const { date, api_key_hash, user_id, workspace_id, group_by } = query as ActivityQuery;
  const today = periodStart(now, "day");
  const [first, last] = [utcDay(today - DAYS * DAY_MS), utcDay(today - DAY_MS)];
  if (date !== undefined && (date < first || date > last || utcDay(Date.parse(date) || 0) !== date)) {
    throw badRequest(`Invalid date: must be within the last ${DAYS} (completed) UTC days, ${first} to ${last}`);
  }
  if (workspace_id && !state.workspaces.some(({ id }) => id === workspace_id)) throw notFound("Workspace not found");
  // A deleted key's history can't be filtered by its hash.
  const rows = api_key_hash
    ? state.keys.has(api_key_hash)
      ? (state.ledgerByKey.get(api_key_hash) ?? [])
      : []
    : state.ledger;
  const groups = new Map<string, ReturnType<typeof createGroup>>();
  for (const row of rows) {
    if (date ? row.day !== date : row.day < first || row.day > last) continue;
    if (user_id && row.userId !== user_id) continue;
    if (workspace_id && row.workspaceId !== workspace_id) continue;
    const split = group_by ? row.workspaceId : undefined;
    const name = `${row.day} ${row.endpointId} ${split ?? ""}`;
    const group = groups.get(name) ?? createGroup(row, split);
    groups.set(name, group);
    addRow(group, row);
  }
  const data = [...groups.values()].sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : b.usage - a.usage));
  return {
    data: data.map(({ usage, byok_usage_inference, ...row }) => ({
      ...row,
      usage: toUsd(usage),
      byok_usage_inference: toUsd(byok_usage_inference),
    })),
  };
}

function createGroup(row: LedgerRow, workspace_id: string | undefined) {
  return {
    date: row.day,
    model: row.model,
    model_permaslug: row.permaslug,
    endpoint_id: row.endpointId,
    provider_name: row.provider,
    usage: 0,
    byok_usage_inference: 0,
    requests: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    reasoning_tokens: 0,
    workspace_id,
  };
}

function addRow(group: ReturnType<typeof createGroup>, row: LedgerRow): void {
  group.usage += row.usage;
  group.byok_usage_inference += row.byok;
  group.requests += row.requests;
  group.prompt_tokens += row.promptTokens;
  group.completion_tokens += row.completionTokens;
  group.reasoning_tokens += row.reasoningTokens;
}
