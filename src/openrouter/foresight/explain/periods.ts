// The periods that an explanation compares. Pure.
import { InvalidInputError } from "../../errors.ts";
import { ANALYTICS_DAYS, bucketEnd, bucketStart, currentBucket, dayAfter } from "../../spend/span.ts";
import { DAY_MS, HOUR_MS } from "../../time.ts";
import { sameWeekdaysBefore } from "../unusual.ts";
import type { Period } from "./model.ts";

const MAX_BETWEEN_MS = 31 * DAY_MS;

/** A period with its buckets, in time order. */
export interface ReadPeriod extends Period {
  buckets: string[];
}

export interface ReadPeriods {
  unit: "day" | "hour";
  before: ReadPeriod;
  after: ReadPeriod;
}

/** Returns the usual of a day: the average of the same weekday in the weeks before. */
export function usualOf(day: string): Period {
  const days = sameWeekdaysBefore(day);
  return { from: days.at(-1)!, to: days[0]!, averageOf: days.length };
}

/** Returns the period of the same length that ends where this one begins. */
export function periodBefore({ from, to }: Pick<Period, "from" | "to">): Period {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return { from: dayAfter(from, -days), to: dayAfter(from, -1) };
}

/**
 * Of the current day, returns its completed hours ("none" in the first one) and the same hours of the other day; undefined for other
 * periods, which are compared whole.
 */
export function completedHours(
  { after, before }: { after: Period; before: Period },
  now: Date,
): { after: Period; before: Period } | "none" | undefined {
  const isToday = [after, before].some(({ from }) => from === currentBucket("day", now));
  if (!isToday || after.from !== after.to || before.from !== before.to) return undefined;
  const last = now.getUTCHours() - 1;
  if (last < 0) return "none";
  const hours = ({ from }: Period): Period => ({ from: `${from}T00`, to: `${from}T${String(last).padStart(2, "0")}` });
  return { after: hours(after), before: hours(before) };
}

/**
 * Lists the buckets of both periods, up to the current one. An average (`averageOf`) has every seventh day.
 * @throws InvalidInputError if they can't be compared
 */
export function listBuckets(before: Period, after: Period, now: Date): ReadPeriods {
  const unit = after.from.length === 10 ? "day" : "hour";
  const current = currentBucket(unit, now);
  const oldest = dayAfter(currentBucket("day", now), 1 - ANALYTICS_DAYS);
  const lengths = [before.from, before.to, after.from, after.to].map(({ length }) => length);
  if (new Set(lengths).size > 1) throw refused("One period has days and the other one hours.", "Use days in both.");
  const [last, first] = [after, before].map((period) => {
    if (period.from > period.to)
      throw refused(`The period from ${period.from} to ${period.to} ends before it begins.`, "Exchange its ends.");
    // Days without figures would be compared with whole ones.
    if (period.to > current) throw refused(`${period.to} is in the future.`, `Use days up to ${current}.`);
    if ((period.averageOf === undefined ? period.from : period.to) < oldest)
      throw refused(`Nothing is known of days before ${oldest}, a year ago.`, "Use a later period.");
    return { ...period, buckets: bucketsOf(period, unit, [oldest, current]) };
  }) as [ReadPeriod, ReadPeriod];
  if (first.averageOf !== undefined && (unit === "hour" || last.buckets.length > 1))
    throw refused("Only a single day can be compared with its usual.", "Use a day, or give both periods.");
  const common = first.buckets.find((bucket) => last.buckets.includes(bucket));
  if (common) throw refused(`Both periods contain ${common}.`, "Use periods that don't overlap.");
  return { unit, before: first, after: last };
}

function bucketsOf(period: Period, unit: "day" | "hour", [oldest, current]: [string, string]): string[] {
  const step = (unit === "day" ? DAY_MS : HOUR_MS) * (period.averageOf === undefined ? 1 : 7);
  const end = Math.min(bucketEnd(period.to).getTime(), bucketEnd(current).getTime());
  const buckets: string[] = [];
  for (let at = bucketStart(period.from).getTime(); at < end; at += step)
    buckets.push(currentBucket(unit, new Date(at)));
  return buckets.filter((bucket) => bucket >= oldest);
}

function refused(what: string, nextStep: string): InvalidInputError {
  return new InvalidInputError(what, nextStep);
}

/** What is read at once: both periods, or each for itself if there is much between them. */
export function readRanges({ before, after }: ReadPeriods): { from: string; to: string }[] {
  const ends = (buckets: string[]) => ({ from: buckets[0]!, to: buckets.at(-1)! });
  const [first, last] = [before, after].map(({ buckets }) => ends(buckets)).sort((a, b) => (a.from < b.from ? -1 : 1));
  const between = bucketStart(last!.from).getTime() - bucketEnd(first!.to).getTime();
  return between <= MAX_BETWEEN_MS ? [{ from: first!.from, to: last!.to }] : [first!, last!];
}
