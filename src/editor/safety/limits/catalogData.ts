import type { OpenRouterError } from "../../../openrouter/errors.ts";
import { listModels, listProviders, listZdrEndpoints, type Model, type Provider } from "../../../openrouter/index.ts";
import { type Catalog, createCatalog, type EndpointFacts } from "../../../openrouter/safety/slugs.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { createResource, type ReadOptions, type Resource, type ResourceHost } from "../../data/resource.ts";

/** OpenRouter's models and providers; undefined where they couldn't be read. */
export interface CatalogData {
  catalog: Catalog;
  models: readonly Model[] | undefined;
  providers: readonly Provider[] | undefined;
  /** The endpoints with zero data retention, by the model's id. */
  zdr: ReadonlyMap<string, readonly EndpointFacts[]> | undefined;
}

const bySession = new WeakMap<AccountSession, Resource<CatalogData>>();

/** Returns the catalog for an account's page without loading it. `GET /models`, `/providers`, `/endpoints/zdr` */
export function catalogOf(session: AccountSession, host: ResourceHost): Resource<CatalogData> {
  const known = bySession.get(session);
  if (known) return known;
  const read = (options: ReadOptions<CatalogData>) => readCatalog(session, options);
  const resource = createResource<CatalogData>({ name: "Catalog", read }, session.signal, host);
  bySession.set(session, resource);
  return resource;
}

/** A list that can't be read doesn't keep the others from being shown. @throws the error if none can be read */
async function readCatalog({ client }: AccountSession, options: ReadOptions<CatalogData>): Promise<CatalogData> {
  const errors: OpenRouterError[] = [];
  const orUndefined = async <T>(reading: Promise<{ data: T[] }>): Promise<T[] | undefined> => {
    try {
      return (await reading).data;
    } catch (error) {
      errors.push(error as OpenRouterError);
      return undefined;
    }
  };
  const [models, providers, endpoints] = await Promise.all([
    orUndefined(listModels(client, { output_modalities: "all" }, options)),
    orUndefined(listProviders(client, options)),
    orUndefined(listZdrEndpoints(client, options)),
  ]);
  if (errors.length === 3) throw errors[0];
  const zdr = endpoints && Map.groupBy(endpoints, ({ model_id }) => model_id.toLowerCase());
  return {
    catalog: createCatalog(models ?? [], providers ?? []),
    models,
    providers,
    zdr: zdr && new Map([...zdr].map(([id, some]) => [id, some.map((one) => ({ ...one, isZdr: true }))])),
  };
}
