import type { Model, Provider } from "../../../openrouter/index.ts";
import { storedSlug } from "../../../openrouter/safety/slugs.ts";

/** A model or provider of the catalog. */
export interface CatalogEntry {
  /** The value in requests. */
  id: string;
  name: string;
  /** Other values for it in lists: OpenRouter stores models by their canonical slugs. */
  aliases: string[];
}

export function modelEntries(models: readonly Model[]): CatalogEntry[] {
  return models.map((model) => ({ id: model.id, name: model.name, aliases: [storedSlug(model)] }));
}

export function providerEntries(providers: readonly Provider[]): CatalogEntry[] {
  return providers.map(({ slug, name }) => ({ id: slug, name, aliases: [] }));
}

/** An item to choose: in the catalog, in the list, or both. */
export interface ListChoice {
  /** The value in the list, or the value that would be sent. */
  entry: string;
  /** Undefined if the catalog no longer contains it. */
  name: string | undefined;
  chosen: boolean;
}

/** Returns the current entries of the list, then the rest of the catalog, each sorted by name. */
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

/** Returns the entries that a new list adds and removes. */
export function diffLists(before: readonly string[], after: readonly string[]): ListChange {
  return {
    added: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.includes(entry)),
  };
}

export function isEmptyListChange({ added, removed }: ListChange): boolean {
  return added.length + removed.length === 0;
}

/** Applies a change to the current list, keeping other changes made since. */
export function applyListChange(now: readonly string[], { added, removed }: ListChange): string[] {
  return [...new Set([...now.filter((entry) => !removed.includes(entry)), ...added])];
}
