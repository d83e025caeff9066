// Answers "May this key use this model, at this provider?" by the guardrails that bind the key, with the reason.
import {
  getKey,
  InvalidInputError,
  listModelEndpoints,
  listModels,
  listProviders,
  listZdrEndpoints,
  OpenRouterError,
} from "../../openrouter/index.ts";
import { answerUse, type KeyUseAnswer } from "../../openrouter/safety/answerUse.ts";
import { budgetText, gapLine, statusLine, useConditions } from "../../openrouter/safety/limitsSummary.ts";
import type { EndpointAnswer, Objection, Verdict } from "../../openrouter/safety/mayUse.ts";
import { createCatalog, type EndpointFacts, type ModelNames } from "../../openrouter/safety/slugs.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, paginate, quoted, safeLine, table } from "../text.ts";
import { readLimits } from "./keyLimits.ts";

/** The most endpoints that are listed. */
const MAX_ENDPOINTS = 50;

export interface MayUseArguments {
  hash: string;
  model: string;
  provider?: string;
}

/**
 * Judges a use. `GET /keys/{hash}`, `/models`, `/providers`, `/endpoints/zdr`, `/models/{author}/{slug}/endpoints`, and what
 * limits the key. @throws InvalidInputError for a model or provider that the catalog doesn't have
 */
export async function mayUseText(
  { hash, model: askedModel, provider: askedProvider }: MayUseArguments,
  { client, signal }: ToolContext,
): Promise<string> {
  const reader = readLimits(client, signal);
  const [key, models, providers, zdr] = await Promise.all([
    getKey(client, hash, { signal }),
    orError(listModels(client, { output_modalities: "all" }, { signal })),
    orError(listProviders(client, { signal })),
    orError(listZdrEndpoints(client, { signal })),
  ]);
  const catalog = createCatalog(dataOf(models) ?? [], dataOf(providers) ?? []);
  const model: ModelNames | undefined =
    catalog.findModel(askedModel) ?? (dataOf(models) ? undefined : { id: askedModel });
  if (!model)
    throw new InvalidInputError(`The catalog has no model ${cell(askedModel)}.`, "Find its id with or_models.");
  const provider =
    askedProvider && (catalog.findProvider(askedProvider) ? catalog.providerId(askedProvider) : askedProvider);
  if (askedProvider && dataOf(providers) && !catalog.findProvider(askedProvider))
    throw new InvalidInputError(`There is no provider ${cell(askedProvider)}.`, "Find its slug with or_providers.");

  const [author = "", slug = ""] = model.id.split(/\/(.*)/s);
  const [limits, endpoints] = await Promise.all([
    reader.limitsOf(key, { catalog }),
    orError(listModelEndpoints(client, author, slug, { signal })),
  ]);
  const zdrTags = new Set(
    dataOf(zdr)?.flatMap(({ model_id, tag }) => (model_id?.toLowerCase() === model.id.toLowerCase() ? [tag] : [])),
  );
  const facts: EndpointFacts[] | undefined =
    endpoints instanceof OpenRouterError
      ? undefined
      : endpoints.endpoints.data.map((one) => ({ ...one, isZdr: dataOf(zdr) ? zdrTags.has(one.tag) : undefined }));
  const answer = answerUse(limits, { model, provider, endpoints: facts }, catalog);
  const { verdict, isUnserved } = answer;
  const { rows, note } = paginate(answer.endpoints, 0, MAX_ENDPOINTS);
  const use = `${quoted(key.name)}, ${cell(model.id)}${provider ? ` at ${cell(provider)}` : ""}`;
  return joinLines(
    `${verdictTexts[verdict]}: ${use}.`,
    ...statusLine(limits),
    ...answer.usedUp.map((budget) => safeLine(`Used up: ${budgetText(budget)}.`)),
    isUnserved && `${cell(provider)} does not serve this model. It is served by ${cell(tagsOf(facts))}.`,
    ...(verdict === "allowed" || isUnserved ? [] : answer.objections.map(objectionLine)),
    missingText(answer, provider),
    ...(verdict === "refused" ? [] : conditionLines(useConditions(limits))),
    ...gapLine(limits.gaps).map(safeLine),
    ...notesOf({ models, providers, zdr, endpoints }),
    facts?.length === 0 && "The model has no endpoints in the catalog, as a router that chooses other models.",
    note,
    rows.length > 0 && endpointsTable(rows),
  );
}

const verdictTexts: Record<Verdict, string> = { allowed: "Allowed", refused: "Refused", unknown: "Unknown" };

function missingText({ missing }: KeyUseAnswer, provider: string | undefined): string | undefined {
  if (missing === "service") return `Whether ${cell(provider)} serves the model is unknown.`;
  if (missing !== "rules") return undefined;
  return "A guardrail limits the providers or requires zero data retention; whether an endpoint of the model meets that is unknown.";
}

function conditionLines(conditions: readonly string[]): string[] {
  if (conditions.length === 0) return [];
  return ["The catalog doesn't tell if an endpoint meets these conditions:", ...conditions.map(safeLine)];
}

function objectionLine({ field, guardrail, isCertain }: Objection): string {
  if (!guardrail) return "It may be refused by a guardrail that could not be read.";
  const { name, id } = guardrail.guardrail;
  return `${isCertain ? "Refused" : "May be refused"} by ${field} of the guardrail ${quoted(name)} ${cell(id)}, which ${bindings[guardrail.binding]}.`;
}

const bindings = {
  key: "is assigned to the key",
  creator: "is assigned to the key's creator",
  workspaceDefault: "is the default of the key's workspace",
};

function endpointsTable(rows: readonly EndpointAnswer[]): string {
  return table(
    [
      ["tag", ({ endpoint }) => endpoint.tag],
      ["provider_name", ({ endpoint }) => endpoint.provider_name],
      ["zdr", ({ endpoint }) => endpoint.isZdr],
      ["answer", ({ verdict }) => verdict],
      ["because_of", ({ objections }) => objections.map(({ field }) => field)],
    ],
    rows,
  );
}

const tagsOf = (facts: readonly EndpointFacts[] | undefined) => [...new Set(facts?.map(({ tag }) => tag))];

function notesOf(read: Record<string, unknown>): string[] {
  const names: Record<string, string> = {
    models: "The catalog of models",
    providers: "The providers",
    zdr: "The endpoints with zero data retention",
    endpoints: "The model's endpoints",
  };
  return Object.entries(read).flatMap(([list, result]) =>
    result instanceof OpenRouterError ? [`${names[list]} could not be read: ${safeLine(result.message)}`] : [],
  );
}

const dataOf = <T>(result: { data: T[] } | OpenRouterError): T[] | undefined =>
  result instanceof OpenRouterError ? undefined : result.data;

/** Returns OpenRouter's errors; throws others, such as a cancellation. */
function orError<T>(reading: Promise<T>): Promise<T | OpenRouterError> {
  return reading.catch((error: unknown) => {
    if (error instanceof OpenRouterError) return error;
    throw error;
  });
}
