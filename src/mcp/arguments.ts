// Converts arguments, as clients really send them, to the types of the tool's schema before validation.
import { matchNames, normalizeName } from "./argumentNames.ts";
import type { InputSchema, Property } from "./jsonSchema.ts";

export interface ParsedArguments {
  args: Record<string, unknown>;
  /** Reasons to reject the call. */
  problems: string[];
  /** Line for the result that says which nulls were ignored. */
  note?: string;
}

/**
 * Converts unambiguous values: drops null and blank strings; parses "10", "true" and lists written as JSON text. Leaves all
 * other values to the validation.
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
      // Accepts a list for a comma-separated string.
      if (property.description?.startsWith("comma-separated")) {
        const list = text?.startsWith("[") ? readList(text) : value;
        if (Array.isArray(list) && list.length > 0 && list.every(isListItem)) return list.join(",");
      }
      // Safe integers only: in others, such as 1.50 or an id beyond 2^53, parsing has already lost digits.
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

/** Parses JSON text, or returns a single word as a list of one. Leaves text with commas or brackets, which is ambiguous. */
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
 * Handles nulls of clearable fields. Fields are cleared by the argument `clear`, since strict clients send null for every
 * property that is not set. A null clears a field only as the single optional argument, which strict clients never send.
 * @param args gets `clear` in that case; an empty `clear` is removed
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
    if (cleared.includes(name) && name in args) problems.push(`${name} is both set and cleared; choose one`);
  const ignored = nulls.filter((name) => !cleared.includes(name));
  const untouched = clearable.filter((name) => !(name in args) && !cleared.includes(name));
  if (!ignored.length || ignored.length === untouched.length) return {};
  return { note: `null means not given: ${ignored.join(", ")} did not change. ${clearHint(ignored)}` };
}

/** Says how to clear these fields. */
export const clearHint = (names: readonly string[]) => `To clear: clear=${JSON.stringify(names)}.`;
