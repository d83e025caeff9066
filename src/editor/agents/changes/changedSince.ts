// What happened to a key, a guardrail or assignments since an agent changed them. Pure.
import { findDifferences } from "../../../openrouter/findDifferences.ts";
import { getEditableFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { TargetState } from "../ask/targetState.ts";
import type { AgentChange } from "./agentChange.ts";
import { type Undo, withZdrFields } from "./undo.ts";

type Changed = Pick<AgentChange, "action" | "body" | "outcome" | "target">;

/** The fields that the undo would set and that no longer have the values that the agent's write left. */
export function fieldsChangedSince({ body, outcome }: Changed, undo: Undo, now: TargetState): string[] {
  // Of a long body only the beginning is recorded.
  if ((undo.of !== "key" && undo.of !== "guardrail") || typeof body !== "object") return [];
  const there = fieldsOf(now);
  const asked = withZdrFields((body ?? {}) as Record<string, unknown>);
  // What was not asked for stayed as it was.
  const left = Object.fromEntries(
    Object.entries(undo.body).map(([field, was]) => [field, asked[field] === undefined ? was : asked[field]]),
  );
  // Without a limit, its reset means nothing.
  if (left.limit_usd === null) delete left.reset_interval;
  const before = findDifferences(undo.body, there).map(({ field }) => field);
  return (
    findDifferences(left, there)
      .map(({ field }) => field)
      // A write that perhaps had no effect left perhaps what was there before.
      .filter((field) => outcome !== "unknown" || before.includes(field))
  );
}

/** The keys or members that were assigned or unassigned since the agent did so. */
export function reassignedSince(
  { action, outcome, target }: Changed,
  undo: Undo,
  { bound = {} }: TargetState,
): string[] {
  if (undo.of === "key" || undo.of === "guardrail") return [];
  const left = /^assign/.test(action) ? (target ?? null) : null;
  return Object.entries(bound)
    .filter(([id, owner]) => owner !== left && (outcome !== "unknown" || owner !== undo.bound[id]))
    .map(([id]) => id);
}

/** True if two readings agree in all that the undo would set. */
export function isSameForUndo(undo: Undo, one: TargetState, other: TargetState): boolean {
  if (undo.of !== "key" && undo.of !== "guardrail")
    return Object.keys(undo.bound).every((id) => one.bound?.[id] === other.bound?.[id]);
  const [a, b] = [fieldsOf(one), fieldsOf(other)];
  return Object.keys(undo.body).every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]));
}

function fieldsOf({ key, guardrail }: TargetState): Record<string, unknown> {
  return { ...(guardrail ? getEditableFields(guardrail) : key) };
}
