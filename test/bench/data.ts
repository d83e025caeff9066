import { createHash } from "node:crypto";

/** Generates the bench account: the same in every run, so that figures are comparable. */
const DAYS = 30;
const DAY = 86_400_000;

/** A pseudo-random number generator with a fixed seed (mulberry32). */
function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit: number) => Math.floor(next() * limit),
    pick: <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!,
    usd: (limit: number) => Number((next() * limit).toFixed(6)),
  };
}

const hex = (text: string) => createHash("sha256").update(text).digest("hex");
const uuid = (text: string) => hex(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");

const TEAMS = ["search", "support", "billing", "growth", "data", "mobile", "platform", "research"];
const PURPOSES = ["prod", "staging", "ci", "batch", "notebook", "agent", "eval"];
const AUTHORS = [
  "anthropic",
  "openai",
  "google",
  "meta-llama",
  "mistralai",
  "deepseek",
  "qwen",
  "x-ai",
  "cohere",
  "nousresearch",
];
const FAMILIES = ["sonnet", "flash", "large", "mini", "instruct", "coder", "vision", "pro", "nano", "reasoner"];
const PROVIDERS = ["Anthropic", "OpenAI", "Google Vertex", "Together", "Fireworks", "DeepInfra", "Azure", "Novita"];
const FIRST = ["Ada", "Grace", "Linus", "Margaret", "Alan", "Barbara", "Edsger", "Frances", "Ken", "Radia"];
const LAST = ["Moreau", "Okafor", "Lindqvist", "Tanaka", "Silva", "Novak", "Haddad", "Byrne", "Keller", "Iyer"];

function makeKeys(now: Date) {
  const { below, pick, usd } = random(1);
  return Array.from({ length: 350 }, (_, i) => {
    const hash = hex(`key ${i}`);
    const spends = i % 5 !== 4;
    const monthly = spends ? usd(90) : 0;
    const limit = i % 3 === 0 ? null : pick([5, 10, 25, 50, 100, 250]);
    return {
      hash,
      name: `${pick(TEAMS)}-${pick(PURPOSES)}-${i + 1}`,
      label: `sk-or-v1-${hash.slice(0, 3)}...${hash.slice(-3)}`,
      // 42 keys, in both workspaces.
      disabled: i % 8 === 7 && i < 336,
      created_at: new Date(now.getTime() - (below(500) + 40) * DAY).toISOString(),
      updated_at: new Date(now.getTime() - below(40) * DAY).toISOString(),
      creator_user_id: `user_${hex(`member ${below(230)}`).slice(0, 27)}`,
      workspace_id: uuid(i < 230 ? "workspace 0" : "workspace 1"),
      usage: Number((monthly * 4.2).toFixed(6)),
      usage_daily: spends ? usd(3) : 0,
      usage_weekly: spends ? usd(20) : 0,
      usage_monthly: monthly,
      byok_usage: 0,
      byok_usage_daily: 0,
      byok_usage_weekly: 0,
      byok_usage_monthly: 0,
      limit,
      limit_remaining: limit === null ? null : usd(limit),
      limit_reset: limit === null ? null : pick(["daily", "weekly", "monthly"]),
      include_byok_in_limit: false,
      expires_at: i % 9 === 0 ? "2027-12-31T23:59:59Z" : null,
    };
  });
}

function makeModels() {
  const { below, pick, usd } = random(2);
  return Array.from({ length: 420 }, (_, i) => {
    const author = AUTHORS[i % AUTHORS.length]!;
    const name = `${pick(FAMILIES)}-${(i % 7) + 1}.${below(10)}-${(i % 40) + 1}b`;
    const id = `${author}/${name}${i % 12 === 11 ? ":free" : ""}`;
    const price = (limit: number) => (id.endsWith(":free") ? "0" : String(Number((usd(limit) / 1e6).toPrecision(2))));
    return {
      id,
      canonical_slug: `${author}/${name}-20260${(i % 9) + 1}15`,
      name: `${author}: ${name}`,
      created: 1_750_000_000 + i * 10_000,
      description:
        "A model for long documents, tools and code, with a large context and low latency. It follows instructions closely " +
        "and answers in many languages; its weights were updated in spring and its price lowered in summer.",
      context_length: pick([32_768, 131_072, 200_000, 262_144, 1_048_576]),
      architecture: {
        modality: "text+image->text",
        input_modalities: ["text", "image"],
        output_modalities: ["text"],
        tokenizer: "Other",
        instruct_type: null,
      },
      pricing: { prompt: price(5), completion: price(25) },
      top_provider: { context_length: 131_072, max_completion_tokens: 32_768, is_moderated: false },
      per_request_limits: null,
      supported_parameters: ["max_tokens", "temperature", "top_p", "tools", "tool_choice", "response_format", "seed"],
      default_parameters: {},
      supported_voices: null,
      links: { details: `/api/v1/models/${id}/endpoints` },
    };
  });
}

function makeEndpoints(model: ReturnType<typeof makeModels>[number], i: number) {
  return PROVIDERS.slice(i % 4, (i % 4) + 1 + (i % 4)).map((provider) => ({
    name: `${provider} | ${model.canonical_slug}`,
    model_id: model.id,
    model_name: model.name,
    provider_name: provider,
    tag: provider.toLowerCase().replace(" ", "-"),
    quantization: i % 2 ? "fp8" : "unknown",
    context_length: model.context_length,
    max_completion_tokens: 32_768,
    max_prompt_tokens: null,
    pricing: model.pricing,
    status: 0,
    supported_parameters: model.supported_parameters,
    supports_implicit_caching: false,
    uptime_last_5m: 100,
    uptime_last_30m: 99.82,
    uptime_last_1d: 99.41,
    latency_last_30m: null,
    throughput_last_30m: null,
  }));
}

/** One row per day, key and model; `/activity` adds them up over keys. */
function makeLedger(keys: ReturnType<typeof makeKeys>, models: ReturnType<typeof makeModels>, now: Date) {
  const { below, usd } = random(3);
  const today = now.getTime() - (now.getTime() % DAY);
  return keys
    .filter((key) => key.usage > 0 && !key.disabled)
    .flatMap((key, i) =>
      Array.from({ length: DAYS }, (_, day) => ({
        hash: key.hash,
        date: new Date(today - (day + 1) * DAY).toISOString().slice(0, 10),
        model: models[(i % 14) * 3]!,
        provider_name: PROVIDERS[i % PROVIDERS.length]!,
        usage: usd(1.5),
        requests: 1 + below(120),
        prompt_tokens: below(200_000),
        completion_tokens: below(40_000),
      })),
    );
}

function makeGuardrails(models: ReturnType<typeof makeModels>) {
  const { below, pick } = random(4);
  return Array.from({ length: 120 }, (_, i) => ({
    id: uuid(`guardrail ${i}`),
    name: `${pick(TEAMS)} ${pick(["cap", "privacy", "approved models", "no experiments"])} ${i + 1}`,
    description: i % 2 ? "Agreed with finance." : null,
    limit_usd: i % 4 === 3 ? null : pick([10, 50, 100, 500]),
    reset_interval: i % 4 === 3 ? null : pick(["daily", "weekly", "monthly"]),
    allowed_providers: i % 3 === 0 ? ["anthropic", "openai", "google-vertex"] : null,
    ignored_providers: i % 3 === 1 ? ["novita"] : null,
    allowed_models:
      i % 5 === 0
        ? models
            .slice(below(300))
            .slice(0, 6)
            .map(({ id }) => id)
        : null,
    ignored_models: null,
    enforce_zdr: i % 6 === 0,
    enforce_zdr_anthropic: i % 6 < 2,
    enforce_zdr_openai: i % 6 < 2,
    enforce_zdr_google: i % 6 === 0,
    enforce_zdr_xai: i % 6 === 0,
    enforce_zdr_other: i % 6 === 0,
    content_filters: null,
    content_filter_builtins: i % 7 === 0 ? [{ slug: "email", action: "redact" }] : null,
    include_byok_in_budgets: false,
    workspace_id: uuid(i < 70 ? "workspace 0" : "workspace 1"),
    created_at: "2026-05-04T08:00:00Z",
    updated_at: "2026-06-01T08:00:00Z",
  }));
}

function makeMembers() {
  return Array.from({ length: 230 }, (_, i) => {
    const [first_name, last_name] = [FIRST[i % 10]!, LAST[Math.floor(i / 10) % 10]!];
    const email = `${first_name}.${last_name}${i}@example.com`.toLowerCase();
    const id = `user_${hex(`member ${i}`).slice(0, 27)}`;
    return { id, first_name, last_name, email, role: i < 6 ? "org:admin" : "org:member" };
  });
}

/** 350 keys in 2 workspaces, 42 of them disabled; 120 guardrails; 230 members; 420 models; 30 days of activity. */
export function makeData(now: Date = new Date()) {
  const keys = makeKeys(now);
  const models = makeModels();
  const guardrails = makeGuardrails(models);
  const members = makeMembers();
  return {
    now,
    keys,
    models,
    guardrails,
    members,
    workspaces: ["Default", "Product"].map((name, i) => ({
      id: uuid(`workspace ${i}`),
      name,
      slug: name.toLowerCase(),
    })),
    endpoints: new Map(models.map((model, i) => [model.id, makeEndpoints(model, i)])),
    ledger: makeLedger(keys, models, now),
    keyAssignments: keys.slice(0, 150).map((key, i) => ({
      id: uuid(`key assignment ${i}`),
      guardrail_id: guardrails[i % 60]!.id,
      key_hash: key.hash,
      key_name: key.name,
      key_label: key.label,
      assigned_by: members[0]!.id,
      created_at: "2026-06-01T08:00:00Z",
    })),
    memberAssignments: members.slice(0, 40).map((member, i) => ({
      id: uuid(`member assignment ${i}`),
      guardrail_id: guardrails[60 + (i % 20)]!.id,
      user_id: member.id,
      organization_id: "org_bench",
      assigned_by: members[0]!.id,
      created_at: "2026-06-01T08:00:00Z",
    })),
  };
}

export type Data = ReturnType<typeof makeData>;
