import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import { type Budget, getBudgetLevel } from "../../../openrouter/safety/budgets.ts";
import type { KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import { formatMoney, formatTime } from "../../../openrouter/text/format.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import type { LimitsPage, ShownBudget } from "../../../webview/limits/protocol.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { workspaceName } from "../../data/describeKey.ts";
import { keyName } from "../../data/names.ts";
import { statusText } from "../../keys/keyText.ts";
import { accountText } from "../../platform/accountText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted } from "../../platform/quoted.ts";
import type { CatalogData } from "./catalogData.ts";
import { modelList, providerList } from "./limitLists.ts";
import { ruleSections } from "./limitRules.ts";
import { limitParts, limitsOf } from "./limitsData.ts";
import {
  budgetLimitText,
  creatorName,
  exactResetText,
  forecastTexts,
  gapText,
  leftText,
  scopeText,
  sourceText,
  uncertainDefaultText,
} from "./limitTexts.ts";
import { linksTo } from "./objectionTexts.ts";

/** Describes everything that limits a key, from what has been read so far. */
export function limitsPage(session: AccountSession, key: Key, data: CatalogData | undefined): LimitsPage {
  const t = vscode.l10n.t;
  const limits = limitsOf(session, key, data?.catalog);
  const { status, applied, gaps, budgets } = limits;
  const workspace = workspaceName(session, key.workspace_id);
  const fact = (name: string, value: string) => ({ name, value });
  return {
    account: { text: accountText(session), isSample: session.source === "sample" },
    title: t("What Limits {0}", quoted(keyName(key))),
    facts: [
      fact(t("Label"), shortLabel(key.label)),
      ...(workspace === undefined ? [] : [fact(t("Workspace"), workspace)]),
      fact(t("Creator"), creatorName(session, key.creator_user_id)),
      fact(t("Status"), statusText(status)),
    ],
    alerts: status === "active" ? [] : [t("The key is {0}: OpenRouter refuses its requests.", statusText(status))],
    gaps: gaps.map(gapText),
    guardrails: linksTo(session, applied),
    headline: headline(session, limits),
    // The one that runs out first leads.
    budgets: budgets
      .toSorted((a, b) => Number(b === limits.first) - Number(a === limits.first))
      .map((budget) => shownBudget(session, limits, budget)),
    models: modelList(session, limits, data),
    providers: providerList(session, limits, data),
    rules: ruleSections(session, limits),
    footnotes: footnotes(session, limits),
  };
}

function headline(session: AccountSession, { key, first, budgets, gaps }: KeyLimits): string {
  const t = vscode.l10n.t;
  if (!first && budgets.length > 0) return t("Which budget runs out first is unknown.");
  if (!first)
    return gaps.length > 0 ? t("No budget that could be read limits this key.") : t("No budget limits this key.");
  const source = sourceText(session, first, key);
  return first.remaining === 0 ? t("Used up: {0}", source) : t("Runs out first: {0}", source);
}

function shownBudget(session: AccountSession, limits: KeyLimits, budget: Budget): ShownBudget {
  const t = vscode.l10n.t;
  const { key, first } = limits;
  const { source, spent, limit, isCertain, isLowerBound } = budget;
  const money = (usd: number) => formatMoney(usd, displayLocale());
  const spentText =
    spent === undefined
      ? t("Spend unknown")
      : t("{0} of {1} spent", isLowerBound ? t("at least {0}", money(spent)) : money(spent), budgetLimitText(budget));
  const links = source.kind === "guardrail" ? linksTo(session, [source.from]) : [];
  return {
    name: scopeText(session, budget, key),
    from: links[0],
    isFirst: budget === first,
    level: getBudgetLevel(budget) ?? "unknown",
    left: leftText(budget),
    details: `${spentText} · ${exactResetText(budget)}`,
    notes: [
      ...forecastTexts(session, limits, budget),
      ...(isCertain ? [] : [t("May not apply to this key.")]),
      ...(isLowerBound ? [lowerBoundText(budget)] : []),
    ],
    share: limit <= 0 ? 1 : spent === undefined ? undefined : Math.min(1, spent / limit),
  };
}

/** Why more may be spent than the keys' counters say. */
function lowerBoundText({ source }: Budget): string {
  const t = vscode.l10n.t;
  if (source.kind === "workspace") return t("The spend of deleted keys counts, too, but is unknown.");
  if (source.kind === "guardrail" && source.per === "member")
    return t("The spend of deleted keys and in OpenRouter's chat counts, too, but is unknown.");
  return t("OpenRouter doesn't say whether BYOK spend counts.");
}

function footnotes(session: AccountSession, { key, applied }: KeyLimits): string[] {
  const t = vscode.l10n.t;
  const reads = limitParts(session, key).flatMap(({ current }) => current?.readAt ?? []);
  const oldest = new Date(Math.min(...reads.map((at) => at.getTime())));
  const failures = [...new Set(limitParts(session, key).flatMap(({ failure }) => failure ?? []))];
  return [
    ...failures.map((failure) => t("Not everything could be refreshed: {0}", failure)),
    ...(reads.length > 0 ? [t("Read at {0}", formatTime(oldest, displayLocale()))] : []),
    ...(applied.some(({ isCertain }) => !isCertain) ? [uncertainDefaultText()] : []),
    t("The account's privacy settings on openrouter.ai also apply; the API doesn't return them."),
  ];
}
