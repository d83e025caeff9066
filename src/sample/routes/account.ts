import { randomUUID } from "node:crypto";
import { getAccountUsage, getCounters, toUsd } from "../counters.ts";
import { badRequest, notFound } from "../errors.ts";
import { findGeneration } from "../generations.ts";
import type { Context, Route } from "../route.ts";
import type { SampleState, WorkspaceRecord } from "../state.ts";
import { boolean, number, object, oneOf, pageParameters, string, takePage } from "../validate.ts";

const positive = number({ min: Number.MIN_VALUE });

export const accountRoutes: Route[] = [
  {
    method: "GET",
    path: "/credits",
    handle: ({ state }) => ({
      data: { total_credits: toUsd(state.totalCredits), total_usage: toUsd(getAccountUsage(state)) },
    }),
  },
  { method: "GET", path: "/key", allowsInferenceKeys: true, handle: currentKey },
  {
    method: "GET",
    path: "/generation",
    allowsInferenceKeys: true,
    query: { id: string({ min: 1 }) },
    handle({ state, query }) {
      const generation = findGeneration(state, query.id as string);
      if (!generation) throw notFound(`Generation ${query.id ?? ""} not found`);
      return { data: generation };
    },
  },
  { method: "GET", path: "/providers", allowsInferenceKeys: true, handle: ({ state }) => ({ data: state.providers }) },
  {
    method: "GET",
    path: "/organization/members",
    query: pageParameters,
    handle({ state, query, settings }) {
      if (settings.personal) throw notFound("This account does not belong to an organization");
      return takePage(state.members, query);
    },
  },
  {
    method: "GET",
    path: "/workspaces",
    query: pageParameters,
    handle({ state, query }) {
      const { data, total_count } = takePage(state.workspaces, query);
      return { data: data.map((workspace) => toWorkspaceResponse(state, workspace)), total_count };
    },
  },
  {
    method: "GET",
    path: "/workspaces/:id",
    handle: (context) => ({ data: toWorkspaceResponse(context.state, findWorkspace(context)) }),
  },
  {
    method: "GET",
    path: "/workspaces/:id/budgets",
    handle(context) {
      const { id, budgets, include_byok_in_budgets } = findWorkspace(context);
      return { data: budgets.map((budget) => ({ ...budget, workspace_id: id })), include_byok_in_budgets };
    },
  },
  {
    method: "GET",
    path: "/workspaces/:id/budgets/:interval",
    handle(context) {
      const { id, budgets, include_byok_in_budgets } = findWorkspace(context);
      const interval = intervalOf(context);
      const budget = budgets.find(({ reset_interval }) => reset_interval === interval);
      if (!budget) throw notFound("Budget not found");
      return { data: { ...budget, workspace_id: id }, include_byok_in_budgets };
    },
  },
  {
    method: "PUT",
    path: "/workspaces/:id/budgets/:interval",
    body: object({ limit_usd: positive, include_byok_in_budgets: boolean }, ["limit_usd"]),
    handle: putBudget,
  },
  {
    method: "DELETE",
    path: "/workspaces/:id/budgets/:interval",
    handle(context) {
      const workspace = findWorkspace(context);
      const interval = intervalOf(context);
      const kept = workspace.budgets.filter(({ reset_interval }) => reset_interval !== interval);
      if (kept.length === workspace.budgets.length) throw notFound("Budget not found");
      workspace.budgets = kept;
      return { deleted: true };
    },
  },
];

/** From the shortest to the longest; null never resets. */
const intervals = ["daily", "weekly", "monthly", null] as const;

/** Returns the interval of the path, where null is named "lifetime". @throws ApiError 400 */
function intervalOf({ params }: Context): string | null {
  const name = oneOf("daily", "weekly", "monthly", "lifetime")(params.interval, "interval") as string;
  return name === "lifetime" ? null : name;
}

/** Creates or replaces a budget. @throws ApiError 400 unless a longer interval has a higher limit */
function putBudget(context: Context) {
  const workspace = findWorkspace(context);
  const reset_interval = intervalOf(context);
  const { limit_usd, include_byok_in_budgets } = context.body as {
    limit_usd: number;
    include_byok_in_budgets?: boolean;
  };
  const at = new Date(context.now).toISOString();
  const before = workspace.budgets.find((one) => one.reset_interval === reset_interval);
  const budget = { ...(before ?? { id: randomUUID(), created_at: at }), limit_usd, reset_interval, updated_at: at };
  const after = [...workspace.budgets.filter((one) => one !== before), budget].sort(
    (a, b) => intervals.indexOf(a.reset_interval as "daily") - intervals.indexOf(b.reset_interval as "daily"),
  );
  if (after.some((one, i) => i > 0 && one.limit_usd <= after[i - 1]!.limit_usd))
    throw badRequest("Budgets must satisfy lifetime > monthly > weekly > daily");
  workspace.budgets = after;
  if (include_byok_in_budgets !== undefined) workspace.include_byok_in_budgets = include_byok_in_budgets;
  return {
    data: { ...budget, workspace_id: workspace.id },
    include_byok_in_budgets: workspace.include_byok_in_budgets,
  };
}

/** Returns the caller's key; a management key has no spend. */
function currentKey({ state, caller, now }: Context) {
  const record = caller.management ? unusedKeyRecord : caller.key;
  return {
    data: {
      label: caller.management ? caller.label : caller.key.label,
      ...getCounters(state, record, now),
      is_management_key: caller.management,
      is_provisioning_key: caller.management,
      is_free_tier: false,
      creator_user_id: record.creator_user_id ?? state.members[0]?.id ?? null,
      expires_at: record.expires_at,
      organization_id: state.organizationId,
      workspace_id: caller.management ? null : record.workspace_id,
      allowed_data_regions: ["global"],
      free_model_daily_requests: { limit: 1000, used: 214, remaining: 786 },
      rate_limit: { interval: "10s", requests: -1, note: "This field is deprecated and safe to ignore." },
    },
  };
}

const unusedKeyRecord = {
  hash: "",
  name: "",
  label: "",
  disabled: false,
  created_at: "",
  updated_at: null,
  creator_user_id: null,
  external_user: null,
  workspace_id: "",
  limit: null,
  limit_reset: null,
  include_byok_in_limit: false,
  expires_at: null,
  olderUsage: 0,
};

function findWorkspace({ state, params }: Context): WorkspaceRecord {
  const workspace = state.workspaces.find(({ id, slug }) => id === params.id || slug === params.id);
  if (!workspace) throw notFound("Workspace not found");
  return workspace;
}

function toWorkspaceResponse(state: SampleState, { budgets: _, ...workspace }: WorkspaceRecord) {
  return {
    ...workspace,
    created_by: state.members[0]?.id ?? null,
    updated_at: null,
    default_image_model: null,
    default_provider_sort: null,
    default_text_model: null,
    disabled_server_tools: null,
    io_logging_api_key_ids: null,
    io_logging_sampling_rate: 1,
    is_data_discount_logging_enabled: false,
    is_observability_broadcast_enabled: false,
    is_observability_io_logging_enabled: false,
  };
}
