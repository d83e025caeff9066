import type { Ids } from "../random.ts";
import { assign } from "../routes/assignments.ts";
import { createGuardrailRecord } from "../routes/guardrails.ts";
import type { GuardrailRecord, SampleState } from "../state.ts";
import { DAY_MS } from "../time.ts";
import { defaultGuardrailId, type WorkspaceName, workspaceId } from "./people.ts";

interface GuardrailPlan {
  /** Null for the workspace's default guardrail. */
  name: string | null;
  workspace: WorkspaceName;
  age: number;
  settings: Partial<GuardrailRecord>;
  /** The names of the keys to assign it to. */
  keys?: string[];
  /** The indices of the members to assign it to. */
  members?: number[];
}

const plans: GuardrailPlan[] = [
  {
    name: "Customer data: zero retention",
    workspace: "Production",
    age: 200,
    settings: {
      description: "Prompts with customer data go only to endpoints that keep none.",
      enforce_zdr_anthropic: true,
      enforce_zdr_openai: true,
      enforce_zdr_google: true,
      enforce_zdr_xai: true,
      enforce_zdr_other: true,
      enable_paid_model_training: false,
    },
    keys: ["support-assistant", "document-extraction", "email-triage"],
  },
  {
    name: "Approved providers",
    workspace: "Production",
    age: 180,
    settings: {
      allowed_providers: ["openai", "azure", "anthropic", "google-vertex"],
      limit_usd: 50,
      reset_interval: "daily",
    },
    keys: ["mobile-app", "translation", "release-notes 🚀", "partner-northwind"],
    members: [5],
  },
  {
    name: "No personal data",
    workspace: "Production",
    age: 90,
    settings: {
      description: "Masks personal data and refuses prompt injection.",
      content_filter_builtins: [
        { slug: "email", action: "redact", label: "[EMAIL]" },
        { slug: "credit-card", action: "block" },
        { slug: "regex-prompt-injection", action: "flag", scan_scope: "user_only" },
      ],
      content_filters: [{ pattern: "BL-[0-9]{8}", action: "redact", label: "[CUSTOMER]" }],
    },
    keys: ["voice-bot"],
  },
  {
    name: "Research models",
    workspace: "Research",
    age: 120,
    settings: {
      ignored_models: ["anthropic/claude-opus-4.1-20250805"],
      ignored_providers: ["deepinfra"],
      enforce_zdr_other: false,
    },
    keys: ["eval-harness", "eval-harness-baseline", "code-review"],
    members: [4],
  },
  {
    name: "Agent spend cap",
    workspace: "Research",
    age: 30,
    settings: { description: "$25 a day for every agent. Not assigned yet.", limit_usd: 25, reset_interval: "daily" },
  },
  {
    name: "Sandbox: small models only",
    workspace: "Sandbox",
    age: 60,
    settings: {
      allowed_models: [
        "openai/gpt-5-nano-20250807",
        "openai/gpt-5-mini-20250807",
        "anthropic/claude-haiku-4.5-20251015",
        "mistralai/codestral-2508-20250801",
      ],
      limit_usd: 5,
      reset_interval: "weekly",
      enable_free_model_training: true,
    },
    keys: ["playground-ana", "playground-tomasz", "playground-leila"],
    members: [8],
  },
  {
    name: null,
    workspace: "Research",
    age: 45,
    settings: {
      allowed_data_regions: ["global", "europe"],
      content_filter_builtins: [
        { slug: "secrets", action: "flag" },
        { slug: "regex-prompt-injection", action: "flag", scan_scope: "all_messages" },
      ],
    },
  },
];

/** Adds guardrails and assignments. One guardrail is unassigned, and only one default guardrail has been configured. */
export function addGuardrails(state: SampleState, ids: Ids, now: number): void {
  const keys = [...state.keys.values()];
  for (const plan of plans) {
    const at = now - plan.age * DAY_MS;
    const created_at = new Date(at).toISOString();
    const workspace_id = workspaceId(ids, plan.workspace);
    const base =
      plan.name === null
        ? { id: defaultGuardrailId(ids, plan.workspace), name: `Workspace ${workspace_id} Default`, workspace_id }
        : { id: ids.uuid(`guardrail ${plan.name}`), name: plan.name, workspace_id };
    const guardrail = createGuardrailRecord({ ...base, created_at, ...plan.settings });
    state.guardrails.set(guardrail.id, guardrail);
    const hashes = keys
      .filter((key) => plan.keys?.includes(key.name) && key.workspace_id === guardrail.workspace_id)
      .map((key) => key.hash);
    assign(state, "keyAssignments", guardrail.id, hashes, at);
    const users = state.members.flatMap((member, i) => (plan.members?.includes(i) ? [member.id] : []));
    if (state.organizationId) assign(state, "memberAssignments", guardrail.id, users, at);
  }
}
