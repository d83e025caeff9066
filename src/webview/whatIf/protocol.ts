// What the panel shows of the costs on other models, as the extension words it, and the messages about it.
import * as z from "zod/mini";
import { abilities } from "../../openrouter/foresight/whatIf/model.ts";

const text = z.string();
const texts = z.array(text);
const ability = z.enum(abilities);

const shownCandidate = z.object({
  id: text,
  name: text,
  cost: text,
  /** The lowest and highest cost; undefined if both are the same. */
  range: z.optional(text),
  saving: text,
  /** What of the saving is certain, or up to how many tokens there is one. */
  certain: text,
  notes: texts,
  /** What the used models offer and this one doesn't. */
  lacks: z.array(ability),
  /** The cheapest first; undefined if they weren't read. */
  providers: z.optional(z.array(z.object({ name: text, cost: text }))),
});
export type ShownCandidate = z.infer<typeof shownCandidate>;

const shownWhatIf = z.object({
  headline: text,
  /** What else is known of the usage. */
  facts: texts,
  unknowns: texts,
  /** What the used models offer, to show only candidates that offer it, too. */
  needs: z.array(z.object({ id: ability, name: text })),
  candidates: z.array(shownCandidate),
});
export type ShownWhatIf = z.infer<typeof shownWhatIf>;

const request = z.object({
  from: text,
  to: text,
  keys: z.optional(texts),
  workspaces: z.optional(texts),
  model: z.optional(text),
});
export type WhatIfRequest = z.infer<typeof request>;

export const whatIfFromWebview = [
  /** A newer request replaces an older one. */
  z.object({ type: z.literal("whatIf"), id: z.number(), accountId: text, request }),
  /** Copies or exports the result of the request with this id. */
  z.object({ type: z.literal("copyWhatIf"), id: z.number(), accountId: text }),
  z.object({ type: z.literal("exportWhatIf"), id: z.number(), format: z.enum(["csv", "json"]), accountId: text }),
] as const;

export const whatIfToWebview = [
  z.object({ type: z.literal("whatIfResult"), id: z.number(), result: shownWhatIf }),
  z.object({ type: z.literal("whatIfFailed"), id: z.number(), message: text }),
] as const;
