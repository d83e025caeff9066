// Schemas of the arguments that several tools share, each with an error message that says what is expected.
import * as z from "zod";
import { InvalidInputError, resetPeriods } from "../openrouter/index.ts";

const expect = (expected: string) => ({ error: `expected ${expected}` });

/** Any version and variant, so that every id the API returns is accepted. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const HASH = /^[0-9a-f]{64}$/;
/** The visible ends of a key, such as `sk-or-v1-0e6...1c96`; the prefix can be missing. */
const LABEL = /^(sk-or-(v\d+-)?)?[a-z0-9]{1,8}(\.{2,3}|…)[a-z0-9]{1,8}$/;

export const isKeyHash = (text: string) => HASH.test(text);
export const keyHash = z.string().toLowerCase().regex(HASH, expect("a key hash: 64 hex digits, see or_keys_list"));
export const keyHashOrLabel = z
  .string()
  .toLowerCase()
  .refine((text) => HASH.test(text) || LABEL.test(text), {
    error: ({ input }) =>
      /^sk-or-/i.test(String(input))
        ? "this is a secret; pass only its label, the first 3 and last 4 characters after sk-or-v1-, as in sk-or-v1-0e6...1c96"
        : "expected a key hash: 64 hex digits, see or_keys_list",
  });
export const guardrailId = z.string().regex(UUID, expect("a guardrail id: a UUID, see or_guardrails_list"));
export const workspaceId = z.string().regex(UUID, expect("a workspace id: a UUID"));
export const nonEmptyString = z.string().trim().min(1, expect("a non-empty text"));
export const usd = z.number(expect("an amount in USD")).nonnegative(expect("0 USD or more"));
export const resetInterval = z.enum(resetPeriods, expect("daily, weekly or monthly"));
export const offset = z.number().int().nonnegative(expect("an offset of 0 or more")).optional();
export const rowLimit = (max: number) =>
  z
    .number()
    .int(expect("a whole number"))
    .min(1, expect("1 or more"))
    .max(max, expect(`${max} or fewer`))
    .optional();
export const stringList = z
  .array(nonEmptyString, expect('a list such as ["a","b"]'))
  .min(1, expect("at least one entry, or omit the argument"));

/** The fields that an update sets to null. A null value can't mean this: strict clients send null for omitted properties. */
export const clearFields = <const Field extends string>(fields: readonly Field[]) =>
  z
    .array(z.enum(fields, expect(`one of ${fields.join(", ")}`)), expect("a list of field names"))
    .optional()
    .describe("fields to set to null");

/** Returns the changes of an update: the given values, and null for each field to clear. */
export function toChanges<Given extends object, Field extends string>(
  given: Given,
  clear: readonly Field[] = [],
): Given & Partial<Record<Field, null>> {
  return { ...given, ...(Object.fromEntries(clear.map((field) => [field, null])) as Partial<Record<Field, null>>) };
}

/** Creates the error for an update without changes. */
export function nothingToChangeError(id: string, field: string): InvalidInputError {
  return new InvalidInputError(
    "No change was requested; null means not given.",
    `Pass at least one field besides ${id}. To clear a field, pass its name, such as clear=["${field}"].`,
  );
}

/** An existing calendar date, YYYY-MM-DD. */
export const utcDate = z
  .string()
  .refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isCalendarDate(value), expect("a UTC date YYYY-MM-DD"));

/** A day or a time in UTC; a day becomes its first moment. */
export const utcDateOrTime = z
  .string()
  .refine(isDateOrTime, expect("a UTC date YYYY-MM-DD or a UTC time such as 2027-12-31T23:59:59Z"))
  .overwrite((value) => (value.length === 10 ? `${value}T00:00:00Z` : value));

/** A time in UTC, in the format of the API. */
export const utcTime = z.iso.datetime(expect("a UTC time such as 2027-12-31T23:59:59Z"));

function isDateOrTime(value: string): boolean {
  const isWellFormed = /^\d{4}-\d{2}-\d{2}(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(value);
  return isWellFormed && isCalendarDate(value.slice(0, 10)) && !Number.isNaN(Date.parse(value));
}

function isCalendarDate(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
