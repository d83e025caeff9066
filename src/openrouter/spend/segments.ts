// Reads the source of a plan, or its fallbacks if it fails, and attributes the rows to keys and workspaces.

import { OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
import { activitySource } from "./activitySource.ts";
import { analyticsSource, MAX_PROVIDER_DAYS } from "./analyticsSource.ts";
import { attribute } from "./attribute.ts";
import { countersSource } from "./countersSource.ts";
import { readKeySpend, readKeySpendByName } from "./keySpend.ts";
import type { Plan } from "./plan.ts";
import type { SpendRequest } from "./request.ts";
import type { SpendSourceReader } from "./source.ts";
import { dayAfter, type Span } from "./span.ts";
import type { Measure, SpendNote, SpendRow, SpendSource } from "./table.ts";

export interface Listing {
  keys: readonly Key[];
  /** Undefined if only the default workspace could be read. */
  workspaces: readonly Workspace[] | undefined;
}

export interface SpendOptions extends RequestOptions {
  /** Reports how many keys' spend has been read. */
  onProgress?(done: number, total: number): void;
  /** Returns the account's keys, to reuse a list that was already read. */
  allKeys?(): Promise<Listing>;
  now?: Date;
}

/** The result of one source. */
export interface Segment {
  source: SpendSource;
  hasMeasure(measure: Measure): boolean;
  rows: SpendRow[];
  notes: SpendNote[];
}

/** The context shared by all segments of one read. */
export interface ReadContext {
  client: Client;
  request: SpendRequest;
  options: SpendOptions;
  span: Span;
  now: Date;
  allKeys(): Promise<Listing>;
  failures: OpenRouterError[];
  /** How many plans read from analytics and share its rate limit. */
  analyticsPlans: number;
  progress: ReturnType<typeof sharedProgress>;
}

/** Combines the progress of sources that are read concurrently: reports the slowest one. */
export function sharedProgress(report: SpendOptions["onProgress"]) {
  const parts = new Set<{ done: number }>();
  let maxTotal = 0;
  return () => {
    const part = { done: 0 };
    parts.add(part);
    return {
      onProgress(done: number, total: number) {
        part.done = done;
        maxTotal = Math.max(maxTotal, total);
        report?.(Math.min(...[...parts].map((each) => each.done)), maxTotal);
      },
      end: () => void parts.delete(part),
    };
  };
}

/** Reads a plan's source; if it fails, reads the fallbacks and adds a note. */
export async function readSegments(plan: Plan, context: ReadContext): Promise<Segment[]> {
  const { onProgress, end } = context.progress();
  try {
    const source = await createSource(plan, context);
    return [await readSegment(source, context, onProgress)];
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
  const { client, request, options, span, now, analyticsPlans } = context;
  if (source === "activity") return activitySource(client, from, to);
  if (source === "counters") return countersSource((await context.allKeys()).keys, span.today);
  const wide = span.unit === "day" && dayAfter(from, MAX_PROVIDER_DAYS) <= to;
  const splitByProvider = !wide || request.dimensions.includes("provider");
  const range = { unit: span.unit, from, to, now, splitByProvider, concurrentSources: analyticsPlans };
  return analyticsSource(client, range, { signal: options.signal });
}

/** Reads a source and attributes its rows to keys and workspaces, as requested. */
async function readSegment(
  source: SpendSourceReader,
  context: ReadContext,
  onProgress: SpendOptions["onProgress"],
): Promise<Segment> {
  const { request, options, allKeys } = context;
  const { signal } = options;
  const { dimensions, keys: hashes } = request;
  const segment: Segment = {
    source: { source: source.source, from: source.from, to: source.to, readAt: new Date().toISOString() },
    hasMeasure: source.hasMeasure,
    rows: [],
    notes: [],
  };
  const whole = hashes && source.source !== "counters" ? undefined : await source.read({}, { signal });
  segment.notes.push(...(whole?.notes ?? []));
  segment.rows = whole?.rows ?? [];
  if (source.dimensions.includes("key")) {
    if (hashes) segment.rows = segment.rows.filter(({ key }) => key !== undefined && hashes.includes(key));
    return segment;
  }
  if (hashes || dimensions.includes("key")) {
    const { keys } = await allKeys();
    const chosen = hashes ? keys.filter(({ hash }) => hashes.includes(hash)) : keys;
    // A query by key name can't also split by provider. To get both, each key takes a query of its own, unless that
    // would skip some of the requested keys.
    const { readByKeyName } = source;
    const byName = readByKeyName && (!dimensions.includes("provider") || (hashes && chosen.length > source.maxKeys));
    const parts = byName
      ? await readKeySpendByName({ ...source, readByKeyName }, chosen, whole?.rows, { signal, onProgress })
      : await readKeySpend(source, chosen, whole?.rows, { signal, onProgress });
    segment.notes.push(...parts.notes);
    segment.rows = whole ? attribute(whole.rows, parts.rows, byName ? ["model"] : source.dimensions) : parts.rows;
  } else if (dimensions.includes("workspace") && !source.dimensions.includes("workspace")) {
    const parts = await readWorkspaceSpend(source, (await allKeys()).workspaces, signal);
    segment.notes.push(...parts.notes);
    segment.rows = attribute(segment.rows, parts.rows, source.dimensions);
  }
  return segment;
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
  return { source: { source, from, to, readAt }, hasMeasure: () => false, rows: [], notes: [note] };
}
