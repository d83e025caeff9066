// What limits a key, in a few lines of English for agents: the API's names and unrounded figures. Pure; USD and UTC.
import { excerpt, oneLine } from "../text/printable.ts";
import { redact } from "../text/redact.ts";
import type { AppliedGuardrail } from "./appliedGuardrails.ts";
import type { Budget, BudgetSource } from "./budgets.ts";
import type { EffectiveRules, Sourced } from "./effectiveRules.ts";
import type { KeyLimits, LimitGap } from "./keyLimits.ts";

/** The most entries of a list that are named; the rest is counted. */
const MAX_NAMED = 5;
const MAX_NAME = 60;

/**
 * Returns the facts in this order: the budget that runs out first, the other budgets, the guardrails that apply, what they
 * restrict, and what is unknown.
 */
export function summarizeLimits(limits: KeyLimits): string[] {
  const { applied, budgets, first, rules, gaps } = limits;
  const others = budgets.filter((budget) => budget !== first).map(budgetText);
  const zdr = rules.zdr.map(({ value, from }) => ({ value: value.replace(/^enforce_zdr_/, ""), from }));
  const filters = rules.filters.map(({ value, from }) => ({ value: `${value.name}: ${value.action}`, from }));
  return [
    ...statusLine(limits),
    runsOutFirst(limits),
    ...(others.length > 0 ? [`Other budgets: ${others.join("; ")}.`] : []),
    ...(applied.length > 0 ? [`Guardrails: ${applied.map(guardrailText).join(", ")}.`] : []),
    ...commonLine("allowed_models", rules.allowedModels),
    ...commonLine("allowed_providers", rules.allowedProviders),
    ...commonLine("allowed_data_regions", rules.dataRegions),
    ...unitedLine("ignored_models", rules.ignoredModels),
    ...unitedLine("ignored_providers", rules.ignoredProviders),
    ...unitedLine("zero data retention required", zdr),
    ...unitedLine("content filters", filters),
    ...policyLine(rules),
    ...gapLine(gaps),
  ];
}

/** What an allowed use still depends on: the API doesn't tell data regions and policies of endpoints. */
export function useConditions({ rules }: KeyLimits): string[] {
  return [...commonLine("allowed_data_regions", rules.dataRegions), ...policyLine(rules)];
}

function commonLine(name: string, list: Sourced<readonly string[]> | undefined): string[] {
  return list ? [`${name}: ${listText(list.value)}${fromText(list.from)}.`] : [];
}

function unitedLine(name: string, list: readonly Sourced<string>[]): string[] {
  return list.length > 0 ? [`${name}: ${listText(list.map(({ value }) => value))}${fromText(sourcesOf(list))}.`] : [];
}

function policyLine({ dataPolicies }: EffectiveRules): string[] {
  const kinds = dataPolicies.map(({ value, from }) => ({ value: value.replace(/^enable_/, ""), from }));
  return unitedLine("not allowed", kinds);
}

export function gapLine(gaps: readonly LimitGap[]): string[] {
  return gaps.length > 0 ? [`Unknown: ${gaps.map((gap) => gapTexts[gap]).join("; ")}. More may limit the key.`] : [];
}

/** Says that the key's requests are refused by its status; empty for an active key. */
export function statusLine({ status }: KeyLimits): string[] {
  return status === "active" ? [] : [`The key is ${status}: OpenRouter refuses its requests.`];
}

function runsOutFirst({ first, budgets, gaps }: KeyLimits): string {
  if (first) return `${first.remaining === 0 ? "Used up" : "Runs out first"}: ${budgetText(first)}.`;
  if (budgets.length > 0) return `Runs out first: unknown. Budgets: ${budgets.map(budgetText).join("; ")}.`;
  return gaps.length > 0 ? "No budget that could be read limits it." : "No budget limits it.";
}

export function budgetText({ source, limit, reset, remaining, resetsAt, isLowerBound, isCertain }: Budget): string {
  const left =
    remaining === undefined ? "an unknown amount" : `${isLowerBound && remaining > 0 ? "at most " : ""}$${remaining}`;
  return [
    `${sourceText(source)}, ${left} left of $${limit}`,
    reset ?? "lifetime",
    resetsAt && `resets ${resetsAt.slice(0, 16)}Z`,
    !isCertain && "may not apply",
  ]
    .filter(Boolean)
    .join(", ");
}

function sourceText(source: BudgetSource): string {
  if (source.kind === "key") return "the key's limit";
  if (source.kind === "workspace") return `budget of the workspace ${quote(source.name)} (shared by its keys)`;
  return `guardrail ${quote(source.from.guardrail.name)} (per ${source.per})`;
}

function guardrailText({ guardrail, binding, isCertain }: AppliedGuardrail): string {
  const texts = {
    key: "assigned to the key",
    creator: "assigned to its creator",
    workspaceDefault: "workspace default",
  };
  return `${quote(guardrail.name)} ${guardrail.id} (${texts[binding]}${isCertain ? "" : ", may not apply"})`;
}

function listText(entries: readonly string[]): string {
  if (entries.length === 0) return "none, the lists have nothing in common";
  const named = entries.slice(0, MAX_NAMED).map(safe).join(", ");
  return entries.length > MAX_NAMED ? `${entries.length}: ${named}, …` : named;
}

function fromText(from: readonly AppliedGuardrail[]): string {
  return ` (from ${[...new Set(from.map(({ guardrail }) => quote(guardrail.name)))].join(", ")})`;
}

const sourcesOf = (list: readonly Sourced<unknown>[]) => [...new Set(list.flatMap(({ from }) => from))];

const gapTexts: Record<LimitGap, string> = {
  guardrails: "the guardrails couldn't be read",
  someGuardrails: "some guardrails or assignments couldn't be read",
  unreadGuardrail: "an assigned guardrail couldn't be read",
  workspaces: "the key's workspace couldn't be read",
  workspaceBudgets: "the workspace's budgets couldn't be read",
  someKeys: "some keys couldn't be read, so shared budgets may have less left",
  spend: "the spend of a budget is unknown",
};

/** Names come from the account: nothing in them may end the quote or look like a secret. */
const quote = (name: string) => JSON.stringify(safe(name));
const safe = (text: string) => excerpt(oneLine(text, redact), MAX_NAME);
