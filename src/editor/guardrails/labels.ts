import * as vscode from "vscode";
import { effectiveZdr, type ZdrField, zdrFields } from "../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../openrouter/index.ts";
import { quoted } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { countText, keysText, membersText } from "../ui/countTexts.ts";
import { isUnread } from "./allGuardrails.ts";
import type { Bindings } from "./bindings.ts";
import type { ListField } from "./listFields.ts";

/** The state of a workspace's default guardrail that the API didn't list. */
export function notListedText(guardrail: Guardrail): string {
  return isUnread(guardrail) ? vscode.l10n.t("unknown") : vscode.l10n.t("not configured yet");
}

/** Explains why nothing is known of a default guardrail. */
export function unreadText(): string {
  return vscode.l10n.t("It couldn't be read, or was never changed.");
}

/** Explains what a default guardrail that was never changed does. */
export function unconfiguredText(): string {
  return vscode.l10n.t("It restricts nothing until its first change.");
}

/** The icon of a guardrail; workspace defaults have their own. */
export function guardrailIcon({ defaultOf }: Bindings): string {
  return defaultOf ? "star-full" : "shield";
}

/** Marks a workspace's default guardrail. */
export function workspaceDefaultText(): string {
  return vscode.l10n.t("workspace default");
}

/** For example "3 keys, 2 members"; empty if it isn't assigned. */
export function assignmentText({ keys, members }: Bindings): string {
  const parts = [
    ...(keys.length ? [keysText(keys.length)] : []),
    ...(members.length ? [membersText(members.length)] : []),
  ];
  return parts.join(", ");
}

/** For example "default of Research, 3 keys, 2 members" or "unassigned". */
export function bindingText(bindings: Bindings): string {
  const { defaultOf } = bindings;
  return (
    [defaultOf && vscode.l10n.t("default of {0}", defaultOf.name), assignmentText(bindings)]
      .filter(Boolean)
      .join(", ") || vscode.l10n.t("unassigned")
  );
}

/** Explains what a default guardrail applies to beyond its assignments; undefined for other guardrails. */
export function defaultGuardrailText({ defaultOf }: Bindings): string | undefined {
  return (
    defaultOf &&
    vscode.l10n.t(
      "It is the default guardrail of {0} and applies to every key and member there without a guardrail of their own.",
      quoted(defaultOf.name),
    )
  );
}

/** Explains which keys and members a change affects immediately. */
export function effectText(bindings: Bindings): string {
  const assigned = { ...bindings, defaultOf: undefined };
  return [
    bindings.keys.length + bindings.members.length > 0 &&
      vscode.l10n.t("The change applies immediately to {0}.", bindingText(assigned)),
    defaultGuardrailText(bindings),
  ]
    .filter(Boolean)
    .join("\n");
}

export function listName(field: ListField): string {
  const texts: Record<ListField, string> = {
    allowed_providers: vscode.l10n.t("Allowed Providers"),
    ignored_providers: vscode.l10n.t("Ignored Providers"),
    allowed_models: vscode.l10n.t("Allowed Models"),
    ignored_models: vscode.l10n.t("Ignored Models"),
  };
  return texts[field];
}

/** The number of entries. A missing list allows everything or ignores nothing. */
export function listText(field: ListField, entries: readonly string[] | null | undefined): string {
  if (entries?.length) return countText(entries.length);
  return field.startsWith("allowed") ? vscode.l10n.t("all") : vscode.l10n.t("none");
}

export function emptyListText(field: ListField): string {
  return field.startsWith("allowed")
    ? vscode.l10n.t("An empty list allows everything.")
    : vscode.l10n.t("An empty list ignores nothing.");
}

export function zdrName(field: ZdrField): string {
  return zdrFields[field] ?? vscode.l10n.t("Other providers");
}

/** On, off or not set; the account's privacy settings apply to a field that is not set. */
export function onOffText(value: boolean | null | undefined): string {
  if (value === null || value === undefined) return vscode.l10n.t("not set");
  return value ? vscode.l10n.t("on") : vscode.l10n.t("off");
}

/** The providers with zero data retention on, or, if there are none, those with it off. */
export function zdrText(guardrail: Guardrail): string {
  const fields = Object.keys(zdrFields) as ZdrField[];
  const providersWith = (state: boolean) =>
    fields.filter((field) => effectiveZdr(guardrail, field) === state).map(zdrName);
  const [on, off] = [providersWith(true), providersWith(false)];
  if (on.length === fields.length) return vscode.l10n.t("on for all");
  if (on.length) return vscode.l10n.t("on for {0}", on.join(", "));
  if (off.length === fields.length) return vscode.l10n.t("off for all");
  return off.length ? vscode.l10n.t("off for {0}", off.join(", ")) : onOffText(null);
}

/** The remaining fields that are set, with label and value. */
export function otherSettings(guardrail: Guardrail): { field: string; label: string; description: string }[] {
  const t = vscode.l10n.t;
  const allowed = (value: boolean) => (value ? t("allowed") : t("not allowed"));
  const flags: [keyof Guardrail & string, string][] = [
    ["enable_free_model_publication", t("Free Models That Publish Prompts")],
    ["enable_free_model_training", t("Free Models That Train on Prompts")],
    ["enable_paid_model_training", t("Paid Models That Train on Prompts")],
  ];
  const set = flags.flatMap(([field, label]) => {
    const value = guardrail[field];
    return typeof value === "boolean" ? [{ field, label, description: allowed(value) }] : [];
  });
  const regions = guardrail.allowed_data_regions;
  const byok = guardrail.include_byok_in_budgets;
  return [
    ...set,
    ...(regions?.length
      ? [{ field: "allowed_data_regions", label: t("Data Regions"), description: regions.map(safeLabel).join(", ") }]
      : []),
    ...(byok
      ? [{ field: "include_byok_in_budgets", label: t("BYOK"), description: t("counts against the limit") }]
      : []),
  ];
}

/** A content filter's action; an unknown action is shown as is. */
export function actionText(action: string): string {
  const texts: Record<string, string> = {
    redact: vscode.l10n.t("redact"),
    block: vscode.l10n.t("block"),
    flag: vscode.l10n.t("flag"),
  };
  return texts[action] ?? safeLabel(action);
}

/** Which messages are scanned for prompt injection, if specified. */
export function scanScopeText(scope: string | null | undefined): string | undefined {
  const texts: Record<string, string> = {
    user_only: vscode.l10n.t("only the user's messages"),
    all_messages: vscode.l10n.t("all messages"),
  };
  return scope ? (texts[scope] ?? scope) : undefined;
}
