// The messages between the extension and the page "What Limits This Key". All texts are localized by the extension, and names
// from the account are already safe to show. Both sides validate the messages and drop invalid ones.
import * as z from "zod/mini";

const text = z.string();

/** A guardrail that a rule comes from; its link opens it. */
const source = z.object({
  id: text,
  name: text,
  /** How it comes to bind the key, such as "workspace default, may not apply". */
  note: z.optional(text),
});
export type GuardrailLink = z.infer<typeof source>;

const line = z.object({ text, from: z.optional(z.array(source)) });
export type SourcedLine = z.infer<typeof line>;

const level = z.enum(["normal", "near", "reached", "unknown"]);

const budget = z.object({
  name: text,
  from: z.optional(source),
  /** True for the one that runs out first. */
  isFirst: z.boolean(),
  level,
  /** What is left, such as "$6.19 left". */
  left: text,
  /** What was spent, and when it resets. */
  details: text,
  /** When it will be reached, and what is uncertain of it. */
  notes: z.array(text),
  /** The spent part of the limit, 0 to 1; undefined if it is unknown. */
  share: z.optional(z.number()),
});
export type ShownBudget = z.infer<typeof budget>;

/** A model or provider of the catalog. */
const entry = z.object({
  id: text,
  name: text,
  verdict: z.enum(["allowed", "refused", "unknown"]),
  /** Why it is not allowed, or may not be. */
  reason: z.optional(text),
  from: z.optional(z.array(source)),
});
export type ShownEntry = z.infer<typeof entry>;

/** A list of the catalog's models or providers. */
const catalogList = z.object({
  /** How many are allowed, and by which guardrails. */
  summary: line,
  entries: z.array(entry),
  /** Entries of the guardrails' lists that the catalog doesn't contain, and what else must be said. */
  notes: z.array(line),
});
export type CatalogList = z.infer<typeof catalogList>;

const page = z.object({
  account: z.object({ text, isSample: z.boolean() }),
  title: text,
  /** Label, workspace, creator and status of the key. */
  facts: z.array(z.object({ name: text, value: text })),
  /** What stops the key altogether, such as being disabled. */
  alerts: z.array(text),
  /** What is unknown. */
  gaps: z.array(text),
  guardrails: z.array(source),
  headline: text,
  budgets: z.array(budget),
  models: catalogList,
  providers: catalogList,
  /** The remaining rules: data retention, regions, data policies and filters. */
  rules: z.array(z.object({ title: text, lines: z.array(line) })),
  /** When the data was read, and what else applies. */
  footnotes: z.array(text),
});
export type LimitsPage = z.infer<typeof page>;

const answer = z.object({
  verdict: z.enum(["allowed", "refused", "unknown"]),
  headline: text,
  reasons: z.array(line),
  /** The answer for each endpoint of the model. */
  endpoints: z.array(
    z.object({
      name: text,
      verdict: z.enum(["allowed", "refused", "unknown"]),
      reason: z.optional(text),
      from: z.optional(z.array(source)),
    }),
  ),
});
export type ShownAnswer = z.infer<typeof answer>;

/** The key that the page shows; saved for when the page is restored. */
const subject = z.object({ accountId: text, hash: text });
export type LimitsSubject = z.infer<typeof subject>;

const toLimits = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), locale: text, translations: z.optional(z.record(text, text)) }),
  z.object({ type: z.literal("page"), subject, page, isLoading: z.boolean() }),
  /** There is nothing to show. */
  z.object({ type: z.literal("problem"), message: text, isLoading: z.boolean(), canSetKey: z.boolean() }),
  z.object({ type: z.literal("answer"), id: z.number(), answer }),
]);
export type ToLimits = z.infer<typeof toLimits>;

const fromLimits = z.discriminatedUnion("type", [
  /** The page has loaded; a restored one names its key. */
  z.object({ type: z.literal("ready"), subject: z.optional(subject) }),
  z.object({ type: z.literal("refresh") }),
  z.object({ type: z.literal("setKey") }),
  z.object({ type: z.literal("openGuardrail"), id: text }),
  /** Asks whether the key may use a model, at a provider or at any. */
  z.object({ type: z.literal("ask"), id: z.number(), model: text, provider: text }),
]);
export type FromLimits = z.infer<typeof fromLimits>;

/** Returns undefined for an invalid message. */
export function parseToLimits(message: unknown): ToLimits | undefined {
  return z.safeParse(toLimits, message).data;
}

/** Returns undefined for an invalid message. */
export function parseFromLimits(message: unknown): FromLimits | undefined {
  return z.safeParse(fromLimits, message).data;
}

/** Returns undefined for an invalid state, such as one saved by another version. */
export function parseSubject(value: unknown): LimitsSubject | undefined {
  return z.safeParse(subject, value).data;
}
