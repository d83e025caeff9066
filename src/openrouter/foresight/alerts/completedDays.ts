import { OpenRouterError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import { readCompleteRows } from "../../spend/analyticsRows.ts";
import { bucketStart, dayAfter } from "../../spend/span.ts";
import { dropFloatNoise, utcDay } from "../../text/figures.ts";
import { USUAL_WEEKS, usualSpend } from "../unusual.ts";
import type { DayFigures } from "./model.ts";

/** USD by completed UTC day. Days before the first spend are missing: the account may not have existed. */
export type CompletedSpend = ReadonlyMap<string, number>;

/**
 * Reads the completed days that tell what was usual yesterday and is usual today: one query of `POST /analytics/query`.
 * @throws OpenRouterError if they can't be read completely
 */
export async function readCompletedSpend(client: Client, options?: RequestOptions): Promise<CompletedSpend> {
  const today = utcDay(client.now());
  const first = dayAfter(today, -(USUAL_WEEKS * 7 + 1));
  const query = { measures: ["cost"], unit: "day", start: bucketStart(first), end: bucketStart(today) } as const;
  const { rows, notes } = await readCompleteRows(client, query, options);
  if (notes.some(({ kind }) => kind === "truncated"))
    throw new OpenRouterError("POST /analytics/query left out days.", "Try again later.");
  const byDay = new Map<string, number>();
  for (const { bucket, cost = 0 } of rows) byDay.set(bucket, dropFloatNoise((byDay.get(bucket) ?? 0) + cost));
  const spend = new Map<string, number>();
  for (let day = first; day < today; day = dayAfter(day)) {
    const usd = byDay.get(day) ?? 0;
    if (usd > 0 || spend.size > 0) spend.set(day, usd);
  }
  return spend;
}

/**
 * Compares yesterday, and today so far, with the usual spend of their weekdays; leaves out a day for which too little is known.
 * @param spentToday USD; undefined if it is unknown
 */
export function compareWithUsual(
  completed: CompletedSpend,
  today: string,
  spentToday: number | undefined,
): DayFigures[] {
  const spentOn = (day: string) => (day === today ? spentToday : completed.get(day));
  return [dayAfter(today, -1), today].flatMap((day) => {
    const spent = spentOn(day);
    const usual = usualSpend(day, spentOn);
    return usual && spent !== undefined ? [{ day, spent, usual: usual.median, basedOn: usual.weeks }] : [];
  });
}
