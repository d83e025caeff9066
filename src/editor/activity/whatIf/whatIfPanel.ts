// Answers the panel's questions about costs on other models, and copies and exports them. Loaded with the first question.
import * as vscode from "vscode";
import type { WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import type { FromWebview, ToWebview } from "../../../webview/protocol.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { errorLogText, errorText } from "../../platform/errorText.ts";
import type { Log } from "../../platform/log.ts";
import { copyTable, saveTable } from "../exportFile.ts";
import { readForSession } from "./readForSession.ts";
import { exportedWhatIf } from "./whatIfExport.ts";
import { showWhatIf } from "./whatIfTexts.ts";

export type WhatIfMessage = Extract<FromWebview, { type: "whatIf" | "copyWhatIf" | "exportWhatIf" }>;

export interface ModelComparer {
  handle(session: AccountSession, message: WhatIfMessage): Promise<void>;
  /** Ends the pending reading. */
  stop(): void;
}

export function createModelComparer({ log, post }: { log: Log; post(message: ToWebview): void }): ModelComparer {
  let pending = new AbortController();
  /** What the panel shows: exported as it is, since reading it again could change it. */
  let shown: { session: AccountSession; id: number; reading: WhatIfReading } | undefined;

  /** Posts the result, or why there is none; nothing if a newer question was asked or the session has ended. */
  async function answer(
    session: AccountSession,
    { id, request }: Extract<WhatIfMessage, { type: "whatIf" }>,
  ): Promise<void> {
    pending.abort();
    pending = new AbortController();
    const { signal } = pending;
    const isOver = () => signal.aborted || session.signal.aborted;
    try {
      const reading = await readForSession(session, request, signal);
      if (isOver()) return;
      shown = { session, id, reading };
      post({ type: "whatIfResult", id, result: showWhatIf(reading) });
    } catch (error) {
      if (isOver()) return;
      log.error(`Costs on other models: ${errorLogText(error)}`);
      post({ type: "whatIfFailed", id, message: redact(errorText(error)) });
    }
  }

  return {
    async handle(session, message) {
      if (message.type === "whatIf") return answer(session, message);
      if (shown?.id !== message.id || shown.session !== session)
        return post({
          type: "whatIfFailed",
          id: message.id,
          message: vscode.l10n.t("These figures are no longer current. Compare again."),
        });
      requireLive(session);
      const table = exportedWhatIf(shown.reading);
      return message.type === "copyWhatIf" ? copyTable(session, table) : saveTable(session, table, message.format);
    },
    stop: () => pending.abort(),
  };
}
