// The single source of the wire types. Strict about identifiers and the fields that lists show, lenient about the rest:
// unknown fields are kept, enums are strings, and an optional field of the wrong type counts as missing.
import * as z from "zod";

const usd = z.number();
const count = z.number();
const time = z.string();

/** An array that fails at its first invalid item: collecting issues for millions of items would exhaust memory. */
const arrayOf = <T>(schema: z.ZodType<T>): z.ZodType<T[]> =>
  z.array(z.unknown()).transform((items, context) => {
    const read: T[] = [];
    for (const [i, item] of items.entries()) {
      const result = schema.safeParse(item);
      if (!result.success) {
        const { path = [], message = "Invalid input" } = result.error.issues[0] ?? {};
        context.addIssue({ code: "custom", path: [i, ...path], message });
        return z.NEVER;
      }
      read.push(result.data);
    }
    return read;
  });
const list = arrayOf(z.string()).nullish();

/** An optional field that may be null; a value of the wrong type reads as missing. */
const nullishField = <T>(schema: z.ZodType<T>) => schema.nullish().catch(undefined);
/** An optional field; null and values of the wrong type read as missing. */
const optionalField = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);
/** An optional text; "" if it is missing. */
const optionalText = z.string().catch("");

/** `GET /credits`, USD. */
export const Credits = z.looseObject({ total_credits: usd, total_usage: usd });

const counters = {
  usage: usd,
  usage_daily: usd,
  usage_weekly: optionalField(usd),
  usage_monthly: usd,
  byok_usage: optionalField(usd),
  byok_usage_daily: optionalField(usd),
  byok_usage_weekly: optionalField(usd),
  byok_usage_monthly: optionalField(usd),
};
const limits = {
  limit: usd.nullable(),
  limit_remaining: usd.nullable(),
  limit_reset: z.string().nullable(),
  include_byok_in_limit: optionalField(z.boolean()),
  expires_at: time.nullish(),
};

/** `GET /key`: the key that sent the request. */
export const CurrentKey = z.looseObject({
  label: optionalText,
  is_management_key: optionalField(z.boolean()),
  is_provisioning_key: optionalField(z.boolean()),
});

/** An API key. Counters and limits are in USD and reset at midnight UTC; weeks run from Monday to Sunday. */
export const Key = z.looseObject({
  hash: z.string().min(1),
  name: z.string(),
  label: optionalText,
  disabled: z.boolean(),
  created_at: optionalText,
  updated_at: nullishField(time),
  /** UTC; null if no use was recorded since the end of 2025, missing in deployments older than the field. */
  last_used_at: nullishField(time),
  creator_user_id: nullishField(z.string()),
  external_user: nullishField(z.string()),
  workspace_id: nullishField(z.string()),
  ...counters,
  ...limits,
});

/** A row of `GET /activity`: one day, model and endpoint. It has no key hash. */
export const ActivityRow = z.looseObject({
  date: z.string(),
  model: z.string(),
  provider_name: z.string(),
  usage: usd,
  byok_usage_inference: usd,
  requests: count,
  prompt_tokens: count,
  completion_tokens: count,
  reasoning_tokens: count,
  workspace_id: nullishField(z.string()),
});

const isObject = (value: unknown) => typeof value === "object" && value !== null;

/** `POST /analytics/query`: rows of dimensions and metrics; counts are strings. */
export const AnalyticsResult = z.looseObject({
  // Not validated field by field: copying up to 10,000 rows would take longer than using them.
  data: z.custom<Record<string, unknown>[]>((rows) => Array.isArray(rows) && rows.every(isObject)),
  metadata: z.looseObject({ truncated: optionalField(z.boolean()) }).catch({}),
  warnings: z
    .array(z.unknown())
    .transform((items) => items.filter((item) => typeof item === "string"))
    .catch([]),
  /** Milliseconds since the epoch, if the response is from a cache. */
  cachedAt: nullishField(z.number()),
});

export const Generation = z.looseObject({ total_cost: usd });

/** Prices are strings, in USD per token; "-1" marks a router, which has no price of its own. */
export const Pricing = z.looseObject({ prompt: z.string(), completion: z.string() });

export const Model = z.looseObject({
  id: z.string(),
  name: optionalText,
  canonical_slug: optionalField(z.string()),
  context_length: count.nullish(),
  pricing: Pricing,
  architecture: z.looseObject({ output_modalities: arrayOf(z.string()) }),
});

/** A model at one provider. `uptime_*` is a percentage, null if there is too little data. */
export const Endpoint = z.looseObject({
  model_id: optionalText,
  provider_name: z.string(),
  tag: z.string(),
  quantization: z.string().nullish(),
  context_length: count.nullish(),
  pricing: Pricing,
  status: nullishField(count),
  uptime_last_30m: count.nullish(),
});

export const ModelEndpoints = z.looseObject({ id: z.string(), endpoints: z.array(z.unknown()) });

export const Guardrail = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  limit_usd: usd.nullish(),
  reset_interval: z.string().nullish(),
  allowed_providers: list,
  ignored_providers: list,
  allowed_models: list,
  ignored_models: list,
  enforce_zdr: z.boolean().nullish(),
  enforce_zdr_anthropic: z.boolean().nullish(),
  enforce_zdr_openai: z.boolean().nullish(),
  enforce_zdr_google: z.boolean().nullish(),
  enforce_zdr_xai: z.boolean().nullish(),
  enforce_zdr_other: z.boolean().nullish(),
  enable_free_model_publication: nullishField(z.boolean()),
  enable_free_model_training: nullishField(z.boolean()),
  enable_paid_model_training: nullishField(z.boolean()),
  allowed_data_regions: list,
  content_filters: arrayOf(
    z.looseObject({ action: z.string(), pattern: z.string(), label: z.string().nullish() }),
  ).nullish(),
  content_filter_builtins: arrayOf(
    z.looseObject({
      action: z.string(),
      slug: z.string(),
      label: z.string().nullish(),
      scan_scope: z.string().nullish(),
    }),
  ).nullish(),
  include_byok_in_budgets: nullishField(z.boolean()),
  workspace_id: nullishField(z.string()),
  created_at: optionalText,
  updated_at: nullishField(time),
});

export const KeyAssignment = z.looseObject({
  guardrail_id: z.string(),
  key_hash: z.string(),
  key_name: optionalText,
  key_label: optionalText,
});
export const MemberAssignment = z.looseObject({ guardrail_id: z.string(), user_id: z.string() });

/** A member of the organization; its `id` is the `user_id` of guardrail assignments and activity. */
export const Member = z.looseObject({
  id: z.string(),
  email: z.string(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  role: z.string(),
});

export const Workspace = z
  .looseObject({
    id: z.string(),
    name: optionalText,
    slug: optionalText,
    /** Applies to every key and member of the workspace without an assignment of its own; 404 until its first PATCH. */
    default_guardrail_id: nullishField(z.string()),
    description: nullishField(z.string()),
    created_at: nullishField(time),
    include_byok_in_budgets: nullishField(z.boolean()),
  })
  .transform(({ name, slug, ...workspace }) => ({
    ...workspace,
    name: name || slug || workspace.id,
    slug: slug || workspace.id,
  }));
/** A spending limit that a workspace's keys share, USD; `reset_interval` null means it never resets. */
export const WorkspaceBudget = z.looseObject({ limit_usd: usd, reset_interval: z.string().nullable() });
export const WorkspaceBudgets = z.looseObject({
  data: arrayOf(WorkspaceBudget),
  include_byok_in_budgets: optionalField(z.boolean().nullable()),
});
export const Provider = z.looseObject({ name: z.string(), slug: z.string() });

/** `GET /analytics/meta`: the names that queries can use. */
const names = arrayOf(z.looseObject({ name: z.string() }));
export const AnalyticsMeta = z.looseObject({
  metrics: names,
  dimensions: names.catch([]),
  granularities: names.catch([]),
  operators: names.catch([]),
});

export type Credits = z.infer<typeof Credits>;
export type CurrentKey = z.infer<typeof CurrentKey>;
export type Key = z.infer<typeof Key>;
export type ActivityRow = z.infer<typeof ActivityRow>;
export type AnalyticsResult = z.infer<typeof AnalyticsResult>;
export type AnalyticsMeta = z.infer<typeof AnalyticsMeta>;
export type Generation = z.infer<typeof Generation>;
export type Model = z.infer<typeof Model>;
export type Endpoint = z.infer<typeof Endpoint>;
export type ModelEndpoints = z.infer<typeof ModelEndpoints>;
export type Guardrail = z.infer<typeof Guardrail>;
export type KeyAssignment = z.infer<typeof KeyAssignment>;
export type MemberAssignment = z.infer<typeof MemberAssignment>;
export type Member = z.infer<typeof Member>;
export type Workspace = z.infer<typeof Workspace>;
export type WorkspaceBudget = z.infer<typeof WorkspaceBudget>;
export type Provider = z.infer<typeof Provider>;

export interface KeyCreate {
  name: string;
  limit?: number | null;
  limit_reset?: string | null;
  expires_at?: string | null;
  include_byok_in_limit?: boolean;
  workspace_id?: string;
  creator_user_id?: string | null;
}
/** `expires_at` isn't documented for PATCH: send it, then check the response. */
export type KeyUpdate = Partial<Omit<KeyCreate, "workspace_id" | "creator_user_id">> & { disabled?: boolean };

export interface GuardrailUpdate {
  name?: string;
  description?: string | null;
  limit_usd?: number | null;
  reset_interval?: string | null;
  allowed_providers?: string[] | null;
  ignored_providers?: string[] | null;
  allowed_models?: string[] | null;
  ignored_models?: string[] | null;
  enforce_zdr?: boolean | null;
  enforce_zdr_anthropic?: boolean | null;
  enforce_zdr_openai?: boolean | null;
  enforce_zdr_google?: boolean | null;
  enforce_zdr_xai?: boolean | null;
  enforce_zdr_other?: boolean | null;
  enable_free_model_publication?: boolean | null;
  enable_free_model_training?: boolean | null;
  enable_paid_model_training?: boolean | null;
  include_byok_in_budgets?: boolean;
  /** Not in the API's OpenAPI document, but the official SDK sends it. */
  allowed_data_regions?: string[] | null;
  content_filters?: { pattern: string; action: string; label?: string | null }[] | null;
  /** The API sets their labels. */
  content_filter_builtins?: { slug: string; action: string; scan_scope?: string | null }[] | null;
}
export type GuardrailCreate = GuardrailUpdate & { name: string; workspace_id?: string };

export interface AnalyticsFilter {
  field: string;
  operator: string;
  value: string | number | (string | number)[];
}

export interface AnalyticsQuery {
  metrics: string[];
  dimensions?: string[];
  granularity?: string;
  filters?: AnalyticsFilter[];
  time_range?: { start: string; end: string };
  order_by?: { field: string; direction: "asc" | "desc" };
  limit?: number;
}
