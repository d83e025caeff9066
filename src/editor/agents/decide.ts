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

/** What the person answers to the question about a write. */
export type Answer = "allow" | "allowSession" | "refuse";

export interface DeciderOptions extends ErrorLog {
  /** How agents may write now. */
  mode(): WriteMode;
  /** True if grave writes are asked about even where writes are on. */
  asksForGrave(): boolean;
  /** Calls back whenever the mode may have changed. */
  onModeChange(changed: () => void): void;
  /** Asks the person about a write. `forSession`: the rest of the server process's session can be allowed with it. */
  ask(write: Write, session: AccountSession, known: TargetState, options: { forSession: boolean }): Promise<Answer>;
  /** Resolves once a write that was allowed has had its effect. */
  carriedOut(write: Write): Promise<void>;
  /** Tells the person that their answer came too late. */
  showTooLate(write: Write): void;
}

/**
 * Decides on the writes of agents: asks the person where the settings want it, and reads what is there before the write.
 * @param before where that is left for the record
 */
export function createDecider(
  { mode, asksForGrave, onModeChange, ask, carriedOut, showTooLate, log, errorText }: DeciderOptions,
  before: TargetStates,
  decisionMs: number = MAX_DECISION_MS,
): Decide {
  const inTurn = createQuestionQueue();
  /** Which server processes may write without a question, by the account's session. */
  let allowed = new WeakMap<AccountSession, Set<string>>();
  /** How many writes came so far, and up to which those of a server process are refused. */
  let arrivals = 0;
  /** Resolves once all that was allowed after a question has had its effect. */
  let settled = Promise.resolve();
  const refusedUpTo = new WeakMap<AccountSession, Map<string, number>>();
  onModeChange(() => {
    if (mode() === "off") allowed = new WeakMap();
  });

  function isAsked(write: Write, session: AccountSession): boolean {
    const now = mode();
    if (isGrave(write)) return now !== "on" || asksForGrave();
    if (now === "off") return true;
    return now !== "on" && !allowed.get(session)?.has(write.request.caller.session);
  }

  /** Reads what is there, and leaves it for the record. */
  async function read(write: Write, session: AccountSession, signal: AbortSignal): Promise<TargetState> {
    await settled;
    signal.throwIfAborted();
    const known = await readTargetState(write, session, signal);
    signal.throwIfAborted();
    before.set(write, known);
    return known;
  }

  /** @returns why it is refused; undefined where it is allowed */
  async function askInTurn(
    write: Write,
    session: AccountSession,
    known: TargetState,
    { signal, arrival }: { signal: AbortSignal; arrival: number },
  ): Promise<Refusal | undefined> {
    if (known.isGone) return "missing";
    const { session: caller } = write.request.caller;
    const refused = refusedUpTo.get(session) ?? new Map<string, number>();
    refusedUpTo.set(session, refused);
    const isRefused = () => arrival <= (refused.get(caller) ?? 0);
    let isAllowed = false;

    /** @returns undefined where it is allowed */
    async function take(waited: boolean): Promise<Refusal | undefined> {
      // Those who waited may be decided on with the question before them: one refusal ends a flood of questions.
      if (mode() === "off") return "off";
      if (isAsked(write, session) && isRefused()) return "person";
      const now = waited ? await read(write, session, signal) : known;
      if (now.isGone) return "missing";
      if (mode() === "off") return "off";
      if (!isAsked(write, session)) return undefined;
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
        const refusal = await take(waited);
        if (!refusal && !signal.aborted) settled = Promise.all([settled, carriedOut(write)]).then(() => {});
        return refusal;
      },
      signal,
      () => {
        if (isAllowed) showTooLate(write);
      },
    );
  }

  async function decide(write: Write, session: AccountSession, gone: AbortSignal): Promise<Refusal | undefined> {
    arrivals += 1;
    const arrival = arrivals;
    before.set(write, {});
    if (!isWellFormed(write)) return "malformed";
    // From here on, also while it waits for its turn.
    const late = AbortSignal.timeout(decisionMs);
    const signal = AbortSignal.any([gone, session.signal, late]);
    try {
      const known = await read(write, session, signal);
      return isAsked(write, session) ? await askInTurn(write, session, known, { signal, arrival }) : undefined;
    } catch (error) {
      if (gone.aborted) return "gone";
      if (session.signal.aborted) return "switched";
      if (late.aborted) return "late";
      log.error(`Agents: ${errorText(error)}`);
      return "failed";
    }
  }

  return async (write, session, gone) => {
    const refusal = await decide(write, session, gone);
    if (!refusal) return { allowed: true };
    before.set(write, { ...before.get(write), refusal });
    return { allowed: false, reason: refusalMessages[refusal] };
  };
}
