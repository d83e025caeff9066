// Newer queries may return more than the reading of the current day: spend is added all the time, also to past hours.
import { dropFloatNoise } from "../text/figures.ts";
import { attribute, createRemainder } from "./attribute.ts";
import type { ReadContext } from "./context.ts";
import type { SpendSourceReader } from "./source.ts";
import { type Dimension, measures, type SpendRow } from "./table.ts";

/** Parts of a whole, and the remainder that they don't account for: never negative. */
export interface Fitted {
  parts: SpendRow[];
  rest: SpendRow[];
  /** The remainders that were negative. */
  excess: SpendRow[];
}

/**
 * Takes what parts have in excess of their whole from the newest and then the largest of them. Parts and remainder still
 * add up to the whole.
 * @param rest the whole minus the parts, per bucket and dimensions
 * @param join these dimensions
 * @param bucketOf returns the bucket of the whole that a part belongs to
 */
export function takeExcess(
  rest: readonly SpendRow[],
  parts: readonly SpendRow[],
  join: readonly Dimension[],
  bucketOf = ({ bucket }: SpendRow) => bucket,
): Fitted {
  const excess = rest.filter((row) => measures.some((measure) => (row[measure] ?? 0) < 0));
  if (excess.length === 0) return { parts: [...parts], rest: [...rest], excess };
  const fitted = { parts: parts.map((row) => ({ ...row })), rest: rest.map((row) => ({ ...row })), excess };
  const cellOf = (row: SpendRow, bucket: string) =>
    JSON.stringify([bucket, ...join.map((dimension) => row[dimension] ?? null)]);
  const cells = Map.groupBy(fitted.parts, (part) => cellOf(part, bucketOf(part)));
  for (const row of fitted.rest) {
    const own = cells.get(cellOf(row, row.bucket)) ?? [];
    for (const measure of measures) {
      const size = (part: SpendRow) => part[measure] ?? 0;
      let over = Math.max(0, -size(row));
      if (over === 0) continue;
      for (const part of own.toSorted((a, b) => b.bucket.localeCompare(a.bucket) || size(b) - size(a))) {
        const taken = Math.min(over, Math.max(0, size(part)));
        part[measure] = dropFloatNoise(size(part) - taken);
        over -= taken;
      }
      row[measure] = dropFloatNoise(-over);
    }
  }
  return { ...fitted, rest: fitted.rest.filter((row) => measures.some((measure) => row[measure] !== 0)) };
}

/**
 * Splits a source's rows further, as `attribute` does. Analytics count newer spend in parts than in the whole, which was read
 * before: then the parts are reduced, so that nothing negative remains.
 */
export function splitRows(
  { source }: Pick<SpendSourceReader, "source">,
  whole: readonly SpendRow[],
  parts: readonly SpendRow[],
  join: readonly Dimension[],
  { span, options }: Pick<ReadContext, "span" | "options">,
): SpendRow[] {
  if (source !== "analytics") return attribute(whole, parts, join);
  const remainder = createRemainder(whole, join);
  remainder.subtract(parts);
  const fitted = takeExcess(remainder.rows(), parts, join);
  if (fitted.excess.some(({ bucket }) => bucket.startsWith(span.today))) options.onExcess?.();
  return [...fitted.parts, ...fitted.rest];
}
