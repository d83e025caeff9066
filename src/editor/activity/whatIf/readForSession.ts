import { readWhatIf, type WhatIfQuery, type WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { findKey, limitsOf } from "../../safety/limits/limitsData.ts";

/** Reads what usage would have cost on other models; for a single key, also which of them its guardrails allow. */
export async function readForSession(
  session: AccountSession,
  query: WhatIfQuery,
  signal: AbortSignal,
): Promise<WhatIfReading> {
  const { client, data } = session;
  const [hash, ...others] = query.keys ?? [];
  if (hash === undefined || others.length > 0) return readWhatIf(client, query, { signal });
  await Promise.all([data.keys.ensure(), data.guardrails.ensure()]);
  const key = findKey(session, hash);
  return readWhatIf(client, query, { signal, limits: key && (async (catalog) => limitsOf(session, key, catalog)) });
}
