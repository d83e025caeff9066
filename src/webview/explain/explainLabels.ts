// Labels of factors and periods, and formatting of differences.
import { t } from "@vscode/l10n";
import type { Factor, Period } from "../../openrouter/foresight/explain/model.ts";
import { formatExactMoney, formatMoney, numberFormat } from "../../openrouter/text/format.ts";
import { DAY_MS } from "../../openrouter/time.ts";
import { bucketName, spanName } from "../labels.ts";
import { isTotal, type WaterfallStep } from "./steps.ts";

export function factorName(factor: Factor): string {
  return {
    volume: t("Requests"),
    mix: t("Models and keys"),
    prompt: t("Prompt tokens"),
    completion: t("Completion tokens"),
    reasoning: t("Reasoning tokens"),
    price: t("Price per token"),
    caching: t("Caching"),
    surcharges: t("Surcharges"),
    unattributed: t("Unattributed"),
  }[factor];
}

/** Explains what a factor means. */
export function factorHelp(factor: Factor): string {
  return {
    volume: t("More or fewer requests, to the same models with the same keys."),
    mix: t("The same number of requests, but to other models or with other keys."),
    prompt: t("Longer or shorter prompts per request."),
    completion: t("Longer or shorter completions per request, without reasoning."),
    reasoning: t("More or fewer reasoning tokens per request."),
    price: t("Another price per token, discounts included."),
    caching: t("Another share of prompt tokens that were read from a cache."),
    surcharges: t("Charges besides tokens, such as web search."),
    unattributed: t("Can't be attributed, because some figures are unknown."),
  }[factor];
}

/** Names a step of the waterfall. */
export function stepName({ kind }: Pick<WaterfallStep, "kind">, isUsual: boolean): string {
  if (kind === "before") return isUsual ? t("Usual") : t("Before");
  return kind === "after" ? t("After") : factorName(kind);
}

/** Formats the amount of a step, rounded: a cost, or what a factor adds. */
export function stepAmount({ kind, value }: WaterfallStep, locale: string): string {
  return isTotal(kind) ? formatMoney(value, locale) : signedMoney(value, locale);
}

/** Formats the amount of a step unrounded, with its unit. */
export function exactStepAmount({ kind, value }: WaterfallStep, locale: string): string {
  return isTotal(kind) ? formatExactMoney(value, locale) : exactSignedMoney(value, locale);
}

/** Names a period: its days or hours, or which ones it is the average of. */
export function periodName({ from, to, averageOf }: Period, locale: string): string {
  if (averageOf !== undefined) return usualName(from, to, averageOf, locale);
  if (!from.includes("T")) return spanName(from, to, locale, "long");
  const first = bucketName(from, locale, "long");
  if (from === to) return t("{0} UTC", first);
  // To the end of the last hour.
  return t("{0} to {1} UTC", first, bucketName(to, locale, "short").replace(/\b00$/, "59"));
}

function usualName(from: string, to: string, count: number, locale: string): string {
  const days = (Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY_MS;
  const span = spanName(from, to, locale, "short");
  if (days % 7 !== 0) return t("the average of {0} earlier periods, {1}", count, span);
  const day = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(to.slice(0, 10)));
  return t("the average of {0} × {1}, {2}", count, day, span);
}

/** Formats a difference, rounded, with its sign. */
export function signedMoney(usd: number, locale: string): string {
  return withSign(usd, formatMoney(Math.abs(usd), locale));
}

/** Formats a difference unrounded, with its sign and unit. */
export function exactSignedMoney(usd: number, locale: string): string {
  return withSign(usd, formatExactMoney(Math.abs(usd), locale));
}

/** Formats a share with its sign: parts may add up to more than the whole before others reduce it. */
export function signedPercent(share: number, locale: string): string {
  const options = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  return withSign(share, numberFormat(locale, options).format(Math.abs(share)));
}

function withSign(value: number, text: string): string {
  return value === 0 ? text : `${value > 0 ? "+" : "−"}${text}`;
}
