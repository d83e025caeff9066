// Today's spend as all views show it: the total of the shared reading, split further by queries that end at the same time.
import type { Client, RequestOptions } from "../http/call.ts";
import { analyticsSource, type RenamedRows } from "./analyticsSource.ts";
import { createRemainder } from "./attribute.ts";
import type { Periods } from "./periods.ts";
import type { SpendSourceReader } from "./source.ts";
import type { SpendRow } from "./table.ts";

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
 * Returns today's hours so that they add up to the day's rows: the hour in progress gets what the other hours leave. Both may
 * be read at different times, and spend is added all the time.
 * @param hours rows by hour, model and provider, also of other days
 * @param day rows of today with the same names
 * @param current the hour in progress, YYYY-MM-DDTHH
 */
export function fitToDay(hours: readonly SpendRow[], day: readonly SpendRow[], current: string): SpendRow[] {
  const today = current.slice(0, 10);
  const inCurrent = (row: SpendRow) => ({ ...row, bucket: current });
  const completed = hours.filter(({ bucket }) => bucket !== current);
  const rest = createRemainder(day.map(inCurrent), ["model", "provider"]);
  rest.subtract(completed.filter(({ bucket }) => bucket.startsWith(today)).map(inCurrent));
  const remaining = rest.rows();
  // Spend that arrived late in a completed hour would make the hour in progress negative.
  if (remaining.some(({ cost = 0, requests = 0 }) => cost < 0 || requests < 0)) return [...hours];
  return [...completed, ...remaining];
}
