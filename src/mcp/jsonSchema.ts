import * as z from "zod";

/** A property with a single type: some clients reject the whole server because of one union type. */
export interface Property {
  type: "string" | "number" | "integer" | "boolean" | "array";
  description?: string;
  enum?: string[];
  items?: Property;
}

/** The input of a tool as listed to clients. */
export interface InputSchema {
  type: "object";
  properties: Record<string, Property>;
  required?: string[];
  additionalProperties: false;
}

/**
 * Converts a tool's input to the subset of JSON Schema that draft-07, OpenAI's strict mode and Gemini share. Omits patterns
 * and bounds to save tokens; the server checks them. Zod's own converter would take a tenth of the startup time; tests
 * compare this one with it.
 * @throws Error for a type outside the subset
 */
export function toJsonSchema({ shape }: z.ZodObject): InputSchema {
  const fields = Object.entries(shape) as [string, z.ZodType][];
  const required = fields.filter(([, field]) => !(field instanceof z.ZodOptional)).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, propertyOf(field)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function propertyOf(field: z.ZodType): Property {
  const { description } = field;
  const inner = field instanceof z.ZodOptional ? propertyOf(field.unwrap() as z.ZodType) : typeOf(field);
  return { ...inner, ...(description && { description }) };
}

function typeOf(field: z.ZodType): Property {
  if (field instanceof z.ZodEnum) return { type: "string", enum: field.options as string[] };
  if (field instanceof z.ZodArray) return { type: "array", items: propertyOf(field.element as z.ZodType) };
  if (field instanceof z.ZodNumber) return { type: field.isInt ? "integer" : "number" };
  if (field instanceof z.ZodBoolean) return { type: "boolean" };
  if (field instanceof z.ZodString || field instanceof z.ZodStringFormat) return { type: "string" };
  throw new Error(`No plain JSON Schema for the type ${field.type}.`);
}
