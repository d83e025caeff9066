// The single requests (generations) that a row of the ledger stands for. They are derived when somebody asks for them.
import { toUsd } from "./counters.ts";
import { createRandom, sha256Hex } from "./random.ts";
import type { LedgerRow, SampleState } from "./state.ts";

/** A row of one request. */
export interface GenerationRow extends LedgerRow {
  generation: string;
}

const figures = ["promptTokens", "completionTokens", "reasoningTokens", "cachedTokens", "usage", "byok"] as const;

/** Splits a row into its requests, a few of which are much larger than the others. They add up to the row. */
export function splitIntoGenerations(row: LedgerRow): GenerationRow[] {
  const rng = createRandom(`generations ${row.at} ${row.permaslug} ${row.requests}`);
  const bounds = [0];
  for (let i = 0; i < row.requests; i++) bounds.push(bounds[i]! + 0.3 + 4 * rng.between(0, 1) ** 6);
  const whole = bounds.at(-1)!;
  // Each request gets the whole numbers between two bounds, so that nothing is lost by rounding.
  const part = (total: number, i: number) =>
    Math.round((total * bounds[i + 1]!) / whole) - Math.round((total * bounds[i]!) / whole);
  return Array.from({ length: row.requests }, (_, i) => {
    const own: GenerationRow = { ...row, requests: 1, generation: generationId(row, i) };
    for (const figure of figures) own[figure] = part(row[figure], i);
    return own;
  });
}

function generationId({ key, at, endpointId, promptTokens }: LedgerRow, i: number): string {
  // A key may have two rows of an endpoint in the same minute.
  const hash = sha256Hex(`generation ${key} ${endpointId} ${at} ${promptTokens} ${i}`);
  return `gen-${Math.floor(at / 1000)}-${hash.slice(0, 20)}`;
}

/** Returns a generation as `GET /generation` does; undefined if there is none with this id. */
export function findGeneration({ ledger }: SampleState, id: string) {
  const [, second] = /^gen-(\d+)-/.exec(id) ?? [];
  const at = Number(second) * 1000;
  for (const row of ledger) {
    const found = row.at === at && splitIntoGenerations(row).find(({ generation }) => generation === id);
    if (found) return toGeneration(found);
  }
  return undefined;
}

function toGeneration(row: GenerationRow) {
  const { generation: id } = row;
  const hash = sha256Hex(id);
  const rng = createRandom(id);
  const isEmbedding = row.completionTokens === 0;
  const latency = rng.int(400, 1900);
  return {
    id,
    upstream_id: `up-${hash.slice(0, 24)}`,
    request_id: `req-${hash.slice(24, 40)}`,
    created_at: new Date(row.at).toISOString(),
    model: row.permaslug,
    provider_name: row.provider,
    api_type: isEmbedding ? "embeddings" : "completions",
    streamed: rng.int(0, 1) === 0,
    cancelled: false,
    finish_reason: isEmbedding ? null : "stop",
    native_finish_reason: isEmbedding ? null : "stop",
    total_cost: toUsd(row.usage),
    usage: toUsd(row.usage),
    upstream_inference_cost: row.byok ? toUsd(row.byok) : null,
    is_byok: row.byok > 0,
    cache_discount: null,
    tokens_prompt: row.promptTokens,
    tokens_completion: row.completionTokens,
    native_tokens_prompt: row.promptTokens,
    native_tokens_completion: row.completionTokens,
    native_tokens_reasoning: row.reasoningTokens,
    native_tokens_cached: row.cachedTokens,
    native_tokens_completion_images: 0,
    latency,
    moderation_latency: null,
    generation_time: latency + rng.int(300, 9000),
    num_fetches: 0,
    num_input_audio_prompt: 0,
    num_media_completion: 0,
    num_media_prompt: 0,
    num_search_results: 0,
    origin: "https://brightleaf.example/",
    http_referer: "https://brightleaf.example/",
    user_agent: "brightleaf/3.2",
    app_id: null,
    preset_id: null,
    provider_responses: [
      {
        endpoint_id: row.endpointId,
        model_permaslug: row.permaslug,
        provider_name: row.provider,
        is_byok: row.byok > 0,
        latency,
        status: 200,
      },
    ],
    response_cache_source_id: null,
    router: null,
    service_tier: null,
    session_id: null,
    web_search_engine: null,
    external_user: null,
    data_region: "global",
    workspace_id: row.workspaceId,
  };
}
