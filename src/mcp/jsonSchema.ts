import * as z from "zod";

/** One property of a published input: one type, never a union, so that every client can take it. */
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
 * A tool's input as JSON Schema, in few tokens and in the subset that draft-07, OpenAI's strict mode and Gemini share.
 * Patterns and bounds, which a description says better, stay with the server: it checks them anyway.
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
