/** US dollars for people: cents, or two significant digits where there is less than a cent. */
export function money(usd: number, locale?: string): string {
  const tiny = usd !== 0 && Math.abs(usd) < 0.01;
  const digits = tiny ? { maximumSignificantDigits: 2 } : {};
  return new Intl.NumberFormat(locale, { style: "currency", currency: "USD", ...digits }).format(usd);
}

/** A limit: people set whole dollars, which need no cents. */
export function wholeMoney(usd: number, locale?: string): string {
  return Number.isInteger(usd)
    ? new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 0 }).format(usd)
    : money(usd, locale);
}

/** The unrounded figure with its unit; only the noise of binary fractions, beyond 15 digits, is dropped. */
export function exactMoney(usd: number, locale?: string): string {
  const figure = Number(usd.toPrecision(15));
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(figure)} USD`;
}

/** Time of day, with the date where it is not today's. */
export function clock(at: Date, locale?: string, now: Date = new Date()): string {
  const sameDay = at.toDateString() === now.toDateString();
  const date = sameDay ? {} : { dateStyle: "medium" as const };
  return new Intl.DateTimeFormat(locale, { ...date, timeStyle: "medium" }).format(at);
}

/** A whole number with the locale's grouping. */
export function count(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** A moment in the reader's time zone and in UTC; text that is no date is given back as it is. */
export function moment(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const local = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(at);
  return `${local} (${at.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}

/** A day in the reader's locale, as UTC counts it. */
export function day(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(at);
}

/** Orders names as the reader's language does, with numbers by their value. */
export function byName(locale = "en"): (a: string, b: string) => number {
  return new Intl.Collator(locale, { numeric: true, sensitivity: "base" }).compare;
}
