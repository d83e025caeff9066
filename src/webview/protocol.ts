// The messages between the editor and its webviews. Both sides validate what arrives and drop anything else.
import * as z from "zod/mini";
import { dimensions, metrics, ranges, type SpendRequest, type SpendTable } from "../openrouter/spend/model.ts";
import { isSpendTable } from "./isSpendTable.ts";
import type { ActivityState, DrillStep, ScopeFilter } from "./state.ts";

const dimension = z.enum(dimensions);
const text = z.string();
const scope: z.ZodMiniType<ScopeFilter> = z.object({ dimension, ids: z.array(text), name: text });
const step: z.ZodMiniType<DrillStep> = z.union([
  z.object({ bucket: text }),
  z.object({ dimension, id: z.nullable(text), name: text }),
]);

const request: z.ZodMiniType<SpendRequest> = z.object({
  range: z.enum(ranges),
  compare: z.optional(z.boolean()),
  dimensions: z.array(dimension),
  keys: z.optional(z.array(text)),
  day: z.optional(text),
});

const state: z.ZodMiniType<ActivityState> = z.object({
  range: z.enum(ranges),
  groupBy: dimension,
  metric: z.enum(metrics),
  top: z.number(),
  compare: z.boolean(),
  scopes: z.array(scope),
  path: z.array(step),
  rows: z.enum(["groups", "buckets"]),
  sort: z.object({ column: text, descending: z.boolean() }),
});

/** Commands that a webview may run: each of them asks nothing of it and takes nothing from it. */
export const webviewCommands = ["openActivity", "setKey", "openLog"] as const;

const fromWebview = z.discriminatedUnion("type", [
  /** The page is drawn and can take messages. */
  z.object({ type: z.literal("ready") }),
  /** Wants a table; the newest request is the one that counts. */
  z.object({ type: z.literal("read"), id: z.number(), request, fresh: z.boolean() }),
  z.object({ type: z.literal("export"), format: z.enum(["csv", "json"]), state, request }),
  z.object({ type: z.literal("copy"), state, request }),
  z.object({ type: z.literal("command"), command: z.enum(webviewCommands) }),
]);
export type FromWebview = z.infer<typeof fromWebview>;

const amounts = z.object({ today: z.number(), month: z.number(), includesByok: z.boolean() });

const toWebview = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("start"),
    locale: text,
    /** Translations by the English text; none in English. */
    translations: z.optional(z.record(text, text)),
    scopes: z.optional(z.array(scope)),
  }),
  z.object({
    type: z.literal("table"),
    id: z.number(),
    request,
    table: z.custom<SpendTable>(isSpendTable),
    /** Generated data. */
    sample: z.boolean(),
    /** Today and this month as the Credits view has them, for the sidebar. */
    amounts: z.optional(amounts),
  }),
  z.object({ type: z.literal("progress"), id: z.number(), done: z.number(), all: z.number() }),
  z.object({
    type: z.literal("failed"),
    id: z.number(),
    message: text,
    /** The command that helps; without one, only Retry is offered. */
    command: z.optional(z.enum(webviewCommands)),
  }),
  /** The panel was opened again for other keys, models or providers. */
  z.object({ type: z.literal("scopes"), scopes: z.array(scope) }),
  /** Another account is in use, or somebody wants newer figures: what is shown must be read again. */
  z.object({ type: z.literal("outdated"), account: z.optional(z.boolean()) }),
]);
export type ToWebview = z.infer<typeof toWebview>;

/** @returns undefined for what is no message of a webview */
export function parseFromWebview(message: unknown): FromWebview | undefined {
  return z.safeParse(fromWebview, message).data;
}

/** @returns undefined for what is no message of the editor */
export function parseToWebview(message: unknown): ToWebview | undefined {
  return z.safeParse(toWebview, message).data;
}

/** @returns undefined for what is no state, from another version for instance */
export function parseState(value: unknown): ActivityState | undefined {
  return z.safeParse(state, value).data;
}
