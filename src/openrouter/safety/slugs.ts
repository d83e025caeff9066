// Compares the names that guardrails, the catalog and endpoints have for the same model or provider. Pure.
import type { Endpoint, Model, Provider } from "../schemas.ts";

/** The names of a model in the catalog. */
export type ModelNames = Pick<Model, "id" | "canonical_slug">;

/** Model and provider slugs don't depend on letter case. */
export const normalizeSlug = (slug: string): string => slug.trim().toLowerCase();

/** A variant that the catalog lists as a model of its own, such as `:free`. */
const VARIANT = /:[^/:]*$/;
/** Suffixes that only change how a request is routed. The catalog doesn't list them: they are the model without the suffix. */
const ROUTING = /(?::(?:nitro|floor|exacto|online))+$/;

/**
 * Returns the slug by which OpenRouter stores a model in lists: its canonical slug with the variant of its id. The free variant
 * of `openai/gpt-oss-20b` has the same `canonical_slug` as the model itself, but is listed as `openai/gpt-oss-20b-20250805:free`.
 */
export function storedSlug({ id, canonical_slug }: ModelNames): string {
  if (!canonical_slug) return id;
  const variant = VARIANT.exec(id)?.[0] ?? "";
  return canonical_slug.toLowerCase().endsWith(variant.toLowerCase()) ? canonical_slug : canonical_slug + variant;
}

/** True if an entry of a list names the model: `:free` and other variants are models of their own. */
export function namesModel(entry: string, model: ModelNames): boolean {
  const name = normalizeSlug(entry);
  return name === normalizeSlug(model.id) || name === normalizeSlug(storedSlug(model));
}

/** True if an entry names the provider, or the provider of an endpoint's tag such as `google-vertex/us`. */
export function namesProvider(entry: string, provider: string): boolean {
  const [name, tag] = [normalizeSlug(entry), normalizeSlug(provider)];
  return name !== "" && (name === tag || tag.startsWith(`${name}/`));
}

/** The provider's slug in an endpoint's tag, without region or quantization. */
export const providerOfTag = (tag: string): string => normalizeSlug(tag).split("/")[0]!;

/** Resolves names by the catalog; names that it doesn't contain are only normalized. */
export interface Catalog {
  readonly models: readonly Model[];
  readonly providers: readonly Pick<Provider, "name" | "slug">[];
  /** Finds a model by its id or canonical slug, with or without a routing suffix such as `:nitro`. */
  findModel(name: string): Model | undefined;
  /** Finds a provider by its slug, an endpoint's tag, or its display name. */
  findProvider(name: string): Pick<Provider, "name" | "slug"> | undefined;
  /** The models that an entry of a list names: several may share a canonical slug. An unknown entry stands for itself. */
  modelIds(entry: string): readonly string[];
  /** The same text for all names of a provider or of an endpoint's tag. */
  providerId(entry: string): string;
}

export function createCatalog(
  models: readonly Model[],
  providers: readonly Pick<Provider, "name" | "slug">[],
): Catalog {
  // A model's id wins over another's canonical slug.
  const byName = new Map([
    ...models.map((model) => [normalizeSlug(storedSlug(model)), model] as const),
    ...models.map((model) => [normalizeSlug(model.id), model] as const),
  ]);
  const idsByName = new Map<string, string[]>();
  for (const model of models)
    for (const name of new Set([normalizeSlug(model.id), normalizeSlug(storedSlug(model))]))
      idsByName.set(name, [...(idsByName.get(name) ?? []), normalizeSlug(model.id)]);
  const bySlug = new Map([
    ...providers.map((provider) => [normalizeSlug(provider.name), provider] as const),
    ...providers.map((provider) => [normalizeSlug(provider.slug), provider] as const),
  ]);
  const findModel = (name: string) => {
    const slug = normalizeSlug(name);
    return byName.get(slug) ?? byName.get(slug.replace(ROUTING, ""));
  };
  const findProvider = (name: string) => bySlug.get(normalizeSlug(name)) ?? bySlug.get(providerOfTag(name));
  return {
    models,
    providers,
    findModel,
    findProvider,
    modelIds: (entry) => idsByName.get(normalizeSlug(entry)) ?? [normalizeSlug(entry)],
    providerId(entry) {
      const whole = bySlug.get(normalizeSlug(entry));
      if (whole) return normalizeSlug(whole.slug);
      const [, ...rest] = normalizeSlug(entry).split("/");
      return [normalizeSlug(findProvider(entry)?.slug ?? providerOfTag(entry)), ...rest].join("/");
    },
  };
}

/** What is needed of a catalog to compare names. */
export type NameCatalog = Pick<Catalog, "modelIds" | "providerId">;

/** Without a catalog, names are compared as they are. */
export const noCatalog: Catalog = createCatalog([], []);

/** An endpoint of a model, as far as rules depend on it. */
export interface EndpointFacts extends Pick<Endpoint, "tag" | "provider_name"> {
  /** True if it has zero data retention; undefined if unknown. */
  isZdr: boolean | undefined;
}
