import * as vscode from "vscode";
import type { CurrentSpend, SpendTable } from "../../openrouter/spend/index.ts";
import { withNames } from "../../openrouter/spend/rename.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { ForecastSubject } from "../../webview/forecast/protocol.ts";
import { type Amounts, type FromWebview, parseFromWebview, type ToWebview } from "../../webview/protocol.ts";
import type { ActivityState, ScopeFilter } from "../../webview/state.ts";
import { requireLive } from "../account/session.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { AccountSession, AccountSessions, KeysData } from "../data/accountData.ts";
import { renewAfterMidnight } from "../data/currentDay.ts";
import { followData } from "../data/followData.ts";
import { createResourceHost } from "../data/resourceHost.ts";
import { accountText } from "../platform/accountText.ts";
import { errorLogText, errorText } from "../platform/errorText.ts";
import { commandIds, type ViewState } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import type { Log } from "../platform/log.ts";
import { NoAccountError } from "../platform/noAccount.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { briefErrorText } from "../ui/briefErrorText.ts";
import type { Explainer, ExplainMessage } from "./explainPanel.ts";
import type { PanelForecast } from "./panelForecast.ts";
import { namesOf, type SpendCache, versionOf } from "./spendCache.ts";
import type { ModelComparer, WhatIfMessage } from "./whatIf/whatIfPanel.ts";

const MINUTE_MS = 60_000;

export interface ConnectionOptions {
  sessions: AccountSessions;
  log: Log;
  cache: SpendCache;
  isVisible(): boolean;
  /** Also sends the spend of today, this week and this month. */
  includeAmounts?: boolean;
  /** Returns the scopes that the panel was opened with; undefined for a restored panel. */
  takeScopes?(): AccountScopes | undefined;
}

/** Filters, and the account whose keys, models and workspaces they name. */
export interface AccountScopes {
  scopes: ScopeFilter[];
  accountId: string;
}

/** The message channel between a webview and the extension. */
export interface WebviewConnection extends vscode.Disposable {
  post(message: ToWebview): void;
  /** When the webview last requested figures; 0 before its page has loaded. */
  readonly lastReadAt: number;
}

/** Handles a webview's messages; drops those that don't match the protocol. */
export function connectWebview(webview: vscode.Webview, options: ConnectionOptions): WebviewConnection {
  const { sessions, log, cache } = options;
  let pending: AbortController | undefined;
  let lastReadAt = 0;
  /** The version of the reading of the current day that the page shows. */
  let shown: string | undefined;
  /** The last table, and the keys and workspaces that named its entries. */
  let named: { table: SpendTable; names: KeysData | undefined } | undefined;

  /** What the page shows a forecast of. */
  let expected: { accountId: string; about: ForecastSubject } | undefined;
  let forecast: PanelForecast | undefined;
  let explainer: Promise<Explainer> | undefined;
  let comparer: Promise<ModelComparer> | undefined;

  const post = (message: ToWebview) => void webview.postMessage(message);

  async function read({ id, request, fresh }: Extract<FromWebview, { type: "read" }>): Promise<void> {
    pending?.abort();
    const controller = new AbortController();
    pending = controller;
    lastReadAt = Date.now();
    const { signal } = controller;
    let session: AccountSession | undefined;
    try {
      session = await sessions.open();
      if (!session) return post({ type: "failed", id, message: new NoAccountError().message, command: "setKey" });
      const onProgress = (done: number, all: number) => !signal.aborted && post({ type: "progress", id, done, all });
      const { table, current, isStale, version } = await cache.read(session, request, { signal, fresh, onProgress });
      if (signal.aborted || session.signal.aborted) return;
      shown = version;
      named = { table, names: namesOf(session) };
      const amounts = options.includeAmounts ? current && { ...amountsOf(current), isStale } : undefined;
      post({ type: "table", id, request, table, account: shownAccount(session), amounts });
      if (fresh) (await forecastOf(session))?.refresh(fresh);
      await showForecast();
    } catch (error) {
      if (signal.aborted) return;
      shown = session && versionOf(session);
      log.error(`Activity: ${errorLogText(error)}`);
      const message = options.includeAmounts ? briefErrorText(error, await creditsState(session)) : errorText(error);
      if (!signal.aborted) post({ type: "failed", id, message: redact(message), command: recoveryCommand(error) });
    } finally {
      if (pending === controller) pending = undefined;
      followCurrent(session);
    }
  }

  /** Returns the state of the Credits view, which the Spend view doesn't repeat; undefined if it shows its data. */
  async function creditsState(session: AccountSession | undefined): Promise<ViewState | undefined> {
    if (!session) return sessions.state;
    const { credits } = session.data;
    if (credits.loading) await credits.ensure();
    return credits.failure === undefined ? undefined : viewStateForError(credits.error);
  }

  /** Returns the forecast that the page asked for, unless that was for another account. */
  async function forecastOf(session: AccountSession): Promise<PanelForecast | undefined> {
    const { followForecast } = await import("./panelForecast.ts");
    if (session !== sessions.current || session.id !== expected?.accountId) return undefined;
    if (forecast?.session !== session) {
      forecast?.dispose();
      forecast = followForecast(session, expected.about, createResourceHost(log), () => void showForecast());
    }
    return forecast;
  }

  /** Shows what is expected of the month, and renews that when the figures that it starts from are a new hour's. */
  async function showForecast(): Promise<void> {
    const { current } = sessions;
    if (!current || !expected || shown === undefined) return;
    const followed = await forecastOf(current);
    if (!followed || !expected) return;
    if (options.isVisible()) followed.renew();
    const { accountId, about } = expected;
    post({ type: "forecast", accountId, about, forecast: followed.shown() });
  }

  /** Shows the figures of the current day once another view has read them, that they couldn't be read, and new names. */
  function followCurrent(session: AccountSession | undefined): void {
    if (!session || session !== sessions.current || pending || shown === undefined) return;
    if (session.data.credits.loading || !options.isVisible()) return;
    if (versionOf(session) !== shown || hasNewNames(session)) post({ type: "outdated", renewed: true });
  }

  function hasNewNames(session: AccountSession): boolean {
    const names = namesOf(session);
    if (!named || !names || names === named.names) return false;
    named.names = names;
    return withNames(named.table, names) !== named.table;
  }

  /** The current day also ends without the timer and the status bar. */
  function rollOver(): void {
    if (options.isVisible() && vscode.window.state.focused) renewAfterMidnight(sessions.current);
  }

  /** Returns undefined if the account in use is no longer the one whose figures the page shows. */
  async function openFor({ accountId }: Pick<ActivityState, "accountId">): Promise<AccountSession | undefined> {
    const session = await sessions.open();
    return session?.id === accountId ? session : undefined;
  }

  async function ask({ state, request, figure }: Extract<FromWebview, { type: "ask" }>): Promise<void> {
    const session = await openFor(state);
    if (!session) return;
    const [{ spendQuestion }, { openChat }] = await Promise.all([
      import("./spendQuestion.ts"),
      import("../platform/openChat.ts"),
    ]);
    const { table } = await cache.read(session, request);
    requireLive(session);
    const question = spendQuestion(session, table, state, figure);
    if (question) await openChat(question);
  }

  async function compareModels(message: WhatIfMessage): Promise<void> {
    comparer ??= import("./whatIf/whatIfPanel.ts").then((module) => module.createModelComparer({ log, post }));
    const session = await openFor(message);
    if (session) await (await comparer).handle(session, message);
  }

  async function explain(message: ExplainMessage): Promise<void> {
    explainer ??= import("./explainPanel.ts").then(({ createExplainer }) => createExplainer({ log, post }));
    const session = await openFor(message);
    if (session) await (await explainer).handle(session, message);
  }

  async function handle(message: FromWebview): Promise<void> {
    if (message.type === "ready") {
      const translations = vscode.l10n.bundle;
      const opened = options.takeScopes?.() ?? { accountId: sessions.current?.id };
      return post({ type: "start", locale: displayLocale(), translations, ...opened });
    }
    if (message.type === "read") return read(message);
    if (message.type === "ask") return ask(message);
    if (message.type === "forecast") {
      const { accountId, about } = message;
      expected = about && { accountId, about };
      forecast?.dispose();
      forecast = undefined;
      return showForecast();
    }
    if (message.type === "whatIf" || message.type === "copyWhatIf" || message.type === "exportWhatIf")
      return compareModels(message);
    if (message.type === "command") return void vscode.commands.executeCommand(commandIds[message.command]);
    if (!("state" in message)) return explain(message);
    const { copyTable, exportedFigures, saveTable } = await import("./exportFile.ts");
    const session = await openFor(message.state);
    if (!session) return;
    const { table } = await cache.read(session, message.request);
    requireLive(session);
    const exported = exportedFigures(table, message.state);
    return message.type === "copy" ? copyTable(session, exported) : saveTable(session, exported, message.format);
  }

  const timer = setInterval(rollOver, MINUTE_MS);
  const listeners = [
    webview.onDidReceiveMessage(async (raw: unknown) => {
      const message = parseFromWebview(raw);
      if (!message) return log.warn("Dropped a webview message that doesn't match the protocol.");
      await reportErrors(log, `activity ${message.type}`, () => handle(message));
    }),
    followData(sessions, ({ credits, keys }) => [credits, keys], followCurrent),
    vscode.window.onDidChangeWindowState(rollOver),
    sessions.onDidChange(() => {
      const { current } = sessions;
      if (current) post({ type: "account", account: shownAccount(current) });
      // The end of a session triggers a read, which waits for the next session.
      if (current || sessions.state !== "loading") return;
      pending?.abort();
      post({ type: "outdated", account: true });
    }),
  ];
  return {
    post,
    get lastReadAt() {
      return lastReadAt;
    },
    dispose() {
      pending?.abort();
      expected = undefined;
      void comparer?.then((one) => one.stop());
      forecast?.dispose();
      void explainer?.then((one) => one.stop());
      clearInterval(timer);
      vscode.Disposable.from(...listeners).dispose();
    },
  };
}

function amountsOf({ today, week, month, source, includesByok, note, readAt }: CurrentSpend): Amounts {
  return { today, week, month, source, includesByok, note, readAt };
}

function shownAccount(session: AccountSession) {
  return { id: session.id, text: accountText(session), isSample: session.source === "sample" };
}

function recoveryCommand(error: unknown): "setKey" | "openLog" {
  return viewStateForError(error) === "wrongKey" ? "setKey" : "openLog";
}
