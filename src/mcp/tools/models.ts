import {
  type Endpoint,
  getModel,
  InvalidInputError,
  listModelEndpoints,
  listModels,
  listUserModels,
  listZdrEndpoints,
  type Model,
  NotFoundError,
  type Rows,
} from "../../openrouter/index.ts";
import { defineTool, type ToolContext } from "../defineTool.ts";
import { nonEmptyString, offset, rowLimit } from "../inputs.ts";
import { type Column, cell, dropNulls, fieldLines, joinLines, paginate, table } from "../text.ts";
import { unreadableText } from "./coverage.ts";

/** Formats a price in USD per token, as the API returns it. A negative price marks a router, which has no price of its own. */
const price = (value: unknown) => (Number(value) < 0 ? "no price" : value);

type Pricing = Model["pricing"];

/** Formats conditional prices (long prompts, times of day), such as `min_prompt_tokens=200000 prompt=0.000005`. */
function overrideList({ overrides }: Pricing): string[] {
  if (!Array.isArray(overrides)) return [];
  return overrides.map((override) =>
    Object.entries((override ?? {}) as Record<string, unknown>)
      .map(([field, value]) => `${field}=${CONDITIONS.includes(field) ? value : price(value)}`)
      .join(" "),
  );
}

const CONDITIONS = ["min_prompt_tokens", "utc_start", "utc_end"];

/** Prices other than those of prompt and completion tokens. Without them, an image model would look free. */
const OTHER_PRICES = ["request", "image", "image_output", "image_token", "audio", "audio_output"] as const;

function otherPriceList({ pricing }: Model): string[] {
  const prices = OTHER_PRICES.filter((field) => Number(pricing[field] ?? 0) > 0);
  const conditional = overrideList(pricing).length;
  return [
    ...prices.map((field) => `${field}=${pricing[field]}`),
    ...(Number(pricing.discount ?? 0) !== 0 ? [`discount=${pricing.discount}`] : []),
    ...(conditional > 0 ? [`overrides=${conditional}`] : []),
  ];
}

const modelColumns: Column<Model>[] = [
  ["id", (model) => model.id],
  ["pricing.prompt", (model) => price(model.pricing.prompt)],
  ["pricing.completion", (model) => price(model.pricing.completion)],
  ["pricing, other", otherPriceList],
  ["context_length", (model) => model.context_length],
  ["output_modalities", (model) => model.architecture.output_modalities],
];

function modelTable({ data: models, unreadable }: Rows<Model>, from = 0, limit = 100): string {
  const { rows, note } = paginate(models, from, limit);
  return joinLines(
    `${models.length} models; prices in USD, per token unless noted otherwise. ${note}`,
    unreadableText(unreadable),
    table(modelColumns, rows),
  );
}

const list = defineTool({
  name: "or_models",
  group: "models",
  title: "List models",
  description:
    "Lists the model catalog: id, price (USD per token), context length. Text output unless output_modalities says otherwise; filter with search. 100 rows by default.",
  input: {
    search: nonEmptyString.optional(),
    supported_parameters: nonEmptyString.optional().describe("comma-separated"),
    output_modalities: nonEmptyString.optional().describe('comma-separated, or "all"'),
    offset,
    limit: rowLimit(1000),
  },
  run: async ({ search, offset, limit, ...query }, { client, signal }) =>
    modelTable(await listModels(client, { q: search, ...query }, { signal }), offset, limit),
});

const user = defineTool({
  name: "or_models_user",
  group: "models",
  title: "List models of this account",
  description:
    "Lists the models this account may use under its privacy settings and guardrails, with prices (USD per token). 100 rows by default.",
  input: { offset, limit: rowLimit(1000) },
  run: async ({ offset, limit }, { client, signal }) =>
    modelTable(await listUserModels(client, { signal }), offset, limit),
});

const get = defineTool({
  name: "or_model_get",
  group: "models",
  title: "Get model",
  description:
    "Gets details of one model of any output modality: description, prices (USD per token), context length, parameters, limits.",
  input: { id: nonEmptyString.describe("author/slug") },
  run: async ({ id }, context) => {
    const { pricing, ...model } = await findModel(id, context);
    const prices = Object.entries(pricing).map(([field, value]) => [
      `pricing.${field}`,
      field === "overrides" ? overrideList(pricing) : price(value),
    ]);
    return fieldLines({ ...dropNulls(model), ...Object.fromEntries(prices) });
  },
});

/** Gets a model by author and slug; if not found, searches the whole catalog for it as an id or canonical slug. */
async function findModel(id: string, { client, signal }: ToolContext): Promise<Model> {
  const [author, slug, ...more] = id.split("/");
  if (!author || !slug || more.length)
    throw new InvalidInputError(
      `${JSON.stringify(id)} is not a model id. Nothing was sent.`,
      "Use author/slug, as listed by or_models.",
    );
  try {
    return await getModel(client, author, slug, { signal });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const all = await listModels(client, { output_modalities: "all" }, { signal });
    const found = all.data.find((model) => model.id === id || model.canonical_slug === id);
    if (found) return found;
    throw error.withNextStep("Search for it with or_models (search, output_modalities=all).");
  }
}

const endpointColumns: Column<Endpoint>[] = [
  ["provider_name", (endpoint) => endpoint.provider_name],
  ["tag", (endpoint) => endpoint.tag],
  ["pricing.prompt", (endpoint) => price(endpoint.pricing.prompt)],
  ["pricing.completion", (endpoint) => price(endpoint.pricing.completion)],
  // A fraction: the price is multiplied by (1 - discount).
  ["pricing.discount", (endpoint) => endpoint.pricing.discount],
  ["pricing.overrides", (endpoint) => overrideList(endpoint.pricing)],
  ["context_length", (endpoint) => endpoint.context_length],
  ["quantization", (endpoint) => endpoint.quantization],
  ["uptime_last_30m", (endpoint) => percentage(endpoint.uptime_last_30m)],
  ["status", (endpoint) => endpoint.status],
];

/** The API returns uptime as a percentage. */
const percentage = (value: number | null | undefined) => (value == null ? undefined : `${value}%`);

const endpoints = defineTool({
  name: "or_model_endpoints",
  group: "models",
  title: "List model endpoints",
  description: "Compares the providers of a model: prices (USD per token), context length, uptime (percent), status.",
  input: { author: nonEmptyString, slug: nonEmptyString },
  run: async ({ author, slug }, { client, signal }) => {
    const { id, endpoints } = await listModelEndpoints(client, author, slug, { signal });
    return joinLines(
      `${cell(id)}: ${endpoints.data.length} endpoints; prices in USD per token.`,
      unreadableText(endpoints.unreadable),
      table(endpointColumns, endpoints.data),
    );
  },
});

const zdr = defineTool({
  name: "or_zdr_endpoints",
  group: "models",
  title: "List ZDR endpoints",
  description: "Lists models with zero data retention (ZDR), each with the tags of its providers. 100 rows by default.",
  input: { search: nonEmptyString.optional().describe("part of the model id"), offset, limit: rowLimit(1000) },
  run: async ({ search = "", offset = 0, limit = 100 }, { client, signal }) => {
    const { data, unreadable } = await listZdrEndpoints(client, { signal });
    const all = data.filter((endpoint) => endpoint.model_id.toLowerCase().includes(search.toLowerCase()));
    const models = [...Map.groupBy(all, (endpoint) => endpoint.model_id)];
    const { rows, note } = paginate(models, offset, limit);
    return joinLines(
      `${all.length} endpoints of ${models.length} models. ${note}`,
      unreadableText(unreadable),
      table(
        [
          ["model_id", ([id]) => id],
          ["endpoints", ([, list]) => list.length],
          ["tags", ([, list]) => list.map((endpoint) => endpoint.tag)],
        ],
        rows,
      ),
    );
  },
});

export const modelTools = [list, get, endpoints, user, zdr];
