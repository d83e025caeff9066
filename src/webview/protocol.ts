// The messages between the extension and its webviews. Both sides validate them and drop invalid ones.
import * as z from "zod/mini";
import { dimensions, metrics, ranges, type SpendRequest, type SpendTable } from "../openrouter/spend/model.ts";
import { basisSchema, explainFromWebview, explainToWebview } from "./explain/protocol.ts";
import { forecastFromWebview, forecastToWebview } from "./forecast/protocol.ts";
import { isSpendTable } from "./isSpendTable.ts";
import { TOP_COUNTS } from "./seriesCount.ts";
import type { ActivityState, DrillStep, ScopeFilter } from "./state.ts";
import { whatIfFromWebview, whatIfToWebview } from "./whatIf/protocol.ts";

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
  provider: z.optional(text),
});

const state: z.ZodMiniType<ActivityState> = z.object({
  accountId: z.optional(text),
  range: z.enum(ranges),
  groupBy: dimension,
  metric: z.enum(metrics),
  top: z.literal(["auto", ...TOP_COUNTS]),
  compare: z.boolean(),
  scopes: z.array(scope),
  path: z.array(step),
  rows: z.enum(["groups", "buckets"]),
  sort: z.object({ column: text, descending: z.boolean() }),
  explain: z.optional(basisSchema),
});

/** What a question for the chat is about: a day or hour, or a group; everything shown if neither is given. */
const askedFigure = z.object({
  bucket: z.optional(text),
  group: z.optional(z.object({ id: z.nullable(text), name: text })),
});
export type AskedFigure = z.infer<typeof askedFigure>;

/** The commands that a webview may run, none of which takes arguments. */
export const webviewCommands = ["openActivity", "setKey", "openLog"] as const;

const fromWebview = z.discriminatedUnion("type", [
  /** The page has loaded and can receive messages. */
  z.object({ type: z.literal("ready") }),
  /** Requests a table; a newer request replaces an older one. */
  z.object({ type: z.literal("read"), id: z.number(), request, fresh: z.boolean() }),
  z.object({ type: z.literal("export"), format: z.enum(["csv", "json"]), state, request }),
  z.object({ type: z.literal("copy"), state, request }),
  z.object({ type: z.literal("ask"), state, request, figure: askedFigure }),
  z.object({ type: z.literal("command"), command: z.enum(webviewCommands) }),
  ...whatIfFromWebview,
  ...explainFromWebview,
  ...forecastFromWebview,
]);
export type FromWebview = z.infer<typeof fromWebview>;

/** The account that figures are of, and its name in a text for people. */
const account = z.object({ id: text, text, isSample: z.boolean() });
export type FiguresAccount = z.infer<typeof account>;

/** Spend in USD, as all views show it. */
const amounts = z.object({
  today: z.number(),
  /** Undefined if it is unknown. */
  week: z.optional(z.number()),
  month: z.number(),
  source: z.enum(["analytics", "counters"]),
  includesByok: z.boolean(),
  note: z.optional(text),
  /** ISO time. */
  readAt: text,
  /** True if reading them again failed. */
  isStale: z.optional(z.boolean()),
});
export type Amounts = z.infer<typeof amounts>;

const toWebview = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("start"),
    locale: text,
    /** Translations by English text; undefined in English. */
    translations: z.optional(z.record(text, text)),
    scopes: z.optional(z.array(scope)),
    /** The account of the scopes, else the one in use; undefined until it is known. */
    accountId: z.optional(text),
  }),
  z.object({
    type: z.literal("table"),
    id: z.number(),
    request,
    table: z.custom<SpendTable>(isSpendTable),
    account,
    /** The spend of today, this week and this month, for the sidebar; undefined if it couldn't be read. */
    amounts: z.optional(amounts),
  }),
  /** Another account is in use, or it was renamed. */
  z.object({ type: z.literal("account"), account }),
  z.object({ type: z.literal("progress"), id: z.number(), done: z.number(), all: z.number() }),
  z.object({
    type: z.literal("failed"),
    id: z.number(),
    message: text,
    /** A command that solves the problem, offered beside Retry. */
    command: z.optional(z.enum(webviewCommands)),
  }),
  /** Requests an `ask` message: about the bar or row whose context menu is open (`menu`), or about everything shown. */
  z.object({ type: z.literal("askFor"), menu: z.boolean() }),
  /** Replaces the filters of the open panel. */
  z.object({ type: z.literal("scopes"), scopes: z.array(scope), accountId: text }),
  /** The figures must be read again: after switching accounts (`account`), or since another view has newer ones (`renewed`). */
  z.object({ type: z.literal("outdated"), account: z.optional(z.boolean()), renewed: z.optional(z.boolean()) }),
  ...whatIfToWebview,
  ...explainToWebview,
  ...forecastToWebview,
]);
export type ToWebview = z.infer<typeof toWebview>;

/** Returns undefined for an invalid message. */
export function parseFromWebview(message: unknown): FromWebview | undefined {
  return z.safeParse(fromWebview, message).data;
}

/** Returns undefined for an invalid message. */
export function parseToWebview(message: unknown): ToWebview | undefined {
  return z.safeParse(toWebview, message).data;
}

/** Returns undefined for an invalid state, such as one saved by another version. */
export function parseState(value: unknown): ActivityState | undefined {
  return z.safeParse(state, value).data;
}
