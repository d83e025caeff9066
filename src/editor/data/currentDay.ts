// Spend of today starts at 0 at midnight UTC, by the API's clock.
import { utcDay } from "../../openrouter/text/figures.ts";
import type { AccountSession, CreditsData } from "./accountData.ts";
import type { Snapshot } from "./resource.ts";

/** A reading that failed is tried again after this time at the earliest. */
const RETRY_MS = 15_000;

/** True unless the reading of the current day is of an earlier day: it may have begun before midnight. */
export function isOfToday(
  { client }: Pick<AccountSession, "client">,
  { value: { periods }, readAt }: Pick<Snapshot<CreditsData>, "value" | "readAt">,
): boolean {
  return "until" in periods ? periods.until.slice(0, 10) === utcDay(client.now()) : utcDay(readAt) === utcDay();
}

/** Reads the current day again if that was done before midnight only. */
export function renewAfterMidnight(session: AccountSession | undefined): void {
  const credits = session?.data.credits;
  if (!session || !credits?.current || isOfToday(session, credits.current)) return;
  if (credits.isDue(RETRY_MS)) void credits.refresh(Date.now());
}
