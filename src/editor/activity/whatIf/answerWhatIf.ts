// Answers the panel's questions about costs on other models. Loaded with the first one.
import { redact } from "../../../openrouter/text/redact.ts";
import type { FromWebview, ToWebview } from "../../../webview/protocol.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { errorLogText, errorText } from "../../platform/errorText.ts";
import type { Log } from "../../platform/log.ts";
import { readForSession } from "./readForSession.ts";
import { showWhatIf } from "./whatIfTexts.ts";

/** Posts the result, or why there is none; nothing if `signal` or the session has ended. */
export async function answerWhatIf(
  session: AccountSession,
  { id, request }: Extract<FromWebview, { type: "whatIf" }>,
  { signal, log, post }: { signal: AbortSignal; log: Log; post(message: ToWebview): void },
): Promise<void> {
  const isOver = () => signal.aborted || session.signal.aborted;
  try {
    const reading = await readForSession(session, request, signal);
    if (!isOver()) post({ type: "whatIfResult", id, result: showWhatIf(reading) });
  } catch (error) {
    if (isOver()) return;
    log.error(`Costs on other models: ${errorLogText(error)}`);
    post({ type: "whatIfFailed", id, message: redact(errorText(error)) });
  }
}
