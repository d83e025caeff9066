import * as vscode from "vscode";
import { guardrailDocumentSchema, listModels, listProviders, redact } from "../../../openrouter/index.ts";
import { errorLogText } from "../../platform/errorText.ts";
import { type CatalogEntry, modelEntries, providerEntries } from "../lists/catalog.ts";
import type { DocumentServices } from "../services.ts";
import { withDescriptions } from "./schemaText.ts";

interface Catalog {
  models: CatalogEntry[];
  providers: CatalogEntry[];
}

/** Returns the JSON Schema of guardrail documents; it suggests names from the catalog, if that can be loaded. */
export async function documentSchemaText(services: DocumentServices): Promise<string> {
  const { models, providers } = await readCatalog(services);
  const lists = {
    allowed_models: models,
    ignored_models: models,
    allowed_providers: providers,
    ignored_providers: providers,
  };
  return JSON.stringify(withDescriptions(guardrailDocumentSchema(), fieldDescriptions(), lists));
}

async function readCatalog({ sessions, log }: DocumentServices): Promise<Catalog> {
  try {
    const { client } = await sessions.for();
    const [models, providers] = await Promise.all([
      listModels(client, { output_modalities: "all" }),
      listProviders(client),
    ]);
    return { models: modelEntries(models.data), providers: providerEntries(providers.data) };
  } catch (error) {
    log.error(`Guardrail schema: ${redact(errorLogText(error))}`);
    return { models: [], providers: [] };
  }
}

function fieldDescriptions(): Record<string, string> {
  const t = vscode.l10n.t;
  const zdr = (provider: string) =>
    t("Zero data retention for {0}. true: only endpoints that store no data. null: not set.", provider);
  return {
    name: t("The name, at most 200 characters."),
    description: t("The description, at most 1000 characters."),
    limit_usd: t("The limit in USD for each key and each member separately. null: no limit."),
    reset_interval: t(
      "When the limit resets, at midnight UTC; weeks start on Monday. Set it together with limit_usd, or set both to null.",
    ),
    include_byok_in_budgets: t("true: spend on your own provider keys (BYOK) also counts against the limit."),
    allowed_providers: t("Requests go to these providers only. null: all."),
    ignored_providers: t("Requests never go to these providers. null: none."),
    allowed_models: t("Only these models can be used. null: all."),
    ignored_models: t("These models can't be used. null: none."),
    allowed_data_regions: t(
      "The hosts that accept requests: openrouter.ai (global), eu.openrouter.ai (europe), us.openrouter.ai (us). null: any.",
    ),
    enforce_zdr_anthropic: zdr("Anthropic"),
    enforce_zdr_openai: zdr("OpenAI"),
    enforce_zdr_google: zdr("Google"),
    enforce_zdr_xai: zdr("xAI"),
    enforce_zdr_other: zdr(t("all other providers")),
    enable_free_model_publication: t("true: allows free endpoints that publish prompts. null: not set."),
    enable_free_model_training: t("true: allows free endpoints that train on prompts. null: not set."),
    enable_paid_model_training: t("true: allows paid endpoints that train on prompts. null: not set."),
    content_filters: t("Regular expressions, each with the action for messages that match. null: none."),
    content_filter_builtins: t("Detectors of personal data and prompt injection. null: none."),
    pattern: t("A regular expression."),
    action: t("redact: replaces the match. block: rejects the request. flag: only records the match."),
    label: t("The text that replaces a redacted match, at most 100 characters."),
    slug: t("The ID of the detector."),
    scan_scope: t("The messages scanned for prompt injection: only the user's messages, or all."),
  };
}
