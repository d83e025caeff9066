// The rows of the table below the chart, with all figures. Pure.
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
  /** The row's group or bucket. */
  group?: Group;
  bucket?: string;
  name: string;
  /** Undefined if a figure is unknown. */
  figures: { [M in Measure]: number | undefined };
  /** Share of the metric's total, 0 to 1; undefined if the total is 0. */
  share: number | undefined;
}

export interface Sort {
  /** "name", "metric", "share" or a measure. */
  column: string;
  descending: boolean;
}

/** Returns one row per group. */
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

/** Returns one row per bucket, in time order. Figures of gaps are unknown; future buckets have no row. */
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

/** "partly": known for some buckets, but not for all whose cost is known. */
export type KnownMeasures = Record<Measure, boolean | "partly">;

/** Returns which measures are known in a range of buckets. A measure without any known bucket is unknown, not zero. */
export function knownMeasures(table: SpendTable, from: number, to: number): KnownMeasures {
  const cost = table.known.cost.slice(from, to);
  const state = (measure: Measure) => {
    const known = table.known[measure].slice(from, to);
    return known.some(Boolean) && (cost.some((isKnown, i) => isKnown && !known[i]) ? "partly" : true);
  };
  return Object.fromEntries(measures.map((measure) => [measure, state(measure)])) as KnownMeasures;
}

/** Returns figures with unknown ones as undefined. */
export function knownFigures(figures: Figures, known: KnownMeasures): TableRow["figures"] {
  // A cost without requests comes from buckets in which only the cost is known.
  const onlyCost = figures.cost !== 0 && figures.requests === 0;
  const isKnown = (measure: Measure) => known[measure] === true || (known[measure] === "partly" && !onlyCost);
  return Object.fromEntries(
    measures.map((measure) => [measure, isKnown(measure) ? figures[measure] : undefined]),
  ) as TableRow["figures"];
}

/** Sorts rows; unknown values come last in both directions. */
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
