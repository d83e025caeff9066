import type { StartedRotation } from "../../openrouter/safety/startedRotations.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { PolicyState } from "./policy/policyState.ts";

/** Data that was read longer ago is read again for a command. */
const MAX_AGE_MS = 60_000;

type AuditedSession = Pick<AccountSession, "client" | "data">;

/** Reads what an audit needs, unless it was read in the last minute. Never rejects. */
export async function readForAudit({ data: { keys, guardrails } }: Pick<AuditedSession, "data">): Promise<void> {
  await Promise.all([keys.ensure(MAX_AGE_MS), guardrails.ensure(MAX_AGE_MS)]);
}

/** Returns what the result of an audit depends on: also the UTC day, because ages and exceptions end with it. */
export function auditInputs(
  { client, data: { keys, guardrails } }: AuditedSession,
  policy: PolicyState,
  started: readonly StartedRotation[] | undefined,
): readonly unknown[] {
  return [keys.current?.value, guardrails.current?.value, policy, JSON.stringify(started), utcDay(client.now())];
}
