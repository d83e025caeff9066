// The arguments that several tools take, each with the one sentence that says what is expected.
import * as z from "zod";
import { InvalidInputError, resetPeriods } from "../openrouter/index.ts";

const expect = (expected: string) => ({ error: `expected ${expected}` });

/** Of any version and variant: what the API shows is taken back. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const keyHash = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, expect("a key hash: 64 hex digits, as or_keys_list shows"));
export const guardrailId = z.string().regex(UUID, expect("a guardrail id: a UUID, as or_guardrails_list shows"));
export const workspaceId = z.string().regex(UUID, expect("a workspace id: a UUID"));
export const nonEmptyString = z.string().trim().min(1, expect("a text that is not empty"));
export const usd = z.number(expect("a number of USD")).nonnegative(expect("USD, 0 or more"));
export const resetInterval = z.enum(resetPeriods, expect("daily, weekly or monthly"));
export const offset = z.number().int().nonnegative(expect("a row to start from, 0 or more")).optional();
export const rowLimit = (max: number) =>
  z
    .number()
    .int(expect("a whole number of rows"))
    .min(1, expect("1 or more"))
    .max(max, expect(`${max} or fewer`))
    .optional();
export const stringList = z
  .array(nonEmptyString, expect('a list such as ["a","b"]'))
  .min(1, expect("at least one, or leave it out"));

/** Names the fields of an update to clear. Null cannot mean this, since strict clients send it for properties not set. */
export const clearFields = <const Field extends string>(fields: readonly Field[]) =>
  z
    .array(z.enum(fields, expect(`one of ${fields.join(", ")}`)), expect("a list of field names"))
    .optional()
    .describe("fields to set to null");

/** The changes of an update: the values given, and null for each field to clear. */
export function toChanges<Given extends object, Field extends string>(
  given: Given,
  clear: readonly Field[] = [],
): Given & Partial<Record<Field, null>> {
  return { ...given, ...(Object.fromEntries(clear.map((field) => [field, null])) as Partial<Record<Field, null>>) };
}

/** The error of an update without any change. */
export function nothingToChangeError(id: string, field: string): InvalidInputError {
  return new InvalidInputError(
    "There is nothing to change; null is read as not given.",
    `Give at least one field besides ${id}; to clear one, name it, such as clear=["${field}"].`,
  );
}

/** A real day, YYYY-MM-DD. */
export const utcDate = z
  .string()
  .refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isCalendarDate(value), expect("a UTC date YYYY-MM-DD"));

/** A moment in UTC, as the API takes it. */
export const utcTime = z.iso.datetime(expect("a UTC time such as 2027-12-31T23:59:59Z"));

function isCalendarDate(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
