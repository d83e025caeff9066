// Words what usage would have cost on other models, for the quick pick and the panel.
import * as vscode from "vscode";
import { FREE_REQUESTS } from "../../../openrouter/foresight/whatIf/candidates.ts";
import {
  type Ability,
  abilities,
  type Candidate,
  type CostRange,
  type Exclusion,
  exclusions,
} from "../../../openrouter/foresight/whatIf/model.ts";
import type { WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import { sum } from "../../../openrouter/text/figures.ts";
import { formatCount, formatMoney, formatUtcDay, numberFormat } from "../../../openrouter/text/format.ts";
import type { ShownCandidate, ShownWhatIf } from "../../../webview/whatIf/protocol.ts";
import { displayLocale } from "../../platform/locale.ts";
import { joinFirst } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";

/** Smaller differences than this are none. */
const CENT = 0.005;

const money = (usd: number) => formatMoney(usd, displayLocale());
const count = (value: number) => formatCount(value, displayLocale());
const day = (date: string) => formatUtcDay(date, displayLocale());

export function showWhatIf(reading: WhatIfReading): ShownWhatIf {
  const offered = new Set(reading.candidates.flatMap(({ lacks }) => lacks));
  return {
    headline: headlineText(reading),
    facts: factTexts(reading),
    unknowns: unknownTexts(reading),
    needs: abilities.filter((one) => offered.has(one)).map((id) => ({ id, name: abilityName(id) })),
    candidates: reading.candidates.map(showCandidate),
  };
}

export function headlineText({ usage, spent, from, to }: WhatIfReading): string {
  const t = vscode.l10n.t;
  const [days, requests] = [[day(from), day(to)], count(sum(usage.map((one) => one.requests)))];
  const names = joinFirst(
    usage.map(({ model }) => safeLabel(model)),
    3,
  );
  if (usage.length === 0) return t("Nothing was used from {0} to {1} (UTC).", ...days);
  return t("{0} for {1} requests to {2}, {3} to {4} (UTC)", money(spent), requests, names, ...days);
}

function factTexts({ listCost, leftOut, excluded, context }: WhatIfReading): string[] {
  const t = vscode.l10n.t;
  const others = joinFirst(
    leftOut.map(({ model }) => safeLabel(model || "–")),
    3,
  );
  const reasons = exclusions.filter((one) => excluded[one] > 0);
  return [
    ...(listCost ? [t("At today's list prices of the used models: {0}", rangeText(listCost))] : []),
    ...(leftOut.length > 0
      ? [
          t(
            "Not compared, since the output is of another kind or the model is not in the catalog: {0} ({1})",
            others,
            money(sum(leftOut.map((one) => one.cost))),
          ),
        ]
      : []),
    context.isAverage
      ? t("{0} tokens a request on average", count(context.tokens))
      : t("Longest request: {0} tokens", count(context.tokens)),
    ...(reasons.length > 0
      ? [t("Models left out: {0}", reasons.map((one) => `${exclusionName(one)} (${count(excluded[one])})`).join(", "))]
      : []),
  ];
}

function unknownTexts(reading: WhatIfReading): string[] {
  const t = vscode.l10n.t;
  const unknowns: [string, boolean][] = [
    [t("The quality and length of other models' answers aren't compared."), true],
    [t("Other tokenizers need more or fewer tokens for the same text."), true],
    [t("Caching may not carry over; the highest cost is without it."), true],
    [t("Which abilities were used isn't known."), reading.candidates.some(({ lacks }) => lacks.length > 0)],
    [t("Cached tokens are unknown."), reading.cachingUnknown],
    [t("The longest request is unknown."), reading.context.isAverage],
    [t("How much was BYOK is unknown."), reading.byokUnknown],
    [t("What guardrails allow is compared only for a single key."), !reading.knowsRules],
    [t("Which endpoints have zero data retention is unknown."), reading.zdrUnknown],
    [t("Not all providers could be loaded."), reading.providersError !== undefined],
    [
      t("Providers' prices are loaded for a few models; what is certain of others isn't known."),
      reading.candidates.some(({ providers }) => !providers),
    ],
    [t("Analytics are unavailable; the current day is missing."), reading.source === "activity"],
    [t("Some usage is missing."), reading.notes.some(({ kind }) => kind === "truncated" || kind === "rowsUnreadable")],
  ];
  return unknowns.filter(([, isUnknown]) => isUnknown).map(([text]) => text);
}

export function showCandidate(candidate: Candidate): ShownCandidate {
  const { id, name, cost, lacks, providers } = candidate;
  return {
    id,
    name: safeLabel(name),
    cost: money(cost.middle),
    range: isSpread(cost) ? `${money(cost.low)} – ${money(cost.high)}` : undefined,
    saving: savingText(candidate),
    certain: certainText(candidate),
    notes: noteTexts(candidate),
    lacks,
    providers: providers?.map(({ name: provider, tag, cost: own, isZdr }) => ({
      name: safeLabel([tag.includes("/") ? `${provider} (${tag})` : provider, ...(isZdr ? ["ZDR"] : [])].join(" · ")),
      cost: rangeText(own),
    })),
  };
}

const isSpread = ({ low, high }: CostRange) => high - low >= 2 * CENT;

function rangeText(cost: CostRange): string {
  if (!isSpread(cost)) return money(cost.middle);
  return `${money(cost.middle)} (${money(cost.low)} – ${money(cost.high)})`;
}

function savingText({ saving }: Candidate): string {
  const t = vscode.l10n.t;
  if (Math.abs(saving) < CENT) return t("the same");
  return saving > 0 ? t("saves {0}", money(saving)) : t("costs {0} more", money(-saving));
}

function certainText({ saving, certain, breakEven, tokenizer, addsReasoning }: Candidate): string {
  const t = vscode.l10n.t;
  if (saving < CENT) return "";
  if (certain !== undefined) {
    const share = numberFormat(displayLocale(), { style: "percent" }).format(Math.min(1, certain / saving));
    const text = t("{0} of it certain ({1})", money(certain), share);
    return tokenizer === "measured" ? t("{0}, with published figures of the tokenizers", text) : text;
  }
  const mayNeedMore = tokenizer === "unknown" || addsReasoning;
  if (breakEven === undefined || !mayNeedMore) return t("unknown how much is certain");
  const factor = numberFormat(displayLocale(), { maximumFractionDigits: 1 }).format(breakEven);
  return t("as long as it needs at most {0} × the tokens", factor);
}

function noteTexts({ lacks, verdict, isFree, addsReasoning, unpriced, expires }: Candidate): string[] {
  const t = vscode.l10n.t;
  return [
    ...(lacks.length > 0 ? [t("without {0}", lacks.map(abilityName).join(", "))] : []),
    ...(verdict === "unknown" ? [t("guardrails may not allow it")] : []),
    ...(isFree
      ? [
          t(
            "free: at most {0} requests a minute and {1} a day",
            count(FREE_REQUESTS.perMinute),
            count(FREE_REQUESTS.perDay),
          ),
        ]
      : []),
    ...(addsReasoning ? [t("always reasons: more tokens")] : []),
    ...(unpriced.length > 0 ? [t("not included: {0}", unpriced.join(", "))] : []),
    ...(expires ? [t("until {0}", day(expires))] : []),
  ];
}

function abilityName(ability: Ability): string {
  const t = vscode.l10n.t;
  return {
    tools: t("tools"),
    structured_outputs: t("structured output"),
    reasoning: t("reasoning"),
    image: t("images"),
    file: t("files"),
    audio: t("audio"),
    video: t("video"),
  }[ability];
}

function exclusionName(exclusion: Exclusion): string {
  const t = vscode.l10n.t;
  return {
    noPrice: t("no price"),
    otherOutput: t("other output"),
    shortContext: t("context or output limit too low"),
    lacksNeeded: t("lacks what is needed"),
    refused: t("refused by guardrails"),
    noZdr: t("no zero data retention"),
    noProvider: t("no usable provider"),
    freeLimit: t("limit of free requests too low"),
  }[exclusion];
}
