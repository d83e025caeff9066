// Reads arguments the way clients really send them, by the tool's own schema, before they are validated.
import { matchNames, normalizeName } from "./argumentNames.ts";
import type { InputSchema, Property } from "./jsonSchema.ts";

export interface ParsedArguments {
  args: Record<string, unknown>;
  /** Reasons to refuse the call. */
  problems: string[];
  /** A line for the answer about nulls that were ignored. */
  note?: string;
}

/**
 * Converts arguments whose meaning is plain: null and blank text to not given, "10" to 10, "true" to true, JSON text to a
 * list. Leaves everything else as it is, for the validation to refuse.
 */
export function readArguments(schema: InputSchema, given: Record<string, unknown>): ParsedArguments {
  const required = schema.required ?? [];
  const { values, problems } = matchNames(schema, given);
  const args: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const read = readValue(schema.properties[name]!, value);
    if (read === null || read === undefined || (isBlank(read) && !required.includes(name))) continue;
    args[name] = read;
  }
  for (const name of required) if (!(name in args)) problems.push(`${name} is missing`);
  return { args, problems, ...readClearing(schema, values, args, problems) };
}

const isBlank = (value: unknown) => typeof value === "string" && value.trim() === "";

/** A decimal number; no hexadecimal, thousands separators or units. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function readValue(property: Property, value: unknown): unknown {
  const text = typeof value === "string" ? value.trim() : undefined;
  switch (property.type) {
    case "number":
    case "integer":
      return text && NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : value;
    case "boolean":
      return text && /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : value;
    case "array":
      return text === undefined ? readItems(property, value) : readItems(property, readList(text));
    default:
      // A comma-separated text may be given as a list.
      if (property.description?.startsWith("comma-separated")) {
        const list = text?.startsWith("[") ? readList(text) : value;
        if (Array.isArray(list) && list.length > 0 && list.every(isListItem)) return list.join(",");
      }
      // Safe integers only: 1.50 has already lost a digit, and an id beyond 2^53 has lost several.
      if (Number.isSafeInteger(value)) return String(value);
      return property.enum
        ? (property.enum.find((one) => normalizeName(one) === normalizeName(text ?? "")) ?? value)
        : (text ?? value);
  }
}

function readItems({ items }: Property, value: unknown): unknown {
  return items && Array.isArray(value) ? value.map((item) => readValue(items, item)) : value;
}

const isListItem = (value: unknown): value is string => typeof value === "string" && !/^\s*$|,/.test(value);

/** Parses JSON text, or takes a single plain word as a list of one. Commas and brackets are ambiguous. */
function readList(text: string): unknown {
  if (/^[^\s,;[\]{}"'`]+$/.test(text) && !/^(null|none|true|false|undefined)$/i.test(text)) return [text];
  if (!text.startsWith("[")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Clearing has its own argument, since strict clients send null for every property that is not set. A null clears a field
 * only if it is the only optional argument, which strict clients never send.
 * @param args receives `clear` in that case, and loses an empty `clear`
 */
function readClearing(
  { properties, required = [] }: InputSchema,
  values: ReadonlyMap<string, unknown>,
  args: Record<string, unknown>,
  problems: string[],
): { note?: string } {
  const clearable = properties.clear?.items?.enum;
  if (!clearable) return {};
  if (Array.isArray(args.clear) && args.clear.length === 0) delete args.clear;
  const optional = [...values.keys()].filter((name) => !required.includes(name));
  const nulls = optional.filter((name) => values.get(name) === null && clearable.includes(name));
  if (optional.length === 1 && nulls.length === 1) {
    args.clear = nulls;
    return {};
  }
  const cleared: unknown[] = Array.isArray(args.clear) ? args.clear : [];
  for (const name of clearable)
    if (cleared.includes(name) && name in args) problems.push(`${name} is given and named in clear; choose one`);
  const ignored = nulls.filter((name) => !cleared.includes(name));
  const untouched = clearable.filter((name) => !(name in args) && !cleared.includes(name));
  if (!ignored.length || ignored.length === untouched.length) return {};
  return { note: `null is read as not given: ${ignored.join(", ")} did not change. ${clearHint(ignored)}` };
}

/** How to clear these fields. */
export const clearHint = (names: readonly string[]) => `To clear: clear=${JSON.stringify(names)}.`;
