import * as vscode from "vscode";
import { zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import { formatMoment } from "../../../openrouter/text/format.ts";
import { onOffText } from "../../guardrails/labels.ts";
import { listFields } from "../../guardrails/listFields.ts";
import { displayLocale } from "../../platform/locale.ts";
import { jsonText } from "../../platform/quotable.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { fieldLabel } from "../../ui/fieldLabel.ts";
import { exactLimitText, resetText } from "../../ui/limitText.ts";
import { classifyFields } from "./classifyFields.ts";
import { isSame, listDifference, textOf, valueDifference } from "./difference.ts";

const MAX_VALUE = 160;

type Kind = "text" | "money" | "reset" | "flag" | "disabled" | "time" | "list" | "json";

/** How the values of each writable field of keys and guardrails are shown. */
const kinds = new Map<string, Kind>([
  ["name", "text"],
  ["description", "text"],
  ["workspace_id", "text"],
  ["creator_user_id", "text"],
  ["disabled", "disabled"],
  ["limit", "money"],
  ["limit_usd", "money"],
  ["limit_reset", "reset"],
  ["reset_interval", "reset"],
  ["include_byok_in_limit", "flag"],
  ["include_byok_in_budgets", "flag"],
  ["expires_at", "time"],
  ...listFields.map((field): [string, Kind] => [field, "list"]),
  ["allowed_data_regions", "list"],
  ["enforce_zdr", "flag"],
  ...Object.keys(zdrFields).map((field): [string, Kind] => [field, "flag"]),
  ["enable_free_model_publication", "flag"],
  ["enable_free_model_training", "flag"],
  ["enable_paid_model_training", "flag"],
  ["content_filters", "json"],
  ["content_filter_builtins", "json"],
]);

/**
 * Describes each field of a body on one line: `Limit: $5 → no limit`.
 * @param before the current values; undefined if unknown
 * @param workspace returns a workspace's name by its id
 */
export function fieldLines(
  body: unknown,
  before?: Record<string, unknown>,
  workspace: (id: string) => string | undefined = () => undefined,
): string[] {
  const { changes, unknown, more } = classifyFields(body, kinds, before);
  return [
    ...changes.map(({ field, known: kind, before: old, after }) => {
      const label = fieldLabel(field);
      if (field === "workspace_id") return `${label}: ${workspaceText(after, workspace)}`;
      return `${label}: ${changeText(kind, old, after)}`;
    }),
    ...unknown.map(([field, after]) => `${quoted(field)}: ${valueText("json", after)}`),
    ...(more > 0 ? [vscode.l10n.t("{0} more fields unknown to this version", more)] : []),
  ];
}

function workspaceText(id: unknown, workspace: (id: string) => string | undefined): string {
  if (id === null) return vscode.l10n.t("default workspace");
  return typeof id === "string" ? quoted(workspace(id) ?? id) : jsonText(id, MAX_VALUE);
}

function changeText(kind: Kind, before: { was: unknown } | undefined, after: unknown): string {
  const now = valueText(kind, after);
  if (!before) return now;
  if (isSame(kind, before.was, after)) return vscode.l10n.t("{0} (unchanged)", now);
  const was = valueText(kind, before.was);
  const difference = differenceText(kind, before.was, after, was === now);
  return difference ? `${was} → ${now}: ${difference}` : `${was} → ${now}`;
}

/** Describes the difference if the displayed values don't show it; for lists always. */
function differenceText(kind: Kind, before: unknown, after: unknown, looksSame: boolean): string {
  const difference = kind === "list" ? listDifference(before, after) : "";
  if (difference) return quoted(difference, MAX_VALUE);
  const texts = [before, after].map(textOf);
  const isCut = texts.some((text) => text.length > MAX_VALUE) && !texts.includes("");
  if (!looksSame && !isCut) return "";
  return valueDifference(before, after)
    .map((text) => quoted(text, MAX_VALUE))
    .join(" → ");
}

function valueText(kind: Kind, value: unknown): string {
  const t = vscode.l10n.t;
  const isEmpty = value === null || value === undefined || value === "";
  switch (kind) {
    case "money":
      if (isEmpty) return exactLimitText(null);
      if (typeof value === "number") return exactLimitText(value);
      break;
    case "reset":
      if (isEmpty || ["daily", "weekly", "monthly"].includes(value as string)) return resetText(value as string);
      break;
    case "flag":
      if (isEmpty || typeof value === "boolean") return onOffText(value as boolean | null);
      break;
    case "disabled":
      if (typeof value === "boolean") return value ? t("disabled") : t("active");
      break;
    case "time":
      if (isEmpty) return t("never");
      if (typeof value === "string" && !Number.isNaN(Date.parse(value)))
        return safeLabel(formatMoment(value, displayLocale()));
      break;
    case "text":
      if (isEmpty) return t("none");
      if (typeof value === "string") return quoted(value, MAX_VALUE);
      break;
    case "list":
      if (isEmpty || (Array.isArray(value) && value.length === 0)) return t("no list");
      // Lists that contain anything but strings are shown as JSON.
      if (Array.isArray(value) && value.every((entry) => typeof entry === "string"))
        return `${quoted(value.join(", "), MAX_VALUE)} (${value.length})`;
  }
  return value === undefined ? t("unknown") : jsonText(value, MAX_VALUE);
}
