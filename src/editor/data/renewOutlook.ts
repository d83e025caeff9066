import type { AccountSession } from "./accountData.ts";
import { isOfToday } from "./currentDay.ts";
import { currentOutlook } from "./currentOutlook.ts";

const HOUR_MS = 3_600_000;

/**
 * Reads the outlook if it is older than an hour or of an earlier UTC day, or didn't know the keys. Call it when the credits,
 * from which it starts, have changed. Failures are tried again a minute later at the earliest.
 */
export function renewOutlook(session: AccountSession | undefined): void {
  if (!session) return;
  const { credits, keys, outlook } = session.data;
  if (!credits.current || credits.loading || credits.error !== undefined) return;
  // From credits of an earlier day, the outlook would be of that day again.
  if (!isOfToday(session, credits.current)) return;
  const last = currentOutlook(session);
  const isCurrent = last !== undefined && (last.keysKnown || !keys.current?.complete);
  void outlook.ensureQuietly(isCurrent ? HOUR_MS : 0);
}
