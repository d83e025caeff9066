import { toUsd } from "../counters.ts";
import { sha256Hex } from "../random.ts";
import type { LedgerRow, SampleState } from "../state.ts";

/** Builds records for `GET /generation` from the ledger's latest rows; the first is from the agent's loop (`spike`). */
export function buildGenerations(ledger: LedgerRow[], loopModel: string): SampleState["generations"] {
  const latest = ledger.toSorted((a, b) => b.at - a.at);
  const loop = latest.find((row) => row.model === loopModel && row.requests > 50);
  return [...(loop ? [loop] : []), ...latest.filter((row) => row !== loop).slice(0, 7)].map(toGeneration);
}

function toGeneration(row: LedgerRow, i: number) {
  const per = (total: number) => Math.round(total / row.requests);
  const id = sha256Hex(`generation ${row.key} ${row.at} ${i}`);
  const isEmbedding = row.completionTokens === 0;
  return {
    id: `gen-${Math.floor(row.at / 1000)}-${id.slice(0, 20)}`,
    upstream_id: `up-${id.slice(20, 44)}`,
    request_id: `req-${id.slice(44, 60)}`,
    created_at: new Date(row.at).toISOString(),
    model: row.permaslug,
    provider_name: row.provider,
    api_type: isEmbedding ? "embeddings" : "completions",
    streamed: i % 2 === 0,
    cancelled: false,
    finish_reason: isEmbedding ? null : "stop",
    native_finish_reason: isEmbedding ? null : "stop",
    total_cost: toUsd(per(row.usage)),
    usage: toUsd(per(row.usage)),
    upstream_inference_cost: row.byok ? toUsd(per(row.byok)) : null,
    is_byok: row.byok > 0,
    cache_discount: null,
    tokens_prompt: per(row.promptTokens),
    tokens_completion: per(row.completionTokens),
    native_tokens_prompt: per(row.promptTokens),
    native_tokens_completion: per(row.completionTokens),
    native_tokens_reasoning: per(row.reasoningTokens),
    native_tokens_cached: per(row.cachedTokens),
    native_tokens_completion_images: 0,
    latency: 640 + i * 87,
    moderation_latency: null,
    generation_time: 2100 + i * 310,
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
        latency: 640 + i * 87,
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
