// Reads a period's usage, the catalog and what providers offer, and compares the costs.
import pMap from "p-map";
import { CONCURRENCY } from "../../endpoints/collect.ts";
import { listModelEndpoints, listModels, listProviders, listZdrEndpoints } from "../../endpoints/models.ts";
import { InvalidInputError, NotFoundError, OpenRouterError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import { answerUse } from "../../safety/answerUse.ts";
import type { KeyLimits } from "../../safety/keyLimits.ts";
import { type Catalog, createCatalog } from "../../safety/slugs.ts";
import type { Endpoint, Model } from "../../schemas.ts";
import { ANALYTICS_DAYS, dayAfter } from "../../spend/span.ts";
import { sum, utcDay } from "../../text/figures.ts";
import { hasSameOutput } from "./candidates.ts";
import type { Ability, Candidate, ModelUsage, WhatIf } from "./model.ts";
import { type PeriodUsage, readUsage, type UsageQuery } from "./readUsage.ts";
import { type Offer, whatIf } from "./whatIf.ts";

/** For how many candidates the providers are read, one request each; half of them are those with the largest savings. */
const MAX_READ_CANDIDATES = 10;

const DEFAULT_DAYS = 30;

export interface WhatIfQuery extends Pick<UsageQuery, "keys" | "workspaces"> {
  /** The first UTC day. Default: 30 days, `to` included. */
  from?: string;
  /** The last UTC day. Default: today. */
  to?: string;
  /** Only the usage of this model, by its id. Default: all models of the kind of output with the highest spend. */
  model?: string;
  /** Only this candidate, by its id. */
  candidate?: string;
  /** Only candidates with all of these. */
  needs?: readonly Ability[];
  /** Only candidates with zero data retention, at the providers that have it. */
  zdr?: boolean;
}

export interface WhatIfReading extends WhatIf, Pick<PeriodUsage, "from" | "to" | "source"> {
  /** Used models with another kind of output, such as embeddings: they are not compared. */
  leftOut: ModelUsage[];
  /** The id of the candidate that was asked for. */
  candidate: string | undefined;
  /** The requests of the busiest UTC day; undefined if that is unknown. */
  busiestDay: number | undefined;
  /** False if it was not asked what guardrails allow. */
  knowsRules: boolean;
  /** Why the providers of some candidates are unknown. */
  providersError: OpenRouterError | undefined;
  /** True if it is unknown which endpoints have zero data retention. */
  zdrUnknown: boolean;
}

export interface WhatIfReadOptions extends RequestOptions {
  /** Reads what limits the key that the usage is of. Default: it is not asked what guardrails allow. */
  limits?(catalog: Catalog): Promise<KeyLimits>;
}

/**
 * `GET /models`, `/providers`, `/endpoints/zdr`, `/models/{author}/{slug}/endpoints` of ten candidates, and analytics.
 * @returns no candidates if nothing was used
 * @throws InvalidInputError for a candidate that the catalog doesn't have, and for days in the wrong order
 * @throws OpenRouterError if the catalog or the usage can't be read
 */
export async function readWhatIf(
  client: Client,
  query: WhatIfQuery,
  { limits: readLimits, ...options }: WhatIfReadOptions = {},
): Promise<WhatIfReading> {
  const needsZdr = query.zdr === true || readLimits !== undefined;
  const reading = listModels(client, { output_modalities: "all" }, options);
  const [models, providers, zdrEndpoints] = await Promise.all([
    reading,
    readLimits && orError(listProviders(client, options)),
    needsZdr ? orError(listZdrEndpoints(client, options)) : undefined,
  ]);
  if (query.zdr && zdrEndpoints instanceof OpenRouterError) throw zdrEndpoints;
  const catalog = createCatalog(models.data, dataOf(providers) ?? []);
  const zdr = zdrTags(dataOf(zdrEndpoints));
  // Only now the API's clock is known.
  const { to = utcDay(client.now()) } = query;
  const { from = dayAfter(to, 1 - DEFAULT_DAYS) } = query;
  requireDays(from, to, utcDay(client.now()));
  const used = await readUsage(
    client,
    { from, to, keys: query.keys, workspaces: query.workspaces },
    (slug) => catalog.findModel(slug)?.id ?? slug,
    options,
  );
  if (query.model !== undefined) requireModel(query.model, catalog, used.models);
  const { chosen, leftOut } = chooseModels(used.models, catalog, query);
  const [{ models: usage, busiestDay }, limits] = await Promise.all([
    chosen.length > 0 ? used.readDetails(chosen) : { models: [], busiestDay: undefined },
    readLimits && orError(readLimits(catalog)),
  ]);
  const rules = limits instanceof OpenRouterError ? undefined : limits;
  const pool = usage.length === 0 ? [] : query.candidate ? withUsed(catalog, query.candidate, usage) : models.data;
  const judge = (model: Model, endpoints?: readonly Offer[]) => rules && judgeUse(rules, catalog, model, endpoints);
  const base = {
    only: query.candidate && catalog.findModel(query.candidate)?.id,
    needs: query.needs,
    busiestDay,
    zdr: query.zdr ? new Set(zdr?.keys()) : undefined,
    notes: used.notes,
  };
  const first = whatIf(usage, pool, { ...base, verdict: (model) => judge(model)?.verdict });
  const { endpoints, incomplete, error } = await readEndpoints(client, chooseCandidates(first.candidates), options);
  const read = new Map(
    [...endpoints].map(([id, list]) => {
      const facts = list.map((one): Offer => ({ ...one, isZdr: zdr && (zdr.get(id)?.has(one.tag) ?? false) }));
      const answer = judge(catalog.findModel(id)!, facts);
      const refused = new Set(
        answer?.endpoints.filter((one) => one.verdict === "refused").map((one) => one.endpoint.tag),
      );
      const offers = facts.filter(({ tag, isZdr }) => !refused.has(tag) && (!query.zdr || isZdr));
      return [id, { offers, verdict: answer?.verdict }] as const;
    }),
  );
  const result = whatIf(usage, pool, {
    ...base,
    verdict: (model) => (read.has(model.id) ? read.get(model.id)!.verdict : judge(model)?.verdict),
    offers: new Map([...read].map(([id, { offers }]) => [id, offers])),
    incompleteOffers: incomplete,
  });
  return {
    ...{ ...result, from: used.from, to: used.to, source: used.source, leftOut, busiestDay },
    candidate: base.only,
    knowsRules: rules !== undefined,
    providersError: error,
    zdrUnknown: needsZdr && zdr === undefined,
  };
}

/** Chooses the used models to compare: with the same kind of output, since one candidate must serve them all. */
function chooseModels(
  models: readonly ModelUsage[],
  catalog: Catalog,
  { model: wanted }: WhatIfQuery,
): { chosen: ModelUsage[]; leftOut: ModelUsage[] } {
  if (wanted !== undefined) {
    const id = catalog.findModel(wanted)?.id ?? wanted;
    return { chosen: models.filter(({ model }) => model === id), leftOut: [] };
  }
  const known = models.filter(({ model, requests }) => requests > 0 && catalog.findModel(model));
  const spentOn = (one: Model) =>
    sum(known.filter(({ model }) => hasSameOutput([catalog.findModel(model)!], one)).map(({ cost }) => cost));
  const [top] = known.map(({ model }) => catalog.findModel(model)!).toSorted((a, b) => spentOn(b) - spentOn(a));
  const isChosen = ({ model }: ModelUsage) => {
    const found = catalog.findModel(model);
    return found !== undefined && top !== undefined && hasSameOutput([found], top);
  };
  return { chosen: models.filter(isChosen), leftOut: models.filter((one) => !isChosen(one)) };
}

/** Days without figures would seem to be without usage. @throws InvalidInputError */
function requireDays(from: string, to: string, today: string): void {
  if (from > to) throw new InvalidInputError(`${from} is after ${to}.`, "Exchange the first and the last day.");
  if (to > today) throw new InvalidInputError(`${to} is in the future.`, `Use days up to ${today}.`);
  const oldest = dayAfter(today, 1 - ANALYTICS_DAYS);
  if (from < oldest) throw new InvalidInputError(`Nothing is known of days before ${oldest}.`, "Use later days.");
}

/** A model that doesn't exist would seem to be without usage. @throws InvalidInputError */
function requireModel(name: string, catalog: Catalog, used: readonly ModelUsage[]): void {
  if (catalog.findModel(name) || used.some(({ model }) => model === name)) return;
  throw unknownModel(name);
}

const unknownModel = (name: string) =>
  new InvalidInputError(`The catalog has no model ${JSON.stringify(name)}.`, "Find its id with or_models.");

/** The candidate, and the used models, whose list prices are compared with what was spent. */
function withUsed(catalog: Catalog, candidate: string, usage: readonly ModelUsage[]): Model[] {
  const found = catalog.findModel(candidate);
  if (!found) throw unknownModel(candidate);
  return [...new Set([found, ...usage.flatMap(({ model }) => catalog.findModel(model) ?? [])])];
}

/** What guardrails say of a model, whatever the key's status and budgets are now. */
function judgeUse(limits: KeyLimits, catalog: Catalog, model: Model, endpoints?: readonly Offer[]) {
  const rules: KeyLimits = { ...limits, status: "active", budgets: [] };
  const facts = endpoints?.map(({ tag, provider_name, isZdr }) => ({ tag, provider_name, isZdr }));
  return answerUse(rules, { model, endpoints: facts }, catalog);
}

function zdrTags(endpoints: readonly Endpoint[] | undefined): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  if (!endpoints) return undefined;
  const byModel = Map.groupBy(endpoints, ({ model_id }) => model_id);
  return new Map([...byModel].map(([id, some]) => [id, new Set(some.map(({ tag }) => tag))]));
}

/** Chooses the best candidates, and the best of those whose providers tell what is certain of the saving. */
function chooseCandidates(candidates: readonly Candidate[]): Candidate[] {
  const best = candidates.slice(0, MAX_READ_CANDIDATES / 2);
  const comparable = candidates.filter((one) => one.saving > 0 && one.tokenizer !== "unknown" && !one.addsReasoning);
  return [...new Set([...best, ...comparable, ...candidates])].slice(0, MAX_READ_CANDIDATES);
}

/** Reads the endpoints of the candidates; stops at the first error. Models that are gone have none. */
async function readEndpoints(
  client: Client,
  candidates: readonly Candidate[],
  options: RequestOptions,
): Promise<{ endpoints: Map<string, Endpoint[]>; incomplete: Set<string>; error: OpenRouterError | undefined }> {
  const endpoints = new Map<string, Endpoint[]>();
  const incomplete = new Set<string>();
  let error: OpenRouterError | undefined;
  await pMap(
    candidates,
    async ({ id }) => {
      if (error) return;
      const [author = "", slug = ""] = id.split(/\/(.*)/s);
      const read = await orError(listModelEndpoints(client, author, slug, options));
      if (read instanceof NotFoundError) endpoints.set(id, []);
      else if (read instanceof OpenRouterError) error ??= read;
      else {
        endpoints.set(id, read.endpoints.data);
        if (read.endpoints.unreadable) incomplete.add(id);
      }
    },
    { concurrency: CONCURRENCY, signal: options.signal },
  );
  return { endpoints, incomplete, error };
}

const dataOf = <T>(result: { data: T[] } | OpenRouterError | undefined): T[] | undefined =>
  result instanceof OpenRouterError ? undefined : result?.data;

/** Returns OpenRouter's errors; throws others, such as a cancellation. */
function orError<T>(reading: Promise<T>): Promise<T | OpenRouterError> {
  return reading.catch((error: unknown) => {
    if (error instanceof OpenRouterError) return error;
    throw error;
  });
}
