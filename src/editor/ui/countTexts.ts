import * as vscode from "vscode";
import { formatCount } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";

/** Formats a number of things in the display language. */
export const countText = (value: number) => formatCount(value, displayLocale());

export function keysText(keys: number): string {
  return keys === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", countText(keys));
}

export function membersText(members: number): string {
  return members === 1 ? vscode.l10n.t("1 member") : vscode.l10n.t("{0} members", countText(members));
}

export function guardrailsText(guardrails: number): string {
  return guardrails === 1 ? vscode.l10n.t("1 guardrail") : vscode.l10n.t("{0} guardrails", countText(guardrails));
}
