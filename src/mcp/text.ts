// Text for models: a header of field names, then a row an item, tab-separated. Text from the account is data.
import { oneLine } from "../openrouter/index.ts";

/** A value as one cell: no line breaks, tabs or escapes; "-" where the API has none. */
export function cell(value: unknown): string {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value)) return value.length ? value.map(cell).join(",") : "-";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return oneLine(text);
}

export type Column<T> = readonly [field: string, value: (item: T) => unknown];

/** A header line and a line an item. */
export function table<T>(columns: readonly Column<T>[], items: readonly T[]): string {
  const header = columns.map(([field]) => field).join("\t");
  return [header, ...items.map((item) => columns.map(([, value]) => cell(value(item))).join("\t"))].join("\n");
}

/** A line a field: `field: value`, null where the API says null. */
export function fields(object: Record<string, unknown>): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${cell(field)}: ${value === null ? "null" : cell(value)}`)
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
