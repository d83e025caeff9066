// The arguments that several tools take, each with the one sentence that says what is expected.
import * as z from "zod";
import { InvalidInputError, resets } from "../openrouter/index.ts";

const message = (expected: string) => ({ error: `expected ${expected}` });

/** Of any version and variant: what the API shows is taken back. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const keyHash = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, message("a key hash: 64 hex digits, as or_keys_list shows"));
export const guardrailId = z.string().regex(UUID, message("a guardrail id: a UUID, as or_guardrails_list shows"));
export const workspaceId = z.string().regex(UUID, message("a workspace id: a UUID"));
export const text = z.string().trim().min(1, message("a text that is not empty"));
export const usd = z.number(message("a number of USD")).nonnegative(message("USD, 0 or more"));
export const reset = z.enum(resets, message("daily, weekly or monthly"));
export const offset = z.number().int().nonnegative(message("a row to start from, 0 or more")).optional();
export const rows = (most: number) =>
  z
    .number()
    .int(message("a whole number of rows"))
    .min(1, message("1 or more"))
    .max(most, message(`${most} or fewer`))
    .optional();
export const names = z
  .array(text, message('a list such as ["a","b"]'))
  .min(1, message("at least one, or leave it out"));

/** Names the fields of an update to clear. Null cannot mean this, since strict clients send it for properties not set. */
export const clearing = <const Field extends string>(fields: readonly Field[]) =>
  z
    .array(z.enum(fields, message(`one of ${fields.join(", ")}`)), message("a list of field names"))
    .optional()
    .describe("fields to set to null");

/** The changes of an update: the values given, and null for each field to clear. */
export function changesOf<Given extends object, Field extends string>(
  given: Given,
  clear: readonly Field[] = [],
): Given & Partial<Record<Field, null>> {
  return { ...given, ...(Object.fromEntries(clear.map((field) => [field, null])) as Partial<Record<Field, null>>) };
}

/** The error of an update without any change. */
export function nothingToChange(id: string, field: string): InvalidInputError {
  return new InvalidInputError(
    "There is nothing to change; null is read as not given.",
    `Give at least one field besides ${id}; to clear one, name it, such as clear=["${field}"].`,
  );
}

/** A real day, YYYY-MM-DD. */
export const day = z
  .string()
  .refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value), message("a UTC date YYYY-MM-DD"));

/** A moment in UTC, as the API takes it. */
export const utcTime = z.iso.datetime(message("a UTC time such as 2027-12-31T23:59:59Z"));

function isDay(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
