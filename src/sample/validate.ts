// The document's schemas, as far as requests need them: strict, since a field that is not in the document does nothing.
import { badRequest } from "./errors.ts";

/** Gives the value as the handler takes it, or refuses it by name. */
export type Check = (value: unknown, name: string) => unknown;
export type Fields = Record<string, Check>;

const refuse = (name: string, what: string) => badRequest(`Invalid ${name}: ${what}`);

export const boolean: Check = (value, name) => {
  if (typeof value !== "boolean") throw refuse(name, "expected a boolean");
  return value;
};

export const number =
  ({ min = -Infinity, max = Infinity, int = false } = {}): Check =>
  (value, name) => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw refuse(name, "expected a number");
    if (int && !Number.isInteger(value)) throw refuse(name, "expected an integer");
    if (value < min) throw refuse(name, `must be at least ${min}`);
    if (value > max) throw refuse(name, `must be at most ${max}`);
    return value;
  };

export const string =
  ({ min = 0, max = Infinity, pattern = /^/, form = "has the wrong form" } = {}): Check =>
  (value, name) => {
    if (typeof value !== "string") throw refuse(name, "expected a string");
    if (value.length < min) throw refuse(name, `must have at least ${min} character(s)`);
    if (value.length > max) throw refuse(name, `must have at most ${max} characters`);
    if (!pattern.test(value)) throw refuse(name, form);
    return value;
  };

export const uuid = string({
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  form: "expected a UUID",
});

/** A moment in UTC: other time zones are refused, as the document says. */
export const utcTime: Check = (value, name) => {
  const text = string({
    pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
    form: "expected an ISO 8601 timestamp in UTC, ending in Z",
  })(value, name) as string;
  if (Number.isNaN(Date.parse(text))) throw refuse(name, "no such date");
  return text;
};

/** The same in milliseconds since the epoch. */
export const time: Check = (value, name) => Date.parse(utcTime(value, name) as string);

export const oneOf =
  (...values: readonly string[]): Check =>
  (value, name) => {
    if (typeof value !== "string" || !values.includes(value))
      throw refuse(name, `expected one of ${values.join(", ")}`);
    return value;
  };

export const nullable =
  (check: Check): Check =>
  (value, name) =>
    value === null ? null : check(value, name);

export const list =
  (item: Check, { min = 0, max = Infinity } = {}): Check =>
  (value, name) => {
    if (!Array.isArray(value)) throw refuse(name, "expected an array");
    if (value.length < min) throw refuse(name, `must have at least ${min} item(s)`);
    if (value.length > max) throw refuse(name, `must have at most ${max} items`);
    return value.map((entry, i) => item(entry, `${name}[${i}]`));
  };

/** An object of exactly these fields. */
export const object =
  (fields: Fields, required: readonly string[] = []): Check =>
  (value, name) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(name, "expected an object");
    const at = (field: string) => (name === "body" ? field : `${name}.${field}`);
    for (const field of required) {
      if (!Object.hasOwn(value, field)) throw refuse(at(field), "required");
    }
    const checked: Record<string, unknown> = {};
    for (const [field, entry] of Object.entries(value)) {
      if (!Object.hasOwn(fields, field)) throw badRequest(`Unrecognized field: ${at(field)}`);
      checked[field] = fields[field]!(entry, at(field));
    }
    return checked;
  };

/** A query parameter that holds a number. */
export const numeric =
  (check: Check): Check =>
  (value, name) => {
    if (!/^-?\d+(\.\d+)?$/.test(String(value))) throw refuse(name, "expected a number");
    return check(Number(value), name);
  };

/** A query parameter's comma-separated words. */
export const words: Check = (value) =>
  String(value)
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);

export const offset = numeric(number({ min: 0, int: true }));

/** Paging as most lists have it. */
export const pageFields = { offset, limit: numeric(number({ min: 1, max: 100, int: true })) };

/** Cuts a page out of a list with a `total_count`. */
export function pageOf<T>(items: T[], query: { offset?: number; limit?: number }): { data: T[]; total_count: number } {
  const start = query.offset ?? 0;
  return { data: items.slice(start, start + (query.limit ?? 50)), total_count: items.length };
}
