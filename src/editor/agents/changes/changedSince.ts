// Detects changes to a key, a guardrail or assignments after an agent changed them. Pure.
import { findDifferences } from "../../../openrouter/findDifferences.ts";
import { getEditableFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { TargetState } from "../ask/targetState.ts";
import type { AgentChange } from "./agentChange.ts";
import { type Undo, withZdrFields } from "./undo.ts";

type Changed = Pick<AgentChange, "action" | "body" | "outcome" | "target">;

/** Returns the fields that the undo would set and whose values were changed again after the agent's write. */
export function fieldsChangedSince({ body, outcome }: Changed, undo: Undo, now: TargetState): string[] {
  // Long bodies are recorded truncated, as a string.
  if ((undo.of !== "key" && undo.of !== "guardrail") || typeof body !== "object") return [];
  const current = fieldsOf(now);
  const asked = withZdrFields((body ?? {}) as Record<string, unknown>);
  // Fields that the write didn't contain kept their values.
  const afterWrite = Object.fromEntries(
    Object.entries(undo.body).map(([field, was]) => [field, asked[field] === undefined ? was : asked[field]]),
  );
  // Without a limit, the reset interval has no meaning.
  if (afterWrite.limit_usd === null) delete afterWrite.reset_interval;
  const changedSinceBefore = findDifferences(undo.body, current).map(({ field }) => field);
  return (
    findDifferences(afterWrite, current)
      .map(({ field }) => field)
      // If it is unknown whether the write took effect, the values before it are fine, too.
      .filter((field) => outcome !== "unknown" || changedSinceBefore.includes(field))
  );
}

/** Returns the keys or members that were assigned or unassigned again after the agent's write. */
export function reassignedSince(
  { action, outcome, target }: Changed,
  undo: Undo,
  { bound = {} }: TargetState,
): string[] {
  if (undo.of === "key" || undo.of === "guardrail") return [];
  const afterWrite = /^assign/.test(action) ? (target ?? null) : null;
  return Object.entries(bound)
    .filter(([id, owner]) => owner !== afterWrite && (outcome !== "unknown" || owner !== undo.bound[id]))
    .map(([id]) => id);
}

/** True if two states have the same values in all fields that the undo would set. */
export function isSameForUndo(undo: Undo, one: TargetState, other: TargetState): boolean {
  if (undo.of !== "key" && undo.of !== "guardrail")
    return Object.keys(undo.bound).every((id) => one.bound?.[id] === other.bound?.[id]);
  const [a, b] = [fieldsOf(one), fieldsOf(other)];
  return Object.keys(undo.body).every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]));
}

function fieldsOf({ key, guardrail }: TargetState): Record<string, unknown> {
  return { ...(guardrail ? getEditableFields(guardrail) : key) };
}
