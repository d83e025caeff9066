import * as vscode from "vscode";
import { OpenRouterError } from "../../openrouter/errors.ts";
import { redact } from "../../openrouter/text/redact.ts";
import { type FromWebview, parseFromWebview, type ToWebview } from "../../webview/protocol.ts";
import type { ScopeFilter } from "../../webview/state.ts";
import { requireLive } from "../account/session.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { NoAccountError } from "../platform/noAccount.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import type { SpendCache } from "./spendCache.ts";

export interface ConnectionOptions {
  sessions: AccountSessions;
  log: Log;
  readings: SpendCache;
  /** Sends today's and this month's spend along, as the Credits view has them. */
  amounts?: boolean;
  /** What the panel was opened with; undefined for one that comes back with its own. */
  scopes?(): ScopeFilter[] | undefined;
}

/** One webview's talk with the editor. */
export interface WebviewConnection extends vscode.Disposable {
  post(message: ToWebview): void;
  /** When it last asked for figures; 0 before its page has begun. */
  readonly lastReadAt: number;
}

/** Answers what a webview asks. What is no message of the protocol is dropped. */
export function connectWebview(webview: vscode.Webview, options: ConnectionOptions): WebviewConnection {
  const { sessions, log, readings } = options;
  let reading: AbortController | undefined;
  let askedAt = 0;

  const post = (message: ToWebview) => void webview.postMessage(message);

  async function read({ id, request, fresh }: Extract<FromWebview, { type: "read" }>): Promise<void> {
    reading?.abort();
    const controller = new AbortController();
    reading = controller;
    askedAt = Date.now();
    const { signal } = controller;
    try {
      const session = await sessions.open();
      if (!session) return post({ type: "failed", id, message: new NoAccountError().message, command: "setKey" });
      const onProgress = (done: number, all: number) => !signal.aborted && post({ type: "progress", id, done, all });
      const [table, amounts] = await Promise.all([
        readings.read(session, request, { signal, fresh, onProgress }),
        options.amounts ? amountsOf(session, fresh) : undefined,
      ]);
      if (signal.aborted || session.signal.aborted) return;
      post({ type: "table", id, request, table, sample: session.source === "sample", amounts });
    } catch (error) {
      if (signal.aborted) return;
      const message = redact(errorText(error));
      log.error(`Activity: ${message}`);
      post({ type: "failed", id, message, command: recoveryCommand(error) });
    }
  }

  /** Undefined where they could not be read: the view says "unknown". */
  async function amountsOf({ data: { credits } }: AccountSession, fresh: boolean) {
    // Refresh of everything reads them already.
    await (fresh && !credits.loading ? credits.load({ fresh }) : credits.ensure());
    const periods = credits.current?.value.periods;
    if (!periods || periods instanceof OpenRouterError || credits.failure) return undefined;
    const { today, month, includesByok } = periods;
    return { today, month, includesByok };
  }

  async function handle(message: FromWebview): Promise<void> {
    if (message.type === "ready") {
      const { language } = vscode.env;
      const translations = vscode.l10n.bundle;
      return post({ type: "start", locale: language, translations, scopes: options.scopes?.() });
    }
    if (message.type === "read") return read(message);
    if (message.type === "command") return void vscode.commands.executeCommand(commandIds[message.command]);
    const { copyFigures, exportFigures } = await import("./exportFile.ts");
    const session = await sessions.open();
    if (!session) return;
    const table = await readings.read(session, message.request);
    requireLive(session);
    if (message.type === "copy") return copyFigures(table, message.state);
    return exportFigures(table, message.state, message.format);
  }

  const listeners = [
    webview.onDidReceiveMessage(async (raw: unknown) => {
      const message = parseFromWebview(raw);
      if (!message) return log.warn("A webview sent what is no message of its protocol; it was dropped.");
      await reportErrors(log, `activity ${message.type}`, () => handle(message));
    }),
    sessions.onDidChange(() => {
      // A session that begins is asked by what follows the end of the one before.
      if (sessions.current || sessions.state !== "loading") return;
      reading?.abort();
      post({ type: "outdated", account: true });
    }),
  ];
  return {
    post,
    get lastReadAt() {
      return askedAt;
    },
    dispose() {
      reading?.abort();
      vscode.Disposable.from(...listeners).dispose();
    },
  };
}

function recoveryCommand(error: unknown): "setKey" | "openLog" {
  return viewStateForError(error) === "wrongKey" ? "setKey" : "openLog";
}
