// Adds up a table of spend: one pass over its columns, so that half a million rows take milliseconds. Pure.
import { dropFloatNoise } from "../text/figures.ts";
import {
  type Dimension,
  dimensions,
  type Figures,
  type Measure,
  measures,
  perDimension,
  perMeasure,
  type SpendTable,
} from "./table.ts";

/** The metrics of the bars. Tokens are prompt and completion tokens together. */
export const metrics = ["cost", "requests", "tokens"] as const;
export type Metric = (typeof metrics)[number];

/** Which measures a metric is the sum of. */
export const metricMeasures: Record<Metric, readonly Measure[]> = {
  cost: ["cost"],
  requests: ["requests"],
  tokens: ["prompt_tokens", "completion_tokens"],
};

/** The ids that are let through for each dimension named; null is what is unattributed. */
export type Filter = { [D in Dimension]?: readonly (string | null)[] };

export interface SpendQuery {
  groupBy: Dimension;
  metric: Metric;
  filter?: Filter;
  /** The first bucket's index and the one after the last; all of them unless given. */
  from?: number;
  to?: number;
}

/** A model, provider, key or workspace with what it spent; id null for what is unattributed. */
export interface Group {
  id: string | null;
  name: string;
  figures: Figures;
  /** The metric in each bucket. */
  values: number[];
}

export interface Aggregate {
  buckets: string[];
  /** Of which buckets the metric is known. */
  known: boolean[];
  /** Those that have rows, most of the metric first, what is unattributed last. */
  groups: Group[];
  total: Figures;
  /** The total of each bucket. */
  byBucket: Figures[];
}

/** Groups the rows that the filter lets through; the groups add up to the total, whatever they are grouped by. */
export function aggregate(table: SpendTable, query: SpendQuery): Aggregate {
  const { groupBy, metric, from = 0, to = table.buckets.length } = query;
  const size = to - from;
  const entries = table.entries[groupBy];
  const { buckets, dimensions: indexes, figures } = pack(table);
  const groupColumn = indexes[groupBy];
  const lets = compileFilter(indexes, table, query.filter ?? {});
  const counted = metricMeasures[metric].map((measure) => figures[measure]);
  const columns = measures.map((measure) => figures[measure]);
  // Group -1, unattributed, is the last one.
  const slots = entries.length + 1;
  const seen = new Uint8Array(slots);
  const values = new Float64Array(slots * size);
  const perGroup = new Float64Array(slots * measures.length);
  const perBucket = new Float64Array(size * measures.length);

  rows: for (let row = 0; row < buckets.length; row++) {
    const bucket = buckets[row]! - from;
    if (bucket < 0 || bucket >= size) continue;
    for (const { column, allowed } of lets) if (!allowed[column[row]! + 1]) continue rows;
    const group = groupColumn[row]! < 0 ? entries.length : groupColumn[row]!;
    seen[group] = 1;
    for (const column of counted) values[group * size + bucket]! += column[row]!;
    for (let i = 0; i < columns.length; i++) {
      const figure = columns[i]![row]!;
      perGroup[group * columns.length + i]! += figure;
      perBucket[bucket * columns.length + i]! += figure;
    }
  }

  const groups: Group[] = [];
  for (let group = 0; group < slots; group++) {
    if (!seen[group]) continue;
    const entry = entries[group];
    const figures = figuresAt(perGroup, group);
    const own = Array.from(values.subarray(group * size, (group + 1) * size), dropFloatNoise);
    // What the parts account for to the last cent leaves nothing to name; too much in one bucket and too little in
    // another does.
    if (!entry && measures.every((measure) => figures[measure] === 0) && own.every((value) => value === 0)) continue;
    groups.push({ id: entry?.id ?? null, name: entry?.name ?? "", figures, values: own });
  }
  groups.sort(
    (a, b) =>
      Number(a.id === null) - Number(b.id === null) || metricValue(b.figures, metric) - metricValue(a.figures, metric),
  );
  const byBucket = Array.from({ length: size }, (_, bucket) => figuresAt(perBucket, bucket));
  return {
    buckets: table.buckets.slice(from, to),
    known: knownBuckets(table, metric).slice(from, to),
    groups,
    total: perMeasure((measure) => dropFloatNoise(byBucket.reduce((sum, figures) => sum + figures[measure], 0))),
    byBucket,
  };
}

/** A metric of some figures. */
export function metricValue(figures: Figures, metric: Metric): number {
  return dropFloatNoise(metricMeasures[metric].reduce((sum, measure) => sum + figures[measure], 0));
}

/** Of which of the table's buckets a metric is known. */
export function knownBuckets({ known, buckets }: SpendTable, metric: Metric): boolean[] {
  return buckets.map((_, i) => metricMeasures[metric].every((measure) => known[measure][i]));
}

/** The largest groups, the others together, and what is unattributed: as many series as a chart can tell apart. */
export interface TopGroups {
  top: Group[];
  /** Undefined where all fit; `name` is empty. */
  other: (Group & { count: number }) | undefined;
  unattributed: Group | undefined;
}

export function topGroups(groups: readonly Group[], most: number): TopGroups {
  const named = groups.filter(({ id }) => id !== null);
  // One more in place of "1 other" takes no more room.
  const fits = named.length <= most + 1;
  const rest = fits ? [] : named.slice(most);
  return {
    top: fits ? named : named.slice(0, most),
    other: rest.length > 0 ? { ...sumOf(rest), count: rest.length } : undefined,
    unattributed: groups.find(({ id }) => id === null),
  };
}

function sumOf(groups: readonly Group[]): Group {
  const size = groups[0]?.values.length ?? 0;
  return {
    id: null,
    name: "",
    figures: perMeasure((measure) => dropFloatNoise(groups.reduce((sum, { figures }) => sum + figures[measure], 0))),
    values: Array.from({ length: size }, (_, i) =>
      dropFloatNoise(groups.reduce((sum, { values }) => sum + values[i]!, 0)),
    ),
  };
}

/** True if the filter lets a row through, by the row's index. */
export function rowFilter(table: SpendTable, filter: Filter): (row: number) => boolean {
  const lets = compileFilter(pack(table).dimensions, table, filter);
  return (row) => lets.every(({ column, allowed }) => allowed[column[row]! + 1]);
}

interface PackedTable {
  buckets: Int32Array;
  dimensions: Record<Dimension, Int32Array>;
  figures: Record<Measure, Float64Array>;
}

/** A table is added up again at each choice: its columns as the machine adds them fastest. */
const packed = new WeakMap<SpendTable, PackedTable>();

function pack(table: SpendTable): PackedTable {
  const known = packed.get(table);
  if (known) return known;
  const made = {
    buckets: new Int32Array(table.bucket),
    dimensions: perDimension((dimension) => new Int32Array(table.columns[dimension])),
    figures: perMeasure((measure) => new Float64Array(table.figures[measure])),
  };
  packed.set(table, made);
  return made;
}

/** For each dimension that is filtered, which of its entries' indexes plus one are let through. */
function compileFilter(
  columns: PackedTable["dimensions"],
  table: SpendTable,
  filter: Filter,
): { column: Int32Array; allowed: boolean[] }[] {
  return dimensions.flatMap((dimension) => {
    const ids = filter[dimension];
    if (!ids) return [];
    const allowed = [ids.includes(null), ...table.entries[dimension].map(({ id }) => ids.includes(id))];
    return [{ column: columns[dimension], allowed }];
  });
}

function figuresAt(sums: Float64Array, index: number): Figures {
  return perMeasure((measure) => dropFloatNoise(sums[index * measures.length + measures.indexOf(measure)]!));
}
