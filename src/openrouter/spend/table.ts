// The one model of spend: rows of time bucket × model × provider × key × workspace, in columns, so that a year of them
// is small to send and quick to add up.
import type { Unreadable } from "../endpoints/envelopes.ts";
import { dropFloatNoise } from "../text/figures.ts";
import { oneLine } from "../text/printable.ts";
import { redact } from "../text/redact.ts";

/** The dimensions of spend. */
export const dimensions = ["model", "provider", "key", "workspace"] as const;
export type Dimension = (typeof dimensions)[number];

/**
 * The measures of spend. `cost` is USD: credits and, with them, `byok_cost`, which was paid to providers directly.
 * Tokens are whole numbers; reasoning tokens are part of the completion tokens.
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

/** One row as the sources give it; a dimension that is not known is left out, a figure that is not known too. */
export type SpendRow = { bucket: string } & { [D in Dimension]?: string } & { [M in Measure]?: number };

/** A model, provider, key or workspace: its id (a key's hash) and what people call it. */
export interface Entry {
  id: string;
  name: string;
}

/** Remarks about the sources of the figures. */
export type SpendNote =
  | { kind: "analyticsUnavailable"; cause: string }
  | { kind: "activityUnavailable"; cause: string }
  /** Figures of today are the keys' daily counters: no models, no requests, no tokens, and no deleted keys. */
  | { kind: "counters" }
  /** More keys spent than are asked for: the rest is unattributed. */
  | { kind: "keysAsked"; asked: number; of: number }
  | { kind: "keysFailed"; failed: number; cause: string }
  /** Rows that could not be read are in no figure: the first for its `field`. */
  | ({ kind: "rowsUnreadable" } & Unreadable)
  | { kind: "truncated" }
  | { kind: "workspacesUnavailable" }
  /** Models and providers stand under the names that the analytics give them. */
  | { kind: "namesUnavailable"; cause: string }
  | { kind: "warning"; text: string };

/** Where the buckets from `from` to `to` come from, and when they were read. */
export interface SpendSource {
  source: "activity" | "analytics" | "counters";
  from: string;
  to: string;
  /** ISO time. */
  readAt: string;
}

export interface SpendTable {
  unit: "day" | "hour";
  /** In time order and without holes, UTC: YYYY-MM-DD, or YYYY-MM-DDTHH. */
  buckets: string[];
  /** The bucket that was not over when the table was read. */
  current: string;
  /** Of which buckets each measure is known: without spend such a one is a zero, any other is a gap. */
  known: Record<Measure, boolean[]>;
  /** The dimensions of the rows. */
  dimensions: Dimension[];
  entries: Record<Dimension, Entry[]>;
  /** For each row the index of its bucket and of its entries, -1 where it belongs to none that is known. */
  bucket: number[];
  columns: Record<Dimension, number[]>;
  figures: Record<Measure, number[]>;
  sources: SpendSource[];
  notes: SpendNote[];
}

export interface TableOptions {
  unit: SpendTable["unit"];
  buckets: string[];
  /** The bucket that is not over; the last unless given. */
  current?: string;
  /** Which buckets each measure is known of. */
  isKnown(measure: Measure, bucket: string): boolean;
  dimensions: readonly Dimension[];
  /** The display name of an id; the id itself is shown if this returns undefined. */
  name?(dimension: Dimension, id: string): string | undefined;
  sources: SpendSource[];
  notes: SpendNote[];
}

/** Rows as a table; those of buckets outside it are left out, those of one cell are added up. */
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
      const known = names[dimension].get(id);
      if (known !== undefined) return known;
      const index = table.entries[dimension].push({ id, name: safeName(options.name?.(dimension, id) || id) }) - 1;
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
  return table;
}

/** As it may be shown: somebody may have named a key by its secret. */
function safeName(text: string): string {
  return oneLine(redact(text));
}

export function perDimension<T>(make: (dimension: Dimension) => T): Record<Dimension, T> {
  return Object.fromEntries(dimensions.map((dimension) => [dimension, make(dimension)])) as Record<Dimension, T>;
}

export function perMeasure<T>(make: (measure: Measure) => T): Record<Measure, T> {
  return Object.fromEntries(measures.map((measure) => [measure, make(measure)])) as Record<Measure, T>;
}

/** Each note once, with the API's words in it on one line. */
function distinctNotes(notes: SpendNote[]): SpendNote[] {
  const clean = notes.map((note): SpendNote => {
    if ("cause" in note) return { ...note, cause: oneLine(note.cause) };
    return note.kind === "warning" ? { ...note, text: oneLine(note.text) } : note;
  });
  return [...new Map(clean.map((note) => [JSON.stringify(note), note])).values()];
}
