// Explains the difference in cost between two periods. Pure.
import { dropFloatNoise, sum } from "../../text/figures.ts";
import { cleanParts, type ExplainedPair, topCauses } from "./causes.ts";
import { UsageSum } from "./cells.ts";
import { type Both, type CellPair, closeGap, decompose, type Gap, gapOfRequests, noParts } from "./decompose.ts";
import {
  type Explanation,
  type ExplanationNote,
  factors,
  type Period,
  type UnitPrices,
  type UsageCell,
} from "./model.ts";

export interface ExplainInput {
  /** Usage by model × key in each period; cells of the same model and key are added up. */
  before: Iterable<UsageCell>;
  after: Iterable<UsageCell>;
  periods: { before: Period; after: Period };
  /** List prices by model id. */
  prices: ReadonlyMap<string, UnitPrices>;
  /** Returns the name to show for an id; undefined to show the id. */
  name(dimension: "model" | "key", id: string): string | undefined;
  notes: readonly ExplanationNote[];
}

/** Splits the difference in cost between two periods into its causes, over all and by model × key. */
export function explain({ before, after, periods, prices, name, notes }: ExplainInput): Explanation {
  const pairs = pairUp(before, after);
  const compared = pairs.filter((pair) => gapOfRequests(pair) === undefined);
  const volume = inBoth(compared, (cell) => cell?.requests ?? 0);
  const costs = inBoth(pairs, (cell) => cell?.cost ?? 0);
  const difference = dropFloatNoise(costs[1] - costs[0]);

  const total = noParts();
  const gaps: GapOfPair[] = [];
  const explained = pairs.map((pair): ExplainedPair => {
    const { model, key } = (pair.after ?? pair.before)!;
    const split = decompose(pair, volume, model === undefined ? undefined : prices.get(model));
    for (const factor of factors) total[factor] += split.parts[factor];
    for (const gap of split.gaps) gaps.push({ gap, pair });
    return { ...pair, model, key, parts: split.parts, difference: (pair.after?.cost ?? 0) - (pair.before?.cost ?? 0) };
  });
  closeGap(total, difference);
  return {
    before: { ...periods.before, cost: costs[0] },
    after: { ...periods.after, cost: costs[1] },
    difference,
    parts: cleanParts(total),
    causes: topCauses(explained, name),
    notes: [...notes, ...gapNotes(gaps, pairs)],
  };
}

/** Pairs each model × key's usage of both periods. */
function pairUp(before: Iterable<UsageCell>, after: Iterable<UsageCell>): CellPair[] {
  type Sums = { [Period in keyof CellPair]: UsageSum | undefined };
  const models = new Map<string | undefined, Map<string | undefined, Sums>>();
  const collect = (usage: Iterable<UsageCell>, period: keyof CellPair) => {
    for (const cell of usage) {
      const keys = models.get(cell.model) ?? new Map<string | undefined, Sums>();
      if (keys.size === 0) models.set(cell.model, keys);
      const sums = keys.get(cell.key) ?? { before: undefined, after: undefined };
      if (!sums.before && !sums.after) keys.set(cell.key, sums);
      sums[period] ??= new UsageSum();
      sums[period].add(cell);
    }
  };
  collect(before, "before");
  collect(after, "after");
  return [...models].flatMap(([model, keys]) =>
    [...keys].map(([key, sums]) => ({
      before: sums.before?.cellOf({ model, key }),
      after: sums.after?.cellOf({ model, key }),
    })),
  );
}

const inBoth = (pairs: readonly CellPair[], figure: (cell: UsageCell | undefined) => number): Both => [
  sum(pairs.map(({ before }) => figure(before))),
  sum(pairs.map(({ after }) => figure(after))),
];

interface GapOfPair {
  gap: Gap;
  pair: CellPair;
}

/** Says once per kind of gap how much of the cost it concerns. */
function gapNotes(gaps: readonly GapOfPair[], pairs: readonly CellPair[]): ExplanationNote[] {
  const weight = ({ before, after }: CellPair) => Math.abs(before?.cost ?? 0) + Math.abs(after?.cost ?? 0);
  const whole = sum(pairs.map(weight));
  const pairsWith = (gap: Gap) => gaps.filter((one) => one.gap === gap).map(({ pair }) => pair);
  const shareOf = (concerned: readonly CellPair[]) => Math.min(1, sum(concerned.map(weight)) / whole);

  const notes: ExplanationNote[] = [];
  for (const reason of ["unknown", "corrections"] as const) {
    const concerned = pairsWith(reason);
    if (concerned.length > 0) notes.push({ kind: "notAttributed", reason, share: shareOf(concerned) });
  }
  const unlisted = pairsWith("noListPrice");
  const models = unlisted.map(({ before, after }) => (after ?? before)!.model).filter((model) => model !== undefined);
  if (unlisted.length > 0)
    notes.push({ kind: "noListPrice", models: [...new Set(models)].sort(), share: shareOf(unlisted) });
  for (const factor of ["reasoning", "caching", "surcharges"] as const) {
    const concerned = pairsWith(factor);
    if (concerned.length > 0) notes.push({ kind: "notSplit", factor, share: shareOf(concerned) });
  }
  return notes;
}
