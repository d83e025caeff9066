import type { Write } from "../../channel/gate.ts";
import type { ChannelAnswer } from "../../channel/protocol.ts";
import type { Refusal } from "../../channel/refusals.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { TargetState, TargetStates } from "./ask/targetState.ts";
import { createAgentChange } from "./changes/agentChange.ts";
import { applyToViews, type ShowOptions } from "./changes/applyToViews.ts";
import type { ChangeLog } from "./changes/changeLog.ts";
import { planUndo } from "./changes/undo.ts";
import type { ErrorLog } from "./services.ts";

export type Tell = (write: Write, session: AccountSession, answer: ChannelAnswer) => void;

export interface WriteRecorderOptions extends ShowOptions, ErrorLog {
  changes: Pick<ChangeLog, "add">;
  /** The name of the key or guardrail before the write. */
  targetName(write: Write, known: TargetState): string;
}

/** Shows in the views what an agent changed, and records it. */
export function createWriteRecorder(options: WriteRecorderOptions, before: TargetStates): Tell {
  const { changes, targetName, log, errorText } = options;
  const failed = (error: unknown) => log.error(`Agents: ${errorText(error)}`);
  function tell(write: Write, session: AccountSession, answer: ChannelAnswer): void {
    const known: TargetState = before.get(write) ?? {};
    const name = targetName(write, known);
    const { body } = write.request;
    const undo = planUndo({ action: write.action, id: write.id, body }, known);
    const redact = (text: string) => session.client.redact(text);
    // Where writes are off, nobody is asked to decide; and one that was allowed may have come too late.
    const refusal: Refusal = before.has(write)
      ? (known.refusal ?? (session.signal.aborted ? "switched" : "gone"))
      : "off";
    changes.add(createAgentChange(write, answer, { account: session, name, undo, refusal, redact })).catch(failed);
    applyToViews(options, write, session, answer).catch(failed);
  }

  return (...what) => {
    try {
      tell(...what);
    } catch (error) {
      // The agent's answer, with a secret in it perhaps, must not be lost to an odd request.
      failed(error);
    }
  };
}
