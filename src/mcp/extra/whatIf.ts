// Says what the usage of a period would have cost on other models.
import { FREE_REQUESTS } from "../../openrouter/foresight/whatIf/candidates.ts";
import {
  type Ability,
  type Candidate,
  type CostRange,
  type Exclusion,
  exclusions,
  type ModelUsage,
} from "../../openrouter/foresight/whatIf/model.ts";
import {
  readWhatIf,
  type WhatIfReading,
  type WhatIfReadOptions,
} from "../../openrouter/foresight/whatIf/readWhatIf.ts";
import { dropFloatNoise, getKey } from "../../openrouter/index.ts";
import { sum, sumKnown } from "../../openrouter/text/figures.ts";
import type { ToolContext } from "../defineTool.ts";
import { readLimits } from "../safety/keyLimits.ts";
import { type Column, cell, joinLines, paginate, quoted, safeLine, table } from "../text.ts";

const MAX_USED = 20;

export interface WhatIfArguments {
  from?: string;
  to?: string;
  hash?: string;
  model?: string;
  candidate?: string;
  needs?: Ability[];
  zdr?: boolean;
  offset?: number;
  limit?: number;
}

/** `GET /keys/{hash}` and what limits the key, and all that `readWhatIf` reads. */
export async function whatIfText(args: WhatIfArguments, { client, signal }: ToolContext): Promise<string> {
  const { hash, offset = 0, limit = 20, ...query } = args;
  const { model, candidate } = query;
  const options: WhatIfReadOptions = { signal };
  let scope = model === undefined ? "" : `, ${cell(model)}`;
  if (hash !== undefined) {
    const reader = readLimits(client, signal);
    const key = await getKey(client, hash, { signal });
    options.limits = (catalog) => reader.limitsOf(key, { catalog });
    scope = `, ${quoted(key.name)}${scope}`;
  }
  const result = await readWhatIf(client, { ...query, keys: hash === undefined ? undefined : [hash] }, options);
  if (result.usage.length === 0)
    return joinLines(`Nothing was used from ${result.from} to ${result.to} (UTC)${scope}.`, ...noteLines(result));
  const rows = result.candidates;
  const shown = paginate(rows, offset, limit);
  return joinLines(
    `Usage of ${result.from} to ${result.to} (UTC)${scope}; USD including BYOK; source: ${result.source}. ${shown.note}`,
    offset === 0 && usageText(result),
    offset === 0 && unknownText(result),
    offset === 0 && excludedText(result, candidate),
    shown.rows.length > 0 && table(columns(result), shown.rows),
    candidate !== undefined && rows[0] && providersText(rows[0]),
  );
}

/** Tokens, requests and cost of the used models. */
function usageText(result: WhatIfReading): string {
  const { usage, spent, listCost, leftOut } = result;
  return joinLines(
    table(
      [
        ["used_model", ({ model }: ModelUsage) => model],
        ["cost", ({ cost }) => cost],
        ["requests", ({ requests }) => requests],
        ["prompt_tokens", (one) => one.prompt_tokens],
        ["cached_tokens", (one) => one.cached_tokens ?? "unknown"],
        ["completion_tokens", (one) => one.completion_tokens],
        ["reasoning_tokens", (one) => one.reasoning_tokens ?? "unknown"],
      ],
      usage.slice(0, MAX_USED),
    ),
    usage.length > MAX_USED && `${usage.length - MAX_USED} more used models are included.`,
    `Spent ${dropFloatNoise(spent)}; at today's list prices of the used models ${listCost ? rangeText(listCost) : "unknown"}.`,
    leftOut.length > 0 &&
      `Not compared, since their output is of another kind or they are not in the catalog: ${cell(leftOut.map(({ model }) => model || "unknown model"))} (${sum(leftOut.map(({ cost }) => cost))}).`,
  );
}

function rangeText({ low, middle, high }: CostRange): string {
  const [least, usual, most] = [low, middle, high].map(dropFloatNoise);
  return least === most ? `${usual}` : `${usual} (${least} to ${most})`;
}

function unknownText(result: WhatIfReading): string {
  const { context, knowsRules, busiestDay } = result;
  const byok = sumKnown(result.usage.map((one) => one.byok_cost));
  const tokens = `${context.tokens} tokens`;
  const limited = ", and those whose read providers all have a lower limit of their own.";
  return joinLines(
    "cost is for the same number of tokens, with the same share cached; at_least and at_most also cover other caching, prompt length and time of day, published differences of tokenizers and, where providers are counted, prices by provider.",
    "certain_saving is what remains at at_most; it is unknown if nobody published how many tokens the other tokenizer needs, or if the model's providers weren't read (pass it as candidate). saves_up_to: the model is cheaper as long as it needs at most this many times the tokens.",
    "Unknown: the quality and length of other models' answers, and which abilities were used (lacks: what the used models offer and this one doesn't).",
    context.isAverage
      ? `Unknown: the longest prompt. Requests have ${tokens} on average; models with less context are left out${limited}`
      : `The request with the longest prompt has ${tokens}; models with less context are left out${limited}`,
    result.cachingUnknown && "Unknown: cached tokens. cost is without caching.",
    result.byokUnknown && "Unknown: how much was BYOK, which has a fee.",
    byok !== undefined &&
      byok > 0 &&
      "BYOK: at_most includes OpenRouter's fee of 5%; other providers may need a key of their own.",
    !knowsRules && "Guardrails were not compared; pass hash for what a key may use.",
    result.zdrUnknown && "Unknown: which endpoints have zero data retention.",
    busiestDay === undefined && "Unknown: the requests of the busiest day.",
    `Free models (free=yes): ${FREE_REQUESTS.perMinute} requests a minute and ${FREE_REQUESTS.perDay} a UTC day (${FREE_REQUESTS.perDayWithoutCredits} without bought credits) for the whole account${busiestDay === undefined ? "" : `; the busiest day had ${busiestDay}`}.`,
    result.providersError && `Not all providers could be read: ${safeLine(result.providersError.message)}`,
    ...noteLines(result),
  );
}

function noteLines({ notes }: WhatIfReading): string[] {
  return notes.map((note) => {
    const detail = "cause" in note ? `: ${note.cause}` : "text" in note ? `: ${note.text}` : "";
    return `Note: ${safeLine(note.kind + detail)}`;
  });
}

const exclusionTexts: Record<Exclusion, string> = {
  noPrice: "no price of its own",
  otherOutput: "other output",
  shortContext: "context or output limit too low",
  lacksNeeded: "lacks what is needed",
  refused: "refused by a guardrail",
  noZdr: "no zero data retention",
  noProvider: "no provider that may be used",
  freeLimit: "free, with a lower limit of requests",
};

function excludedText({ excluded }: WhatIfReading, candidate: string | undefined): string | undefined {
  const reasons = exclusions.filter((one) => excluded[one] > 0);
  if (reasons.length === 0) return undefined;
  const text = reasons.map((one) => (candidate ? exclusionTexts[one] : `${excluded[one]} ${exclusionTexts[one]}`));
  return `Left out: ${text.join(", ")}.`;
}

/** Columns in which all rows are empty are left out. */
function columns({ candidates }: WhatIfReading): Column<Candidate>[] {
  const all: Column<Candidate>[] = [
    ["model", ({ id }) => id],
    ["cost", ({ cost }) => dropFloatNoise(cost.middle)],
    ["at_least", ({ cost }) => dropFloatNoise(cost.low)],
    ["at_most", ({ cost }) => dropFloatNoise(cost.high)],
    ["saving", ({ saving }) => dropFloatNoise(saving)],
    ["certain_saving", ({ certain }) => (certain === undefined ? "unknown" : dropFloatNoise(certain))],
    ["saves_up_to", ({ breakEven }) => (breakEven === undefined ? undefined : `${breakEven.toFixed(2)}x`)],
    ["tokenizer", ({ tokenizer }) => tokenizer],
    ["lacks", ({ lacks }) => lacks],
    ["guardrails", ({ verdict }) => verdict],
    ["providers", ({ providers }) => providers?.length],
    ["free", ({ isFree }) => (isFree ? "yes" : undefined)],
    ["always_reasons", ({ addsReasoning }) => (addsReasoning ? "yes" : undefined)],
    ["not_priced", ({ unpriced }) => unpriced],
    ["expires", ({ expires }) => expires],
  ];
  const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
  return all.filter(([, value]) => candidates.some((one) => !isEmpty(value(one))));
}

function providersText({ providers }: Candidate): string {
  if (!providers?.length) return "Its providers are unknown.";
  const rows = table(
    [
      ["tag", ({ tag }) => tag],
      ["provider_name", ({ name }) => name],
      ["cost", ({ cost }) => dropFloatNoise(cost.middle)],
      ["at_least", ({ cost }) => dropFloatNoise(cost.low)],
      ["at_most", ({ cost }) => dropFloatNoise(cost.high)],
      ["zdr", ({ isZdr }) => isZdr],
    ],
    providers,
  );
  return `At its providers:\n${rows}`;
}
