import * as z from "zod";

type Json = Record<string, unknown>;

/**
 * A tool's input as JSON Schema, in few tokens: patterns and bounds that a description says better stay with the
 * server, which checks them anyway, and `null` alternatives become type lists.
 */
export function inputSchema(input: z.ZodObject): Json {
  const { $schema, additionalProperties, ...schema } = z.toJSONSchema(input, { io: "input" }) as Json;
  const properties = schema.properties as Record<string, Json>;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, compact(value)])),
  };
}

function compact(schema: Json): Json {
  const { pattern, format, minLength, minItems, minimum, maximum, default: _, anyOf, ...kept } = schema;
  if (Array.isArray(anyOf)) {
    const other = compact((anyOf as Json[]).find((part) => part.type !== "null") ?? {});
    const nullable = other.enum ? { ...other, enum: [...(other.enum as unknown[]), null] } : other;
    return { ...nullable, type: [other.type, "null"], ...kept };
  }
  if (kept.items) kept.items = compact(kept.items as Json);
  return kept;
}
