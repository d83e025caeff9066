/** US dollars for people: cents, or two significant digits where there is less than a cent. */
export function formatMoney(usd: number, locale?: string): string {
  const tiny = usd !== 0 && Math.abs(usd) < 0.01;
  const digits = tiny ? { maximumSignificantDigits: 2 } : {};
  return numberFormat(locale, { style: "currency", currency: "USD", ...digits }).format(usd);
}

/** A limit: people set whole dollars, which need no cents. */
export function formatLimit(usd: number, locale?: string): string {
  return Number.isInteger(usd)
    ? numberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 0 }).format(usd)
    : formatMoney(usd, locale);
}

/** The unrounded figure with its unit; only the noise of binary fractions, beyond 15 digits, is dropped. */
export function formatExactMoney(usd: number, locale?: string): string {
  const figure = Number(usd.toPrecision(15));
  return `${numberFormat(locale, { maximumFractionDigits: 20 }).format(figure)} USD`;
}

/** Time of day, with the date where it is not today's. */
export function formatTime(at: Date, locale?: string, now: Date = new Date()): string {
  const sameDay = at.toDateString() === now.toDateString();
  const date = sameDay ? {} : { dateStyle: "medium" as const };
  return dateFormat(locale, { ...date, timeStyle: "medium" }).format(at);
}

/** A whole number with the locale's grouping. */
export function formatCount(value: number, locale?: string): string {
  return numberFormat(locale).format(value);
}

/** A moment in the reader's time zone and in UTC; text that is no date is given back as it is. */
export function formatMoment(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const local = dateFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(at);
  return `${local} (${at.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}

/** A day in the reader's locale, as UTC counts it. */
export function formatUtcDay(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(at);
}

/** Orders names as the reader's language does, with numbers by their value. */
export function nameComparator(locale = "en"): (a: string, b: string) => number {
  return new Intl.Collator(locale, { numeric: true, sensitivity: "base" }).compare;
}

/** Making a formatter takes far longer than using it, and a chart uses the same for every bar. */
const formatters = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

export function numberFormat(locale: string | undefined, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return cachedFormatter(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));
}

export function dateFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cachedFormatter(`date ${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
}

function cachedFormatter<T extends Intl.NumberFormat | Intl.DateTimeFormat>(id: string, make: () => T): T {
  const known = formatters.get(id) ?? make();
  formatters.set(id, known);
  return known as T;
}
