// The account's keys: their purpose, limits and usual spend.
import type { WorkspaceName } from "./people.ts";

export interface Profile {
  name: string;
  workspace: WorkspaceName;
  /** The index of the member who created it. */
  member: number;
  /** The spend on a usual working day. At 0, the key still uses its free models. */
  dailyUsd: number;
  /** Model ids, the most used one first. */
  models: string[];
  /** The number of days since the key was created. */
  ageDays: number;
  /** USD; "nearly" leaves 4% of the limit, "exhausted" nothing. */
  limit?: number | "nearly" | "exhausted";
  reset?: "daily" | "weekly" | "monthly";
  /** The number of days since the last use; by default, used today. */
  lastUsedDaysAgo?: number;
  disabled?: boolean;
  /** Negative if the key has expired. */
  expiresInDays?: number;
  /** True if its spend is BYOK. */
  byok?: boolean;
  byokInLimit?: boolean;
  /** USD spent before OpenRouter began to record uses. A key with only this spend counts as idle. */
  unrecordedUsd?: number;
  /** The partner's end user. */
  externalUser?: string;
}

type OptionalFields = Omit<Partial<Profile>, "name" | "workspace" | "member" | "dailyUsd" | "models" | "ageDays">;
type ProfileRow = [string, WorkspaceName, number, number, string, number, OptionalFields?];

const OPUS = "anthropic/claude-opus-4.5";
const SONNET = "anthropic/claude-sonnet-4.5";
const HAIKU = "anthropic/claude-haiku-4.5";
const GPT = "openai/gpt-5.1";
const MINI = "openai/gpt-5-mini";
const NANO = "openai/gpt-5-nano";
const FLASH = "google/gemini-2.5-flash";
const PRO = "google/gemini-2.5-pro";
const DEEPSEEK = "deepseek/deepseek-v3.2";
const CODER = "qwen/qwen3-coder";
const LLAMA = "meta-llama/llama-3.3-70b-instruct";
const EMBED = "openai/text-embedding-3-small";

const rows: ProfileRow[] = [
  ["support-assistant", "Production", 0, 9.2, `${HAIKU} ${SONNET} ${EMBED}`, 390, { limit: 600, reset: "monthly" }],
  ["research-agent", "Research", 2, 2.1, `${OPUS} ${SONNET} ${FLASH}`, 74],
  ["checkout-assistant", "Production", 0, 5.4, `${MINI} ${GPT}`, 21, { limit: 20, reset: "daily" }],
  ["checkout-assistant", "Sandbox", 3, 0.2, `${MINI}`, 40, { limit: 10, reset: "monthly" }],
  [
    "checkout-assistant (old)",
    "Production",
    0,
    4.9,
    `${MINI} openai/gpt-4o-mini`,
    330,
    { limit: 20, reset: "daily", lastUsedDaysAgo: 19 },
  ],
  [
    "search-embeddings",
    "Production",
    1,
    0.6,
    `${EMBED} openai/text-embedding-3-large`,
    350,
    { limit: 40, reset: "monthly" },
  ],
  ["document-extraction", "Production", 4, 4.3, `${FLASH} ${PRO}`, 210, { limit: 200, reset: "monthly" }],
  ["email-triage", "Production", 4, 1.1, `${NANO} ${MINI}`, 180, { limit: 15, reset: "weekly" }],
  ["release-notes 🚀", "Production", 5, 0.4, `${SONNET}`, 160, { limit: 25, reset: "monthly" }],
  ["translation", "Production", 5, 1.6, `${FLASH} mistralai/mistral-medium-3.1`, 300, { limit: 80, reset: "monthly" }],
  ["moderation", "Production", 1, 0.3, `openai/gpt-oss-20b ${NANO}`, 280, { limit: 2, reset: "daily" }],
  ["reporting-nightly", "Production", 1, 1.9, `${DEEPSEEK} ${GPT}`, 240, { limit: "nearly" }],
  ["mobile-app", "Production", 6, 2.8, `google/gemini-2.5-flash-lite ${HAIKU}`, 120, { limit: 150, reset: "monthly" }],
  ["voice-bot", "Production", 6, 0.7, `openai/gpt-4o-mini-tts ${MINI}`, 90, { limit: 30, reset: "monthly" }],
  ["product-images", "Production", 5, 0.9, "google/gemini-2.5-flash-image", 60, { limit: 50, reset: "monthly" }],
  [
    "partner-northwind",
    "Production",
    7,
    1.2,
    `${GPT} ${MINI}`,
    110,
    { limit: 100, reset: "monthly", byok: true, byokInLimit: true, externalUser: "northwind" },
  ],
  [
    "partner-contoso",
    "Production",
    7,
    0.8,
    `openai/gpt-4.1 openai/gpt-4.1-mini`,
    95,
    { limit: 60, reset: "monthly", byok: true, externalUser: "contoso" },
  ],
  [
    "legacy-chatbot",
    "Production",
    0,
    1.4,
    "openai/gpt-4o anthropic/claude-3.5-haiku",
    395,
    { lastUsedDaysAgo: 12, disabled: true },
  ],
  ["seasonal-campaign", "Production", 3, 1.0, `${GPT}`, 58, { limit: 40, expiresInDays: -9, lastUsedDaysAgo: 10 }],
  ["ci-tests", "Production", 6, 0.5, `${NANO} openai/gpt-oss-120b`, 140, { limit: 1, reset: "daily" }],
  [
    "code-review",
    "Research",
    4,
    3.2,
    `${SONNET} ${CODER} x-ai/grok-code-fast-1`,
    130,
    { limit: 120, reset: "monthly" },
  ],
  [
    "eval-harness",
    "Research",
    2,
    2.4,
    `${DEEPSEEK} qwen/qwen3-235b-a22b-2507 ${PRO} z-ai/glm-4.6`,
    150,
    { limit: 40, reset: "weekly" },
  ],
  [
    "eval-harness-baseline",
    "Research",
    2,
    0.8,
    `${LLAMA} moonshotai/kimi-k2-thinking`,
    150,
    { limit: 15, reset: "weekly" },
  ],
  ["notebook-priya", "Research", 2, 0.7, `${GPT} ${SONNET}`, 100, { limit: 30, reset: "monthly" }],
  ["notebook-yuki", "Research", 4, 0.5, `${PRO} x-ai/grok-4`, 85, { limit: 30, reset: "monthly", expiresInDays: 300 }],
  ["synthetic-data", "Research", 2, 0.6, `${LLAMA} ${DEEPSEEK}`, 70, { limit: "exhausted", lastUsedDaysAgo: 3 }],
  ["gemini-3-trial", "Research", 4, 0.4, "google/gemini-3-pro-preview", 6, { limit: 10, expiresInDays: 5 }],
  ["paper-summaries", "Research", 2, 0.2, `${FLASH}`, 64, { limit: 5, reset: "weekly" }],
  ["agent-prototype", "Research", 2, 0.3, `${SONNET}`, 200, { disabled: true, lastUsedDaysAgo: 22 }],
  [
    "demo-booth",
    "Sandbox",
    8,
    0,
    "deepseek/deepseek-r1-0528:free meta-llama/llama-3.3-70b-instruct:free",
    33,
    { limit: 0 },
  ],
  ["playground-ana", "Sandbox", 0, 0.1, `${HAIKU}`, 118, { limit: 5, reset: "monthly" }],
  [
    "playground-tomasz",
    "Sandbox",
    6,
    0.1,
    "x-ai/grok-4.1-fast mistralai/codestral-2508",
    77,
    { limit: 5, reset: "monthly" },
  ],
  ["playground-leila", "Sandbox", 7, 0.1, `${MINI}`, 51, { limit: 5, reset: "monthly" }],
  ["demo-booth", "Sandbox", 3, 0, "qwen/qwen3-coder:free", 45, { limit: 3 }],
  ["workshop-2024", "Sandbox", 8, 0, "", 860, { limit: 30, unrecordedUsd: 21 }],
  ["unused-spare", "Sandbox", 1, 0, "", 130, { limit: 10, reset: "monthly" }],
];

const namedProfiles: Profile[] = rows.map(([name, workspace, member, dailyUsd, models, ageDays, more]) => ({
  name,
  workspace,
  member,
  dailyUsd,
  models: models.split(" ").filter(Boolean),
  ageDays,
  ...more,
}));

/** A deleted key, whose spend can't be attributed to any key. */
export const deletedProfile: Profile = {
  name: "intern-project",
  workspace: "Sandbox",
  member: 8,
  dailyUsd: 0.35,
  models: [MINI, FLASH],
  ageDays: 80,
  lastUsedDaysAgo: 6,
};

/** True for the many keys of a large account, which spend little. */
export const isTenant = ({ name }: Profile): boolean => name.startsWith("tenant-");

/** Creates `count` profiles: the named ones, then one per tenant of a large account. */
export function createProfiles(count: number): Profile[] {
  const tenants = Array.from(
    { length: Math.max(0, count - namedProfiles.length) },
    (_, i): Profile => ({
      name: `tenant-${String(i + 1).padStart(5, "0")}`,
      workspace: i % 20 === 18 ? "Research" : i % 20 === 19 ? "Sandbox" : "Production",
      member: i % 8,
      dailyUsd: 0.01 + (i % 7) * 0.01,
      models: [[MINI, NANO, FLASH, HAIKU][i % 4]!],
      ageDays: 10 + (i % 300),
      ...(i % 3 === 0 ? { limit: 5, reset: "monthly" as const } : {}),
      ...(i % 25 === 24 ? { disabled: true, lastUsedDaysAgo: 5 + (i % 60) } : {}),
    }),
  );
  return [...namedProfiles.slice(0, count), ...tenants];
}

/** Last night, an agent with this key ran in a loop on this model; the key has no limit. */
export const spike = {
  key: "research-agent",
  model: OPUS,
  requests: 2_960,
  promptTokens: 46_000_000,
  completionTokens: 3_900_000,
};
