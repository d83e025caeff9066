import type { CatalogEntry } from "../lists/catalog.ts";

type Schema = Record<string, unknown>;

/**
 * A JSON Schema with a description for each field, and with names to choose from for the items of lists. A list may
 * name others, too: the catalog is not the whole of what OpenRouter accepts.
 * @param descriptions by field, wherever it stands
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
        if (key === "items" && choices) return [key, suggesting(value as Schema, choices)];
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

function suggesting(item: Schema, choices: CatalogEntry[]): Schema {
  if (choices.length === 0) return item;
  const enumerated = { enum: choices.map(({ id }) => id), enumDescriptions: choices.map(({ name }) => name) };
  return { anyOf: [enumerated, item] };
}
