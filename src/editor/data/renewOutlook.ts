import { utcDay } from "../../openrouter/text/figures.ts";
import type { AccountSession } from "./accountData.ts";

const HOUR_MS = 3_600_000;

/**
 * Reads the outlook if it is older than an hour or of an earlier UTC day, or didn't know the keys. Call it when the credits,
 * from which it starts, have changed. Failures are tried again a minute later at the earliest.
 */
export function renewOutlook(session: AccountSession | undefined): void {
  if (!session) return;
  const { credits, keys, outlook } = session.data;
  if (!credits.current || credits.loading || credits.error !== undefined) return;
  const last = outlook.current?.value;
  const isCurrent =
    last?.readAt.slice(0, 10) === utcDay(session.client.now()) && (last.keysKnown || !keys.current?.complete);
  void outlook.ensureQuietly(isCurrent ? HOUR_MS : 0);
}
