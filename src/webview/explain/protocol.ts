// The messages about explanations.
import * as z from "zod/mini";
import type { Explanation } from "../../openrouter/foresight/explain/model.ts";
import type { UsualSpend } from "../../openrouter/foresight/unusual.ts";
import { bucketStart, dimensions, type Filter } from "../../openrouter/spend/model.ts";
import { type Basis, bases } from "./basis.ts";
import type { ExplainRequest, NamedFilter } from "./explainRequest.ts";
import { isExplanation } from "./isExplanation.ts";

const text = z.string();
const buckets = z.object({ from: text, to: text });
const ids = z.optional(z.array(z.nullable(text)));

/** Days and hours that exist: a saved state may have been changed. */
const bucketOf = (length: number) =>
  text.check(
    z.refine((bucket) => {
      const start = bucketStart(bucket);
      return bucket.length === length && !Number.isNaN(start.getTime()) && start.toISOString().startsWith(bucket);
    }),
  );
const [day, hour] = [bucketOf(10), bucketOf(13)].map((bucket) => z.object({ from: bucket, to: bucket }));

/** What a state's explanation compares with. */
export const basisSchema: z.ZodMiniType<Basis> = z.union([
  z.enum(bases),
  z.object({ after: day!, before: day! }),
  z.object({ after: hour!, before: hour! }),
]);

const filters: z.ZodMiniType<NamedFilter[]> = z.array(
  z.object({ dimension: z.enum(dimensions), ids: z.array(z.nullable(text)), name: text }),
);

const filter: z.ZodMiniType<Filter> = z.object(Object.fromEntries(dimensions.map((dimension) => [dimension, ids])));

const request: z.ZodMiniType<ExplainRequest> = z.object({
  after: buckets,
  before: z.union([buckets, z.literal("usual")]),
  filter,
});

const usual: z.ZodMiniType<UsualSpend | undefined> = z.optional(
  z.object({ median: z.number(), deviation: z.number(), weeks: z.number(), excess: z.number() }),
);

const figure = z.optional(z.number());

const listedGeneration = z.object({
  id: text,
  cost: z.number(),
  prompt_tokens: figure,
  completion_tokens: figure,
  reasoning_tokens: figure,
});
export type ListedGeneration = z.infer<typeof listedGeneration>;

const generationDetails = z.object({
  /** ISO time. */
  createdAt: z.optional(text),
  /** USD. */
  cost: z.number(),
  prompt: figure,
  completion: figure,
  reasoning: figure,
  cached: figure,
  provider: z.optional(text),
  /** Milliseconds. */
  latency: figure,
  finishReason: z.optional(text),
});
export type GenerationDetails = z.infer<typeof generationDetails>;

export const explainFromWebview = [
  /** Requests an explanation; a newer request replaces an older one. */
  z.object({ type: z.literal("explain"), id: z.number(), accountId: text, request, fresh: z.boolean() }),
  z.object({ type: z.literal("copyExplanation"), accountId: text, request }),
  z.object({ type: z.literal("askExplanation"), accountId: text, request, filters }),
  /** Requests the most expensive generations of a model and key, of the providers and workspaces of the filter. */
  z.object({
    ...{ type: z.literal("readGenerations"), id: z.number(), accountId: text, period: buckets },
    ...{ model: text, key: z.nullable(text), filter },
  }),
  z.object({ type: z.literal("readGeneration"), id: z.number(), accountId: text, generation: text }),
  z.object({ type: z.literal("exportExplanation"), format: z.enum(["csv", "json"]), accountId: text, request }),
] as const;

export const explainToWebview = [
  z.object({
    type: z.literal("explanation"),
    id: z.number(),
    explanation: z.custom<Explanation>(isExplanation),
    usual,
  }),
  z.object({
    type: z.literal("generations"),
    id: z.number(),
    generations: z.array(listedGeneration),
    /** Why there are none. */
    unavailable: z.optional(z.enum(["notOffered", "tooOld"])),
  }),
  z.object({ type: z.literal("generation"), id: z.number(), generation: generationDetails }),
  z.object({ type: z.literal("generationsFailed"), id: z.number(), message: text }),
  z.object({ type: z.literal("explainFailed"), id: z.number(), message: text }),
  /** Explains the bar or row whose context menu is open (`menu`), or everything shown. */
  z.object({ type: z.literal("explainFor"), menu: z.boolean() }),
] as const;
