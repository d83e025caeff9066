// Behavior of OpenRouter's API that its docs or its Terraform provider describe but the official SDK doesn't know yet. All
// other requests and responses are checked against the SDK. Once the SDK knows an entry, its test fails: remove the entry.

export interface NewerBehavior {
  behavior: string;
  /** Where it is documented. */
  source: string;
  /** Matches the SDK's text once it knows this. */
  sdkPattern: RegExp;
  /** The SDK's files to search, relative to its package folder; default all. */
  files?: string;
}

const AUDIT = "https://openrouter.ai/docs/cookbook/administration/api-key-audit";
const TERRAFORM = "https://github.com/OpenRouterTeam/terraform-provider-openrouter/blob/main/docs/resources";

export const newerThanSdk = {
  includeExpired: {
    behavior: "GET /keys omits expired keys unless include_expired=true",
    source: AUDIT,
    sdkPattern: /include_?expired/i,
  },
  lastUsedAt: {
    behavior: "keys have last_used_at, null if no use was recorded since the end of 2025",
    source: AUDIT,
    sdkPattern: /last_?used_?at/i,
  },
  defaultGuardrailBinds: {
    behavior: "the default guardrail of a workspace applies to every key and member without an own assignment",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    sdkPattern: /no (explicit )?guardrail assignment/i,
  },
  defaultGuardrailUnwritten: {
    behavior: "GET /guardrails/{id} returns 404 for a default guardrail until its first PATCH",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    sdkPattern: /default guardrail[^.]*(404|not found)|(404|not found)[^.]*default guardrail/i,
  },
  defaultGuardrailStays: {
    behavior: "the default guardrail of a workspace cannot be deleted",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    sdkPattern: /default guardrail[^.]*cannot be deleted|cannot[^.]*delete[^.]*default guardrail/i,
  },
  wholeLimitInPatch: {
    behavior: "PATCH /guardrails/{id}, too, accepts limit_usd and reset_interval only together",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    sdkPattern: /together with `?reset_?interval/i,
    files: "esm/models/updateguardrailrequest.d.ts",
  },
} satisfies Record<string, NewerBehavior>;
