import { MAX_GENERATIONS, readGenerations } from "../../openrouter/foresight/explain/generations.ts";
import type { Explanation, Period } from "../../openrouter/foresight/explain/model.ts";
import { factors } from "../../openrouter/foresight/explain/model.ts";
import { completedHours, periodBefore, usualOf } from "../../openrouter/foresight/explain/periods.ts";
import { type ReadExplanation, readExplanation } from "../../openrouter/foresight/explain/read.ts";
import { InvalidInputError, OpenRouterError, utcDay } from "../../openrouter/index.ts";
import { dayAfter, type Filter } from "../../openrouter/spend/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, quoted, table } from "../text.ts";
import { amount, causeText, factorTexts, lengthsText, noteText, periodText, signed } from "./explainTexts.ts";

export interface ExplainArguments {
  day?: string;
  after_from?: string;
  after_to?: string;
  before_from?: string;
  before_to?: string;
  model?: string;
  api_key_hash?: string;
  generations?: boolean;
}

/** Explains the difference in spend between two periods by model × key. */
export async function explainChangeResult(args: ExplainArguments, { client, signal }: ToolContext) {
  const now = client.now();
  const { after, before, isPart } = comparable(periodsOf(args, utcDay(now)), now);
  const filter: Filter = {
    ...(args.model !== undefined && { model: [args.model] }),
    ...(args.api_key_hash !== undefined && { key: [args.api_key_hash] }),
  };
  const read = await readExplanation(client, { before, after, filter }, { signal });
  const { explanation } = read;
  const shown = { ...args, model: read.model };
  const generations = args.generations ? await generationsText(explanation, shown, { client, signal }) : undefined;
  return { text: joinLines(explanationText(read, shown, isPart), generations), explanation };
}

/** Of today, only completed hours can be compared. */
function comparable(periods: { after: Period; before: Period }, now: Date) {
  const hours = completedHours(periods, now);
  if (hours === "none")
    throw new InvalidInputError("No hour of today (UTC) is complete yet; nothing was sent.", "Use a day before today.");
  return { ...(hours ?? periods), isPart: hours !== undefined };
}

/** Returns the periods to compare: by default yesterday and the usual of its weekday; today, with the day a week before. */
function periodsOf(
  { day, after_from: from, after_to: to, before_from, before_to }: ExplainArguments,
  today: string,
): { after: Period; before: Period } {
  if (day !== undefined && (from ?? to) !== undefined)
    throw new InvalidInputError(
      "day and after_from/after_to exclude each other; nothing was sent.",
      "Pass one of them.",
    );
  if (from === undefined && to !== undefined)
    throw new InvalidInputError("after_to needs after_from; nothing was sent.", "Pass both.");
  const yesterday = dayAfter(today, -1);
  const one = day ?? yesterday;
  const after = from === undefined ? { from: one, to: one } : { from, to: to ?? (from > yesterday ? from : yesterday) };
  if (before_from !== undefined && before_to === undefined && before_from >= after.from)
    throw new InvalidInputError(
      "before_from needs before_to, since it is not before the other period; nothing was sent.",
      "Pass both.",
    );
  if (before_from !== undefined)
    return { after, before: { from: before_from, to: before_to ?? dayAfter(after.from, -1) } };
  if (before_to !== undefined)
    throw new InvalidInputError("before_to needs before_from; nothing was sent.", "Pass both.");
  if (from !== undefined) return { after, before: periodBefore(after) };
  // What is usual is known of whole days.
  const weekBefore = dayAfter(one, -7);
  return { after, before: one === today ? { from: weekBefore, to: weekBefore } : usualOf(one) };
}

function explanationText({ explanation, usual }: ReadExplanation, args: ExplainArguments, isPart: boolean): string {
  const { before, after, difference, parts, causes, notes } = explanation;
  const scope = [args.model && `model ${cell(args.model)}`, args.api_key_hash && `key ${args.api_key_hash}`];
  const changed = factors.map((factor) => ({ factor, usd: parts[factor] })).filter(({ usd }) => amount(usd) !== "0");
  const only = scope.some(Boolean) ? ` Only ${scope.filter(Boolean).join(", ")}.` : "";
  return joinLines(
    `${periodText(after)}: ${amount(after.cost)} USD. ${periodText(before)}: ${amount(before.cost)} USD. Difference: ${signed(difference)} USD. UTC; BYOK included.${only}`,
    usual &&
      `Same weekday in the ${usual.weeks} weeks before: median ${amount(usual.median)} USD, deviation ${amount(usual.deviation)} USD (scaled MAD); this day less the median: ${signed(usual.excess)} USD.`,
    isPart && "Only the completed hours of today are compared, with the same hours of the other day.",
    !isPart && lengthsText(explanation),
    ...notes.map(noteText),
    changed.length > 0 &&
      table(
        [
          ["factor", ({ factor }) => factor],
          ["usd", ({ usd }) => signed(usd)],
          ["meaning", ({ factor }) => factorTexts[factor]],
        ],
        changed,
      ),
    causes.length > 0 &&
      joinLines(
        "Largest causes:",
        table(
          [
            ["usd", (cause) => signed(cause.difference)],
            ["cause", (cause) => causeText(cause, notes)],
            ["model", (cause) => cause.model?.id],
            ["api_key_hash", (cause) => cause.key?.hash],
          ],
          causes,
        ),
      ),
    !args.generations &&
      causes.some(({ count }) => count === 1) &&
      "Requests behind the largest cause: generations=true; behind another: with its model and api_key_hash.",
  );
}

/** Lists the most expensive requests of the largest cause. */
async function generationsText(
  { causes, after }: Explanation,
  { model, api_key_hash }: ExplainArguments,
  { client, signal }: Pick<ToolContext, "client" | "signal">,
): Promise<string> {
  const cause = causes.find(({ count, model, key, after }) => count === 1 && model && key && after);
  const wanted = { model: model ?? cause?.model?.id, key: api_key_hash ?? cause?.key?.hash };
  if (wanted.model === undefined && wanted.key === undefined) return "No cause has requests of a known model and key.";
  try {
    const found = await readGenerations(client, { period: after, ...wanted }, { signal });
    if ("unavailable" in found)
      return found.unavailable === "tooOld"
        ? "Requests: analytics list single requests for 31 days only."
        : "Requests: this account's analytics don't list single requests (generation_id).";
    const { generations, from, to } = found;
    const range = `${from} to ${to}`;
    if (generations.length === 0) return `Requests (${range}): none found.`;
    const count =
      generations.length === MAX_GENERATIONS ? `the ${MAX_GENERATIONS} most expensive` : `all ${generations.length}`;
    return joinLines(
      `Requests (${count}, ${range}) to ${cell(wanted.model ?? "all models")} by ${causeName(cause, wanted.key)}; details: or_generation.`,
      table(
        [
          ["id", ({ id }) => id],
          ["cost", ({ cost }) => cost],
          ["prompt_tokens", (row) => row.prompt_tokens],
          ["completion_tokens", (row) => row.completion_tokens],
          ["reasoning_tokens", (row) => row.reasoning_tokens],
          ["cached_tokens", (row) => row.cached_tokens],
        ],
        generations,
      ),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OpenRouterError)) throw error;
    return `Requests could not be listed: ${cell(error.message)}`;
  }
}

function causeName(cause: Explanation["causes"][number] | undefined, hash: string | undefined): string {
  if (hash === undefined) return "all keys";
  return cause?.key?.hash === hash ? quoted(cause.key.name) : hash;
}
