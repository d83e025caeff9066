import * as vscode from "vscode";
import { type ZdrField, zdr, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import { moment } from "../../../openrouter/text/format.ts";
import { excerpt } from "../../../openrouter/text/printable.ts";
import { listFields } from "../../guardrails/facts.ts";
import { listName, onOff, zdrName } from "../../guardrails/words.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { limitText, resetText } from "../../ui/limitText.ts";
import { quoted } from "./quoted.ts";

const MAX_VALUE = 160;
/** Fields that this version does not know: so many are shown one by one. */
const MAX_UNKNOWN = 10;

type Kind = "text" | "money" | "reset" | "flag" | "disabled" | "time" | "list" | "json";

/** The fields of keys and guardrails that can be written, in the words of the views. */
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
    ["disabled", t("State"), "disabled"],
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
    ["enable_free_model_training", t("Free Models That Train"), "flag"],
    ["enable_paid_model_training", t("Paid Models That Train"), "flag"],
    ["content_filters", t("Content Filters"), "json"],
    ["content_filter_builtins", t("Built-in Content Filters"), "json"],
  ];
  return new Map(all.map(([field, label, kind]) => [field, { label, kind }]));
}

/** A field in the words of the views. */
export function fieldLabel(field: string): string {
  return knownFields().get(field)?.label ?? field;
}

/**
 * Every field of a body, a line each: `Limit: $5 → no limit`. Without `before`, what is there now is not known.
 * @param workspace the name of a workspace by its id
 */
export function fieldLines(
  body: unknown,
  before?: Record<string, unknown>,
  workspace: (id: string) => string | undefined = () => undefined,
): string[] {
  const known = knownFields();
  const fields = Object.entries((body ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const lines = fields.flatMap(([field, after]) => {
    const { label, kind } = known.get(field) ?? {};
    if (label === undefined || kind === undefined) return [];
    if (field === "workspace_id") return [`${label}: ${quoted(workspace(String(after)) ?? String(after))}`];
    return [`${label}: ${changeText(kind, before && { was: valueBefore(before, field) }, after)}`];
  });
  const unknown = fields.filter(([field]) => !known.has(field));
  const rest = unknown.length - MAX_UNKNOWN;
  return [
    ...lines,
    ...unknown.slice(0, MAX_UNKNOWN).map(([field, after]) => `${quoted(field)}: ${valueText("json", after)}`),
    ...(rest > 0 ? [vscode.l10n.t("{0} more fields that this version does not know", rest)] : []),
  ];
}

function valueBefore(before: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(zdrFields, field) ? zdr(before as Guardrail, field as ZdrField) : before[field];
}

function changeText(kind: Kind, before: { was: unknown } | undefined, after: unknown): string {
  const now = valueText(kind, after);
  if (!before) return now;
  const was = valueText(kind, before.was);
  if (was === now) return vscode.l10n.t("{0} (unchanged)", now);
  return kind === "list" ? `${was} → ${now}${listDifference(before.was, after)}` : `${was} → ${now}`;
}

/** What is added to a list (+) and taken out of it (−). */
function listDifference(before: unknown, after: unknown): string {
  const [old, young] = [before, after].map((list) => (Array.isArray(list) ? list.map(String) : []));
  const added = young!.filter((entry) => !old!.includes(entry)).map((entry) => `+ ${entry}`);
  const removed = old!.filter((entry) => !young!.includes(entry)).map((entry) => `− ${entry}`);
  const text = [...added, ...removed].join(", ");
  return text && old!.length > 0 ? `: ${quoted(text, MAX_VALUE)}` : "";
}

function valueText(kind: Kind, value: unknown): string {
  const t = vscode.l10n.t;
  const isEmpty = value === null || value === undefined || value === "";
  switch (kind) {
    case "money":
      if (isEmpty || typeof value === "number") return limitText(value as number | null, undefined);
      break;
    case "reset":
      if (isEmpty || ["daily", "weekly", "monthly"].includes(value as string)) return resetText(value as string);
      break;
    case "flag":
      if (isEmpty || typeof value === "boolean") return onOff(value as boolean | null);
      break;
    case "disabled":
      if (typeof value === "boolean") return value ? t("disabled") : t("active");
      break;
    case "time":
      if (isEmpty) return t("never");
      if (!Number.isNaN(Date.parse(String(value)))) return safeLabel(moment(String(value), vscode.env.language));
      break;
    case "text":
      if (isEmpty) return t("none");
      if (typeof value === "string") return quoted(value, MAX_VALUE);
      break;
    case "list":
      if (isEmpty || (Array.isArray(value) && value.length === 0)) return t("no list");
      if (Array.isArray(value)) return `${quoted(value.join(", "), MAX_VALUE)} (${value.length})`;
  }
  return value === undefined ? t("unknown") : excerpt(safeLabel(JSON.stringify(value)), MAX_VALUE);
}
