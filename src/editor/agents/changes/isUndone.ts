import type { AgentChange } from "./agentChange.ts";

type Recorded = Pick<AgentChange, "id" | "outcome" | "undoes">;

/**
 * True if a change was undone, and the undo itself was not undone since. Pure.
 * @param changes newest first
 */
export function isUndone({ id }: Recorded, changes: readonly Recorded[]): boolean {
  const at = changes.findIndex(({ undoes }) => undoes === id);
  // An undo may need several requests; the newest one shows whether all were sent.
  if (changes[at]?.outcome !== "done") return false;
  const since = changes.slice(0, at);
  return !changes.some((one) => one.undoes === id && isUndone(one, since));
}
