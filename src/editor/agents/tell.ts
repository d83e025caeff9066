import type { Write } from "../../channel/gate.ts";
import type { ChannelAnswer } from "../../channel/protocol.ts";
import type { Refusal } from "../../channel/refusals.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { Before, BeforeWrites } from "./ask/before.ts";
import { changeOf } from "./changes/change.ts";
import type { ChangeLog } from "./changes/changeLog.ts";
import { type ShowOptions, showChange } from "./changes/showChange.ts";
import { undoOf } from "./changes/undo.ts";
import type { ErrorLog } from "./services.ts";

export type Tell = (write: Write, session: AccountSession, answer: ChannelAnswer) => void;

export interface TellerOptions extends ShowOptions, ErrorLog {
  changes: Pick<ChangeLog, "add">;
  /** The name of the key or guardrail before the write. */
  targetName(write: Write, known: Before): string;
}

/** Shows in the views what an agent changed, and records it. */
export function createTeller(options: TellerOptions, before: BeforeWrites): Tell {
  const { changes, targetName, log, errorText } = options;
  const failed = (error: unknown) => log.error(`Agents: ${errorText(error)}`);
  function tell(write: Write, session: AccountSession, answer: ChannelAnswer): void {
    const known: Before = before.get(write) ?? {};
    const name = targetName(write, known);
    const { body } = write.request;
    const undo = undoOf({ action: write.action, id: write.id, body }, known);
    const redact = (text: string) => session.client.redact(text);
    // Where writes are off, nobody is asked to decide; and one that was allowed may have come too late.
    const refusal: Refusal = before.has(write)
      ? (known.refusal ?? (session.signal.aborted ? "switched" : "gone"))
      : "off";
    changes.add(changeOf(write, answer, { account: session, name, undo, refusal, redact })).catch(failed);
    showChange(options, write, session, answer).catch(failed);
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
