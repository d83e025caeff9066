// Formats text for models: tables with a header of field names and one tab-separated row per item. Text from the account is data.
import { excerpt, oneLine, redact } from "../openrouter/index.ts";
import { breakLinks } from "./markdown.ts";

/** Maximum number of characters of a value; longer ones are truncated and say so. */
interface Limits {
  text: number;
  /** All entries of a list together. */
  list: number;
}
const TABLE_LIMITS: Limits = { text: 200, list: 1_000 };
/** For results about a single item. */
export const FIELD_LIMITS: Limits = { text: 4_000, list: 40_000 };
/** Maximum number of characters of a quoted name. */
const MAX_NAME = 60;
/** Ids and hashes are arguments of other calls, so they must not be truncated. */
const ID_FIELD = /(^|[_ ])(ids?|hash(es)?|slug|tags?|model)$/;

/** Formats a value as a cell: no line breaks, tabs, escapes or links; truncated if long; "-" if there is no value. */
export function cell(value: unknown, bounds: Limits = TABLE_LIMITS): string {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value)) return listCell(value, bounds);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return breakLinks(excerpt(oneLine(text, redact), bounds.text)) || "-";
}

/** Formats foreign text for a sentence: one line, no links, not truncated. */
export function safeLine(text: string): string {
  return breakLinks(oneLine(text, redact));
}

/** Quotes a name: one line, truncated, its quotation marks replaced, so that it can't continue as our own text. */
export function quoted(name: string): string {
  return `“${quotable(name)}”`;
}

/** Makes a name safe to quote. */
export function quotable(name: string): string {
  return excerpt(cell(name), MAX_NAME).replace(/["“”„‟«»]/g, "'");
}

/** Joins as many entries as fit, at least one, and says how many are omitted. */
function listCell(entries: readonly unknown[], bounds: Limits): string {
  if (entries.length === 0) return "-";
  const shown: string[] = [];
  let remaining = bounds.list;
  for (const entry of entries) {
    const text = cell(entry, bounds);
    remaining -= text.length + 1;
    if (remaining < 0 && shown.length > 0) break;
    shown.push(text);
  }
  const omitted = entries.length - shown.length;
  return shown.join(",") + (omitted > 0 ? `,… +${omitted.toLocaleString("en-US")} entries` : "");
}

export type Column<T> = readonly [field: string, value: (item: T) => unknown];

/** Formats a header line and one line per item. */
export function table<T>(columns: readonly Column<T>[], items: readonly T[]): string {
  const header = columns.map(([field]) => field).join("\t");
  const bounds = columns.map(([field]) =>
    ID_FIELD.test(field) ? { ...TABLE_LIMITS, text: FIELD_LIMITS.text } : TABLE_LIMITS,
  );
  const row = (item: T) => columns.map(([, value], i) => cell(value(item), bounds[i])).join("\t");
  return [header, ...items.map(row)].join("\n");
}

/** Formats one line per field, `field: value`; null values as "null". */
export function fieldLines(object: Record<string, unknown>): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${cell(field)}: ${value === null ? "null" : cell(value, FIELD_LIMITS)}`)
    .join("\n");
}

/** Drops null fields, for results that are mostly null. */
export function dropNulls(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** Returns the requested rows, and a sentence that says which ones they are and how to get the rest. */
export function paginate<T>(items: readonly T[], offset: number, limit: number): { rows: readonly T[]; note: string } {
  const rows = items.slice(offset, offset + limit);
  const end = offset + rows.length;
  if (rows.length === items.length) return { rows, note: "" };
  const range = rows.length
    ? `Rows ${offset + 1}-${end} of ${items.length}`
    : `No rows from offset ${offset}; there are ${items.length}`;
  return { rows, note: end < items.length ? `${range}; next: offset=${end}.` : `${range}.` };
}

/** Returns the first rows of a list without an offset, and a sentence that says how to get more. */
export function topRows<T>(
  items: T[],
  limit: number,
  order = "largest usage first",
): { rows: readonly T[]; note: string } {
  const { rows } = paginate(items, 0, limit);
  const note =
    rows.length < items.length
      ? `Rows 1-${rows.length} of ${items.length}, ${order}; for more: limit=${items.length}, or aggregate.`
      : "";
  return { rows, note };
}

/** Joins lines and paragraphs; drops empty ones. */
export function joinLines(...parts: (string | false | undefined)[]): string {
  return parts
    .filter((part) => part)
    .map((part) => String(part).trimEnd())
    .join("\n");
}
