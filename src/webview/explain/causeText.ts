// What a cause of a change is, in words that a person can act on.
import { t } from "@vscode/l10n";
import { type Cause, type Factor, factors } from "../../openrouter/foresight/explain/model.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import { shortNames } from "../shortNames.ts";
import { factorName, signedMoney } from "./explainLabels.ts";

type Measure = "requests" | "prompt_tokens" | "completion_tokens" | "reasoning_tokens" | "cached_tokens";

/** Words causes: which key did what with which model, by its id as in the chart. Long names are shortened, and still different. */
export function causeTexts(causes: readonly Cause[], locale: string): string[] {
  const models = shortOf(causes.map(({ model }) => model?.id));
  const keys = shortOf(causes.map(({ key }) => key?.name));
  // Without any key, the figures are not split by key; then a cause doesn't mention one.
  const noKey = keys.size > 0 ? t("Unattributed") : undefined;
  return causes.map((cause) => {
    if (cause.count > 1) return t("{0} other models and keys", formatCount(cause.count, locale));
    const text = reasonText(cause, models.get(cause.model?.id ?? "") ?? t("unknown models"), locale);
    const key = cause.key ? keys.get(cause.key.name) : noKey;
    return key === undefined ? text : t("{0}: {1}", key, text);
  });
}

function shortOf(names: readonly (string | undefined)[]): Map<string, string> {
  const all = [...new Set(names.filter((name) => name !== undefined))];
  const short = shortNames(all);
  return new Map(all.map((name, i) => [name, short[i]!]));
}

/** Says which reasons the cause has, with their amounts; empty if it is only one. */
export function causeParts({ parts, difference }: Cause, locale: string): string[] {
  const least = Math.abs(difference) / 100;
  const shown = factors.flatMap((factor) => {
    // Of a single model and key, both mean its requests.
    const usd = factor === "volume" ? parts.volume + parts.mix : parts[factor];
    const isShown = factor !== "mix" && usd !== 0 && Math.abs(usd) >= least;
    return isShown ? [`${factorName(factor)} ${signedMoney(usd, locale)}`] : [];
  });
  return shown.length < 2 ? [] : shown;
}

function reasonText(cause: Cause, model: string, locale: string): string {
  const { before, after } = cause;
  const requests = (count: number | undefined) => count !== undefined && roundCount(count, locale);
  if (!isUsed(before)) {
    const count = requests(after?.requests);
    return count ? t("{0} requests to {1}, not used before", count, model) : t("{0}, not used before", model);
  }
  if (!isUsed(after)) {
    const count = requests(before?.requests);
    return count ? t("no requests to {1} any more, {0} before", count, model) : t("{0}, no longer used", model);
  }
  const [reason, usd] = mainReason(cause);
  const more = usd > 0;
  switch (reason) {
    case "requests": {
      const change = changeOf(cause, "requests");
      const count = change !== undefined && roundCount(Math.abs(change), locale);
      if (!count) return more ? t("more requests to {0}", model) : t("fewer requests to {0}", model);
      return change! > 0 ? t("{0} more requests to {1}", count, model) : t("{0} fewer requests to {1}", count, model);
    }
    case "prompt": {
      const count = perRequestText(cause, "prompt_tokens", locale);
      if (!count) return more ? t("longer prompts to {0}", model) : t("shorter prompts to {0}", model);
      return more
        ? t("{0} more prompt tokens per request to {1}", count, model)
        : t("{0} fewer prompt tokens per request to {1}", count, model);
    }
    case "completion": {
      const count = perRequestText(cause, "completion_tokens", locale);
      if (!count) return more ? t("longer completions of {0}", model) : t("shorter completions of {0}", model);
      return more
        ? t("{0} more completion tokens per request of {1}", count, model)
        : t("{0} fewer completion tokens per request of {1}", count, model);
    }
    case "reasoning": {
      const count = perRequestText(cause, "reasoning_tokens", locale);
      if (!count) return more ? t("more reasoning of {0}", model) : t("less reasoning of {0}", model);
      return more
        ? t("{0} more reasoning tokens per request of {1}", count, model)
        : t("{0} fewer reasoning tokens per request of {1}", count, model);
    }
    case "price":
      return more ? t("a higher price per token of {0}", model) : t("a lower price per token of {0}", model);
    case "caching":
      return more
        ? t("fewer prompt tokens from the cache of {0}", model)
        : t("more prompt tokens from the cache of {0}", model);
    case "surcharges":
      return more ? t("more surcharges of {0}", model) : t("less surcharges of {0}", model);
    default:
      return more
        ? t("more spend on {0}, for unknown reasons", model)
        : t("less spend on {0}, for unknown reasons", model);
  }
}

/** A cell without cost and requests was not used. */
function isUsed(cell: Cause["before"]): boolean {
  return cell !== undefined && (cell.cost !== 0 || (cell.requests ?? 0) > 0);
}

/** Below the precision of the API, USD: reasons cancel each other out. */
const NONE = 5e-7;

/**
 * Returns the largest reason in the direction of the change, with its USD. For a single model and key, the number of all
 * requests and its share of them both change the number of its requests.
 */
function mainReason({ parts, difference }: Cause): ["requests" | Exclude<Factor, "volume" | "mix">, number] {
  const { volume, mix, ...others } = parts;
  const reasons = Object.entries({ requests: volume + mix, ...others }) as ReturnType<typeof mainReason>[];
  const size = (usd: number) => (Math.abs(difference) < NONE ? Math.abs(usd) : usd * Math.sign(difference));
  return reasons.reduce((a, b) => (size(b[1]) > size(a[1]) ? b : a));
}

function changeOf({ before, after }: Cause, measure: Measure): number | undefined {
  const [from, to] = [before?.[measure], after?.[measure]];
  return from === undefined || to === undefined || from === to ? undefined : to - from;
}

/** Returns by how much the tokens per request changed; undefined if that is unknown. */
function perRequestText({ before, after }: Cause, measure: Measure, locale: string): string | undefined {
  // The factor of completion tokens is without reasoning, if that is known.
  const isKnown = (cell: Cause["before"]) => (cell?.reasoning_tokens ?? Infinity) <= (cell?.completion_tokens ?? 0);
  const reasoningIsKnown = isKnown(before) && isKnown(after);
  const excluded = (cell: Cause["before"]) =>
    measure === "completion_tokens" && reasoningIsKnown ? cell!.reasoning_tokens! : 0;
  const each = (cell: Cause["before"]) => {
    const [tokens, requests] = [cell?.[measure], cell?.requests];
    return tokens === undefined || !requests ? undefined : (tokens - excluded(cell)) / requests;
  };
  const [from, to] = [each(before), each(after)];
  return from === undefined || to === undefined ? undefined : roundCount(Math.abs(to - from), locale);
}

/** Averages are fractions; returns undefined for what would round to 0. */
function roundCount(count: number, locale: string): string | undefined {
  const rounded = count >= 10 ? Math.round(count) : Math.round(count * 10) / 10;
  return rounded === 0 ? undefined : formatCount(rounded, locale);
}
