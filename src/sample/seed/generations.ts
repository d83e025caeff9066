import { findGeneration, splitIntoGenerations } from "../generations.ts";
import type { LedgerRow, SampleState } from "../state.ts";

/** Returns some of the latest generations; the first is from the agent's loop (`spike`). */
export function latestGenerations(state: SampleState, loopModel: string): SampleState["generations"] {
  const latest = state.ledger.toSorted((a, b) => b.at - a.at);
  const loop = latest.find((row) => row.model === loopModel && row.requests > 50);
  const firstOf = (row: LedgerRow) => findGeneration(state, splitIntoGenerations(row)[0]!.generation)!;
  return [...(loop ? [loop] : []), ...latest.filter((row) => row !== loop).slice(0, 7)].map(firstOf);
}
