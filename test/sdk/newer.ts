// What OpenRouter's API does by its docs and its Terraform provider and the official SDK does not know yet. Everything
// else that we send or read is judged by the SDK. Once the SDK knows an entry, its test fails and the entry goes.

export interface Newer {
  what: string;
  /** Where it is documented. */
  source: string;
  /** Words that the SDK would use of it. */
  words: RegExp;
  /** The SDK's files that would say so, from its package folder; all of them unless given. */
  files?: string;
}

const AUDIT = "https://openrouter.ai/docs/cookbook/administration/api-key-audit";
const TERRAFORM = "https://github.com/OpenRouterTeam/terraform-provider-openrouter/blob/main/docs/resources";

export const newer = {
  includeExpired: {
    what: "GET /keys leaves expired keys out unless include_expired=true",
    source: AUDIT,
    words: /include_?expired/i,
  },
  lastUsedAt: {
    what: "keys have last_used_at, null where no use was recorded since the end of 2025",
    source: AUDIT,
    words: /last_?used_?at/i,
  },
  defaultGuardrailBinds: {
    what: "the default guardrail of a workspace binds every key and member without an assignment of its own",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    words: /no (explicit )?guardrail assignment/i,
  },
  defaultGuardrailUnwritten: {
    what: "GET /guardrails/{id} answers 404 for a default guardrail until its first PATCH",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    words: /default guardrail[^.]*(404|not found)|(404|not found)[^.]*default guardrail/i,
  },
  defaultGuardrailStays: {
    what: "the default guardrail of a workspace cannot be deleted",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    words: /default guardrail[^.]*cannot be deleted|cannot[^.]*delete[^.]*default guardrail/i,
  },
  wholeLimitInPatch: {
    what: "PATCH /guardrails/{id} too takes limit_usd and reset_interval only together",
    source: `${TERRAFORM}/workspace_default_guardrail.md`,
    words: /together with `?reset_?interval/i,
    files: "esm/models/updateguardrailrequest.d.ts",
  },
} satisfies Record<string, Newer>;
