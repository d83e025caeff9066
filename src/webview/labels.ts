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
    "30d": t("30 days"),
    "90d": t("90 days"),
    "365d": t("365 days"),
  }[range];
}

/** Formats a UTC day or hour: short for an axis, or long with the year. */
export function bucketName(bucket: string, locale: string, style: "short" | "long"): string {
  const [day = "", hour] = bucket.split("T");
  const at = new Date(`${day}T${hour ?? "00"}:00:00Z`);
  if (Number.isNaN(at.getTime())) return bucket;
  const short: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const date: Intl.DateTimeFormatOptions = style === "short" ? short : { ...short, year: "numeric", weekday: "short" };
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = hour === undefined ? date : style === "short" ? time : { ...date, ...time };
  return dateFormat(locale, { ...parts, timeZone: "UTC" }).format(at);
}

/** Formats the days from the first to the last bucket. */
export function spanName(first: string, last: string, locale: string, style: "short" | "long"): string {
  const [from, to] = [first, last].map((bucket) => bucketName(bucket.slice(0, 10), locale, style));
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

/** Returns a group's name; for unattributed spend, a label. */
export function groupName({ id, name }: Pick<Group, "id" | "name">): string {
  return id === null ? t("Unattributed") : name;
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
