// Reads explanations for the activity panel, copies and exports them, and asks agents about them. Loaded with the first one.
import * as vscode from "vscode";
import { completedHours, usualOf } from "../../openrouter/foresight/explain/periods.ts";
import { type ReadExplanation, readExplanation } from "../../openrouter/foresight/explain/read.ts";
import { createCache } from "../../openrouter/http/cache.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { ExplainRequest } from "../../webview/explain/explainRequest.ts";
import type { FromWebview, ToWebview } from "../../webview/protocol.ts";
import { requireLive } from "../account/session.ts";
import { type AccountSession, loadAllKeys } from "../data/accountData.ts";
import { errorLogText, errorText } from "../platform/errorText.ts";
import type { Log } from "../platform/log.ts";
import { openChat } from "../platform/openChat.ts";
import { exportedExplanation } from "./explainExport.ts";
import { answerGenerations, type GenerationsRequest } from "./explainGenerations.ts";
import { explainQuestion } from "./explainQuestion.ts";
import { copyTable, saveTable } from "./exportFile.ts";

/** Explanations of completed days don't change; Refresh reads them again. */
const MAX_AGE_MS = 300_000;

export type ExplainMessage = Extract<
  FromWebview,
  {
    type: "explain" | "copyExplanation" | "exportExplanation" | "askExplanation" | "readGenerations" | "readGeneration";
  }
>;

export interface Explainer {
  handle(session: AccountSession, message: ExplainMessage): Promise<void>;
  /** Ends the pending reading. */
  stop(): void;
}

export function createExplainer({ log, post }: { log: Log; post(message: ToWebview): void }): Explainer {
  let owner: AccountSession | undefined;
  let cache = createCache(MAX_AGE_MS);
  let pending = new AbortController();

  function read(session: AccountSession, request: ExplainRequest, fresh = false): Promise<ReadExplanation> {
    if (session !== owner) cache = createCache(MAX_AGE_MS);
    owner = session;
    const { client, data } = session;
    const load = (signal: AbortSignal) =>
      readExplanation(client, toPeriods(request, client.now()), {
        signal,
        fresh,
        allKeys: () => loadAllKeys(client, data.keys, { signal, fresh }),
      });
    return cache.get(JSON.stringify(request), load, pending.signal, fresh);
  }

  async function explain(
    session: AccountSession,
    { id, request, fresh }: Extract<ExplainMessage, { type: "explain" }>,
  ): Promise<void> {
    pending.abort();
    pending = new AbortController();
    const { signal } = pending;
    try {
      const { explanation, usual } = await read(session, request, fresh);
      if (!signal.aborted && !session.signal.aborted) post({ type: "explanation", id, explanation, usual });
    } catch (error) {
      if (signal.aborted) return;
      log.error(`Explanation: ${errorLogText(error)}`);
      post({ type: "explainFailed", id, message: redact(errorText(error)) });
    }
  }

  async function showGenerations(session: AccountSession, message: GenerationsRequest): Promise<void> {
    try {
      const answer = await answerGenerations(session, message);
      if (!session.signal.aborted) post(answer);
    } catch (error) {
      log.error(`Generations: ${errorLogText(error)}`);
      post({ type: "generationsFailed", id: message.id, message: redact(errorText(error)) });
    }
  }

  return {
    async handle(session, message) {
      if (message.type === "explain") return explain(session, message);
      if (message.type === "readGenerations" || message.type === "readGeneration")
        return showGenerations(session, message);
      const { explanation } = await read(session, message.request);
      requireLive(session);
      if (message.type === "askExplanation") return openChat(explainQuestion(session, explanation, message.filters));
      const table = exportedExplanation(explanation);
      return message.type === "copyExplanation" ? copyTable(session, table) : saveTable(session, table, message.format);
    },
    stop: () => pending.abort(),
  };
}

/** Returns the periods of a request. Of the current day, only completed hours can be compared with another day's. */
function toPeriods({ after, before, filter }: ExplainRequest, now: Date) {
  if (before === "usual") return { after, before: usualOf(after.from), filter };
  const hours = completedHours({ after, before }, now);
  if (hours === "none") throw new Error(vscode.l10n.t("No hour of today (UTC) is complete yet."));
  return { ...(hours ?? { after, before }), filter };
}
