import { canonicalLocale } from "./locale.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const dollars = { style: "currency", currency: "USD" } as const;
const wholeDollars = { ...dollars, maximumFractionDigits: 0 };

/** Formats USD for people: in cents, or with two significant digits below one cent. */
export function formatMoney(usd: number, locale?: string): string {
  const tiny = usd !== 0 && Math.abs(usd) < 0.01;
  return numberFormat(locale, tiny ? { ...dollars, maximumSignificantDigits: 2 } : dollars).format(usd);
}

/** Formats a limit in USD; whole dollars have no cents. */
export function formatLimit(usd: number, locale?: string): string {
  return Number.isInteger(usd) ? numberFormat(locale, wholeDollars).format(usd) : formatMoney(usd, locale);
}

/** Formats an estimate in USD with three digits: in whole dollars, or as an amount of money below 10 dollars. */
export function formatRoughMoney(usd: number, locale?: string): string {
  const rough = roughly(usd);
  return Math.abs(rough) < 10 ? formatMoney(rough, locale) : formatLimit(Math.round(rough), locale);
}

/** Formats the range of an estimate in USD, such as "$1,540–$1,730"; one amount if both ends round to it. */
export function formatRoughRange(low: number, high: number, locale?: string): string {
  const [from, to] = [low, high].map((usd) => formatRoughMoney(usd, locale)) as [string, string];
  if (from === to) return to;
  const [first, last] = [roughly(low), roughly(high)];
  // With the same digits, both ends share the unit where the language has it at the end.
  return first < 10
    ? `${from}–${to}`
    : numberFormat(locale, wholeDollars)
        .formatRange(first, last)
        .replace(/\s*–\s*/, "–");
}

const roughly = (usd: number) => Number(usd.toPrecision(3));

/** Formats the unrounded amount with its unit; drops only float noise beyond 15 digits. */
export function formatExactMoney(usd: number, locale?: string): string {
  const figure = Number(usd.toPrecision(15));
  return `${numberFormat(locale, { maximumFractionDigits: 20 }).format(figure)} USD`;
}

/** Formats the time of day, with the date unless it is today. */
export function formatTime(at: Date, locale?: string, now: Date = new Date()): string {
  const sameDay = at.toDateString() === now.toDateString();
  const date = sameDay ? {} : { dateStyle: "medium" as const };
  return dateFormat(locale, { ...date, timeStyle: "medium" }).format(at);
}

/**
 * Formats a time as short as it is clear: the time of day today and in the next 24 hours, the day within this year, or the
 * whole date. "–" for invalid dates.
 */
export function formatShortTime(at: Date, locale?: string, now: Date = new Date()): string {
  const ahead = at.getTime() - now.getTime();
  if (Number.isNaN(ahead)) return "–";
  const isNear = at.toDateString() === now.toDateString() || (ahead > 0 && ahead <= DAY_MS);
  if (isNear) return dateFormat(locale, { timeStyle: "short" }).format(at);
  const isThisYear = at.getFullYear() === now.getFullYear();
  return dateFormat(locale, isThisYear ? { month: "short", day: "numeric" } : { dateStyle: "medium" }).format(at);
}

/** Formats a time to come, with the day unless it is in the next 24 hours. A day alone would mean another one in UTC. */
export function formatSoon(at: Date, locale?: string, now: Date = new Date()): string {
  const isNear = at.getTime() - now.getTime() <= DAY_MS;
  const day = isNear ? {} : ({ month: "short", day: "numeric" } as const);
  return dateFormat(locale, { ...day, hour: "numeric", minute: "2-digit" }).format(at);
}

/** Formats an integer with the locale's digit grouping. */
export function formatCount(value: number, locale?: string): string {
  return numberFormat(locale).format(value);
}

/** Formats a time in the local time zone and in UTC; returns invalid dates unchanged. */
export function formatMoment(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const local = dateFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(at);
  return `${local} (${at.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}

/** Formats the UTC day of a time; returns invalid dates unchanged. */
export function formatUtcDay(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(at);
}

/** Formats a UTC day, YYYY-MM-DD, as short as it is clear: without the year if it is this one. */
export function formatShortUtcDay(day: string, locale?: string, now: Date = new Date()): string {
  const year = day.slice(0, 4) === String(now.getUTCFullYear()) ? {} : ({ year: "numeric" } as const);
  return dateFormat(locale, { month: "short", day: "numeric", ...year, timeZone: "UTC" }).format(new Date(day));
}

/** Formats the UTC days from the first to the last, such as "Dec 4 – 15". */
export function formatUtcDayRange(first: string, last: string, locale?: string, now: Date = new Date()): string {
  const isThisYear = [first, last].every((day) => day.slice(0, 4) === String(now.getUTCFullYear()));
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  const format = dateFormat(locale, { month: "short", day: "numeric", ...year, timeZone: "UTC" });
  return format.formatRange(new Date(first), new Date(last));
}

/** Compares names by the rules of a language, numbers in them by value. */
export function nameComparator(locale = "en"): (a: string, b: string) => number {
  return new Intl.Collator(canonicalLocale(locale), { numeric: true, sensitivity: "base" }).compare;
}

/** Cached, because creating a formatter is slow and a chart needs the same one for every bar. */
const formatters = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

export function numberFormat(locale: string | undefined, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return cachedFormatter(
    `number ${locale} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(canonicalLocale(locale), options),
  );
}

export function dateFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cachedFormatter(
    `date ${locale} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(canonicalLocale(locale), options),
  );
}

function cachedFormatter<T extends Intl.NumberFormat | Intl.DateTimeFormat>(id: string, make: () => T): T {
  const formatter = formatters.get(id) ?? make();
  formatters.set(id, formatter);
  return formatter as T;
}
