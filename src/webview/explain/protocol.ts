// The messages about explanations.
import * as z from "zod/mini";
import {
  type Cause,
  type Explanation,
  factors,
  type Parts,
  type Period,
  type UsageCell,
} from "../../openrouter/foresight/explain/model.ts";
import type { UsualSpend } from "../../openrouter/foresight/unusual.ts";
import { dimensions } from "../../openrouter/spend/model.ts";
import type { ExplainRequest } from "./explainRequest.ts";

const text = z.string();
const buckets = z.object({ from: text, to: text });
const ids = z.optional(z.array(z.nullable(text)));

const request: z.ZodMiniType<ExplainRequest> = z.object({
  after: buckets,
  before: z.union([buckets, z.literal("usual")]),
  filter: z.object(Object.fromEntries(dimensions.map((dimension) => [dimension, ids]))),
});

const period: z.ZodMiniType<Period & { cost: number }> = z.object({
  from: text,
  to: text,
  averageOf: z.optional(z.number()),
  cost: z.number(),
});
const parts: z.ZodMiniType<Parts> = z.record(z.enum(factors), z.number());
const figure = z.optional(z.number());
const cell: z.ZodMiniType<UsageCell> = z.object({
  model: z.optional(text),
  key: z.optional(text),
  cost: z.number(),
  requests: figure,
  prompt_tokens: figure,
  completion_tokens: figure,
  reasoning_tokens: figure,
  cached_tokens: figure,
}) as z.ZodMiniType<UsageCell>;
const cause = z.object({
  model: z.optional(z.object({ id: text, name: text })),
  key: z.optional(z.object({ hash: text, name: text })),
  difference: z.number(),
  parts,
  before: z.optional(cell),
  after: z.optional(cell),
  count: z.number(),
}) as z.ZodMiniType<Cause>;

const note = z.custom<Explanation["notes"][number]>((value) => typeof value?.kind === "string");

/** An explanation as it is sent to a page. */
export const explanation = z.object({
  before: period,
  after: period,
  difference: z.number(),
  parts,
  causes: z.array(cause),
  notes: z.array(note),
}) as z.ZodMiniType<Explanation>;

const usual: z.ZodMiniType<UsualSpend | undefined> = z.optional(
  z.object({ median: z.number(), deviation: z.number(), weeks: z.number(), excess: z.number() }),
);

export const explainFromWebview = [
  /** Requests an explanation; a newer request replaces an older one. */
  z.object({ type: z.literal("explain"), id: z.number(), accountId: text, request, fresh: z.boolean() }),
  z.object({ type: z.literal("copyExplanation"), accountId: text, request }),
  z.object({ type: z.literal("exportExplanation"), format: z.enum(["csv", "json"]), accountId: text, request }),
] as const;

export const explainToWebview = [
  z.object({ type: z.literal("explanation"), id: z.number(), explanation, usual }),
  z.object({ type: z.literal("explainFailed"), id: z.number(), message: text }),
  /** Explains the bar or row whose context menu is open (`menu`), or everything shown. */
  z.object({ type: z.literal("explainFor"), menu: z.boolean() }),
] as const;
