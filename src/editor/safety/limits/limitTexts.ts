import * as vscode from "vscode";
import { budgetForecastText } from "../../../openrouter/foresight/forecast/budgetTexts.ts";
import type { AppliedGuardrail } from "../../../openrouter/safety/appliedGuardrails.ts";
import type { Budget } from "../../../openrouter/safety/budgets.ts";
import type { KeyLimits, LimitGap } from "../../../openrouter/safety/keyLimits.ts";
import { formatMoment, formatMoney, formatSoon } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { memberName } from "../../data/names.ts";
import { shortLimitText } from "../../keys/keyText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { budgetForecast } from "./budgetForecasts.ts";

/** A limit as "$20/day"; one that never resets as "$20 lifetime". */
export function budgetLimitText({ limit, reset }: Budget): string {
  const text = shortLimitText(limit, reset);
  return reset === null ? vscode.l10n.t("{0} lifetime", text) : text;
}

/** What is left, such as "$6.19 left of $20/day", "unknown amount left of $20/day" or "at most $100 left of $600/month". */
export function leftText(budget: Budget): string {
  const { remaining, isLowerBound } = budget;
  const limit = budgetLimitText(budget);
  if (remaining === undefined) return vscode.l10n.t("unknown amount left of {0}", limit);
  if (remaining === 0) return vscode.l10n.t("nothing left of {0}", limit);
  const left = formatMoney(remaining, displayLocale());
  return isLowerBound
    ? vscode.l10n.t("at most {0} left of {1}", left, limit)
    : vscode.l10n.t("{0} left of {1}", left, limit);
}

/** The same for a row, whose end may be cut off: "≤ $100 left of $600/month". */
export function shortLeftText(budget: Budget): string {
  if (!budget.remaining || !budget.isLowerBound) return leftText(budget);
  const left = `≤ ${formatMoney(budget.remaining, displayLocale())}`;
  return vscode.l10n.t("{0} left of {1}", left, budgetLimitText(budget));
}

/** When a budget resets: "resets Dec 1, 1:00 AM", "never resets". */
export function resetsText({ reset, resetsAt }: Budget): string {
  if (resetsAt) return vscode.l10n.t("resets {0}", formatSoon(new Date(resetsAt), displayLocale()));
  return reset === null ? vscode.l10n.t("never resets") : vscode.l10n.t("resets {0}", safeLabel(reset));
}

/** The same with the time in UTC, by which OpenRouter resets. */
export function exactResetText({ reset, resetsAt }: Budget): string {
  if (resetsAt) return vscode.l10n.t("resets {0}", formatMoment(resetsAt, displayLocale()));
  return reset === null ? vscode.l10n.t("never resets") : vscode.l10n.t("resets {0}", safeLabel(reset));
}

/** When a budget is reached before its reset, or why that isn't known; empty if it isn't expected. */
export function forecastTexts(session: AccountSession, limits: KeyLimits, budget: Budget): string[] {
  const forecast = budgetForecast(session, limits, budget);
  return forecast ? [budgetForecastText(forecast, budget.reset, displayLocale(), vscode.l10n.t)] : [];
}

/** What sets a budget, in a few words for a row. */
export function shortSourceText(session: AccountSession, { source }: Budget): string {
  const t = vscode.l10n.t;
  if (source.kind === "key") return t("key limit");
  if (source.kind === "workspace") return t("workspace budget");
  return guardrailName(source.from.guardrail, session);
}

/** For whom a guardrail's budget counts; other budgets as in `sourceText`. */
export function scopeText(session: AccountSession, budget: Budget, key: KeyLimits["key"]): string {
  const t = vscode.l10n.t;
  if (budget.source.kind !== "guardrail") return sourceText(session, budget, key);
  if (budget.source.per === "key") return t("Guardrail, for this key alone");
  return t("Guardrail, for all keys of {0} together", creatorName(session, key.creator_user_id));
}

/** What sets a budget, and for whom it counts. */
export function sourceText(session: AccountSession, { source }: Budget, { creator_user_id }: KeyLimits["key"]): string {
  const t = vscode.l10n.t;
  if (source.kind === "key") return t("Limit of the key");
  if (source.kind === "workspace")
    return source.name
      ? t("Budget of workspace {0}, shared by its keys", quoted(source.name))
      : t("Budget of the workspace, shared by its keys");
  const name = quoted(guardrailName(source.from.guardrail, session));
  if (source.per === "key") return t("Guardrail {0}, for this key alone", name);
  return t("Guardrail {0}, for all keys of {1} together", name, creatorName(session, creator_user_id));
}

/** Names the creator of a key, as far as the members were read. */
export function creatorName({ data }: AccountSession, id: string | null | undefined): string {
  const member = data.members.current?.value.members.find((one) => one.id === id);
  if (member) return safeLabel(memberName(member));
  return id ? safeLabel(id) : vscode.l10n.t("unknown");
}

/** How a guardrail comes to bind the key. */
export function bindingNote({ binding, isCertain }: AppliedGuardrail): string {
  const t = vscode.l10n.t;
  const texts = {
    key: t("assigned to the key"),
    creator: t("assigned to its creator"),
    workspaceDefault: t("default of the workspace"),
  };
  return isCertain ? texts[binding] : `${texts[binding]}, ${t("may not apply")}`;
}

/** Why it is uncertain whether a workspace's default guardrail binds the key. */
export function uncertainDefaultText(): string {
  return vscode.l10n.t(
    "OpenRouter's sources differ on whether a workspace's default guardrail also applies to keys that have another guardrail.",
  );
}

/** What is unknown. */
export function gapText(gap: LimitGap): string {
  const t = vscode.l10n.t;
  const texts: Record<LimitGap, string> = {
    guardrails: t("The guardrails couldn't be loaded; they may limit the key, too."),
    someGuardrails: t("Some guardrails or assignments couldn't be read; they may limit the key, too."),
    unreadGuardrail: t(
      "A guardrail that is assigned to the key or its creator couldn't be read; it may limit the key, too.",
    ),
    workspaces: t("The workspaces can't be read, so the default guardrail of the key's workspace is unknown."),
    workspaceBudgets: t("The budgets of the key's workspace couldn't be loaded; one of them may run out earlier."),
    someKeys: t("Some keys couldn't be read, so budgets that several keys share may have less left."),
    spend: t("The spend of a budget is unknown, so that it may run out earlier."),
  };
  return texts[gap];
}
