import { type Dimension, dimensions, measures, type SpendTable } from "../openrouter/spend/model.ts";

/** Validates a table: equal column lengths, indexes in range. Written by hand, since a schema is slow for millions of numbers. */
export function isSpendTable(value: unknown): value is SpendTable {
  const table = value as SpendTable | null | undefined;
  if (!table || (table.unit !== "day" && table.unit !== "hour")) return false;
  if (typeof table.current !== "string") return false;
  const { buckets, bucket, entries, columns, figures, known } = table;
  if (![buckets, bucket, table.dimensions, table.sources, table.notes].every(Array.isArray)) return false;
  const isText = (text: unknown) => typeof text === "string";
  const indexes = (column: number[], from: number, to: number) =>
    Array.isArray(column) &&
    column.length === bucket.length &&
    column.every((index) => Number.isInteger(index) && index >= from && index < to);
  const isDimension = (name: Dimension) =>
    Array.isArray(entries?.[name]) &&
    entries[name].every((entry) => isText(entry?.id) && isText(entry.name)) &&
    indexes(columns?.[name], -1, entries[name].length);
  return (
    buckets.every(isText) &&
    table.dimensions.every((name) => dimensions.includes(name)) &&
    table.sources.every((one) => [one?.source, one?.from, one?.to, one?.readAt].every(isText)) &&
    table.sources.every(({ readAt }) => !Number.isNaN(Date.parse(readAt))) &&
    table.notes.every(
      (note) => isText(note?.kind) && Object.values(note).every((part) => isText(part) || Number.isFinite(part)),
    ) &&
    indexes(bucket, 0, buckets.length) &&
    dimensions.every(isDimension) &&
    measures.every(
      (measure) =>
        Array.isArray(figures?.[measure]) &&
        figures[measure].length === bucket.length &&
        figures[measure].every(Number.isFinite) &&
        Array.isArray(known?.[measure]) &&
        known[measure].length === buckets.length &&
        known[measure].every((flag) => typeof flag === "boolean"),
    )
  );
}
