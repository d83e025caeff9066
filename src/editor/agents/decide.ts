import * as vscode from "vscode";
import { type Decision, isGrave, type Write } from "../../channel/gate.ts";
import { DECISION_MS } from "../../channel/protocol.ts";
import { type Refusal, refusalReasons } from "../../channel/refusals.ts";
import type { AccountSession } from "../data/accountData.ts";
import { askModal } from "../platform/dialogs.ts";
import { errorText } from "../platform/errorText.ts";
import { asksForGraveWrites, writeMode } from "../platform/settings.ts";
import { type Before, type BeforeWrites, readBefore } from "./ask/before.ts";
import { isPlain } from "./ask/plain.ts";
import { questionFor } from "./ask/question.ts";
import { quoted } from "./ask/quoted.ts";
import { createTurns } from "./ask/turns.ts";
import type { AgentServices } from "./services.ts";

export type Decide = (write: Write, session: AccountSession, signal: AbortSignal) => Promise<Decision>;

type Answer = "allow" | "allowSession" | "refuse";

/**
 * Decides on the writes of agents: asks the person where the settings want it, and reads what is there before the write.
 * @param before where that is left for the record
 */
export function createDecider(
  { log, context }: AgentServices,
  before: BeforeWrites,
  decisionMs: number = DECISION_MS,
): Decide {
  const inTurn = createTurns();
  /** Which server processes may write without a question, by the account's session. */
  let allowed = new WeakMap<AccountSession, Set<string>>();
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration(() => {
      if (writeMode() === "off") allowed = new WeakMap();
    }),
  );

  function isAsked(write: Write, session: AccountSession): boolean {
    const mode = writeMode();
    if (isGrave(write)) return mode !== "on" || asksForGraveWrites();
    return mode !== "on" && !allowed.get(session)?.has(write.request.caller.session);
  }

  /** @returns why it is refused; undefined where it is allowed */
  async function ask(
    write: Write,
    session: AccountSession,
    known: Before,
    signal: AbortSignal,
  ): Promise<Refusal | undefined> {
    if (known.isGone) return "missing";
    const answer = await inTurn<Answer>(
      async () => {
        // Those who waited may have been allowed with the question before them.
        if (!isAsked(write, session)) return "allow";
        const chosen = await answerTo(write, session, known);
        if (chosen === "allowSession" && !signal.aborted)
          allowed.set(session, new Set(allowed.get(session)).add(write.request.caller.session));
        return chosen;
      },
      signal,
      (late) => {
        if (late !== "refuse") tellLate(write);
      },
    );
    if (answer === "refuse") return "person";
    return writeMode() === "off" ? "off" : undefined;
  }

  async function decide(write: Write, session: AccountSession, gone: AbortSignal): Promise<Refusal | undefined> {
    const known: Before = {};
    before.set(write, known);
    if (!isPlain(write)) return "malformed";
    // From here on, also while it waits for its turn.
    const late = AbortSignal.timeout(decisionMs);
    const signal = AbortSignal.any([gone, session.signal, late]);
    try {
      Object.assign(known, await readBefore(write, session, signal));
      signal.throwIfAborted();
      return isAsked(write, session) ? await ask(write, session, known, signal) : undefined;
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

/** Enter refuses: the first button is the default, and a modal may open while somebody types. */
async function answerTo(write: Write, session: AccountSession, known: Before): Promise<Answer> {
  const t = vscode.l10n.t;
  const [refuse, allow, allowSession] = [t("Refuse"), t("Allow"), t("Allow for This Session")];
  const { question, detail } = questionFor(write, session, known);
  const buttons = isGrave(write) ? [refuse, allow] : [refuse, allow, allowSession];
  const chosen = await askModal(question, { detail, buttons });
  return chosen === allow ? "allow" : chosen === allowSession ? "allowSession" : "refuse";
}

function tellLate({ request }: Write): void {
  const { client } = request.caller;
  void vscode.window.showWarningMessage(
    vscode.l10n.t("Nothing was changed: {0} no longer waits for the answer.", quoted(client)),
  );
}
