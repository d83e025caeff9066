import { listModels } from "../endpoints/models.ts";
import { createCache } from "../http/cache.ts";
import type { Client } from "../http/call.ts";
import type { Model } from "../schemas.ts";
import { HOUR_MS } from "../time.ts";

/** What spend needs to know of a model. */
export type CatalogModel = Pick<Model, "id" | "name" | "canonical_slug" | "pricing">;

const catalogs = new WeakMap<Client, ReturnType<typeof createCache>>();

/** Reads the models with their names and list prices. `GET /models`, at most once an hour per client. */
export function cachedModels(client: Client, signal?: AbortSignal): Promise<CatalogModel[]> {
  const catalog = catalogs.get(client) ?? createCache(HOUR_MS);
  catalogs.set(client, catalog);
  return catalog.get("models", (shared) => readModels(client, shared), signal);
}

async function readModels(client: Client, signal: AbortSignal): Promise<CatalogModel[]> {
  const { data } = await listModels(client, { output_modalities: "all" }, { signal });
  return data.map(({ id, name, canonical_slug, pricing }) => ({ id, name, canonical_slug, pricing }));
}
