import type { CatalogEntry } from "../lists/catalog.ts";

type Schema = Record<string, unknown>;

/**
 * Adds a description to each field of a JSON Schema and suggestions to the items of lists. Other values stay valid,
 * since OpenRouter accepts more than the catalog lists.
 * @param descriptions by field name, at any depth
 */
export function withDescriptions(
  schema: Schema,
  descriptions: Record<string, string>,
  lists: Record<string, CatalogEntry[]>,
): Schema {
  const visit = (node: unknown, choices: CatalogEntry[] | undefined): unknown => {
    if (Array.isArray(node)) return node.map((part) => visit(part, choices));
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        if (key === "properties") return [key, fields(value as Schema)];
        if (key === "items" && choices) return [key, withSuggestions(value as Schema, choices)];
        return [key, visit(value, choices)];
      }),
    );
  };
  const fields = (properties: Schema): Schema =>
    Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => {
        const visited = visit(schema, lists[name]) as Schema;
        return [name, descriptions[name] ? { ...visited, description: descriptions[name] } : visited];
      }),
    );
  return visit(schema, undefined) as Schema;
}

function withSuggestions(item: Schema, choices: CatalogEntry[]): Schema {
  if (choices.length === 0) return item;
  const enumerated = { enum: choices.map(({ id }) => id), enumDescriptions: choices.map(({ name }) => name) };
  return { anyOf: [enumerated, item] };
}
