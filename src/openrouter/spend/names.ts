import type { Client } from "../client.ts";
import { listModels, listProviders } from "../endpoints/models.ts";
import { OpenRouterError } from "../errors.ts";
import type { SpendNote, SpendRow } from "./table.ts";

interface Catalog {
  models: Map<string, string>;
  providers: Map<string, string>;
}

/** Kept with the client: names do not change while somebody looks at a chart. */
const catalogs = new WeakMap<Client, Promise<Catalog>>();

/**
 * The analytics name models by their permaslug and may name providers by their slug; activity, keys and people use a
 * model's id and a provider's name. `GET /models`, `GET /providers`, once an account; without them names stay as they are.
 */
export async function canonicalNames(
  client: Client,
  rows: SpendRow[],
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  if (rows.length === 0) return { rows, notes: [] };
  const catalog = await catalogOf(client);
  if (catalog instanceof OpenRouterError)
    return { rows, notes: [{ kind: "namesUnavailable", cause: catalog.message }] };
  const { models, providers } = catalog;
  const named = rows.map((row) => ({
    ...row,
    ...(row.model !== undefined && { model: models.get(row.model) ?? row.model }),
    ...(row.provider !== undefined && { provider: providers.get(row.provider.toLowerCase()) ?? row.provider }),
  }));
  return { rows: named, notes: [] };
}

/** Without a signal: the one who asks first may leave, and others wait for the same answer. */
async function catalogOf(client: Client): Promise<Catalog | OpenRouterError> {
  const kept = catalogs.get(client) ?? read(client);
  catalogs.set(client, kept);
  try {
    return await kept;
  } catch (error) {
    catalogs.delete(client);
    if (error instanceof OpenRouterError) return error;
    throw error;
  }
}

async function read(client: Client): Promise<Catalog> {
  const [models, providers] = await Promise.all([
    listModels(client, { output_modalities: "all" }),
    listProviders(client),
  ]);
  const ids = new Set(models.map(({ id }) => id));
  // Variants (`:free`) may share the slug of the model they are variants of: that one comes last and stays.
  const byLength = models.toSorted((a, b) => b.id.length - a.id.length);
  const named = byLength.flatMap(({ id, name, canonical_slug }) =>
    [canonical_slug, name]
      .filter((other) => other !== undefined && !ids.has(other))
      .map((other) => [other!, id] as const),
  );
  return {
    models: new Map(named),
    providers: new Map(
      providers.flatMap(({ name, slug }) => [
        [slug.toLowerCase(), name],
        [name.toLowerCase(), name],
      ]),
    ),
  };
}
