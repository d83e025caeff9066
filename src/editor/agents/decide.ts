import { type Decision, isGrave, type Write } from "../../channel/gate.ts";
import { DECISION_MS } from "../../channel/protocol.ts";
import { type Refusal, refusalReasons } from "../../channel/refusals.ts";
import type { WriteMode } from "../../channel/writeMode.ts";
import type { AccountSession } from "../data/accountData.ts";
import { type Before, type BeforeWrites, readBefore } from "./ask/before.ts";
import { isPlain } from "./ask/plain.ts";
import { createTurns } from "./ask/turns.ts";
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
  ask(write: Write, session: AccountSession, known: Before, options: { forSession: boolean }): Promise<Answer>;
  /** Tells the person that their answer came too late. */
  tellLate(write: Write): void;
}

/**
 * Decides on the writes of agents: asks the person where the settings want it, and reads what is there before the write.
 * @param before where that is left for the record
 */
export function createDecider(
  { mode, asksForGrave, onModeChange, ask, tellLate, log, errorText }: DeciderOptions,
  before: BeforeWrites,
  decisionMs: number = DECISION_MS,
): Decide {
  const inTurn = createTurns();
  /** Which server processes may write without a question, by the account's session. */
  let allowed = new WeakMap<AccountSession, Set<string>>();
  /** How many writes came so far, and up to which those of a server process are refused. */
  let arrivals = 0;
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

  /** @returns why it is refused; undefined where it is allowed */
  async function askInTurn(
    write: Write,
    session: AccountSession,
    known: Before,
    { signal, arrival }: { signal: AbortSignal; arrival: number },
  ): Promise<Refusal | undefined> {
    const { session: caller } = write.request.caller;
    const refused = refusedUpTo.get(session) ?? new Map<string, number>();
    refusedUpTo.set(session, refused);
    let isAllowed = false;
    if (known.isGone) return "missing";
    return inTurn<Refusal | undefined>(
      async () => {
        // Those who waited may be decided on with the question before them.
        if (mode() === "off") return "off";
        if (!isAsked(write, session)) return undefined;
        // One refusal ends a flood of questions.
        if (arrival <= (refused.get(caller) ?? 0)) return "person";
        const answer = await ask(write, session, known, { forSession: !isGrave(write) });
        isAllowed = answer !== "refuse";
        if (!isAllowed) {
          refused.set(caller, arrivals);
          return "person";
        }
        if (mode() === "off") return "off";
        if (answer === "allowSession" && !signal.aborted)
          allowed.set(session, new Set(allowed.get(session)).add(caller));
        return undefined;
      },
      signal,
      () => {
        if (isAllowed) tellLate(write);
      },
    );
  }

  async function decide(write: Write, session: AccountSession, gone: AbortSignal): Promise<Refusal | undefined> {
    const known: Before = {};
    const arrival = ++arrivals;
    before.set(write, known);
    if (!isPlain(write)) return "malformed";
    // From here on, also while it waits for its turn.
    const late = AbortSignal.timeout(decisionMs);
    const signal = AbortSignal.any([gone, session.signal, late]);
    try {
      Object.assign(known, await readBefore(write, session, signal));
      signal.throwIfAborted();
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
    return { allowed: false, reason: refusalReasons[refusal] };
  };
}
