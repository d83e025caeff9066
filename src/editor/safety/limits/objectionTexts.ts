import * as vscode from "vscode";
import { type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { AppliedGuardrail } from "../../../openrouter/safety/appliedGuardrails.ts";
import type { Objection } from "../../../openrouter/safety/mayUse.ts";
import type { GuardrailLink } from "../../../webview/limits/protocol.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { zdrName } from "../../guardrails/labels.ts";
import { bindingNote } from "./limitTexts.ts";

/** Why a rule forbids a use, or may forbid it. */
export function objectionText({ field, isCertain, guardrail }: Objection): string {
  const t = vscode.l10n.t;
  const texts: Record<string, string> = {
    allowed_models: t("The model is not in the list of allowed models."),
    ignored_models: t("The model is in the list of ignored models."),
    allowed_providers: t("The provider is not in the list of allowed providers."),
    ignored_providers: t("The provider is in the list of ignored providers."),
    allowed_data_regions: t("The allowed data regions have none in common."),
    unread: t("A guardrail that may apply couldn't be read."),
  };
  const text = texts[field] ?? zdrText(field as ZdrField | "enforce_zdr", isCertain || guardrail?.isCertain === false);
  return guardrail?.isCertain === false ? `${text} ${t("The guardrail may not apply.")}` : text;
}

function zdrText(field: ZdrField | "enforce_zdr", isKnown: boolean): string {
  const t = vscode.l10n.t;
  if (!isKnown) return t("Zero data retention is required, and it is unknown whether the endpoint has it.");
  if (!(field in zdrFields)) return t("Zero data retention is required, and the endpoint doesn't have it.");
  return t(
    "Zero data retention is required for models of {0}, and the endpoint doesn't have it.",
    zdrName(field as ZdrField),
  );
}

/** Links to guardrails, each once. */
export function linksTo(
  session: AccountSession,
  guardrails: readonly (AppliedGuardrail | undefined)[],
): GuardrailLink[] {
  const known = guardrails.filter((one) => one !== undefined);
  const byId = Map.groupBy(known, ({ guardrail }) => guardrail.id);
  return [...byId].map(([id, [first, ...others]]) => ({
    id,
    name: guardrailName(first!.guardrail, session),
    note: [first!, ...others].map(bindingNote).filter(isFirst).join(", "),
  }));
}

const isFirst = (text: string, i: number, all: string[]) => all.indexOf(text) === i;
