import type { Write } from "../../channel/gate.ts";
import type { ChannelAnswer } from "../../channel/protocol.ts";
import type { Refusal } from "../../channel/refusals.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { TargetState, TargetStates } from "./ask/targetState.ts";
import { createAgentChange } from "./changes/agentChange.ts";
import { applyToViews, type ViewServices } from "./changes/applyToViews.ts";
import type { ChangeLog } from "./changes/changeLog.ts";
import { planUndo } from "./changes/undo.ts";
import type { ErrorLog } from "./services.ts";

export type RecordWrite = (write: Write, session: AccountSession, answer: ChannelAnswer) => void;

export interface WriteRecorderOptions extends ViewServices, ErrorLog {
  changes: Pick<ChangeLog, "add">;
  /** Returns the name of the key or guardrail before the write. */
  targetName(write: Write, known: TargetState): string;
}

/** Records an agent's write and updates the views. */
export function createWriteRecorder(options: WriteRecorderOptions, targetStates: TargetStates): RecordWrite {
  const { changes, targetName, log, errorText } = options;
  const failed = (error: unknown) => log.error(`Agents: ${errorText(error)}`);
  function record(write: Write, session: AccountSession, answer: ChannelAnswer): void {
    const known: TargetState = targetStates.get(write) ?? {};
    const name = targetName(write, known);
    const { body } = write.request;
    const undo = planUndo({ action: write.action, id: write.id, body }, known);
    const redact = (text: string) => session.client.redact(text);
    // Without a state, writes were off and nothing was decided. Without a refusal, the write was allowed too late.
    const refusal: Refusal = targetStates.has(write)
      ? (known.refusal ?? (session.signal.aborted ? "switched" : "gone"))
      : "off";
    changes.add(createAgentChange(write, answer, { account: session, name, undo, refusal, redact })).catch(failed);
    applyToViews(options, write, session, answer).catch(failed);
  }

  return (...args) => {
    try {
      record(...args);
    } catch (error) {
      // An unusual request must not prevent the agent's response, which may contain a secret.
      failed(error);
    }
  };
}
