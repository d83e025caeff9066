// Labels of dimensions, metrics, buckets and groups, and formatting of figures.
import { t } from "@vscode/l10n";
import type { Aggregate, Dimension, Group, Measure, Metric, Range } from "../openrouter/spend/model.ts";
import { dateFormat, formatCount, formatExactMoney, formatMoney, numberFormat } from "../openrouter/text/format.ts";

export function dimensionName(dimension: Dimension): string {
  return { model: t("Model"), provider: t("Provider"), key: t("Key"), workspace: t("Workspace") }[dimension];
}

export function metricName(metric: Metric): string {
  return { cost: t("Cost"), requests: t("Requests"), tokens: t("Tokens") }[metric];
}

export function measureName(measure: Measure): string {
  return {
    cost: t("Cost"),
    byok_cost: t("BYOK"),
    requests: t("Requests"),
    prompt_tokens: t("Prompt"),
    completion_tokens: t("Completion"),
    reasoning_tokens: t("Reasoning"),
  }[measure];
}

export function rangeName(range: Range): string {
  return {
    today: t("Today"),
    "7d": t("7 days"),
    month: t("Month"),
    "30d": t("30 days"),
    "90d": t("90 days"),
    "365d": t("365 days"),
  }[range];
}

/** How to name a bucket: a day without or with its year, only its month, or the weekday, too. Hours have no day unless long. */
type BucketStyle = "short" | "year" | "month" | "long";

const DAY = { day: "numeric", month: "short" } as const;
const dayStyles: Record<BucketStyle, Intl.DateTimeFormatOptions> = {
  short: DAY,
  year: { ...DAY, year: "numeric" },
  month: { month: "short", year: "numeric" },
  long: { ...DAY, year: "numeric", weekday: "short" },
};

/** Formats a UTC day or hour. */
export function bucketName(bucket: string, locale: string, style: BucketStyle): string {
  const [day = "", hour] = bucket.split("T");
  const at = new Date(`${day}T${hour ?? "00"}:00:00Z`);
  if (Number.isNaN(at.getTime())) return bucket;
  const date = dayStyles[style];
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = hour === undefined ? date : style === "long" ? { ...date, ...time } : time;
  return dateFormat(locale, { ...parts, timeZone: "UTC" }).format(at);
}

/** An axis of more days shows the first of each month. */
const MAX_AXIS_DAYS = 180;

/** True if an axis names months rather than days. */
export function namesMonths(buckets: readonly string[]): boolean {
  return buckets.length > MAX_AXIS_DAYS;
}

/** Names the buckets of an axis: with the year if they are of two years, or by month if there are many. */
export function axisNames(buckets: readonly string[], locale: string): string[] {
  const style = namesMonths(buckets) ? "month" : isOfOneYear(buckets[0], buckets.at(-1)) ? "short" : "year";
  return buckets.map((bucket) => bucketName(bucket, locale, style));
}

function isOfOneYear(first = "", last = ""): boolean {
  return first.slice(0, 4) === last.slice(0, 4);
}

/** Formats the days from the first to the last bucket; short without the year if it is the same. */
export function spanName(first: string, last: string, locale: string, style: "short" | "long"): string {
  const day = style === "short" && !isOfOneYear(first, last) ? "year" : style;
  const [from, to] = [first, last].map((bucket) => bucketName(bucket.slice(0, 10), locale, day));
  return from === to ? from! : t("{0} to {1}", from!, to!);
}

/** Returns a bucket's full name, marked if it is in progress. */
export function bucketTitle(bucket: string, locale: string, now: string): string {
  const name = t("{0} UTC", bucketName(bucket, locale, "long"));
  return bucket === now ? t("{0}, so far", name) : name;
}

/** Says how many days up to the current one have no data; undefined if none. */
export function gapsText({ buckets, known }: Pick<Aggregate, "buckets" | "known">, current: string) {
  const gaps = buckets.filter((bucket, i) => !known[i] && bucket.length === 10 && bucket <= current).length;
  if (gaps === 0) return undefined;
  return gaps === 1 ? t("1 day without data") : t("{0} days without data", gaps);
}

/** Returns a group's name; for unattributed spend, a label. A group that is named like one of our labels is in quotes. */
export function groupName({ id, name }: Pick<Group, "id" | "name">): string {
  if (id === null) return t("Unattributed");
  return isOwnLabel(name) ? t("“{0}”", name) : name;
}

function isOwnLabel(name: string): boolean {
  const others = othersName(/\d+/.exec(name)?.[0] ?? 0);
  return [t("Unattributed"), t("Previous period"), t("Total"), others].includes(name);
}

/** Names the groups without a color of their own. */
export function othersName(count: number | string): string {
  return t("{0} others", count);
}

/** Formats a figure, rounded. */
export function amount(value: number, metric: Metric, locale: string): string {
  return metric === "cost" ? formatMoney(value, locale) : formatCount(value, locale);
}

/** Formats a figure unrounded, with its unit. */
export function exactAmount(value: number, metric: Metric, locale: string): string {
  if (metric === "cost") return formatExactMoney(value, locale);
  const number = formatCount(value, locale);
  return metric === "requests" ? t("{0} requests", number) : t("{0} tokens", number);
}

/** Formats a figure for an axis, in compact notation. */
export function axisAmount(value: number, metric: Metric, locale: string): string {
  const options = { notation: "compact", maximumSignificantDigits: 3 } as const;
  const unit =
    metric === "cost" ? ({ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const) : {};
  return numberFormat(locale, { ...options, ...unit }).format(value);
}

export function percent(share: number, locale: string): string {
  return numberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);
}
