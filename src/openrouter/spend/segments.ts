// Reads the source of a plan, or its fallbacks if it fails, and attributes the rows to keys and workspaces.

import { OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { Workspace } from "../schemas.ts";
import { sum } from "../text/figures.ts";
import { activitySource } from "./activitySource.ts";
import { analyticsSource, MAX_PROVIDER_DAYS, type RenamedRows } from "./analyticsSource.ts";
import type { ReadContext } from "./context.ts";
import { splitRows } from "./excess.ts";
import type { KeySpendOptions } from "./keySpend.ts";
import type { Plan } from "./plan.ts";
import type { SpendSourceReader } from "./source.ts";
import { currentBucket, dayAfter } from "./span.ts";
import { splitByKey } from "./splitByKey.ts";
import type { Measure, SpendNote, SpendRow, SpendSource } from "./table.ts";
import { fitToDay, todaySource } from "./todaySource.ts";

/** The result of one source. */
export interface Segment {
  source: SpendSource;
  hasMeasure(measure: Measure): boolean;
  rows: SpendRow[];
  notes: SpendNote[];
}

/** Reads a plan's source; if it fails, reads the fallbacks and adds a note. */
export async function readSegments(plan: Plan, context: ReadContext): Promise<Segment[]> {
  const { onProgress, end } = context.progress();
  try {
    // The counters have no hours: without analytics, the day is shown as a whole.
    const isWholeDay = context.span.unit === "hour" && plan.source === "analytics" && plan.fallbacks.length > 0;
    if (isWholeDay && (await context.current()).source === "counters")
      return (await Promise.all(plan.fallbacks.map((fallback) => readSegments(fallback, context)))).flat();
    const source = await createSource(plan, context);
    return [await readSegment(plan, source, context, onProgress)];
  } catch (error) {
    end();
    context.options.signal?.throwIfAborted();
    if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
    context.failures.push(error);
    const kind = plan.source === "activity" ? "activityUnavailable" : "analyticsUnavailable";
    const segments = (await Promise.all(plan.fallbacks.map((fallback) => readSegments(fallback, context)))).flat();
    return [...segments, failedSegment(plan, { kind, cause: error.message })];
  } finally {
    end();
  }
}

async function createSource({ source, from, to }: Plan, context: ReadContext): Promise<SpendSourceReader> {
  const { client, request, options, span, now, supported, rename } = context;
  const others = context.plans.filter((plan) => plan.from !== from);
  const otherQueries = sum(others.map((plan) => queriesPerKey(plan, context)));
  if (source === "activity") return activitySource(client, from, to);
  if (source === "today") return todaySource(client, await context.current(), otherQueries, rename);
  const wide = span.unit === "day" && dayAfter(from, MAX_PROVIDER_DAYS) <= to;
  const splitByProvider = !wide || request.dimensions.includes("provider");
  const range = { unit: span.unit, from, to, now, splitByProvider, supported, rename };
  return analyticsSource(client, { ...range, otherQueries }, { signal: options.signal });
}

/** Returns how many queries of analytics a plan sends for each key, if it can't query many at once. */
function queriesPerKey({ source, from, to }: Plan, { buckets, span, request }: ReadContext): number {
  if (source !== "analytics") return source === "today" ? 1 : 0;
  const days = buckets.filter((bucket) => bucket >= from && bucket <= to).length;
  return span.unit === "day" && request.dimensions.includes("provider") ? Math.ceil(days / MAX_PROVIDER_DAYS) : 1;
}

/** Reads a source and attributes its rows to keys and workspaces, as requested. */
async function readSegment(
  plan: Plan,
  source: SpendSourceReader,
  context: ReadContext,
  onProgress: KeySpendOptions["onProgress"],
): Promise<Segment> {
  const { request, options, allKeys } = context;
  const { dimensions, keys: hashes } = request;
  const isCounted = source.source === "counters";
  const segment: Segment = {
    source: { source: source.source, from: source.from, to: source.to, readAt: new Date().toISOString() },
    hasMeasure: source.hasMeasure,
    rows: [],
    notes: [],
  };
  const whole = hashes && !isCounted ? undefined : await readWhole(plan, source, context);
  if (whole?.readAt) segment.source.readAt = whole.readAt;
  segment.notes.push(...(whole?.notes ?? []));
  segment.rows = whole?.rows ?? [];
  if (source.dimensions.includes("key")) {
    const wanted = hashes && new Set(hashes);
    if (wanted) segment.rows = segment.rows.filter(({ key }) => key !== undefined && wanted.has(key));
  } else if (hashes || dimensions.includes("key")) {
    const { rows, notes } = await splitByKey(source, whole, context, onProgress);
    segment.rows = rows;
    segment.notes.push(...notes);
  } else if (dimensions.includes("workspace") && !source.dimensions.includes("workspace")) {
    const parts = await readWorkspaceSpend(source, (await allKeys()).workspaces, options.signal);
    segment.notes.push(...parts.notes);
    segment.rows = splitRows(source, segment.rows, parts.rows, source.dimensions, context);
  }
  return segment;
}

/** Reads the spend of all keys. What other views show, too, is not read again. */
async function readWhole(
  plan: Plan,
  source: SpendSourceReader,
  context: ReadContext,
): Promise<RenamedRows & { readAt?: string }> {
  const { options, span, now } = context;
  const { signal } = options;
  if (plan.source === "today")
    return { ...(await source.read({}, { signal })), readAt: (await context.current()).readAt };
  if (plan.source === "activity") {
    const { rows, notes, readAt } = await context.completedDays();
    return { rows: rows.filter(({ bucket }) => bucket >= plan.from && bucket <= plan.to), notes, readAt };
  }
  const id = `${source.source} ${source.dimensions.join(" ")}`;
  const read = await context.reuse(source, id, async (own) => ({
    ...(await source.read({}, { signal: own })),
    readAt: new Date().toISOString(),
  }));
  if (span.unit === "day" || !context.buckets.at(-1)!.startsWith(span.today)) return read;
  const { readAt, rows } = await context.current();
  const day = await context.rename(rows, { signal });
  const { parts, rest, excess } = fitToDay(read.rows, day.rows, currentBucket("hour", now));
  if (excess.length > 0) options.onExcess?.();
  return { ...read, rows: [...parts, ...rest], readAt };
}

/** Queries each workspace, because analytics allow no third dimension. Stops at the first failure. */
async function readWorkspaceSpend(
  source: SpendSourceReader,
  workspaces: readonly Workspace[] | undefined,
  signal?: AbortSignal,
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  if (!workspaces) return { rows: [], notes: [{ kind: "workspacesUnavailable" }] };
  const rows: SpendRow[] = [];
  const notes: SpendNote[] = [];
  try {
    for (const { id } of workspaces) {
      const part = await source.read({ workspace: id }, { signal });
      rows.push(...part.rows.map((row) => ({ ...row, workspace: id })));
      notes.push(...part.notes);
    }
  } catch (error) {
    if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
    notes.push({ kind: "warning", text: error.message });
  }
  return { rows, notes };
}

/** Creates a segment without figures: its buckets stay gaps. */
function failedSegment({ source, from, to }: Plan, note: SpendNote): Segment {
  const readAt = new Date().toISOString();
  return {
    source: { source: source === "today" ? "analytics" : source, from, to, readAt },
    hasMeasure: () => false,
    rows: [],
    notes: [note],
  };
}
