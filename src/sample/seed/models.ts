import { createRandom, type Ids } from "../random.ts";
import type { EndpointRecord, ModelRecord } from "../state.ts";
import { DAY_MS, utcDay } from "../time.ts";
import { type CatalogEntry, catalog } from "./catalog.ts";
import { providerBySlug } from "./providers.ts";

const OPEN_WEIGHTS = /^(deepseek|qwen|meta-llama|moonshotai|z-ai)\/|gpt-oss|gemma/;
const TOKENIZERS: [RegExp, string][] = [
  [/^openai\/gpt-oss/, "GPT"],
  [/^openai\//, "GPT"],
  [/^anthropic\//, "Claude"],
  [/gemma/, "Gemma"],
  [/^google\//, "Gemini"],
  [/^x-ai\//, "Grok"],
  [/^deepseek\//, "DeepSeek"],
  [/^qwen\//, "Qwen3"],
  [/llama-4/, "Llama4"],
  [/llama-3/, "Llama3"],
  [/^mistralai\//, "Mistral"],
];

/** Converts USD per million tokens to the API's format: USD per token, without an exponent. */
const perToken = (perMillion: number): string =>
  (perMillion / 1e6)
    .toFixed(12)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");

/** A model as the ledger needs it; prices in USD per million tokens. */
export interface Offer {
  id: string;
  permaslug: string;
  prompt: number;
  completion: number;
  /** The price of prompt tokens that are read from a cache. */
  cached: number;
  canReason: boolean;
  /** Milliseconds since the epoch. */
  released: number;
  endpoints: { id: string; provider: string }[];
}

export interface Catalog {
  models: ModelRecord[];
  endpoints: Map<string, EndpointRecord[]>;
  offers: Map<string, Offer>;
}

/** Builds the models, including free variants and the router, and their endpoints. */
export function buildCatalog(now: number, ids: Ids): Catalog {
  const models = [createRouter()];
  const endpoints = new Map<string, EndpointRecord[]>([["openrouter/auto", []]]);
  const offers = new Map<string, Offer>();
  const add = (entry: CatalogEntry) => {
    const model = toModel(entry, now);
    const endpointsOfModel = entry.providers.map((slug) => toEndpoint(entry, model, slug, ids));
    models.push(model);
    endpoints.set(model.id, endpointsOfModel);
    offers.set(model.id, {
      id: model.id,
      permaslug: model.canonical_slug,
      prompt: entry.prompt,
      completion: entry.completion,
      cached: cachedPrice(entry) ?? entry.prompt,
      canReason: entry.abilities.includes("r"),
      released: Date.parse(entry.released),
      endpoints: endpointsOfModel.map((endpoint) => ({ id: endpoint.id, provider: endpoint.public.provider_name })),
    });
  };
  for (const entry of catalog) {
    add(entry);
    if (!entry.free) continue;
    const providers = entry.providers.slice(0, 1);
    add({ ...entry, id: `${entry.id}:free`, name: `${entry.name} (free)`, prompt: 0, completion: 0, providers });
  }
  return { models, endpoints, offers };
}

function toModel(entry: CatalogEntry, now: number): ModelRecord {
  const can = (ability: string) => entry.abilities.includes(ability);
  const [base] = entry.id.split(":");
  const canonical = `${base}-${entry.released.replaceAll("-", "")}`;
  const output = can("e") ? ["embeddings"] : can("s") ? ["speech"] : can("i") ? ["image", "text"] : ["text"];
  const inputs: [string, string][] = [
    ["v", "image"],
    ["f", "file"],
    ["a", "audio"],
  ];
  const input = ["text", ...inputs.flatMap(([ability, kind]) => (can(ability) ? [kind] : []))];
  const generates = !can("e") && !can("s");
  return {
    id: entry.id,
    canonical_slug: canonical,
    name: entry.name,
    created: Date.parse(entry.released) / 1000,
    description: describe(entry, output),
    context_length: entry.context,
    architecture: {
      modality: `${input.join("+")}->${output.join("+")}`,
      input_modalities: input,
      output_modalities: output,
      tokenizer: TOKENIZERS.find(([pattern]) => pattern.test(entry.id))?.[1] ?? "Other",
      instruct_type: null,
    },
    pricing: {
      prompt: perToken(entry.prompt),
      completion: perToken(entry.completion),
      request: "0",
      image: "0",
      // Tokens of images, about a thousand per image, have their own price.
      ...(can("i") ? { image_output: perToken(30) } : {}),
      ...(cachedPrice(entry) === undefined ? {} : { input_cache_read: perToken(cachedPrice(entry)!) }),
    },
    top_provider: {
      context_length: entry.context,
      max_completion_tokens: generates ? maxOutput(entry) : null,
      is_moderated: base!.startsWith("openai/"),
    },
    per_request_limits: null,
    supported_parameters: [
      ...(generates ? ["max_tokens", "temperature", "top_p", "stop", "seed", "response_format"] : []),
      ...(can("t") ? ["tools", "tool_choice", "structured_outputs"] : []),
      ...(can("r") ? ["reasoning", "include_reasoning"] : []),
    ],
    ...(can("r")
      ? { reasoning: { mandatory: /o3|r1|thinking/.test(entry.id), supported_efforts: ["high", "medium", "low"] } }
      : {}),
    default_parameters: OPEN_WEIGHTS.test(entry.id) ? { temperature: 0.7, top_p: 0.95 } : null,
    supported_voices: can("s") ? ["alloy", "coral", "sage"] : null,
    hugging_face_id: OPEN_WEIGHTS.test(entry.id) ? base! : null,
    knowledge_cutoff: null,
    expiration_date: entry.expiresInDays ? utcDay(now + entry.expiresInDays * DAY_MS) : null,
    links: { details: `/api/v1/models/${canonical}/endpoints` },
  };
}

/** Models without a price of their own for cached tokens charge them as others. */
const cachedPrice = ({ abilities, prompt }: CatalogEntry): number | undefined =>
  abilities.includes("t") && prompt > 0.5 ? prompt / 10 : undefined;

const maxOutput = (entry: CatalogEntry): number => Math.min(64_000, Math.floor(entry.context / 2));

function describe(entry: CatalogEntry, output: string[]): string {
  const kind = output[0] === "text" ? "A text model" : `A model for ${output[0]} output`;
  const strengths = [
    ...(entry.abilities.includes("r") ? ["reasoning"] : []),
    ...(entry.abilities.includes("t") ? ["tool use"] : []),
    ...(entry.abilities.includes("v") ? ["image input"] : []),
  ];
  const context = `a context of ${entry.context.toLocaleString("en")} tokens`;
  return `${kind} with ${[...strengths, context].join(", ")}. Sample data: figures may differ from the real model's.`;
}

function toEndpoint(entry: CatalogEntry, model: ModelRecord, slug: string, ids: Ids): EndpointRecord {
  const provider = providerBySlug.get(slug)!;
  const rng = createRandom(`endpoint ${entry.id} ${slug}`);
  const isOpenWeights = OPEN_WEIGHTS.test(entry.id);
  const factor = slug === entry.providers[0] ? 1 : isOpenWeights ? rng.pick([1, 1.1, 1.25]) : 1;
  const uptime = () => Math.round((rng.int(0, 9) === 0 ? rng.between(91, 97) : rng.between(98.9, 100)) * 100) / 100;
  const quantization = isOpenWeights ? rng.pick(["fp8", "bf16", "fp4"]) : "unknown";
  const [p50, speed] = [rng.between(0.3, 1.6), rng.between(35, 160)];
  const round = (value: number) => Math.round(value * 100) / 100;
  const spread = (value: number, steps: number[]) => ({
    p50: round(value * steps[0]!),
    p75: round(value * steps[1]!),
    p90: round(value * steps[2]!),
    p99: round(value * steps[3]!),
  });
  return {
    id: ids.uuid(`endpoint ${entry.id} ${slug}`),
    zdr: provider.zdr && entry.prompt > 0,
    public: {
      name: `${provider.name} | ${model.canonical_slug}`,
      model_id: model.id,
      model_name: model.name,
      provider_name: provider.name,
      tag: isOpenWeights ? `${slug}/${quantization}` : slug,
      quantization,
      context_length: entry.context,
      max_completion_tokens: maxOutput(entry),
      max_prompt_tokens: null,
      pricing: {
        ...model.pricing,
        prompt: perToken(entry.prompt * factor),
        completion: perToken(entry.completion * factor),
        discount: 0,
      },
      status: 0,
      supported_parameters: model.supported_parameters,
      supports_implicit_caching: /^(openai|google|anthropic)/.test(slug),
      supports_tool_choice: { auto: true, function: true, none: true, required: true },
      supports_voice_cloning: false,
      uptime_last_5m: rng.int(0, 7) === 0 ? null : uptime(),
      uptime_last_30m: uptime(),
      uptime_last_1d: uptime(),
      latency_last_30m: spread(p50, [1, 1.4, 2.1, 4]),
      throughput_last_30m: spread(speed, [1, 0.8, 0.6, 0.3]),
    },
  };
}

/** Creates the router, which chooses a model for each request and so has no price of its own: "-1". */
function createRouter(): ModelRecord {
  return {
    id: "openrouter/auto",
    canonical_slug: "openrouter/auto",
    name: "Auto Router",
    created: Date.parse("2023-11-08") / 1000,
    description: "Chooses a model for each prompt; it is billed at the price of the model chosen.",
    context_length: 2_000_000,
    architecture: {
      modality: "text->text",
      input_modalities: ["text"],
      output_modalities: ["text"],
      tokenizer: "Router",
      instruct_type: null,
    },
    pricing: { prompt: "-1", completion: "-1" },
    top_provider: { context_length: null, max_completion_tokens: null, is_moderated: false },
    per_request_limits: null,
    supported_parameters: ["max_tokens", "temperature", "top_p", "tools", "tool_choice"],
    default_parameters: null,
    supported_voices: null,
    hugging_face_id: null,
    knowledge_cutoff: null,
    expiration_date: null,
    links: { details: "/api/v1/models/openrouter/auto/endpoints" },
  };
}
