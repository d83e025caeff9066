// Text for models: a header of field names, then a row an item, tab-separated. Text from the account is data.
import { excerpt, oneLine, redact } from "../openrouter/index.ts";
import { breakLinks } from "./markdown.ts";

/** How many characters a value may have; what is longer is cut and says so. */
interface Limits {
  text: number;
  /** A list, all entries together. */
  list: number;
}
const TABLE_LIMITS: Limits = { text: 200, list: 1_000 };
/** For answers about one thing. */
export const FIELD_LIMITS: Limits = { text: 4_000, list: 40_000 };
/** Ids and hashes are what other calls take: whole, or useless. */
const ID_FIELD = /(^|[_ ])(ids?|hash(es)?|slug|tags?|model)$/;

/** A value as one cell: no line breaks, tabs, escapes or links; cut where it is long; "-" where the API has none. */
export function cell(value: unknown, bounds: Limits = TABLE_LIMITS): string {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value)) return listCell(value, bounds);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return breakLinks(excerpt(oneLine(redact(text)), bounds.text)) || "-";
}

/** Text from elsewhere within a sentence: on one line, without links, whole. Secrets go first: one line hides where they were split. */
export function safeLine(text: string): string {
  return breakLinks(oneLine(redact(text)));
}

/** As many whole entries as there is room for, at least one, and how many more there are. */
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

/** A header line and a line an item. */
export function table<T>(columns: readonly Column<T>[], items: readonly T[]): string {
  const header = columns.map(([field]) => field).join("\t");
  const bounds = columns.map(([field]) =>
    ID_FIELD.test(field) ? { ...TABLE_LIMITS, text: FIELD_LIMITS.text } : TABLE_LIMITS,
  );
  const row = (item: T) => columns.map(([, value], i) => cell(value(item), bounds[i])).join("\t");
  return [header, ...items.map(row)].join("\n");
}

/** A line a field: `field: value`, null where the API says null. */
export function fieldLines(object: Record<string, unknown>): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${cell(field)}: ${value === null ? "null" : cell(value, FIELD_LIMITS)}`)
    .join("\n");
}

/** An object without its null fields, for answers that are mostly null. */
export function dropNulls(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** The rows asked for, and a sentence that says which they are and how to get the rest. */
export function paginate<T>(items: readonly T[], offset: number, limit: number): { shown: readonly T[]; note: string } {
  const shown = items.slice(offset, offset + limit);
  const end = offset + shown.length;
  if (shown.length === items.length) return { shown, note: "" };
  const rows = shown.length
    ? `Rows ${offset + 1}-${end} of ${items.length}`
    : `No rows from offset ${offset}; there are ${items.length}`;
  return { shown, note: end < items.length ? `${rows}; next: offset=${end}.` : `${rows}.` };
}

/** The largest rows, where there is no offset: the rest comes by a larger limit or by grouping. */
export function topRows<T>(
  items: T[],
  limit: number,
  order = "largest usage first",
): { shown: readonly T[]; rest: string } {
  const { shown } = paginate(items, 0, limit);
  const rest =
    shown.length < items.length
      ? `Rows 1-${shown.length} of ${items.length}, ${order}; more: limit=${items.length}, or aggregate.`
      : "";
  return { shown, rest };
}

/** Lines and paragraphs joined, empty ones dropped. */
export function joinLines(...parts: (string | false | undefined)[]): string {
  return parts
    .filter((part) => part)
    .map((part) => String(part).trimEnd())
    .join("\n");
}
