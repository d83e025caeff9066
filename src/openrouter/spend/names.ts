import { listModels, listProviders } from "../endpoints/models.ts";
import { OpenRouterError } from "../errors.ts";
import { createCache } from "../http/cache.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
import { shortLabel } from "../text/redact.ts";
import type { Dimension, SpendNote, SpendRow } from "./table.ts";

/** Figures under strange names are better than none: names are waited for this long. */
const NAMES_MS = 10_000;

/** Kept with the client: names do not change while somebody looks at a chart. */
const catalogs = new WeakMap<Client, ReturnType<typeof createCache>>();

/**
 * The analytics name models by their permaslug and may name providers by their slug; activity, keys and people use a
 * model's id and a provider's name. `GET /models`, `GET /providers`, once an account and only where rows hold such;
 * without them names stay as they are.
 */
export async function canonicalNames(
  client: Client,
  rows: SpendRow[],
  { signal }: RequestOptions = {},
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  const limited = AbortSignal.any([AbortSignal.timeout(NAMES_MS), ...(signal ? [signal] : [])]);
  try {
    const [models, providers] = await Promise.all([
      rows.some(({ model }) => model !== undefined) ? cachedNames(client, "models", limited) : undefined,
      rows.some(({ provider }) => provider !== undefined) ? cachedNames(client, "providers", limited) : undefined,
    ]);
    const named = rows.map((row) => ({
      ...row,
      ...(row.model !== undefined && { model: models?.get(row.model) ?? row.model }),
      ...(row.provider !== undefined && { provider: providers?.get(row.provider.toLowerCase()) ?? row.provider }),
    }));
    return { rows: named, notes: [] };
  } catch (error) {
    signal?.throwIfAborted();
    const late = limited.aborted && error === limited.reason;
    if (!(error instanceof OpenRouterError || late)) throw error;
    const cause = error instanceof OpenRouterError ? error.message : `no answer within ${NAMES_MS / 1000} s`;
    return { rows, notes: [{ kind: "namesUnavailable", cause }] };
  }
}

const nameReaders = { models: readModelIds, providers: readProviderNames };

function cachedNames(client: Client, of: keyof typeof nameReaders, signal: AbortSignal): Promise<Map<string, string>> {
  const catalog = catalogs.get(client) ?? createCache(Number.POSITIVE_INFINITY);
  catalogs.set(client, catalog);
  return catalog.get(of, (shared) => nameReaders[of](client, { signal: shared }), signal);
}

/** Ids by permaslug and by name. */
async function readModelIds(client: Client, options: RequestOptions): Promise<Map<string, string>> {
  const { data: models } = await listModels(client, { output_modalities: "all" }, options);
  const ids = new Set(models.map(({ id }) => id));
  // Variants (`:free`) may share the slug of the model they are variants of: that one comes last and stays.
  const byLength = models.toSorted((a, b) => b.id.length - a.id.length);
  return new Map(
    byLength.flatMap(({ id, name, canonical_slug }) =>
      [canonical_slug, name].filter((other) => other && !ids.has(other)).map((other) => [other!, id] as const),
    ),
  );
}

/** Names by slug and by name, in lower case. */
async function readProviderNames(client: Client, options: RequestOptions): Promise<Map<string, string>> {
  const { data: providers } = await listProviders(client, options);
  return new Map(
    providers.flatMap(({ name, slug }) => [
      [slug.toLowerCase(), name],
      [name.toLowerCase(), name],
    ]),
  );
}

/** The names of an account's keys and workspaces by hash and id, for `toTable`. */
export function nameLookup(keys: readonly Key[], workspaces: readonly Workspace[] = []) {
  const names = {
    key: new Map(keys.map(({ hash, name, label }) => [hash, name || shortLabel(label)])),
    workspace: new Map(workspaces.map(({ id, name }) => [id, name])),
  };
  return (dimension: Dimension, id: string): string | undefined =>
    dimension === "key" || dimension === "workspace" ? names[dimension].get(id) : undefined;
}
