import type { Before } from "./before.ts";

/** Those keys or members that an assignment to the guardrail `id` takes from another one. Pure. */
export function leavingOf(ids: readonly string[], bound: Before["bound"], id: string | undefined): string[] {
  return ids.filter((one) => bound?.[one] && bound[one] !== id);
}
