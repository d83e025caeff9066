// Reads the generations behind a cause for the activity panel.

import { getGeneration } from "../../openrouter/endpoints/usage.ts";
import { readGenerations } from "../../openrouter/foresight/explain/generations.ts";
import type { Generation } from "../../openrouter/index.ts";
import { oneLine } from "../../openrouter/text/printable.ts";
import type { GenerationDetails } from "../../webview/explain/protocol.ts";
import type { FromWebview, ToWebview } from "../../webview/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";

export type GenerationsRequest = Extract<FromWebview, { type: "readGenerations" | "readGeneration" }>;

export async function answerGenerations({ client }: AccountSession, message: GenerationsRequest): Promise<ToWebview> {
  const { id } = message;
  if (message.type === "readGeneration")
    return { type: "generation", id, generation: toDetails(await getGeneration(client, message.generation)) };
  const { period, model, key, filter } = message;
  const read = await readGenerations(client, { period, model, key: key ?? undefined, filter });
  if ("unavailable" in read) return { type: "generations", id, generations: [], unavailable: read.unavailable };
  return { type: "generations", id, generations: read.generations };
}

/** Only the cost is certain to be there. */
function toDetails(generation: Generation): GenerationDetails {
  const number = (name: string) => {
    const value = generation[name];
    return typeof value === "number" ? value : undefined;
  };
  const text = (name: string) => {
    const value = generation[name];
    return typeof value === "string" ? oneLine(value) : undefined;
  };
  return {
    createdAt: text("created_at"),
    cost: generation.total_cost,
    prompt: number("native_tokens_prompt") ?? number("tokens_prompt"),
    completion: number("native_tokens_completion") ?? number("tokens_completion"),
    reasoning: number("native_tokens_reasoning"),
    cached: number("native_tokens_cached"),
    provider: text("provider_name"),
    latency: number("latency"),
    finishReason: text("finish_reason"),
  };
}
