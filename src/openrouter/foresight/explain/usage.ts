// Usage by model × key, as explanations are computed from. Pure.
import { analyticsMeasures } from "../../spend/analyticsRows.ts";
import type { SpendRow } from "../../spend/table.ts";
import { dropFloatNoise, sumKnown } from "../../text/figures.ts";
import type { ExplanationNote, UsageCell } from "./model.ts";

/** Spend by bucket, model and key, from one source. */
export interface Usage {
  /** All spend, by model; by key too if the source knows the keys. */
  whole: SpendRow[];
  /** The spend of each key by model; undefined if it couldn't be read. */
  byKey: SpendRow[] | undefined;
  /** The first bucket that the source has, if it has fewer than asked. */
  from?: string;
  notes: ExplanationNote[];
}

/**
 * Adds up the usage of some buckets by model × key. What the keys don't account for, such as the spend of deleted keys, has
 * no key. Keys can have more than all of them together, because spend is counted all the time: then theirs is reduced. A
 * correction below 0 stays with what has no key.
 */
export function usageCells({ whole, byKey }: Pick<Usage, "whole" | "byKey">, buckets: readonly string[]): UsageCell[] {
  const included = new Set(buckets);
  const within = (rows: readonly SpendRow[]) => rows.filter(({ bucket }) => included.has(bucket));
  const all = addUp(within(whole));
  if (!byKey) return all.map(toCell);
  const parts = Map.groupBy(addUp(within(byKey)), ({ model }) => model);
  const models = new Map(all.map((row) => [row.model, row]));
  for (const model of parts.keys()) if (!models.has(model)) models.set(model, { ...zero, model });
  return [...models].flatMap(([model, row]) => splitModel(row, parts.get(model) ?? [])).map(toCell);
}

/** A row without its bucket. */
type Sum = Omit<SpendRow, "bucket">;

const zero: Sum = Object.fromEntries(analyticsMeasures.map((measure) => [measure, 0]));

/** Adds up rows of the same model and key; a figure is unknown if any row lacks it. */
function addUp(rows: readonly SpendRow[]): Sum[] {
  const groups = Map.groupBy(rows, ({ model, key }) => JSON.stringify([model ?? null, key ?? null]));
  return [...groups.values()].map((group) => {
    const { model, key } = group[0]!;
    const figures = analyticsMeasures.map((measure) => [measure, sumKnown(group.map((row) => row[measure]))]);
    return { model, key, ...Object.fromEntries(figures) };
  });
}

/** Returns the parts of a model's usage by key, and what they leave of it. */
function splitModel(whole: Sum, parts: readonly Sum[]): Sum[] {
  const fitted = parts.map((part) => ({ ...part }));
  const rest: Sum = { model: whole.model };
  for (const measure of analyticsMeasures) {
    const [all, known] = [whole[measure], sumKnown(parts.map((part) => part[measure]))];
    if (all === undefined || known === undefined) continue;
    const left = dropFloatNoise(all - known);
    const isExcess = left < 0 && all >= 0 && known > 0;
    rest[measure] = isExcess ? 0 : left;
    if (isExcess) for (const part of fitted) part[measure] = (part[measure]! * all) / known;
  }
  return analyticsMeasures.some((measure) => rest[measure]) ? [...fitted, rest] : fitted;
}

function toCell({ model, key, cost = 0, ...figures }: Sum): UsageCell {
  const { requests, prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens } = figures;
  return { model, key, cost, requests, prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens };
}

/** Divides usage by a number of periods. */
export function averageCell(cell: UsageCell, count: number): UsageCell {
  const divide = (value: number | undefined) => (value === undefined ? undefined : value / count);
  return {
    ...{ model: cell.model, key: cell.key, cost: cell.cost / count },
    requests: divide(cell.requests),
    prompt_tokens: divide(cell.prompt_tokens),
    completion_tokens: divide(cell.completion_tokens),
    reasoning_tokens: divide(cell.reasoning_tokens),
    cached_tokens: divide(cell.cached_tokens),
  };
}
