import { type Decision, isGrave, type Write } from "../../channel/gate.ts";
import { MAX_DECISION_MS } from "../../channel/protocol.ts";
import { type Refusal, refusalMessages } from "../../channel/refusals.ts";
import type { WriteMode } from "../../channel/writeMode.ts";
import type { AccountSession } from "../data/accountData.ts";
import { createQuestionQueue } from "./ask/questionQueue.ts";
import { readTargetState, type TargetState, type TargetStates } from "./ask/targetState.ts";
import { isWellFormed } from "./ask/wellFormed.ts";
import type { ErrorLog } from "./services.ts";

export type Decide = (write: Write, session: AccountSession, signal: AbortSignal) => Promise<Decision>;

/** The user's answer to the question about a write. */
export type Answer = "allow" | "allowSession" | "refuse";

export interface DeciderOptions extends ErrorLog {
  /** Returns the current write mode. */
  mode(): WriteMode;
  /** True if grave writes need confirmation even when writes are on. */
  asksForGrave(): boolean;
  /** Calls `changed` when the mode may have changed. */
  onModeChange(changed: () => void): void;
  /** Asks the user about a write. `forSession`: offers to allow all further writes of the server process. */
  ask(write: Write, session: AccountSession, known: TargetState, options: { forSession: boolean }): Promise<Answer>;
  /** Resolves once an allowed write is completed. */
  whenCompleted(write: Write): Promise<void>;
  /** Tells the user that their answer came too late. */
  showTooLate(write: Write): void;
}

/**
 * Decides whether agents' writes are allowed: reads the target's state and asks the user if the settings require it.
 * @param targetStates receives the state of each write's target, for the record
 */
export function createDecider(
  { mode, asksForGrave, onModeChange, ask, whenCompleted, showTooLate, log, errorText }: DeciderOptions,
  targetStates: TargetStates,
  decisionMs: number = MAX_DECISION_MS,
): Decide {
  const inTurn = createQuestionQueue();
  /** The server processes that may write without a question, per account session. */
  let allowed = new WeakMap<AccountSession, Set<string>>();
  /** The number of writes so far. */
  let arrivals = 0;
  /** Resolves once all confirmed writes are completed. */
  let settled = Promise.resolve();
  /** Writes up to this arrival number are refused, per account session and server process. */
  const refusedUpTo = new WeakMap<AccountSession, Map<string, number>>();
  onModeChange(() => {
    if (mode() === "off") allowed = new WeakMap();
  });

  function needsConfirmation(write: Write, session: AccountSession): boolean {
    const current = mode();
    if (isGrave(write)) return current !== "on" || asksForGrave();
    if (current === "off") return true;
    return current !== "on" && !allowed.get(session)?.has(write.request.caller.session);
  }

  /** Reads the target's state and stores it for the record. */
  async function read(write: Write, session: AccountSession, signal: AbortSignal): Promise<TargetState> {
    await settled;
    signal.throwIfAborted();
    const known = await readTargetState(write, session, signal);
    signal.throwIfAborted();
    targetStates.set(write, known);
    return known;
  }

  /** Asks the user when it is this write's turn. @returns why the write is refused; undefined if allowed */
  async function askInTurn(
    write: Write,
    session: AccountSession,
    known: TargetState,
    { signal, arrival }: { signal: AbortSignal; arrival: number },
  ): Promise<Refusal | undefined> {
    if (known.isMissing) return "missing";
    const { session: caller } = write.request.caller;
    const refused = refusedUpTo.get(session) ?? new Map<string, number>();
    refusedUpTo.set(session, refused);
    const isRefused = () => arrival <= (refused.get(caller) ?? 0);
    let isAllowed = false;

    /** @returns why the write is refused; undefined if allowed */
    async function decideNow(waited: boolean): Promise<Refusal | undefined> {
      // One refusal also refuses the writes that were already waiting, which ends a flood of questions.
      if (mode() === "off") return "off";
      if (needsConfirmation(write, session) && isRefused()) return "person";
      const now = waited ? await read(write, session, signal) : known;
      if (now.isMissing) return "missing";
      if (mode() === "off") return "off";
      if (!needsConfirmation(write, session)) return undefined;
      const answer = await ask(write, session, now, { forSession: !isGrave(write) });
      isAllowed = answer !== "refuse";
      if (!isAllowed) {
        refused.set(caller, arrivals);
        return "person";
      }
      if (mode() === "off") return "off";
      if (answer === "allowSession" && !signal.aborted) allowed.set(session, new Set(allowed.get(session)).add(caller));
      return undefined;
    }

    return inTurn<Refusal | undefined>(
      async (waited) => {
        const refusal = await decideNow(waited);
        if (!refusal && !signal.aborted) settled = Promise.all([settled, whenCompleted(write)]).then(() => {});
        return refusal;
      },
      signal,
      () => {
        if (isAllowed) showTooLate(write);
      },
    );
  }

  async function decide(
    write: Write,
    session: AccountSession,
    disconnected: AbortSignal,
  ): Promise<Refusal | undefined> {
    arrivals += 1;
    const arrival = arrivals;
    targetStates.set(write, {});
    if (!isWellFormed(write)) return "malformed";
    // The time includes waiting for its turn.
    const late = AbortSignal.timeout(decisionMs);
    const signal = AbortSignal.any([disconnected, session.signal, late]);
    try {
      const known = await read(write, session, signal);
      return needsConfirmation(write, session)
        ? await askInTurn(write, session, known, { signal, arrival })
        : undefined;
    } catch (error) {
      if (disconnected.aborted) return "gone";
      if (session.signal.aborted) return "switched";
      if (late.aborted) return "late";
      log.error(`Agents: ${errorText(error)}`);
      return "failed";
    }
  }

  return async (write, session, disconnected) => {
    const refusal = await decide(write, session, disconnected);
    if (!refusal) return { allowed: true };
    targetStates.set(write, { ...targetStates.get(write), refusal });
    return { allowed: false, reason: refusalMessages[refusal] };
  };
}
