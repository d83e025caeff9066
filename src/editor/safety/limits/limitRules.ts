import * as vscode from "vscode";
import { type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { DataPolicyField, EffectiveRules } from "../../../openrouter/safety/effectiveRules.ts";
import type { KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import type { LimitsPage, SourcedLine } from "../../../webview/limits/protocol.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { actionText, zdrName } from "../../guardrails/labels.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { linksTo } from "./objectionTexts.ts";

/** The rules besides budgets, models and providers, each with the guardrails that it comes from. */
export function ruleSections(session: AccountSession, { rules }: KeyLimits): LimitsPage["rules"] {
  const t = vscode.l10n.t;
  const none = (text: string): SourcedLine[] => [{ text }];
  const zdr = (Object.keys(zdrFields) as ZdrField[]).map((field): SourcedLine => {
    const required = rules.zdr.find(({ value }) => value === field);
    const name = field === "enforce_zdr_other" ? zdrName(field) : t("Models of {0}", zdrName(field));
    if (!required) return { text: t("{0}: not required", name) };
    return { text: t("{0}: required", name), from: linksTo(session, required.from) };
  });
  const regionLine = regionsLine(session, rules);
  const policies = policyLines(session, rules);
  const filters = rules.filters.map(({ value: { name, action }, from }) => ({
    text: `${safeLabel(name)}: ${actionText(action)}`,
    from: linksTo(session, from),
  }));
  return [
    { title: t("Zero Data Retention"), lines: rules.zdr.length > 0 ? zdr : none(t("Not required by a guardrail")) },
    { title: t("Data Regions"), lines: regionLine ? [regionLine] : none(t("All regions")) },
    { title: t("Data Policies"), lines: policies.length > 0 ? policies : none(t("No guardrail excludes endpoints")) },
    { title: t("Content Filters"), lines: filters.length > 0 ? filters : none(t("None")) },
  ];
}

function regionsLine(session: AccountSession, { dataRegions }: EffectiveRules): SourcedLine | undefined {
  if (!dataRegions) return undefined;
  const { value, from } = dataRegions;
  const text =
    value.length > 0
      ? vscode.l10n.t("Only {0}", value.map(regionName).join(", "))
      : vscode.l10n.t("None: the lists have nothing in common");
  return { text, from: linksTo(session, from) };
}

function policyLines(session: AccountSession, { dataPolicies }: EffectiveRules): SourcedLine[] {
  return dataPolicies.map(({ value, from }) => ({ text: policyText(value), from: linksTo(session, from) }));
}

/** What a use that is allowed still depends on: the API doesn't tell regions and data policies of endpoints. */
export function useConditions(session: AccountSession, { rules }: KeyLimits): SourcedLine[] {
  const regions = regionsLine(session, rules);
  const regionText = regions && { ...regions, text: `${vscode.l10n.t("Data Regions")}: ${regions.text}` };
  return [...(regionText ? [regionText] : []), ...policyLines(session, rules)];
}

function policyText(field: DataPolicyField): string {
  const t = vscode.l10n.t;
  const texts: Record<DataPolicyField, string> = {
    enable_free_model_publication: t("Free endpoints that publish prompts are not allowed"),
    enable_free_model_training: t("Free endpoints that train on prompts are not allowed"),
    enable_paid_model_training: t("Paid endpoints that train on prompts are not allowed"),
  };
  return texts[field];
}

/** Unknown regions are shown as they are. */
function regionName(region: string): string {
  const texts: Record<string, string> = {
    global: vscode.l10n.t("global"),
    europe: vscode.l10n.t("Europe"),
    us: vscode.l10n.t("US"),
  };
  return texts[region] ?? safeLabel(region);
}
