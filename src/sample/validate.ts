// Validates requests like the API's OpenAPI document. Strict: refuses unknown fields, which the API would silently ignore.
import { badRequest } from "./errors.ts";

/** Returns the validated value. @throws ApiError 400 with the parameter's name */
export type Check = (value: unknown, name: string) => unknown;
export type Fields = Record<string, Check>;

const invalid = (name: string, what: string) => badRequest(`Invalid ${name}: ${what}`);

export const boolean: Check = (value, name) => {
  if (typeof value !== "boolean") throw invalid(name, "expected a boolean");
  return value;
};

export const number =
  ({ min = -Infinity, max = Infinity, int = false } = {}): Check =>
  (value, name) => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(name, "expected a number");
    if (int && !Number.isInteger(value)) throw invalid(name, "expected an integer");
    if (value < min) throw invalid(name, `must be at least ${min}`);
    if (value > max) throw invalid(name, `must be at most ${max}`);
    return value;
  };

export const string =
  ({ min = 0, max = Infinity, pattern = /^/, form = "has the wrong form" } = {}): Check =>
  (value, name) => {
    if (typeof value !== "string") throw invalid(name, "expected a string");
    if (value.length < min) throw invalid(name, `must have at least ${min} character(s)`);
    if (value.length > max) throw invalid(name, `must have at most ${max} characters`);
    if (!pattern.test(value)) throw invalid(name, form);
    return value;
  };

export const uuid = string({
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  form: "expected a UUID",
});

/** An ISO 8601 timestamp; as documented, only in UTC. */
export const utcTime: Check = (value, name) => {
  const text = string({
    pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
    form: "expected an ISO 8601 timestamp in UTC, ending in Z",
  })(value, name) as string;
  if (Number.isNaN(Date.parse(text))) throw invalid(name, "invalid date");
  return text;
};

/** An ISO 8601 timestamp in UTC, converted to milliseconds since the epoch. */
export const time: Check = (value, name) => Date.parse(utcTime(value, name) as string);

export const oneOf =
  (...values: readonly string[]): Check =>
  (value, name) => {
    if (typeof value !== "string" || !values.includes(value))
      throw invalid(name, `expected one of ${values.join(", ")}`);
    return value;
  };

export const nullable =
  (check: Check): Check =>
  (value, name) =>
    value === null ? null : check(value, name);

export const list =
  (item: Check, { min = 0, max = Infinity } = {}): Check =>
  (value, name) => {
    if (!Array.isArray(value)) throw invalid(name, "expected an array");
    if (value.length < min) throw invalid(name, `must have at least ${min} item(s)`);
    if (value.length > max) throw invalid(name, `must have at most ${max} items`);
    return value.map((entry, i) => item(entry, `${name}[${i}]`));
  };

/** An object that may have only these fields. */
export const object =
  (fields: Fields, required: readonly string[] = []): Check =>
  (value, name) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(name, "expected an object");
    const at = (field: string) => (name === "body" ? field : `${name}.${field}`);
    for (const field of required) {
      if (!Object.hasOwn(value, field)) throw invalid(at(field), "required");
    }
    const checked: Record<string, unknown> = {};
    for (const [field, entry] of Object.entries(value)) {
      if (!Object.hasOwn(fields, field)) throw badRequest(`Unrecognized field: ${at(field)}`);
      checked[field] = fields[field]!(entry, at(field));
    }
    return checked;
  };

/** A numeric query parameter. */
export const numberParameter =
  (check: Check): Check =>
  (value, name) => {
    if (!/^-?\d+(\.\d+)?$/.test(String(value))) throw invalid(name, "expected a number");
    return check(Number(value), name);
  };

/** A comma-separated query parameter. */
export const commaSeparated: Check = (value) =>
  String(value)
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);

export const offset = numberParameter(number({ min: 0, int: true }));

/** The paging parameters of most lists. */
export const pageParameters = { offset, limit: numberParameter(number({ min: 1, max: 100, int: true })) };

/** Returns a page of a list with a `total_count`. */
export function takePage<T>(
  items: T[],
  query: { offset?: number; limit?: number },
): { data: T[]; total_count: number } {
  const start = query.offset ?? 0;
  return { data: items.slice(start, start + (query.limit ?? 50)), total_count: items.length };
}
