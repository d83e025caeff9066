import { utcDay } from "../../text/figures.ts";
import { DAY_MS } from "../../time.ts";

/** Returns the last day of a day's month, YYYY-MM-DD. */
export function monthEnd(day: string): string {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  return utcDay(new Date(Date.UTC(year, month, 0)));
}

/** Returns the number of days from one day to a later one. */
export function daysUntil(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
