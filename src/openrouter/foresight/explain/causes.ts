// The model × key pairs that add most to a difference. Pure.
import { dropFloatNoise } from "../../text/figures.ts";
import { UsageSum } from "./cells.ts";
import { type CellPair, noParts } from "./decompose.ts";
import { type Cause, factors, type Parts, type UsageCell } from "./model.ts";

/** A pair, and what it adds to the difference. */
export interface ExplainedPair extends CellPair {
  model: string | undefined;
  key: string | undefined;
  difference: number;
  parts: Parts;
}

const MAX_CAUSES = 10;

/**
 * Returns the pairs with the largest differences, and the sum of all others. They add up to the whole difference. Leaves out
 * pairs in which nothing changed.
 * @param name returns the name to show for an id; undefined to show the id
 */
export function topCauses(
  pairs: readonly ExplainedPair[],
  name: (dimension: "model" | "key", id: string) => string | undefined,
): Cause[] {
  const changed = pairs
    .filter(hasChanged)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || compareIds(a, b));
  // A single remaining pair takes no more space than "1 other".
  const shown = changed.length > MAX_CAUSES + 1 ? MAX_CAUSES : changed.length;
  const causes = changed.slice(0, shown).map(
    ({ model, key, ...pair }): Cause => ({
      model: model === undefined ? undefined : { id: model, name: name("model", model) ?? model },
      key: key === undefined ? undefined : { hash: key, name: name("key", key) ?? key },
      ...pair,
      count: 1,
    }),
  );
  const others = changed.slice(shown);
  if (others.length > 0) causes.push({ model: undefined, key: undefined, ...sumOf(others), count: others.length });
  return causes.map((cause) => ({
    ...cause,
    difference: dropFloatNoise(cause.difference),
    parts: cleanParts(cause.parts),
  }));
}

/** True if a pair's figures changed. If others had more requests, its share is smaller; by itself that is no change. */
function hasChanged({ difference, parts: { volume, mix, ...others } }: ExplainedPair): boolean {
  const changes = [difference, volume + mix, ...Object.values(others)];
  return changes.some((change) => dropFloatNoise(change) !== 0);
}

function sumOf(pairs: readonly ExplainedPair[]): Pick<Cause, "difference" | "parts" | "before" | "after"> {
  const parts = noParts();
  for (const pair of pairs) for (const factor of factors) parts[factor] += pair.parts[factor];
  const usage = (cells: (UsageCell | undefined)[]) => {
    const sum = new UsageSum();
    for (const cell of cells) if (cell) sum.add(cell);
    return cells.some(Boolean) ? sum.cellOf({ model: undefined, key: undefined }) : undefined;
  };
  return {
    difference: pairs.reduce((sum, { difference }) => sum + difference, 0),
    parts,
    before: usage(pairs.map(({ before }) => before)),
    after: usage(pairs.map(({ after }) => after)),
  };
}

/** Drops the noise of binary fractions. */
export function cleanParts(parts: Parts): Parts {
  const clean = { ...parts };
  for (const factor of factors) clean[factor] = dropFloatNoise(clean[factor]);
  return clean;
}

/** Makes the order of equal differences the same each time. */
function compareIds(a: ExplainedPair, b: ExplainedPair): number {
  const [first, second] = [a, b].map(({ model = "", key = "" }) => `${model} ${key}`);
  return first! < second! ? -1 : 1;
}
