import type { Model, Provider } from "../../../openrouter/index.ts";

/** Something of the catalog that lists may name. */
export interface CatalogEntry {
  /** What is sent for it. */
  id: string;
  name: string;
  /** Under what else lists may name it: OpenRouter keeps models by their canonical slugs. */
  aliases: string[];
}

export function modelEntries(models: readonly Model[]): CatalogEntry[] {
  return models.map(({ id, name, canonical_slug }) => {
    const variant = /:[^/]*$/.exec(id)?.[0] ?? "";
    return { id, name, aliases: canonical_slug ? [canonical_slug + variant] : [] };
  });
}

export function providerEntries(providers: readonly Provider[]): CatalogEntry[] {
  return providers.map(({ slug, name }) => ({ id: slug, name, aliases: [] }));
}

/** A choice: in the catalog, in the list, or both. */
export interface ListChoice {
  /** As the list has it, or as it would be sent. */
  entry: string;
  /** Undefined where the catalog no longer has it. */
  name: string | undefined;
  chosen: boolean;
}

/** What can be chosen: first what the list has now, as it has it, then the rest of the catalog by name. */
export function listChoices(
  current: readonly string[],
  catalog: readonly CatalogEntry[],
  order: (a: string, b: string) => number,
): ListChoice[] {
  const known = new Map(catalog.flatMap((item) => [item.id, ...item.aliases].map((key) => [key, item] as const)));
  const taken = new Set(current.map((entry) => known.get(entry)?.id));
  const chosen = [...new Set(current)].map((entry) => ({ entry, name: known.get(entry)?.name, chosen: true }));
  const rest = catalog.filter(({ id }) => !taken.has(id)).map(({ id, name }) => ({ entry: id, name, chosen: false }));
  const byName = (a: ListChoice, b: ListChoice) => order(a.name ?? a.entry, b.name ?? b.entry);
  return [...chosen.sort(byName), ...rest.sort(byName)];
}

export interface ListChange {
  added: string[];
  removed: string[];
}

/** What a new list adds and takes out. */
export function diffLists(before: readonly string[], after: readonly string[]): ListChange {
  return {
    added: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.includes(entry)),
  };
}

export function isEmptyListChange({ added, removed }: ListChange): boolean {
  return added.length + removed.length === 0;
}

/** A list with a change on top of it, whatever else was changed in it since. */
export function applyListChange(now: readonly string[], { added, removed }: ListChange): string[] {
  return [...new Set([...now.filter((entry) => !removed.includes(entry)), ...added])];
}
