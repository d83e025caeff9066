import { listProviders } from "../endpoints/models.ts";
import { OpenRouterError } from "../errors.ts";
import { createCache } from "../http/cache.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
import { shortLabel } from "../text/redact.ts";
import { uniqueNames } from "../text/uniqueNames.ts";
import { cachedModels } from "./catalog.ts";
import type { Dimension, SpendNote, SpendRow } from "./table.ts";

/** If the names take longer than this to read, figures keep the names that analytics use. */
const NAMES_MS = 10_000;

/** Cached per client: names don't change while a chart is open. */
const catalogs = new WeakMap<Client, ReturnType<typeof createCache>>();

/** Names that are known without reading the catalog. */
export interface KnownNames {
  /** Model ids by permaslug. */
  models: ReadonlyMap<string, string>;
  /** Provider names by slug or name, in lower case. */
  providers: ReadonlyMap<string, string>;
}

/**
 * Replaces permaslugs by model ids, and provider slugs by provider names: analytics use slugs, `/activity` and people
 * use ids and names. Reads `GET /models` and `GET /providers` once per account, if `known` lacks a name; on failure names
 * stay as they are.
 */
export async function canonicalNames(
  client: Client,
  rows: SpendRow[],
  { signal }: RequestOptions = {},
  known?: KnownNames,
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  const isUnknown = {
    model: ({ model }: SpendRow) => model !== undefined && !known?.models.has(model),
    provider: ({ provider }: SpendRow) => provider !== undefined && !known?.providers.has(provider.toLowerCase()),
  };
  const limited = AbortSignal.any([AbortSignal.timeout(NAMES_MS), ...(signal ? [signal] : [])]);
  try {
    const [models, providers] = await Promise.all([
      rows.some(isUnknown.model) ? cachedNames(client, "models", limited) : undefined,
      rows.some(isUnknown.provider) ? cachedNames(client, "providers", limited) : undefined,
    ]);
    return { rows: rename(rows, [known?.models, models], [known?.providers, providers]), notes: [] };
  } catch (error) {
    signal?.throwIfAborted();
    const timedOut = limited.aborted && error === limited.reason;
    if (!(error instanceof OpenRouterError || timedOut)) throw error;
    const cause = error instanceof OpenRouterError ? error.message : `no response within ${NAMES_MS / 1000} s`;
    return {
      rows: rename(rows, [known?.models], [known?.providers]),
      notes: [{ kind: "namesUnavailable", cause }],
    };
  }
}

type Names = readonly (ReadonlyMap<string, string> | undefined)[];

/** Replaces names by those of the first map that has them. */
function rename(rows: readonly SpendRow[], models: Names, providers: Names): SpendRow[] {
  const find = (names: Names, name: string) => names.find((map) => map?.has(name))?.get(name);
  return rows.map((row) => ({
    ...row,
    ...(row.model !== undefined && { model: find(models, row.model) ?? row.model }),
    ...(row.provider !== undefined && { provider: find(providers, row.provider.toLowerCase()) ?? row.provider }),
  }));
}

/** Returns the names that analytics may use for a provider: its name and, if the catalog can be read, its slug. */
export async function providerAliases(client: Client, name: string, signal?: AbortSignal): Promise<string[]> {
  const limited = AbortSignal.any([AbortSignal.timeout(NAMES_MS), ...(signal ? [signal] : [])]);
  const names = await cachedNames(client, "providers", limited).catch(() => new Map<string, string>());
  signal?.throwIfAborted();
  const lower = name.toLowerCase();
  const slugs = [...names].flatMap(([alias, own]) => (own === name && alias !== lower ? [alias] : []));
  return [name, ...slugs];
}

/** Returns the names that analytics may use for a model: its id and, if the catalog can be read, its slug. */
export async function modelAliases(client: Client, id: string, signal?: AbortSignal): Promise<string[]> {
  const limited = AbortSignal.any([AbortSignal.timeout(NAMES_MS), ...(signal ? [signal] : [])]);
  const names = await cachedNames(client, "models", limited).catch(() => new Map<string, string>());
  signal?.throwIfAborted();
  return [id, ...[...names].flatMap(([alias, own]) => (own === id ? [alias] : []))];
}

const nameReaders = { models: readModelIds, providers: readProviderNames };

function cachedNames(
  client: Client,
  kind: keyof typeof nameReaders,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const catalog = catalogs.get(client) ?? createCache(Number.POSITIVE_INFINITY);
  catalogs.set(client, catalog);
  return catalog.get(kind, (shared) => nameReaders[kind](client, { signal: shared }), signal);
}

/** Maps permaslugs and model names to ids. */
async function readModelIds(client: Client, { signal }: RequestOptions): Promise<Map<string, string>> {
  const models = await cachedModels(client, signal);
  const ids = new Set(models.map(({ id }) => id));
  // Variants (`:free`) may share the slug of their model. The model has the shortest id, so it comes last and wins.
  const byLength = models.toSorted((a, b) => b.id.length - a.id.length);
  return new Map(
    byLength.flatMap(({ id, name, canonical_slug }) =>
      [canonical_slug, name].filter((other) => other && !ids.has(other)).map((other) => [other!, id] as const),
    ),
  );
}

/** Maps slugs and names, in lower case, to names. */
async function readProviderNames(client: Client, options: RequestOptions): Promise<Map<string, string>> {
  const { data: providers } = await listProviders(client, options);
  return new Map(
    providers.flatMap(({ name, slug }) => [
      [slug.toLowerCase(), name],
      [name.toLowerCase(), name],
    ]),
  );
}

/** Creates the `name` option of `toTable`: looks up keys by hash and workspaces by id, and tells those of the same name apart. */
export function nameLookup(keys: readonly Key[], workspaces: readonly Workspace[] = []) {
  const names = {
    key: uniqueNames(
      keys.map(({ hash, name, label }) => ({ id: hash, name: name || shortLabel(label), mark: shortLabel(label) })),
    ),
    workspace: uniqueNames(workspaces.map(({ id, name, slug }) => ({ id, name, mark: slug }))),
  };
  return (dimension: Dimension, id: string): string | undefined =>
    dimension === "key" || dimension === "workspace" ? names[dimension].get(id) : undefined;
}
