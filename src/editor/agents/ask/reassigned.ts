import type { TargetState } from "./targetState.ts";

/** Those keys or members that an assignment to the guardrail `id` takes from another one. Pure. */
export function reassignedIds(ids: readonly string[], bound: TargetState["bound"], id: string | undefined): string[] {
  return ids.filter((one) => bound?.[one] && bound[one] !== id);
}
