import * as z from "zod";

/** A property with a single type; some clients drop a whole server for one union. */
export interface Property {
  type: "string" | "number" | "integer" | "boolean" | "array";
  description?: string;
  enum?: string[];
  items?: Property;
}

/** A tool's input as clients see it. */
export interface InputSchema {
  type: "object";
  properties: Record<string, Property>;
  required?: string[];
  additionalProperties: false;
}

/**
 * Converts a tool's input to JSON Schema, in the subset that draft-07, OpenAI's strict mode and Gemini share. Leaves out
 * patterns and bounds to save tokens; the server checks them.
 */
export function inputSchema(input: z.ZodObject): InputSchema {
  const { properties, required } = z.toJSONSchema(input, { io: "input" }) as Record<string, unknown>;
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(properties as Record<string, Property>).map(([name, property]) => [name, plain(property)]),
    ),
    ...(required ? { required: required as string[] } : {}),
    additionalProperties: false,
  };
}

function plain({ type, description, enum: values, items }: Property): Property {
  return {
    type,
    ...(values && { enum: values }),
    ...(items && { items: plain(items) }),
    ...(description && { description }),
  };
}
