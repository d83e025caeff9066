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
  const answer = returned === undefined ? "the answer does not say" : `answered ${JSON.stringify(returned)}`;
  return `${field}: asked ${JSON.stringify(requested)}, ${answer}`;
}

function isSame(field: string, asked: unknown, answer: Record<string, unknown>): boolean {
  const answered = answer[field];
  if (isEmpty(asked)) return isEmpty(answered);
  if (asked === false && isEmpty(answered)) return true;
  // The deprecated field stands for the per-provider ones and may be null while they are set.
  if (field === "enforce_zdr" && isEmpty(answered)) return Object.keys(zdrFields).some((one) => answer[one] === asked);
  if (Array.isArray(asked)) return isSameList(asked, answered);
  if (field === "expires_at") return Date.parse(String(asked)) === Date.parse(String(answered));
  if (typeof asked === "number") return typeof answered === "number" && Math.abs(asked - answered) < 1e-6;
  if (typeof asked === "string") return typeof answered === "string" && asked.trim() === answered.trim();
  return asked === answered;
}

/** The API stores models under canonical slugs: `openai/gpt-4o` may come back as `openai/gpt-4o-2024-08-06`. */
function isSameList(asked: unknown[], answered: unknown): boolean {
  if (!asked.every((entry) => typeof entry === "string")) return true;
  if (!Array.isArray(answered)) return false;
  const [wanted, got] = [asked, answered].map((list) => [...new Set(list.map((entry) => String(entry).toLowerCase()))]);
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
