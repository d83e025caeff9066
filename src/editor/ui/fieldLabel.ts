import * as vscode from "vscode";
import { type ZdrField, zdrFields } from "../../openrouter/guardrails/guardrailChanges.ts";

/** Returns the interface's word for a field of OpenRouter's API, as used in reviews and questions; an unknown field as it is. */
export function fieldLabel(field: string): string {
  const t = vscode.l10n.t;
  if (Object.hasOwn(zdrFields, field)) {
    const provider = zdrFields[field as ZdrField] ?? t("Other providers");
    return `${t("Zero Data Retention")} (${provider})`;
  }
  const byok = t("BYOK counts against the limit");
  const labels = new Map([
    ["name", t("Name")],
    ["description", t("Description")],
    ["workspace_id", t("Workspace")],
    ["creator_user_id", t("Creator")],
    ["disabled", t("Status")],
    ["limit", t("Limit")],
    ["limit_usd", t("Limit")],
    ["limit_reset", t("Limit resets")],
    ["reset_interval", t("Limit resets")],
    ["include_byok_in_limit", byok],
    ["include_byok_in_budgets", byok],
    ["expires_at", t("Expires")],
    ["guardrail", t("Guardrail")],
    ["key_hashes", t("Keys")],
    ["member_user_ids", t("Members")],
    ["allowed_providers", t("Allowed Providers")],
    ["ignored_providers", t("Ignored Providers")],
    ["allowed_models", t("Allowed Models")],
    ["ignored_models", t("Ignored Models")],
    ["allowed_data_regions", t("Data Regions")],
    ["enforce_zdr", t("Zero Data Retention")],
    ["enable_free_model_publication", t("Free Models That Publish Prompts")],
    ["enable_free_model_training", t("Free Models That Train on Prompts")],
    ["enable_paid_model_training", t("Paid Models That Train on Prompts")],
    ["content_filters", t("Content Filters")],
    ["content_filter_builtins", t("Built-in Content Filters")],
  ]);
  return labels.get(field) ?? field;
}
