// Reads the sources of a plan, one after another where they fail, and attributes their rows to keys and workspaces.

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
  /** Undefined where only the default workspace could be asked. */
  workspaces: readonly Workspace[] | undefined;
}

export interface SpendOptions extends RequestOptions {
  /** How many of the keys have been asked for their spend. */
  onProgress?(done: number, all: number): void;
  /** The account's keys, where somebody has read them already. */
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
  /** How many plans ask the analytics, which admit so many requests together. */
  analyticsPlans: number;
  progress: ReturnType<typeof sharedProgress>;
}

/** Combines the progress of sources that are read at once: the slowest one's. */
export function sharedProgress(tell: SpendOptions["onProgress"]) {
  const parts = new Set<{ done: number }>();
  let most = 0;
  return () => {
    const own = { done: 0 };
    parts.add(own);
    return {
      onProgress(done: number, all: number) {
        own.done = done;
        most = Math.max(most, all);
        tell?.(Math.min(...[...parts].map((part) => part.done)), most);
      },
      end: () => void parts.delete(own),
    };
  };
}

/** Reads a plan's source; where it fails, says so and follows what is to take its place. */
export async function readSegments(plan: Plan, reading: ReadContext): Promise<Segment[]> {
  const { onProgress, end } = reading.progress();
  try {
    const source = await createSource(plan, reading);
    return [await readSegment(source, reading, onProgress)];
  } catch (error) {
    end();
    reading.options.signal?.throwIfAborted();
    if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
    reading.failures.push(error);
    const kind = plan.source === "activity" ? "activityUnavailable" : "analyticsUnavailable";
    const rest = (await Promise.all(plan.fallbacks.map((other) => readSegments(other, reading)))).flat();
    return [...rest, failedSegment(plan, { kind, cause: error.message })];
  } finally {
    end();
  }
}

async function createSource({ source, from, to }: Plan, reading: ReadContext): Promise<SpendSourceReader> {
  const { client, request, options, span, now, analyticsPlans } = reading;
  if (source === "activity") return activitySource(client, from, to);
  if (source === "counters") return countersSource((await reading.allKeys()).keys, span.today);
  const wide = span.unit === "day" && dayAfter(from, MAX_PROVIDER_DAYS) <= to;
  const splitByProvider = !wide || request.dimensions.includes("provider");
  const range = { unit: span.unit, from, to, now, splitByProvider, concurrentSources: analyticsPlans };
  return analyticsSource(client, range, { signal: options.signal });
}

/** A source's rows, attributed to keys and workspaces as far as asked. */
async function readSegment(
  source: SpendSourceReader,
  reading: ReadContext,
  onProgress: SpendOptions["onProgress"],
): Promise<Segment> {
  const { request, options, allKeys } = reading;
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
    // Names in an answer leave no room for providers: where both matter, each key is asked for by itself, unless that
    // would leave out some of those that alone matter.
    const { readByKeyName } = source;
    const named = readByKeyName && (!dimensions.includes("provider") || (hashes && chosen.length > source.maxKeys));
    const parts = named
      ? await readKeySpendByName({ ...source, readByKeyName }, chosen, whole?.rows, { signal, onProgress })
      : await readKeySpend(source, chosen, whole?.rows, { signal, onProgress });
    segment.notes.push(...parts.notes);
    segment.rows = whole ? attribute(whole.rows, parts.rows, named ? ["model"] : source.dimensions) : parts.rows;
  } else if (dimensions.includes("workspace") && !source.dimensions.includes("workspace")) {
    const parts = await readWorkspaceSpend(source, (await allKeys()).workspaces, signal);
    segment.notes.push(...parts.notes);
    segment.rows = attribute(segment.rows, parts.rows, source.dimensions);
  }
  return segment;
}

/** A question to the analytics has room for no third dimension: each workspace is asked for, until one is refused. */
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

/** Knows nothing: its buckets stay gaps. */
function failedSegment({ source, from, to }: Plan, note: SpendNote): Segment {
  const readAt = new Date().toISOString();
  return { source: { source, from, to, readAt }, hasMeasure: () => false, rows: [], notes: [note] };
}
