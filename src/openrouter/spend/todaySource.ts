// Today's spend as all views show it: the total of the shared reading, split further by queries that end at the same time.
import type { Client, RequestOptions } from "../http/call.ts";
import { analyticsSource, type RenamedRows } from "./analyticsSource.ts";
import { createRemainder } from "./attribute.ts";
import { type Fitted, takeExcess } from "./excess.ts";
import type { Periods } from "./periods.ts";
import type { SpendSourceReader } from "./source.ts";
import type { SpendRow } from "./table.ts";

const join = ["model", "provider"] as const;

type Rename = (rows: SpendRow[], options?: RequestOptions) => Promise<RenamedRows>;

/**
 * @param otherQueries how many queries other sources send for each key
 * @param rename replaces the names that analytics use
 */
export async function todaySource(
  client: Client,
  { source, until, rows, measures, notes }: Periods,
  otherQueries: number,
  rename: Rename,
): Promise<SpendSourceReader> {
  const today = until.slice(0, 10);
  const base = {
    source,
    from: today,
    to: today,
    hasMeasure: (measure: (typeof measures)[number]) => measures.includes(measure),
  };
  if (source === "counters")
    return { ...base, maxKeys: 0, dimensions: ["key", "workspace"], read: async () => ({ rows, notes }) };
  const details = await analyticsSource(client, {
    ...{ unit: "day", from: today, to: today, now: new Date(until), splitByProvider: true, supported: measures },
    ...{ otherQueries, rename },
  });
  return {
    ...details,
    async read(slice, options) {
      if (slice.key !== undefined || slice.workspace !== undefined) return details.read(slice, options);
      const named = await rename(rows, options);
      return { rows: named.rows, notes: [...notes, ...named.notes] };
    },
  };
}

/**
 * Fits today's hours to the day's rows: the hour in progress (`rest`) gets what the other hours (`parts`) leave. Both may be
 * read at different times, and spend is added all the time, also late in completed hours: if these have more than the day,
 * the newest ones are reduced.
 * @param hours rows by hour, model and provider, also of other days
 * @param day rows of today with the same names
 * @param current the hour in progress, YYYY-MM-DDTHH
 */
export function fitToDay(hours: readonly SpendRow[], day: readonly SpendRow[], current: string): Fitted {
  const today = current.slice(0, 10);
  const inCurrent = (row: SpendRow) => ({ ...row, bucket: current });
  const isOfToday = ({ bucket }: SpendRow) => bucket.startsWith(today);
  const completed = hours.filter(({ bucket }) => bucket !== current);
  const rest = createRemainder(day.map(inCurrent), join);
  rest.subtract(completed.filter(isOfToday).map(inCurrent));
  return takeExcess(rest.rows(), completed, join, (row) => (isOfToday(row) ? current : row.bucket));
}
