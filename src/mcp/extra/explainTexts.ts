// The words of an explanation for models.
import {
  type Cause,
  differentLengths,
  type Explanation,
  type ExplanationNote,
  type Factor,
  type UsageCell,
} from "../../openrouter/foresight/explain/model.ts";
import { cell, quoted } from "../text.ts";

/** USD to a millionth, the precision of the API. */
export const amount = (usd: number): string => String(Number(usd.toFixed(6)));
export const signed = (usd: number): string => `${usd > 0 ? "+" : ""}${amount(usd)}`;
const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

export const factorTexts: Readonly<Record<Factor, string>> = {
  volume: "more or fewer requests",
  mix: "which models and keys they went to",
  prompt: "prompt tokens per request",
  completion: "completion tokens per request, without reasoning",
  reasoning: "reasoning tokens per request",
  price: "price per token, discounts included",
  caching: "share of the prompt read from a cache",
  surcharges: "charges besides tokens",
  unattributed: "not attributed, because figures are unknown",
};

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export function periodText({ from, to, averageOf }: Explanation["before"]): string {
  if (averageOf !== undefined)
    return averageOf === 1
      ? `The usual, only the ${weekdays[new Date(from).getUTCDay()]} ${from}`
      : `The usual, the average of ${averageOf} ${weekdays[new Date(from).getUTCDay()]}s from ${from} to ${to}`;
  if (from.includes("T")) return hoursText(from, to);
  return from === to ? from : `${from} to ${to}`;
}

/** Says that periods have different lengths, since their totals are compared. */
export function lengthsText(periods: Pick<Explanation, "before" | "after">): string | undefined {
  const lengths = differentLengths(periods);
  if (!lengths) return undefined;
  const { unit, before, after } = lengths;
  const named = (length: number) => (length === 1 ? `1 ${unit}` : `${length} ${unit}s`);
  return `The periods differ in length: ${named(after)}, before ${named(before)}. Totals are compared, not averages per ${unit}.`;
}

/** Only the largest changes of a cause are named. */
const MAX_CHANGES = 2;

/**
 * Says what changed for a model and key, with the USD that each change adds, the largest first.
 * @param notes those of the explanation: without a key, they say if its key is unknown
 */
export function causeText(
  { key, before, after, parts, difference, count: pairs }: Cause,
  notes: readonly ExplanationNote[],
): string {
  if (pairs > 1) return `${pairs} others`;
  const changes = [
    { usd: parts.volume + parts.mix, text: requestsText(before, after) },
    ...(["prompt", "completion", "reasoning", "price", "caching", "surcharges", "unattributed"] as const).map(
      (factor) => ({ usd: parts[factor], text: changeText(factor, before, after) }),
    ),
  ];
  const main = changes
    .filter(({ usd }) => Math.abs(usd) >= Math.abs(difference) / 10 && amount(usd) !== "0")
    .sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd))
    .slice(0, MAX_CHANGES);
  const texts = main.map(({ usd, text }) => `${text} ${signed(usd)}`);
  const isUnknown = notes.some(({ kind }) => kind === "keysUnknown" || kind === "keysFailed" || kind === "keysAsked");
  return `${key ? quoted(key.name) : isUnknown ? "key unknown" : "no listed key"}: ${texts.join("; ") || "no change"}`;
}

function requestsText(before: UsageCell | undefined, after: UsageCell | undefined): string {
  const [was, is] = [before ? before.requests : 0, after ? after.requests : 0];
  if (was === undefined || is === undefined) return "requests (unknown)";
  if (was === 0) return `${count(is)} requests, before none`;
  if (is === 0) return `no requests, before ${count(was)}`;
  if (was === is) return `${count(is)} requests in both, a changed share`;
  return is > was
    ? `${count(is - was)} more requests (${count(was)} to ${count(is)})`
    : `${count(was - is)} fewer requests (${count(was)} to ${count(is)})`;
}

/** Names a factor with its figures per request, where it has some. */
function changeText(
  factor: Exclude<Factor, "volume" | "mix">,
  before: UsageCell | undefined,
  after: UsageCell | undefined,
): string {
  const perRequest = (figure: (cell: UsageCell) => number | undefined): string => {
    const [was, is] = [before, after].map((cell) => {
      const value = cell && figure(cell);
      return value !== undefined && cell?.requests ? value / cell.requests : undefined;
    });
    return was === undefined || is === undefined ? "" : ` (${count(was)} to ${count(is)})`;
  };
  if (factor === "prompt") return `prompt tokens per request${perRequest((cell) => cell.prompt_tokens)}`;
  if (factor === "reasoning") return `reasoning tokens per request${perRequest((cell) => cell.reasoning_tokens)}`;
  if (factor === "completion")
    return `completion tokens per request, without reasoning${perRequest(
      ({ completion_tokens: all, reasoning_tokens: reasoning }) =>
        all === undefined || reasoning === undefined || reasoning > all ? undefined : all - reasoning,
    )}`;
  return factorTexts[factor];
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;

/** Says what is missing from the figures. */
export function noteText(note: ExplanationNote): string {
  switch (note.kind) {
    case "keysUnknown":
      return "Keys are unknown: /activity has no keys.";
    case "unlistedKeys":
      return `Spent by keys that are not listed, such as deleted ones: ${amount(note.after)} USD, before ${amount(note.before)} USD.`;
    case "inProgress":
      return `The current day is not complete: its figures end at ${note.until}.`;
    case "notSplit":
      return `Not split for ${percent(note.share)} of the cost: ${note.factor === "surcharges" ? "surcharges are" : `${note.factor} is`} unknown and included in ${note.factor === "reasoning" ? "completion" : "price"}.`;
    case "noListPrice":
      return `No list price for ${cell(note.models)} (${percent(note.share)} of the cost): tokens of each have one average price.`;
    case "notAttributed":
      return `Not attributed for ${percent(note.share)} of the cost: ${note.reason === "unknown" ? "requests or tokens are unknown" : "some figures are corrections, below 0"}.`;
    case "analyticsUnavailable":
      return `Source: /activity; analytics unavailable: ${cell(note.cause)}`;
    case "activityUnavailable":
      return `/activity unavailable: ${cell(note.cause)}`;
    case "counters":
      return "Today's figures are the keys' daily counters, without models, requests, tokens and deleted keys.";
    case "keysAsked":
      return `Only ${note.asked} of ${note.of} keys were read; the spend of the others has no key.`;
    case "keysFailed":
      return `${note.failed} keys could not be read, so their spend has no key: ${cell(note.cause)}`;
    case "rowsUnreadable":
      return `${note.count} of ${note.of} rows could not be read and are omitted; first invalid field: ${note.field}.`;
    case "truncated":
      return "OpenRouter truncated a result: figures are missing.";
    case "workspacesUnavailable":
      return "Covers the keys of the default workspace only.";
    case "namesUnavailable":
      return `Models have the names that analytics use: ${cell(note.cause)}`;
    case "warning":
      return `Warning: ${cell(note.text)}`;
  }
}

/** "2026-11-27 00:00 to 13:00": hours of one day, to the end of the last one. */
function hoursText(from: string, to: string): string {
  const end = String(Number(to.slice(11)) + 1).padStart(2, "0");
  return `${from.slice(0, 10)} ${from.slice(11)}:00 to ${end}:00`;
}
