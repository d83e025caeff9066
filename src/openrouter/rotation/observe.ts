import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";
import { DAY_MS } from "../time.ts";
import type { Rotation, SpendSoFar } from "./record.ts";

export interface Observation {
  /** With what was seen; to be written where it differs from the one given. */
  record: Rotation;
  /** What the old key spent since the rotation, USD. */
  since: SpendSoFar;
  /** Neither spend nor use seen for `silentMs`. A key that is silent may still be in use rarely. */
  isSilent: boolean;
}

/**
 * Looks at the old key: what it spent since the rotation, when a rise was last seen, and whether it was disabled or
 * enabled elsewhere. Pure. `silentMs` is a day unless given.
 */
export function observeOldKey(record: Rotation, oldKey: Key, now: Date, silentMs = DAY_MS): Observation {
  const before = record.lastUsage ?? record.old.usage;
  // BYOK spend that the key does not tell is taken to be what it was.
  const usage = { usage: oldKey.usage, byok_usage: oldKey.byok_usage ?? before.byok_usage };
  const rose = total(usage) > total(before);
  // The moment of looking, not of spending, which nothing tells: later than the truth, so never silent too early.
  const lastSpentAt = rose ? now.toISOString() : laterOf(record.lastSpentAt, usedSince(record, oldKey));
  const handedOver = record.step === "pending" || record.step === "disabled";
  const step = handedOver ? (oldKey.disabled ? "disabled" : "pending") : record.step;
  return {
    // A lower figure is an older reading, another window's for instance: the next one must not look like a rise.
    record: { ...record, step, lastUsage: rose ? usage : before, lastSpentAt },
    since: {
      usage: dropFloatNoise(usage.usage - record.old.usage.usage),
      byok_usage: dropFloatNoise(usage.byok_usage - record.old.usage.byok_usage),
    },
    isSilent: now.getTime() - Date.parse(lastSpentAt ?? record.startedAt) >= silentMs,
  };
}

/** When the old key was last used, where that was after the rotation: free models leave a time and no spend. */
function usedSince({ startedAt }: Rotation, { last_used_at }: Key): string | undefined {
  const at = Date.parse(last_used_at ?? "");
  return at > Date.parse(startedAt) ? new Date(at).toISOString() : undefined;
}

function laterOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) >= Date.parse(other) ? one : other;
}

/** True if a reminder of the old key is due: once a day, not while snoozed. */
export function isReminderDue(record: Rotation, now: Date): boolean {
  if (record.step !== "pending" && record.step !== "disabled") return false;
  if (record.snoozedUntil && Date.parse(record.snoozedUntil) > now.getTime()) return false;
  return now.getTime() - Date.parse(record.remindedAt ?? record.startedAt) >= DAY_MS;
}

const total = ({ usage, byok_usage }: SpendSoFar) => dropFloatNoise(usage + byok_usage);
