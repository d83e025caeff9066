// Decides what to do with a key that was read right before its request, so that nobody else's change is overwritten. Pure.
import { getLastUse } from "../../keys/keyStatus.ts";
import type { Key } from "../../schemas.ts";
import { DAY_MS } from "../../time.ts";
import type { CureItem, KeyState } from "./record.ts";

/** "send" the request; "reached": the key is already as wanted; "changed": it is neither as expected nor as wanted. */
export type Verdict = "send" | "reached" | "changed";

/** Compares the fields that the item changes with the key's current ones. */
export function judgeState(now: KeyState, { expect, want }: Pick<CureItem, "expect" | "want">): Verdict {
  const fields = Object.keys(want) as (keyof KeyState)[];
  if (fields.every((field) => isSame(now[field], want[field]))) return "reached";
  return fields.every((field) => isSame(now[field], expect[field])) ? "send" : "changed";
}

/** A key that was unused for a day when the person decided must not be deleted if it was used since. */
export function judgeDeletion(key: Key, { idleSince }: Pick<CureItem, "idleSince">): Verdict {
  return idleSince === undefined || (key.last_used_at ?? null) === idleSince ? "send" : "changed";
}

/** Returns the last use for `idleSince`; undefined if the key is in use, or if the API doesn't say. */
export function idleSince(key: Key, now: Date): string | null | undefined {
  const use = getLastUse(key);
  if (use.kind === "unknown") return undefined;
  if (use.kind !== "used") return null;
  return now.getTime() - Date.parse(use.at) >= DAY_MS ? use.at : undefined;
}

/** A missing value and null are the same, and amounts differ by less than what OpenRouter counts. */
function isSame(a: KeyState[keyof KeyState], b: KeyState[keyof KeyState]): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) < 1e-6;
  return (a ?? null) === (b ?? null);
}
