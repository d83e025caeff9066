import { type CompletedSpend, readCompletedSpend } from "../../openrouter/foresight/alerts/completedDays.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import { HOUR_MS } from "../../openrouter/time.ts";
import type { AccountSession } from "../data/accountData.ts";

interface Reading {
  session: AccountSession;
  day: string;
  at: number;
  spend: Promise<CompletedSpend | undefined>;
}

/**
 * Reads the completed days of the account in use, at most once an hour and after midnight UTC. Undefined if that failed.
 * @param onError gets each error once
 */
export function createCompletedDays(onError: (error: unknown) => void) {
  let last: Reading | undefined;
  return (session: AccountSession): Promise<CompletedSpend | undefined> => {
    const [day, at] = [utcDay(session.client.now()), Date.now()];
    if (last?.session === session && last.day === day && at - last.at < HOUR_MS) return last.spend;
    const spend = readCompletedSpend(session.client).catch((error: unknown) => {
      onError(error);
      return undefined;
    });
    last = { session, day, at, spend };
    return spend;
  };
}
