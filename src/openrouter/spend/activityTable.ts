import { utcDay } from "../text/figures.ts";
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

/** Larger tables lose dimensions, to stay small enough to send. */
const MAX_ROWS = 50_000;

/**
 * Returns the UTC days that a query of `/activity` covers: the requested day, or the last 30 completed ones. If the API
 * returned rows of today, today counts as completed, since the clock of this machine may be behind.
 */
export function activityDays(rows: readonly SpendRow[], date?: string, now: Date = new Date()): string[] {
  if (date) return [date];
  const today = utcDay(now);
  const last = rows.some(({ bucket }) => bucket === today) ? today : dayAfter(today, -1);
  return Array.from({ length: ACTIVITY_DAYS }, (_, i) => dayAfter(last, i + 1 - ACTIVITY_DAYS));
}

/**
 * Builds a table from rows of `/activity`. Every day is known; a day without rows is zero.
 * @param options.source the source that the rows by key come from, if it is not `/activity`
 */
export function activityTable(
  rows: readonly SpendRow[],
  days: string[],
  splitBy: readonly Dimension[],
  { name, notes = [], source }: Partial<Pick<TableOptions, "name" | "notes">> & { source?: SpendSource["source"] } = {},
): SpendTable {
  const tableBy = (kept: readonly Dimension[]) => {
    const span = { from: days[0]!, to: days.at(-1)!, readAt: new Date().toISOString() };
    const sources = [{ source: "activity", ...span } as const, ...(source ? [{ source, ...span }] : [])];
    const options: TableOptions = { unit: "day", buckets: days, isKnown: () => true, dimensions: kept, sources, notes };
    return toTable(keepDimensions(kept, rows), { ...options, name });
  };
  const all = tableBy(splitBy);
  if (all.bucket.length <= MAX_ROWS) return all;
  const fewer = tableBy(splitBy.filter((dimension) => dimension !== "provider"));
  if (fewer.bucket.length <= MAX_ROWS) return fewer;
  return tableBy(splitBy.filter((dimension) => dimension !== "provider" && dimension !== "model"));
}

function* keepDimensions(kept: readonly Dimension[], rows: readonly SpendRow[]): Generator<SpendRow> {
  const hidden = dimensions.filter((dimension) => !kept.includes(dimension)).map((dimension) => [dimension, undefined]);
  for (const row of rows) yield { ...row, ...Object.fromEntries(hidden) };
}
