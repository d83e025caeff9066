import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { getKeyStatus, getLastUse } from "../../openrouter/keys/keyStatus.ts";
import { type LimitShare, roundShare } from "../../openrouter/keys/limitShare.ts";
import { formatMoment, formatMoney, formatShortTime, formatSoon, numberFormat } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";
import { changedByAgentText } from "../ui/changedByAgent.ts";
import type { KeySort } from "./keySorts.ts";
import { shortLimitText, spendText, statusText } from "./keyText.ts";

interface RowFacts {
  name: string;
  /** The API's label; only if another key has the same name. */
  label?: string;
  /** Whether that key is in the same group of rows. */
  isTwinNear: boolean;
  sort: KeySort;
  limit?: LimitShare;
  secretPending: boolean;
  changedByAgent: boolean;
}

/** Returns what a key's row says after the name, and what a screen reader says. The most important part comes first. */
export function rowText(key: Key, facts: RowFacts): { description: string; ariaLabel: string } {
  const { name, label, limit, secretPending, changedByAgent } = facts;
  const t = vscode.l10n.t;
  const status = getKeyStatus(key);
  const pending = secretPending && t("secret pending");
  const figures = figureTexts(key, facts);
  const time = sortedTime(key, facts.sort);
  const near = limit?.level === "near" ? percent(limit.share) : undefined;
  const description = [
    facts.isTwinNear && label,
    status !== "active" && statusText(status),
    refusedText(limit, (at) => formatSoon(at, displayLocale())),
    pending,
    time?.text,
    ...figures,
    near !== undefined && !figures.some((text) => text.includes(near)) && near,
    changedByAgent && t("by agent"),
    !facts.isTwinNear && label,
  ];
  const ariaLabel = [
    name,
    label,
    statusText(status),
    refusedText(limit, (at) => formatMoment(at.toISOString(), displayLocale())),
    pending,
    changedByAgent && changedByAgentText(),
    time?.spoken,
    ...figures,
    limit && limitShareText(limit),
  ];
  return { description: description.filter(Boolean).join(" · "), ariaLabel: ariaLabel.filter(Boolean).join(", ") };
}

/** Returns the amount that the rows are sorted by, if any, with BYOK as in the Activity panel, then what is spent of the limit. */
function figureTexts(key: Key, { sort, limit }: RowFacts): string[] {
  const t = vscode.l10n.t;
  const money = (usd: number) => formatMoney(usd, displayLocale());
  const share =
    limit && key.limit !== null
      ? [t("{0} of {1}", percent(limit.share), shortLimitText(key.limit, key.limit_reset))]
      : [];
  switch (sort) {
    case "today":
      return [t("{0} today", money(getKeyCost(key, "today"))), ...share];
    case "month":
      return [t("{0} this month", money(getKeyCost(key, "month"))), ...share];
    case "total":
      return [t("{0} in total", money(getKeyCost(key, "total"))), ...share];
    case "limit":
      return [limit ? percent(limit.share) : "", spendText(key)].filter(Boolean);
    default:
      return [spendText(key)];
  }
}

/** Returns the time that the rows are sorted by: short, as the view's title says what it is, and as spoken. */
function sortedTime(key: Key, sort: KeySort): { text: string; spoken: string } | undefined {
  const t = vscode.l10n.t;
  const short = (iso: string) => formatShortTime(new Date(iso), displayLocale());
  if (sort === "created") return { text: short(key.created_at), spoken: t("created {0}", short(key.created_at)) };
  if (sort !== "used" && sort !== "unused") return undefined;
  const use = getLastUse(key);
  if (use.kind === "used") return { text: short(use.at), spoken: t("used {0}", short(use.at)) };
  const text = { never: t("never used"), idle: t("not used since 2025"), unknown: t("last use unknown") }[use.kind];
  return { text, spoken: text };
}

/** Says that requests are refused now, and until when. */
export function refusedText(limit: LimitShare | undefined, timeText: (at: Date) => string): string | undefined {
  if (limit?.level !== "reached") return undefined;
  return limit.resetsAt
    ? vscode.l10n.t("refused until {0}", timeText(limit.resetsAt))
    : vscode.l10n.t("refused: limit reached");
}

/** Says how much of the limit is spent: "92% of the limit used". */
export function limitShareText({ share }: Pick<LimitShare, "share">): string {
  return vscode.l10n.t("{0} of the limit used", percent(share));
}

function percent(share: number): string {
  return numberFormat(displayLocale(), { style: "percent" }).format(roundShare(share));
}
