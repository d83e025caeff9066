// The rows under the chart: the same figures, all of them. Pure.
import {
  type Aggregate,
  type Figures,
  type Group,
  type Measure,
  type Metric,
  measures,
  metricMeasures,
  metricValue,
  type SpendTable,
} from "../openrouter/spend/model.ts";

export interface TableRow {
  /** The group or bucket that the row stands for. */
  group?: Group;
  bucket?: string;
  name: string;
  /** Undefined where a figure is not known. */
  figures: { [M in Measure]: number | undefined };
  /** Of the metric's total; undefined where there is none. */
  share: number | undefined;
}

export interface Sort {
  /** "name", "metric", "share" or a measure. */
  column: string;
  descending: boolean;
}

/** A row a group. A figure is known where it is known of every bucket that is. */
export function groupRows(
  current: Aggregate,
  known: KnownMeasures,
  metric: Metric,
  name: (group: Group) => string,
): TableRow[] {
  const total = metricValue(current.total, metric);
  return current.groups.map((group) => ({
    group,
    name: name(group),
    figures: knownFigures(group.figures, known),
    share: total > 0 ? metricValue(group.figures, metric) / total : undefined,
  }));
}

/** A row a bucket, in time order; of one without data nothing is known, and those to come have none. */
export function bucketRows(
  current: Aggregate,
  table: SpendTable,
  metric: Metric,
  name: (bucket: string) => string,
): TableRow[] {
  const total = metricValue(current.total, metric);
  return current.buckets.flatMap((bucket, i) => {
    if (bucket > table.current) return [];
    const at = table.buckets.indexOf(bucket);
    const figures = current.byBucket[i]!;
    const isKnown = Object.fromEntries(measures.map((measure) => [measure, table.known[measure][at] ?? false]));
    const row = { bucket, name: name(bucket), figures: knownFigures(figures, isKnown as KnownMeasures) };
    return [{ ...row, share: total > 0 && current.known[i] ? metricValue(figures, metric) / total : undefined }];
  });
}

/** "partly": of some buckets, and not of others that cost something. */
export type KnownMeasures = Record<Measure, boolean | "partly">;

/** Which measures are known of any of these buckets: what none of them knows is no zero. */
export function knownMeasures(table: SpendTable, from: number, to: number): KnownMeasures {
  const cost = table.known.cost.slice(from, to);
  const state = (measure: Measure) => {
    const known = table.known[measure].slice(from, to);
    return known.some(Boolean) && (cost.some((is, i) => is && !known[i]) ? "partly" : true);
  };
  return Object.fromEntries(measures.map((measure) => [measure, state(measure)])) as KnownMeasures;
}

export function knownFigures(figures: Figures, known: KnownMeasures): TableRow["figures"] {
  // What cost something without a request was spent where only the cost is known.
  const onlyCost = figures.cost !== 0 && figures.requests === 0;
  const isKnown = (measure: Measure) => known[measure] === true || (known[measure] === "partly" && !onlyCost);
  return Object.fromEntries(
    measures.map((measure) => [measure, isKnown(measure) ? figures[measure] : undefined]),
  ) as TableRow["figures"];
}

/** Rows in the order asked for; what is not known comes last either way. */
export function sortRows(rows: readonly TableRow[], { column, descending }: Sort, metric: Metric): TableRow[] {
  const direction = descending ? -1 : 1;
  if (column === "name") {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    const key = (row: TableRow) => row.bucket ?? row.name;
    return rows.toSorted((a, b) => direction * compare(key(a), key(b)));
  }
  const value = (row: TableRow) => columnValue(row, column, metric);
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return direction * (x - y);
  });
}

function columnValue(row: TableRow, column: string, metric: Metric): number | undefined {
  if (column === "share") return row.share;
  if (column !== "metric") return row.figures[column as Measure];
  const parts = metricMeasures[metric].map((measure) => row.figures[measure]);
  return parts.every((part) => part !== undefined) ? parts.reduce<number>((sum, part) => sum + part!, 0) : undefined;
}
