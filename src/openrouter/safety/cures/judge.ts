// Decides what to do with a key that was read right before its request, so that nobody else's change is overwritten. Pure.
import { getKeyStatus, getLastUse } from "../../keys/keyStatus.ts";
import type { Key } from "../../schemas.ts";
import { redact } from "../../text/redact.ts";
import { DAY_MS } from "../../time.ts";
import type { CureItem, KeyState } from "./record.ts";

/**
 * "send" the request; "reached": the key is already as wanted; "changed": it is neither as expected nor as wanted; "used":
 * it was used since.
 */
export type KeyVerdict = "send" | "reached" | "changed" | "used";

type Judged = Pick<CureItem, "expect" | "want" | "after">;

/** Compares the fields that the item changes with the key's current ones. */
export function judgeState(now: KeyState, { expect, want, after }: Judged): KeyVerdict {
  const fields = fieldsOf(want);
  if (agrees(now, want, fields)) return "reached";
  return agrees(now, { ...expect, ...after }, fields) ? "send" : "changed";
}

/**
 * Compares what made the person decide: a key that was unused for a day must not be deleted if it was used since, and none
 * if somebody renamed, enabled or limited it since.
 */
export function judgeDeletion(key: Key, { idleSince, expect }: Pick<CureItem, "idleSince" | "expect">): KeyVerdict {
  if (idleSince !== undefined && (key.last_used_at ?? null) !== idleSince) return "used";
  return agrees(deletionState(key), expect, fieldsOf(expect)) ? "send" : "changed";
}

/**
 * Judges a replacement without a stored rotation. "lost": an earlier attempt may have created the new key, and its rotation
 * was removed since; a second key must not be created.
 */
export function judgeReplacement(
  key: Key | undefined,
  { state }: Pick<CureItem, "state">,
  now: Date,
): "gone" | "inactive" | "lost" | "send" {
  if (!key) return "gone";
  if (getKeyStatus(key, now) !== "active") return "inactive";
  return state === "sending" || state === "uncertain" ? "lost" : "send";
}

/** Returns what `judgeDeletion` compares. */
export const deletionState = ({ name, disabled, limit, limit_reset }: Key): KeyState => ({
  name: redact(name),
  disabled,
  limit,
  limit_reset,
});

/** Returns the changed fields of a key if a request took effect for some of them only; undefined otherwise. */
export function partOf(now: KeyState, { expect, want }: Judged): KeyState | undefined {
  const fields = fieldsOf(want);
  const isPart =
    !agrees(now, want, fields) &&
    !agrees(now, expect, fields) &&
    fields.every((field) => isSame(now[field], want[field]) || isSame(now[field], expect[field]));
  return isPart ? Object.fromEntries(fields.map((field) => [field, now[field] ?? null])) : undefined;
}

const fieldsOf = (state: KeyState) => Object.keys(state) as (keyof KeyState)[];

const agrees = (now: KeyState, then: KeyState, fields: (keyof KeyState)[]) =>
  fields.every((field) => isSame(now[field], then[field]));

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
