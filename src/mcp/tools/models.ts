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

/** A price, USD a token, as the API gives it; a negative one is a router's: it has none of its own. */
const price = (value: unknown) => (Number(value) < 0 ? "no price" : value);

type Pricing = Model["pricing"];

/** Prices under conditions (long prompts, times of day): `min_prompt_tokens=200000 prompt=0.000005`. */
function overrideList({ overrides }: Pricing): string[] {
  if (!Array.isArray(overrides)) return [];
  return overrides.map((override) =>
    Object.entries((override ?? {}) as Record<string, unknown>)
      .map(([field, value]) => `${field}=${CONDITIONS.includes(field) ? value : price(value)}`)
      .join(" "),
  );
}

const CONDITIONS = ["min_prompt_tokens", "utc_start", "utc_end"];

/** Prices by other measures than prompt and completion tokens; without them an image model would look free. */
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
  const { shown, note } = paginate(models, from, limit);
  return joinLines(
    `${models.length} models; prices in USD, of tokens unless named otherwise. ${note}`,
    unreadableText(unreadable),
    table(modelColumns, shown),
  );
}

const list = defineTool({
  name: "or_models",
  title: "Models",
  description:
    "The model catalog: id, prices (USD a token), context length. 100 rows by default, text output unless output_modalities says otherwise; narrow it with search.",
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
  title: "Models of this account",
  description:
    "The models this account may use: those its privacy settings and guardrails leave, with prices (USD a token). 100 rows by default.",
  input: { offset, limit: rowLimit(1000) },
  run: async ({ offset, limit }, { client, signal }) =>
    modelTable(await listUserModels(client, { signal }), offset, limit),
});

const get = defineTool({
  name: "or_model_get",
  title: "Get model",
  description:
    "Details of one model, whatever its output modality: description, prices (USD a token), context length, parameters, limits.",
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

/** By author and slug; a canonical slug or an alias that has no page of its own is looked up in the whole catalog. */
async function findModel(id: string, { client, signal }: ToolContext): Promise<Model> {
  const [author, slug, ...more] = id.split("/");
  if (!author || !slug || more.length)
    throw new InvalidInputError(
      `${JSON.stringify(id)} is no model id; nothing was sent.`,
      "Give author/slug, as or_models shows.",
    );
  try {
    return await getModel(client, author, slug, { signal });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const all = await listModels(client, { output_modalities: "all" }, { signal });
    const found = all.data.find((model) => model.id === id || model.canonical_slug === id);
    if (found) return found;
    throw new NotFoundError(error.message, "Search for it: or_models with search and output_modalities=all.", {
      status: 404,
      cause: error,
    });
  }
}

const endpointColumns: Column<Endpoint>[] = [
  ["provider_name", (endpoint) => endpoint.provider_name],
  ["tag", (endpoint) => endpoint.tag],
  ["pricing.prompt", (endpoint) => price(endpoint.pricing.prompt)],
  ["pricing.completion", (endpoint) => price(endpoint.pricing.completion)],
  // Fraction: the price is multiplied by 1 minus this.
  ["pricing.discount", (endpoint) => endpoint.pricing.discount],
  ["pricing.overrides", (endpoint) => overrideList(endpoint.pricing)],
  ["context_length", (endpoint) => endpoint.context_length],
  ["quantization", (endpoint) => endpoint.quantization],
  ["uptime_last_30m", (endpoint) => percentage(endpoint.uptime_last_30m)],
  ["status", (endpoint) => endpoint.status],
];

/** Uptime is a percentage already. */
const percentage = (value: number | null | undefined) => (value == null ? undefined : `${value}%`);

const endpoints = defineTool({
  name: "or_model_endpoints",
  title: "Model endpoints",
  description:
    "The providers that serve a model, to compare: prices (USD a token), context length, uptime (percent), status.",
  input: { author: nonEmptyString, slug: nonEmptyString },
  run: async ({ author, slug }, { client, signal }) => {
    const { id, endpoints } = await listModelEndpoints(client, author, slug, { signal });
    return joinLines(
      `${cell(id)}: ${endpoints.data.length} endpoints; prices in USD a token.`,
      unreadableText(endpoints.unreadable),
      table(endpointColumns, endpoints.data),
    );
  },
});

const zdr = defineTool({
  name: "or_zdr_endpoints",
  title: "ZDR endpoints",
  description: "Models with zero data retention (ZDR), a row each with the tags of its providers. 100 rows by default.",
  input: { search: nonEmptyString.optional().describe("part of the model id"), offset, limit: rowLimit(1000) },
  run: async ({ search = "", offset = 0, limit = 100 }, { client, signal }) => {
    const { data, unreadable } = await listZdrEndpoints(client, { signal });
    const all = data.filter((endpoint) => endpoint.model_id.toLowerCase().includes(search.toLowerCase()));
    const models = [...Map.groupBy(all, (endpoint) => endpoint.model_id)];
    const { shown, note } = paginate(models, offset, limit);
    return joinLines(
      `${all.length} endpoints of ${models.length} models. ${note}`,
      unreadableText(unreadable),
      table(
        [
          ["model_id", ([id]) => id],
          ["endpoints", ([, list]) => list.length],
          ["tags", ([, list]) => list.map((endpoint) => endpoint.tag)],
        ],
        shown,
      ),
    );
  },
});

export const modelTools = [list, get, endpoints, user, zdr];
