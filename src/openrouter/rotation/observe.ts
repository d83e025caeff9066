import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";
import { DAY_MS } from "../time.ts";
import type { Rotation, SpendSoFar } from "./record.ts";

// Loaded with this module where a module of the start needs it.
export { clientTime } from "../clientTime.ts";

export interface Observation {
  /** The updated record; write it if it differs from the given one. */
  record: Rotation;
  /** The old key's spend since the rotation, USD. */
  since: SpendSoFar;
  /** The key's last use, perhaps before the rotation; undefined if none is known. */
  lastUse?: LastUse;
  /** True if the key was not used for `silentMs`. It may still be in occasional use. */
  isSilent: boolean;
}

export interface LastUse {
  /** ISO, UTC. */
  at: string;
  /** True if it is the API's `last_used_at`; otherwise the time at which the key's usage was seen to have risen. */
  isExact: boolean;
  /** True if the key has not been used since the rotation began. */
  isBefore: boolean;
}

/** True from the hand-over of the new secret until the old key is deleted or the rotation is ended. */
export function isHandedOver({ step }: Pick<Rotation, "step">): boolean {
  return step === "pending" || step === "disabled";
}

/**
 * Updates a record from the old key's current state: its spend since the rotation, its last use, and whether it was disabled
 * or enabled elsewhere. Pure. `silentMs` defaults to a day.
 */
export function observeOldKey(record: Rotation, oldKey: Key, now: Date, silentMs = DAY_MS): Observation {
  const before = record.lastUsage ?? record.old.usage;
  // If the key lacks its BYOK usage, assume no change.
  const usage = { usage: oldKey.usage, byok_usage: oldKey.byok_usage ?? before.byok_usage };
  const rose = total(usage) > total(before);
  const used = usedSince(record, oldKey);
  // If `last_used_at` doesn't explain the rise, the time of this check does: the key never counts as silent too early.
  const isExplained = used !== undefined && used === laterOf(record.lastSpentAt, used) && used !== record.lastSpentAt;
  const lastSpentAt = rose && !isExplained ? now.toISOString() : laterOf(record.lastSpentAt, used);
  const lastUse = lastUseOf(oldKey, lastSpentAt);
  const step = isHandedOver(record) ? (oldKey.disabled ? "disabled" : "pending") : record.step;
  return {
    // A lower figure is stale (from another window, for example): keep the higher one, so that the next is no rise.
    record: { ...record, step, lastUsage: rose ? usage : before, lastSpentAt },
    since: {
      usage: dropFloatNoise(usage.usage - record.old.usage.usage),
      byok_usage: dropFloatNoise(usage.byok_usage - record.old.usage.byok_usage),
    },
    lastUse,
    isSilent: now.getTime() - Date.parse(lastUse?.at ?? record.startedAt) >= silentMs,
  };
}

/** Returns the last use after the start of the rotation: free models set it without any spend. */
function usedSince({ startedAt }: Rotation, { last_used_at }: Key): string | undefined {
  const at = Date.parse(last_used_at ?? "");
  return at > Date.parse(startedAt) ? new Date(at).toISOString() : undefined;
}

/** @param lastSpentAt the last use since the rotation began */
function lastUseOf({ last_used_at }: Key, lastSpentAt: string | undefined): LastUse | undefined {
  const used = Date.parse(last_used_at ?? "");
  if (lastSpentAt !== undefined) return { at: lastSpentAt, isExact: Date.parse(lastSpentAt) === used, isBefore: false };
  return Number.isNaN(used) ? undefined : { at: new Date(used).toISOString(), isExact: true, isBefore: true };
}

function laterOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) >= Date.parse(other) ? one : other;
}

/** True if a reminder about the old key is due: once a day, not while snoozed. */
export function isReminderDue(record: Rotation, now: Date): boolean {
  if (record.step !== "pending" && record.step !== "disabled") return false;
  if (record.snoozedUntil && Date.parse(record.snoozedUntil) > now.getTime()) return false;
  return now.getTime() - Date.parse(record.remindedAt ?? record.startedAt) >= DAY_MS;
}

const total = ({ usage, byok_usage }: SpendSoFar) => dropFloatNoise(usage + byok_usage);
