// Compares the response to a write with its request. Pure.
import { zdrFields } from "./guardrails/guardrailChanges.ts";

/** A field whose value in the response differs from the requested one; `returned` is undefined if the response lacks it. */
export interface Difference {
  field: string;
  requested: unknown;
  returned: unknown;
}

/** Finds the requested fields whose values the response does not have. Lists of objects are not compared. */
export function findDifferences(requested: object, returned: object): Difference[] {
  const now = returned as Record<string, unknown>;
  return Object.entries(requested)
    .filter(([field, value]) => value !== undefined && !isSame(field, value, now))
    .map(([field, value]) => ({ field, requested: value, returned: now[field] }));
}

/** Formats a difference as `field: requested 5, got 10`. */
export function formatDifference({ field, requested, returned }: Difference): string {
  const result = returned === undefined ? "the response lacks it" : `got ${JSON.stringify(returned)}`;
  return `${field}: requested ${JSON.stringify(requested)}, ${result}`;
}

function isSame(field: string, requested: unknown, response: Record<string, unknown>): boolean {
  const returned = response[field];
  if (isEmpty(requested)) return isEmpty(returned);
  if (requested === false && isEmpty(returned)) return true;
  // The deprecated field stands for the per-provider ones and may be null while they are set.
  if (field === "enforce_zdr" && isEmpty(returned))
    return Object.keys(zdrFields).some((zdrField) => response[zdrField] === requested);
  if (Array.isArray(requested)) return isSameList(requested, returned);
  if (field === "expires_at") return Date.parse(String(requested)) === Date.parse(String(returned));
  if (typeof requested === "number") return typeof returned === "number" && Math.abs(requested - returned) < 1e-6;
  if (typeof requested === "string") return typeof returned === "string" && requested.trim() === returned.trim();
  return requested === returned;
}

/** The API stores models under canonical slugs: `openai/gpt-4o` may come back as `openai/gpt-4o-2024-08-06`. */
function isSameList(requested: unknown[], returned: unknown): boolean {
  if (!requested.every((entry) => typeof entry === "string")) return true;
  if (!Array.isArray(returned)) return false;
  const [wanted, got] = [requested, returned].map((list) => [
    ...new Set(list.map((entry) => String(entry).toLowerCase())),
  ]);
  return (
    wanted!.length === got!.length &&
    wanted!.every((entry) => got!.some((other) => other === entry || isDated(other, entry)))
  );
}

function isDated(slug: string, id: string): boolean {
  const [name = id] = id.split(":");
  return slug.startsWith(`${name}-`) && /^\d{4}/.test(slug.slice(name.length + 1));
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === "";
