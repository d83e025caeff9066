import type * as vscode from "vscode";
import { clientTime } from "../../openrouter/clientTime.ts";
import { auditAccount } from "../../openrouter/safety/audit.ts";
import type { Audit } from "../../openrouter/safety/findings.ts";
import { type StartedRotation, startedRotations } from "../../openrouter/safety/startedRotations.ts";
import type { AccountSession } from "../data/accountData.ts";
import { auditInputs } from "./auditInputs.ts";
import { createPolicySource, type PolicySource } from "./policy/policySource.ts";
import type { PolicyState } from "./policy/policyState.ts";
import type { SafetySources } from "./sources.ts";

/** The findings of an account, and what they are based on. */
export interface Audited {
  session: AccountSession;
  audit: Audit;
  policy: PolicyState;
  /** False if the guardrails couldn't be read completely. */
  guardrailsKnown: boolean;
}

/** Audits the account in use, again only if the keys, guardrails, rotations, the policy or the UTC day have changed. */
export interface Audits extends vscode.Disposable {
  readonly policy: PolicySource;
  /** The newest findings of an account. */
  newest(session: AccountSession | undefined): Audited | undefined;
  /** Returns the newest findings; undefined until the keys, and for a visible view the guardrails, have been read. */
  audit(session: AccountSession): Promise<Audited | undefined>;
}

interface AuditsOptions extends SafetySources {
  /** True if an audit waits for guardrails that are being read. */
  waitsForGuardrails(): boolean;
  /** Called after each audit. */
  onDidAudit(): void;
}

export function createAudits({ sessions, rotations, waitsForGuardrails, onDidAudit }: AuditsOptions): Audits {
  const policy = createPolicySource();
  let last: { session: AccountSession; inputs: readonly unknown[]; result: Promise<Audited | undefined> } | undefined;
  let running: AbortController | undefined;
  let done: Audited | undefined;

  const newest = (session: AccountSession | undefined) => (done && done.session === session ? done : undefined);

  async function audit(session: AccountSession): Promise<Audited | undefined> {
    const state = await policy.current();
    const { keys, guardrails } = session.data;
    const isReadingGuardrails = !guardrails.current && (guardrails.loading || guardrails.error === undefined);
    if (!keys.current?.complete || (isReadingGuardrails && waitsForGuardrails())) return newest(session);
    const recorded = rotations.list(session);
    const started = recorded && startedRotations(recorded);
    const inputs = auditInputs(session, state, started);
    if (last?.session === session && inputs.every((input, i) => input === last?.inputs[i])) return last.result;
    running?.abort();
    running = new AbortController();
    const own = { session, inputs, result: run(session, state, started, running.signal) };
    last = own;
    try {
      return await own.result;
    } catch (error) {
      // Newer data replaced it.
      if (last !== own) return last.session === session ? last.result : undefined;
      last = undefined;
      throw error;
    }
  }

  async function run(
    session: AccountSession,
    state: PolicyState,
    started: StartedRotation[] | undefined,
    signal: AbortSignal,
  ): Promise<Audited | undefined> {
    const read = session.data.keys.current!;
    const bound = session.data.guardrails.current?.value;
    const guardrailsKnown = bound !== undefined && !bound.unreadable && !bound.unreadableWorkspaces;
    const sources = {
      keys: read.value.keys,
      workspaces: read.value.workspaces,
      guardrails: bound,
      ...(!guardrailsKnown && { guardrailsMayBeMissing: true }),
      rotations: started,
      readAt: clientTime(session.client, read.begunAt),
    };
    const found = await auditAccount(sources, state.policy, { now: session.client.now(), signal });
    if (sessions.current !== session) return undefined;
    done = { session, audit: found, policy: state, guardrailsKnown };
    onDidAudit();
    return done;
  }

  return {
    policy,
    newest,
    audit,
    dispose() {
      running?.abort();
      policy.dispose();
    },
  };
}
