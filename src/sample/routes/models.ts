import { notFound } from "../errors.ts";
import type { Context, Route } from "../route.ts";
import type { ModelRecord, SampleState } from "../state.ts";
import { DAY_MS } from "../time.ts";
import { commaSeparated, number, numberParameter, offset, oneOf, string } from "../validate.ts";

const price = numberParameter(number({ min: 0 }));
const nonNegative = numberParameter(number({ min: 0 }));
const rate = numberParameter(number({ min: 0, max: 1 }));
const text = string();

const paging = { offset, limit: numberParameter(number({ min: 1, max: 1000, int: true })) };

/** The account's privacy settings exclude free models, since they train on prompts. */
const isAllowedByAccount = (model: ModelRecord) => !model.id.endsWith(":free");

export const modelRoutes: Route[] = [
  {
    method: "GET",
    path: "/models",
    allowsInferenceKeys: true,
    query: {
      ...paging,
      q: text,
      supported_parameters: commaSeparated,
      output_modalities: commaSeparated,
      input_modalities: commaSeparated,
      model_authors: commaSeparated,
      providers: commaSeparated,
      context: numberParameter(number({ min: 1, int: true })),
      min_price: price,
      max_price: price,
      min_output_price: price,
      max_output_price: price,
      min_age_days: nonNegative,
      max_age_days: nonNegative,
      arch: text,
      zdr: oneOf("true"),
      sort: oneOf(
        "most-popular",
        "newest",
        "top-weekly",
        "pricing-low-to-high",
        "pricing-high-to-low",
        "context-high-to-low",
        "throughput-high-to-low",
        "latency-low-to-high",
        "intelligence-high-to-low",
        "coding-high-to-low",
        "agentic-high-to-low",
        "design-arena-elo-high-to-low",
      ),
      // Accepted, but without effect: the sample's models don't differ in these.
      category: text,
      distillable: oneOf("true", "false"),
      region: oneOf("eu", "us"),
      use_rss: text,
      use_rss_chat_links: text,
      ...Object.fromEntries(
        ["intelligence", "coding", "agentic"].flatMap((kind) => [
          [`min_${kind}_index`, nonNegative],
          [`max_${kind}_index`, nonNegative],
        ]),
      ),
      min_tool_success_rate: rate,
      max_tool_success_rate: rate,
    },
    handle: (context) => toPage(context, sortModels(filterModels(context), context.query.sort as string | undefined)),
  },
  {
    method: "GET",
    path: "/models/count",
    allowsInferenceKeys: true,
    query: { output_modalities: commaSeparated },
    handle: (context) => ({ data: { count: filterModels(context).length } }),
  },
  {
    method: "GET",
    path: "/models/user",
    allowsInferenceKeys: true,
    query: { ...paging, output_modalities: commaSeparated },
    handle: (context) => toPage(context, filterModels(context).filter(isAllowedByAccount)),
  },
  {
    method: "GET",
    path: "/model/:author/:slug",
    allowsInferenceKeys: true,
    handle: (context) => ({ data: findModel(context) }),
  },
  { method: "GET", path: "/models/:author/:slug/endpoints", allowsInferenceKeys: true, handle: listEndpoints },
  {
    method: "GET",
    path: "/endpoints/zdr",
    allowsInferenceKeys: true,
    handle: ({ state }) => ({
      data: [...state.endpoints.values()].flat().flatMap((endpoint) => (endpoint.zdr ? [endpoint.public] : [])),
    }),
  },
];

function findModel({ state, params }: Context): ModelRecord {
  const id = `${params.author}/${params.slug}`;
  const model =
    state.models.find((candidate) => candidate.id === id) ??
    state.models.find((candidate) => candidate.canonical_slug === id);
  if (!model) throw notFound(`Model ${id} not found`);
  return model;
}

function listEndpoints(context: Context) {
  const model = findModel(context);
  const { id, name, created, description, architecture } = model;
  const offered = context.state.endpoints.get(id) ?? [];
  return { data: { id, name, created, description, architecture, endpoints: offered.map((entry) => entry.public) } };
}

function toPage({ query }: Context, models: ModelRecord[]) {
  const paged = query.offset !== undefined || query.limit !== undefined;
  const start = Number(query.offset ?? 0);
  const limit = Number(query.limit ?? 500);
  const data = paged ? models.slice(start, start + limit) : models;
  const next = paged && start + limit < models.length ? `/api/v1/models?offset=${start + limit}&limit=${limit}` : null;
  return { data, total_count: models.length, links: { next } };
}

interface ModelQuery {
  q?: string;
  arch?: string;
  zdr?: string;
  supported_parameters?: string[];
  output_modalities?: string[];
  input_modalities?: string[];
  model_authors?: string[];
  providers?: string[];
  context?: number;
  min_price?: number;
  max_price?: number;
  min_output_price?: number;
  max_output_price?: number;
  min_age_days?: number;
  max_age_days?: number;
}

function filterModels({ state, query, now }: Context): ModelRecord[] {
  const given = query as ModelQuery;
  const output = given.output_modalities ?? ["text"];
  const perMillion = (model: ModelRecord, field: string) => Number(model.pricing[field]) * 1e6;
  const age = (model: ModelRecord) => (now - model.created * 1000) / DAY_MS;
  const has = (wanted: string[] | undefined, own: string[]) => !wanted || wanted.some((word) => own.includes(word));
  const within = (value: number, min: number | undefined, max: number | undefined) =>
    (min === undefined || value >= min) && (max === undefined || (value >= 0 && value <= max));
  return state.models.filter(
    (model) =>
      (output.includes("all") || has(output, model.architecture.output_modalities)) &&
      has(given.input_modalities, model.architecture.input_modalities) &&
      (given.supported_parameters ?? []).every((word) => model.supported_parameters.includes(word)) &&
      (!given.q || `${model.id} ${model.name}`.toLowerCase().includes(given.q.toLowerCase())) &&
      (!given.arch || model.architecture.tokenizer.toLowerCase() === given.arch.toLowerCase()) &&
      has(given.model_authors, [model.id.split("/")[0]!]) &&
      has(given.providers, providersOf(state, model)) &&
      (!given.context || model.context_length >= given.context) &&
      within(perMillion(model, "prompt"), given.min_price, given.max_price) &&
      within(perMillion(model, "completion"), given.min_output_price, given.max_output_price) &&
      within(age(model), given.min_age_days, given.max_age_days) &&
      (!given.zdr || (state.endpoints.get(model.id) ?? []).some((endpoint) => endpoint.zdr)),
  );
}

const providersOf = (state: SampleState, model: ModelRecord): string[] =>
  (state.endpoints.get(model.id) ?? []).flatMap(({ public: { provider_name, tag } }) => [
    provider_name,
    tag.split("/")[0]!,
  ]);

/** Sorts models; the default order, also for criteria that the sample doesn't have, is by popularity. */
function sortModels(models: ModelRecord[], sort: string | undefined): ModelRecord[] {
  const average = (model: ModelRecord) => Number(model.pricing.prompt) + Number(model.pricing.completion);
  const by: Record<string, (a: ModelRecord, b: ModelRecord) => number> = {
    newest: (a, b) => b.created - a.created,
    "pricing-low-to-high": (a, b) => average(a) - average(b),
    "pricing-high-to-low": (a, b) => average(b) - average(a),
    "context-high-to-low": (a, b) => b.context_length - a.context_length,
  };
  return sort && by[sort] ? models.toSorted(by[sort]) : models;
}
