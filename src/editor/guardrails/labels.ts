import * as vscode from "vscode";
import { effectiveZdr, type ZdrField, zdrFields } from "../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../openrouter/index.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import { quoted } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { Bindings } from "./bindings.ts";
import type { ListField } from "./listFields.ts";

/** A guardrail's name for people; one without a name is known by its id. */
export function guardrailName({ name, id }: Pick<Guardrail, "name" | "id">): string {
  return safeLabel(name).trim() || id;
}

const number = (value: number) => formatCount(value, vscode.env.language);

export function keysText(keys: number): string {
  return keys === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", number(keys));
}

export function membersText(members: number): string {
  return members === 1 ? vscode.l10n.t("1 member") : vscode.l10n.t("{0} members", number(members));
}

/** "default of Research, 3 keys, 2 members", or that it binds nothing. */
export function bindingText({ keys, members, defaultOf }: Bindings): string {
  const parts = [
    ...(defaultOf ? [vscode.l10n.t("default of {0}", safeLabel(defaultOf.name))] : []),
    ...(keys.length ? [keysText(keys.length)] : []),
    ...(members.length ? [membersText(members.length)] : []),
  ];
  return parts.join(", ") || vscode.l10n.t("not assigned");
}

/** Whom a default guardrail binds besides its assignments; undefined for any other. */
export function defaultGuardrailText({ defaultOf }: Bindings): string | undefined {
  return (
    defaultOf &&
    vscode.l10n.t(
      "It is the default guardrail of {0} and applies to every key and member there without a guardrail of their own.",
      quoted(defaultOf.name),
    )
  );
}

/** Whom a change of the guardrail affects at once. */
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

/** How many a list names; without a list, everything is allowed and nothing ignored. */
export function listText(field: ListField, entries: readonly string[] | null | undefined): string {
  if (entries?.length) return number(entries.length);
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

/** Yes, no, or neither: what is not set is left to the account's own privacy settings. */
export function onOffText(value: boolean | null | undefined): string {
  if (value === null || value === undefined) return vscode.l10n.t("not set");
  return value ? vscode.l10n.t("on") : vscode.l10n.t("off");
}

/** For whom zero data retention is on; where for nobody, for whom it is off. */
export function zdrText(guardrail: Guardrail): string {
  const fields = Object.keys(zdrFields) as ZdrField[];
  const whose = (state: boolean) => fields.filter((field) => effectiveZdr(guardrail, field) === state).map(zdrName);
  const [on, off] = [whose(true), whose(false)];
  if (on.length === fields.length) return vscode.l10n.t("on for all");
  if (on.length) return vscode.l10n.t("on for {0}", on.join(", "));
  if (off.length === fields.length) return vscode.l10n.t("off for all");
  return off.length ? vscode.l10n.t("off for {0}", off.join(", ")) : onOffText(null);
}

/** What else is set, by name. */
export function otherSettings(guardrail: Guardrail): { field: string; label: string; figure: string }[] {
  const t = vscode.l10n.t;
  const allowed = (value: boolean) => (value ? t("allowed") : t("not allowed"));
  const flags: [keyof Guardrail & string, string][] = [
    ["enable_free_model_publication", t("Free Models That Publish Prompts")],
    ["enable_free_model_training", t("Free Models That Train on Prompts")],
    ["enable_paid_model_training", t("Paid Models That Train on Prompts")],
  ];
  const set = flags.flatMap(([field, label]) => {
    const value = guardrail[field];
    return typeof value === "boolean" ? [{ field, label, figure: allowed(value) }] : [];
  });
  const regions = guardrail.allowed_data_regions;
  const byok = guardrail.include_byok_in_budgets;
  return [
    ...set,
    ...(regions?.length
      ? [{ field: "allowed_data_regions", label: t("Data Regions"), figure: regions.map(safeLabel).join(", ") }]
      : []),
    ...(byok ? [{ field: "include_byok_in_budgets", label: t("BYOK"), figure: t("counts against the limit") }] : []),
  ];
}

/** What a content filter does to what it finds; an action that this version does not know is shown as it is. */
export function actionText(action: string): string {
  const texts: Record<string, string> = {
    redact: vscode.l10n.t("redact"),
    block: vscode.l10n.t("block"),
    flag: vscode.l10n.t("flag"),
  };
  return texts[action] ?? safeLabel(action);
}

/** Which messages are scanned for prompt injection, where that is said. */
export function scanScopeText(scope: string | null | undefined): string | undefined {
  const texts: Record<string, string> = {
    user_only: vscode.l10n.t("only the user's messages"),
    all_messages: vscode.l10n.t("all messages"),
  };
  return scope ? (texts[scope] ?? scope) : undefined;
}
