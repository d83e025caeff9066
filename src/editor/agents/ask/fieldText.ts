import * as vscode from "vscode";
import { type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import { formatExactMoney, formatMoment } from "../../../openrouter/text/format.ts";
import { listName, onOffText, zdrName } from "../../guardrails/labels.ts";
import { listFields } from "../../guardrails/listFields.ts";
import { displayLocale } from "../../platform/locale.ts";
import { jsonText } from "../../platform/quotable.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { limitText, resetText } from "../../ui/limitText.ts";
import { classifyFields } from "./classifyFields.ts";
import { isSame, listDifference, textOf, valueDifference } from "./difference.ts";

const MAX_VALUE = 160;

type Kind = "text" | "money" | "reset" | "flag" | "disabled" | "time" | "list" | "json";

/** Returns all writable fields of keys and guardrails with their labels in the views. */
function knownFields(): Map<string, { label: string; kind: Kind }> {
  const t = vscode.l10n.t;
  const [byok, zdrLabel] = [t("BYOK counts against the limit"), t("Zero Data Retention")];
  const lists = listFields.map((field): [string, string, Kind] => [field, listName(field), "list"]);
  const byProvider = (Object.keys(zdrFields) as ZdrField[]).map((field): [string, string, Kind] => [
    field,
    `${zdrLabel} (${zdrName(field)})`,
    "flag",
  ]);
  const all: [field: string, label: string, kind: Kind][] = [
    ["name", t("Name"), "text"],
    ["description", t("Description"), "text"],
    ["workspace_id", t("Workspace"), "text"],
    ["creator_user_id", t("Creator"), "text"],
    ["disabled", t("Status"), "disabled"],
    ["limit", t("Limit"), "money"],
    ["limit_usd", t("Limit"), "money"],
    ["limit_reset", t("Reset"), "reset"],
    ["reset_interval", t("Reset"), "reset"],
    ["include_byok_in_limit", byok, "flag"],
    ["include_byok_in_budgets", byok, "flag"],
    ["expires_at", t("Expires"), "time"],
    ...lists,
    ["allowed_data_regions", t("Data Regions"), "list"],
    ["enforce_zdr", zdrLabel, "flag"],
    ...byProvider,
    ["enable_free_model_publication", t("Free Models That Publish Prompts"), "flag"],
    ["enable_free_model_training", t("Free Models That Train on Prompts"), "flag"],
    ["enable_paid_model_training", t("Paid Models That Train on Prompts"), "flag"],
    ["content_filters", t("Content Filters"), "json"],
    ["content_filter_builtins", t("Built-in Content Filters"), "json"],
  ];
  return new Map(all.map(([field, label, kind]) => [field, { label, kind }]));
}

/** Returns a field's label in the views. */
export function fieldLabel(field: string): string {
  return knownFields().get(field)?.label ?? field;
}

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
  const { changes, unknown, more } = classifyFields(body, knownFields(), before);
  return [
    ...changes.map(({ field, known: { label, kind }, before: old, after }) => {
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
      if (typeof value === "number" && Number(value.toFixed(2)) !== value)
        return formatExactMoney(value, displayLocale());
      if (isEmpty || typeof value === "number") return limitText(value as number | null, undefined);
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
