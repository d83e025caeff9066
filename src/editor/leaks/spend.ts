import pMap from "p-map";
import { readSpendSince, type SpendSince } from "../../openrouter/spend/spendSince.ts";
import type { AccountSession } from "../data/accountData.ts";
import { errorLogText, errorText } from "../platform/errorText.ts";
import type { LeakFacts } from "./facts.ts";
import type { Leak } from "./leak.ts";

export type SpendState = "loading" | { failure: string } | SpendSince;

/** The most keys whose spend is read: one request each, of 64 in a minute that analytics allow to all. */
const MAX_KEYS = 20;
const CONCURRENCY = 3;

/** Reads what leaked keys spent since they were committed, and keeps that for the session. */
export interface LeakSpend {
  of(session: AccountSession | undefined, leak: Leak): SpendState | undefined;
  /** Reads what isn't known yet. Never rejects: the rows show failures. */
  load(session: AccountSession, leaks: readonly Leak[], factsOf: (leak: Leak) => LeakFacts): Promise<void>;
}

export function createLeakSpend(changed: () => void): LeakSpend {
  const bySession = new WeakMap<AccountSession, Map<string, SpendState>>();
  return {
    of: (session, leak) => session && bySession.get(session)?.get(leak.id),
    async load(session, leaks, factsOf) {
      const known = bySession.get(session) ?? new Map<string, SpendState>();
      bySession.set(session, known);
      const wanted = leaks.flatMap((leak) => {
        const { match, firstCommit } = factsOf(leak);
        return match.kind === "one" && firstCommit && !known.has(leak.id)
          ? [{ leak, key: match.key, since: firstCommit }]
          : [];
      });
      const asked = wanted.slice(0, Math.max(0, MAX_KEYS - known.size));
      if (asked.length === 0) return;
      for (const { leak } of asked) known.set(leak.id, "loading");
      changed();
      await pMap(
        asked,
        async ({ leak, key, since }) => {
          try {
            known.set(leak.id, await readSpendSince(session.client, key, since, { signal: session.signal }));
          } catch (error) {
            const { log } = session.data;
            log.error(`Leaked keys: ${errorLogText(error)}`);
            known.set(leak.id, { failure: errorText(error) });
          }
          if (!session.signal.aborted) changed();
        },
        { concurrency: CONCURRENCY },
      );
    },
  };
}
