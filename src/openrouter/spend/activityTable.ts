import { utcDay } from "../figures.ts";
import { ACTIVITY_DAYS } from "./plan.ts";
import { dayAfter } from "./span.ts";
import {
  type Dimension,
  dimensions,
  type SpendRow,
  type SpendSource,
  type SpendTable,
  type TableOptions,
  toTable,
} from "./table.ts";

/** A larger table tells less apart, so that it can be sent. */
const MOST_ROWS = 50_000;

/**
 * The UTC days that a query of `/activity` covers: the one asked for, or the last 30 completed ones. What the API counts
 * as completed goes before the clock of this machine.
 */
export function activityDays(rows: readonly SpendRow[], date?: string, now: Date = new Date()): string[] {
  if (date) return [date];
  const today = utcDay(now);
  const last = rows.some(({ bucket }) => bucket === today) ? today : dayAfter(today, -1);
  return Array.from({ length: ACTIVITY_DAYS }, (_, i) => dayAfter(last, i + 1 - ACTIVITY_DAYS));
}

/**
 * Rows of `/activity` as a table: every day that they cover is known, and one without rows is a zero.
 * @param options.source a second source, which told the rows further apart
 */
export function activityTable(
  rows: readonly SpendRow[],
  days: string[],
  apart: readonly Dimension[],
  { name, notes = [], source }: Partial<Pick<TableOptions, "name" | "notes">> & { source?: SpendSource["source"] } = {},
): SpendTable {
  const of = (told: readonly Dimension[]) => {
    const span = { from: days[0]!, to: days.at(-1)!, readAt: new Date().toISOString() };
    const sources = [{ source: "activity", ...span } as const, ...(source ? [{ source, ...span }] : [])];
    const options: TableOptions = { unit: "day", buckets: days, isKnown: () => true, dimensions: told, sources, notes };
    return toTable(onlyBy(told, rows), { ...options, name });
  };
  const all = of(apart);
  if (all.bucket.length <= MOST_ROWS) return all;
  const fewer = of(apart.filter((dimension) => dimension !== "provider"));
  if (fewer.bucket.length <= MOST_ROWS) return fewer;
  return of(apart.filter((dimension) => dimension !== "provider" && dimension !== "model"));
}

function* onlyBy(told: readonly Dimension[], rows: readonly SpendRow[]): Generator<SpendRow> {
  const hidden = dimensions.filter((dimension) => !told.includes(dimension)).map((dimension) => [dimension, undefined]);
  for (const row of rows) yield { ...row, ...Object.fromEntries(hidden) };
}
