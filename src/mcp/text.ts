// Text for models: a header of field names, then a row an item, tab-separated. Text from the account is data.
import { excerpt, oneLine, redact } from "../openrouter/index.ts";
import { breakLinks } from "./markdown.ts";

/** How many characters a value may have; what is longer is cut and says so. */
interface Bounds {
  text: number;
  /** A list, all entries together. */
  list: number;
}
const IN_TABLE: Bounds = { text: 200, list: 1_000 };
/** For answers about one thing. */
export const IN_FIELD: Bounds = { text: 4_000, list: 40_000 };
/** Ids and hashes are what other calls take: whole, or useless. */
const ID = /(^|[_ ])(ids?|hash(es)?|slug|tags?|model)$/;

/** A value as one cell: no line breaks, tabs, escapes or links; cut where it is long; "-" where the API has none. */
export function cell(value: unknown, bounds: Bounds = IN_TABLE): string {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value)) return listCell(value, bounds);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return breakLinks(excerpt(oneLine(redact(text)), bounds.text)) || "-";
}

/** Text from elsewhere within a sentence: on one line, without links, whole. Secrets go first: one line hides where they were split. */
export function harmless(text: string): string {
  return breakLinks(oneLine(redact(text)));
}

/** As many whole entries as there is room for, at least one, and how many more there are. */
function listCell(entries: readonly unknown[], bounds: Bounds): string {
  if (entries.length === 0) return "-";
  const shown: string[] = [];
  let room = bounds.list;
  for (const entry of entries) {
    const text = cell(entry, bounds);
    room -= text.length + 1;
    if (room < 0 && shown.length > 0) break;
    shown.push(text);
  }
  const left = entries.length - shown.length;
  return shown.join(",") + (left > 0 ? `,… +${left.toLocaleString("en-US")} entries` : "");
}

export type Column<T> = readonly [field: string, value: (item: T) => unknown];

/** A header line and a line an item. */
export function table<T>(columns: readonly Column<T>[], items: readonly T[]): string {
  const header = columns.map(([field]) => field).join("\t");
  const bounds = columns.map(([field]) => (ID.test(field) ? { ...IN_TABLE, text: IN_FIELD.text } : IN_TABLE));
  const row = (item: T) => columns.map(([, value], i) => cell(value(item), bounds[i])).join("\t");
  return [header, ...items.map(row)].join("\n");
}

/** A line a field: `field: value`, null where the API says null. */
export function fields(object: Record<string, unknown>): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${cell(field)}: ${value === null ? "null" : cell(value, IN_FIELD)}`)
    .join("\n");
}

/** An object without its null fields, for answers that are mostly null. */
export function withoutNulls(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** The rows asked for, and a sentence that says which they are and how to get the rest. */
export function slice<T>(items: readonly T[], offset: number, limit: number): { shown: readonly T[]; rest: string } {
  const shown = items.slice(offset, offset + limit);
  const end = offset + shown.length;
  if (shown.length === items.length) return { shown, rest: "" };
  const rows = shown.length
    ? `Rows ${offset + 1}-${end} of ${items.length}`
    : `No rows from offset ${offset}; there are ${items.length}`;
  return { shown, rest: end < items.length ? `${rows}; next: offset=${end}.` : `${rows}.` };
}

/** The largest rows, where there is no offset: the rest comes by a larger limit or by grouping. */
export function largest<T>(
  items: T[],
  limit: number,
  order = "largest usage first",
): { shown: readonly T[]; rest: string } {
  const { shown } = slice(items, 0, limit);
  const rest =
    shown.length < items.length
      ? `Rows 1-${shown.length} of ${items.length}, ${order}; more: limit=${items.length}, or aggregate.`
      : "";
  return { shown, rest };
}

/** Lines and paragraphs joined, empty ones dropped. */
export function lines(...parts: (string | false | undefined)[]): string {
  return parts
    .filter((part) => part)
    .map((part) => String(part).trimEnd())
    .join("\n");
}
