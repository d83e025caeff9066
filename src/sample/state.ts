// The sample account's data. Spend is stored in whole millionths of a USD, so that all groupings have the same sum.

export interface KeyRecord {
  hash: string;
  name: string;
  label: string;
  disabled: boolean;
  created_at: string;
  updated_at: string | null;
  creator_user_id: string | null;
  external_user: string | null;
  workspace_id: string;
  /** USD. */
  limit: number | null;
  limit_reset: "daily" | "weekly" | "monthly" | null;
  include_byok_in_limit: boolean;
  expires_at: string | null;
  /** The spend before the ledger starts, in millionths of a USD. */
  olderUsage: number;
}

/** One key's use of one endpoint in one minute; before the last 30 days, one row per key, model and day. */
export interface LedgerRow {
  /** Milliseconds since the epoch. */
  at: number;
  /** UTC, YYYY-MM-DD. */
  day: string;
  key: string;
  workspaceId: string;
  userId: string | null;
  model: string;
  permaslug: string;
  provider: string;
  endpointId: string;
  requests: number;
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  cachedTokens: number;
  /** Used credits, in millionths of a USD. */
  usage: number;
  /** BYOK spend, in millionths of a USD. */
  byok: number;
}

export interface GuardrailRecord {
  id: string;
  name: string;
  description: string | null;
  workspace_id: string;
  limit_usd: number | null;
  reset_interval: string | null;
  allowed_providers: string[] | null;
  ignored_providers: string[] | null;
  allowed_models: string[] | null;
  ignored_models: string[] | null;
  allowed_data_regions: string[] | null;
  enforce_zdr: boolean | null;
  enforce_zdr_anthropic: boolean | null;
  enforce_zdr_openai: boolean | null;
  enforce_zdr_google: boolean | null;
  enforce_zdr_xai: boolean | null;
  enforce_zdr_other: boolean | null;
  enable_free_model_publication: boolean | null;
  enable_free_model_training: boolean | null;
  enable_paid_model_training: boolean | null;
  content_filters: { action: string; pattern: string; label?: string | null }[] | null;
  content_filter_builtins: { action: string; slug: string; label?: string; scan_scope?: string }[] | null;
  include_byok_in_budgets: boolean;
  created_at: string;
  updated_at: string | null;
}

/** An assignment of a guardrail to a key (`target` is its hash) or to a member (`target` is the user id). */
export interface AssignmentRecord {
  id: string;
  guardrail_id: string;
  target: string;
  assigned_by: string | null;
  created_at: string;
}

export interface MemberRecord {
  id: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  role: "org:admin" | "org:member";
}

export interface WorkspaceRecord {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  created_at: string;
  /** The id of its default guardrail, which is in `guardrails` after its first PATCH. */
  default_guardrail_id: string;
  /** True if BYOK spend counts toward the budgets. */
  include_byok_in_budgets: boolean;
  budgets: { id: string; limit_usd: number; reset_interval: string | null; created_at: string; updated_at: string }[];
}

export interface EndpointRecord {
  /** Part of activity rows; `GET …/endpoints` doesn't return it. */
  id: string;
  zdr: boolean;
  public: Record<string, unknown> & { model_id: string; provider_name: string; tag: string };
}

export interface ModelRecord {
  id: string;
  name: string;
  canonical_slug: string;
  created: number;
  context_length: number;
  pricing: Record<string, string>;
  architecture: { input_modalities: string[]; output_modalities: string[]; tokenizer: string } & Record<
    string,
    unknown
  >;
  supported_parameters: string[];
  description: string;
  [field: string]: unknown;
}

export interface ProviderRecord {
  name: string;
  slug: string;
  [field: string]: unknown;
}

export interface SampleState {
  organizationId: string | null;
  /** Millionths of a USD. */
  totalCredits: number;
  defaultWorkspaceId: string;
  /** By hash, in order of creation. */
  keys: Map<string, KeyRecord>;
  /** No longer listed; their usage stays in the account's totals. */
  deletedKeys: Map<string, KeyRecord>;
  ledger: LedgerRow[];
  ledgerByKey: Map<string, LedgerRow[]>;
  guardrails: Map<string, GuardrailRecord>;
  keyAssignments: AssignmentRecord[];
  memberAssignments: AssignmentRecord[];
  members: MemberRecord[];
  workspaces: WorkspaceRecord[];
  providers: ProviderRecord[];
  models: ModelRecord[];
  /** By model id. */
  endpoints: Map<string, EndpointRecord[]>;
  /** Some of the latest ones. */
  generations: (Record<string, unknown> & { id: string })[];
}
