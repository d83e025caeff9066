// The model of spend: rows of time bucket × model × provider × key × workspace, stored in columns, which keeps a year
// of rows small to send and fast to add up.
import type { Unreadable } from "../endpoints/envelopes.ts";
import { dropFloatNoise } from "../text/figures.ts";
import { oneLine } from "../text/printable.ts";
import { uniqueNames } from "../text/uniqueNames.ts";

/** The dimensions of spend. */
export const dimensions = ["model", "provider", "key", "workspace"] as const;
export type Dimension = (typeof dimensions)[number];

/**
 * The measures of spend. `cost` is in USD and includes `byok_cost`, which was paid to providers directly. Tokens are
 * integers; completion tokens include reasoning tokens.
 */
export const measures = [
  "cost",
  "byok_cost",
  "requests",
  "prompt_tokens",
  "completion_tokens",
  "reasoning_tokens",
] as const;
export type Measure = (typeof measures)[number];
export type Figures = Record<Measure, number>;

/** A row as read from a source; unknown dimensions and figures are undefined. */
export type SpendRow = { bucket: string } & { [D in Dimension]?: string } & { [M in Measure]?: number } & {
  /** Prompt tokens that were read from a cache; not in tables. */
  cached_tokens?: number;
};

/** A model, provider, key or workspace: its id (for a key, the hash) and display name. */
export interface Entry {
  id: string;
  name: string;
}

/** Notes about the sources and the completeness of the figures. */
export type SpendNote =
  | { kind: "analyticsUnavailable"; cause: string }
  | { kind: "activityUnavailable"; cause: string }
  /** Today's figures are the keys' daily counters, without models, requests, tokens and deleted keys. */
  | { kind: "counters" }
  /** Only `asked` keys of those with spend were queried; the rest is unattributed. */
  | { kind: "keysAsked"; asked: number; of: number }
  | { kind: "keysFailed"; failed: number; cause: string }
  /** Invalid rows were left out; `field` is the invalid field of the first one. */
  | ({ kind: "rowsUnreadable" } & Unreadable)
  | { kind: "truncated" }
  | { kind: "workspacesUnavailable" }
  /** Models and providers keep the names that analytics use. */
  | { kind: "namesUnavailable"; cause: string }
  | { kind: "warning"; text: string };

/** The source of the buckets from `from` to `to`, and when it was read. */
export interface SpendSource {
  source: "activity" | "analytics" | "counters";
  from: string;
  to: string;
  /** ISO time. */
  readAt: string;
}

export interface SpendTable {
  unit: "day" | "hour";
  /** Consecutive UTC days or hours, oldest first: YYYY-MM-DD or YYYY-MM-DDTHH. */
  buckets: string[];
  /** The bucket in progress when the table was read. */
  current: string;
  /** Which buckets each measure is known for. A known bucket without rows is zero, an unknown one is a gap. */
  known: Record<Measure, boolean[]>;
  /** The dimensions of the rows. */
  dimensions: Dimension[];
  entries: Record<Dimension, Entry[]>;
  /** For each row, the index of its bucket and of its entry in each dimension; -1 if the entry is unknown. */
  bucket: number[];
  columns: Record<Dimension, number[]>;
  figures: Record<Measure, number[]>;
  sources: SpendSource[];
  notes: SpendNote[];
}

export interface TableOptions {
  unit: SpendTable["unit"];
  buckets: string[];
  /** The bucket in progress. Default: the last one. */
  current?: string;
  /** True if the measure is known for the bucket. */
  isKnown(measure: Measure, bucket: string): boolean;
  dimensions: readonly Dimension[];
  /** Returns the display name of an id, or undefined to show the id. */
  name?(dimension: Dimension, id: string): string | undefined;
  sources: SpendSource[];
  notes: SpendNote[];
}

/** Builds a table from rows. Skips rows outside its buckets; adds up rows of the same bucket and dimensions. */
export function toTable(rows: Iterable<SpendRow>, options: TableOptions): SpendTable {
  const { unit, buckets, sources, notes, current = buckets.at(-1) ?? "" } = options;
  const indexes = new Map(buckets.map((bucket, i) => [bucket, i]));
  const names = perDimension(() => new Map<string, number>());
  const table: SpendTable = {
    unit,
    buckets,
    current,
    sources,
    notes: distinctNotes(notes),
    dimensions: [...options.dimensions],
    known: perMeasure((measure) => buckets.map((bucket) => options.isKnown(measure, bucket))),
    entries: perDimension(() => []),
    bucket: [],
    columns: perDimension(() => []),
    figures: perMeasure(() => []),
  };
  const cells = new Map<string, number>();
  for (const row of rows) {
    const bucket = indexes.get(row.bucket);
    if (bucket === undefined) continue;
    const ids = dimensions.map((dimension) => {
      const id = row[dimension];
      if (id === undefined) return -1;
      const existing = names[dimension].get(id);
      if (existing !== undefined) return existing;
      const index = table.entries[dimension].push({ id, name: options.name?.(dimension, id) || id }) - 1;
      names[dimension].set(id, index);
      return index;
    });
    const cell = `${bucket} ${ids.join(" ")}`;
    let at = cells.get(cell);
    if (at === undefined) {
      at = table.bucket.push(bucket) - 1;
      cells.set(cell, at);
      for (const [i, dimension] of dimensions.entries()) table.columns[dimension].push(ids[i]!);
      for (const measure of measures) table.figures[measure].push(0);
    }
    for (const measure of measures) {
      const column = table.figures[measure];
      column[at] = dropFloatNoise(column[at]! + (row[measure] ?? 0));
    }
  }
  for (const dimension of dimensions) {
    const shown = uniqueNames(table.entries[dimension]);
    for (const entry of table.entries[dimension]) entry.name = shown.get(entry.id) ?? entry.id;
  }
  return table;
}

export function perDimension<T>(make: (dimension: Dimension) => T): Record<Dimension, T> {
  return Object.fromEntries(dimensions.map((dimension) => [dimension, make(dimension)])) as Record<Dimension, T>;
}

export function perMeasure<T>(make: (measure: Measure) => T): Record<Measure, T> {
  return Object.fromEntries(measures.map((measure) => [measure, make(measure)])) as Record<Measure, T>;
}

/** Removes duplicate notes and puts texts from the API on one line. */
function distinctNotes(notes: SpendNote[]): SpendNote[] {
  const clean = notes.map((note): SpendNote => {
    if ("cause" in note) return { ...note, cause: oneLine(note.cause) };
    return note.kind === "warning" ? { ...note, text: oneLine(note.text) } : note;
  });
  return [...new Map(clean.map((note) => [JSON.stringify(note), note])).values()];
}
