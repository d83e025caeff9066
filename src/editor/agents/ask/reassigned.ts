import type { TargetState } from "./targetState.ts";

/** Returns the keys or members that an assignment to the guardrail `id` moves away from another guardrail. Pure. */
export function reassignedIds(ids: readonly string[], bound: TargetState["bound"], id: string | undefined): string[] {
  return ids.filter((one) => bound?.[one] && bound[one] !== id);
}
