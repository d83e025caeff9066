import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { redact } from "../../../openrouter/text/redact.ts";
import {
  type FromLimits,
  type LimitsSubject,
  parseFromLimits,
  type ShownAnswer,
  type ToLimits,
} from "../../../webview/limits/protocol.ts";
import { viewStateForError } from "../../account/viewStateForError.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import { keyName } from "../../data/names.ts";
import type { Resource } from "../../data/resource.ts";
import { createResourceHost } from "../../data/resourceHost.ts";
import type { GuardrailList } from "../../guardrails/guardrailsView.ts";
import type { KeyList } from "../../keys/keyList.ts";
import { accountName } from "../../platform/accountText.ts";
import { errorText } from "../../platform/errorText.ts";
import { commandIds } from "../../platform/ids.ts";
import { displayLocale } from "../../platform/locale.ts";
import type { Log } from "../../platform/log.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import type { RefreshablePart } from "../../platform/wing.ts";
import { budgetOutlooks, readOutlooks, renewOutlooks } from "./budgetForecasts.ts";
import { catalogOf } from "./catalogData.ts";
import { findKey, limitParts, limitsOf, STALE_MS } from "./limitsData.ts";
import { limitsPage } from "./limitsPage.ts";
import { answerAskedUse } from "./useAnswer.ts";

export interface LimitsServices {
  sessions: AccountSessions;
  log: Log;
  guardrails: GuardrailList;
  keys: Pick<KeyList, "draw">;
}

interface ConnectionOptions extends LimitsServices {
  isVisible(): boolean;
  /** Shows the key's name in the panel's title. */
  onTitle(title: string): void;
}

/** The message channel between the page and the extension. */
export interface LimitsConnection extends vscode.Disposable {
  show(subject: LimitsSubject): void;
  /** What the page shows, for Refresh and the timer. */
  parts(): readonly RefreshablePart[];
}

/** Several parts change together; the page is computed once for them. */
const DRAW_MS = 50;
/** OpenRouter's models don't change within minutes. */
const CATALOG_MS = 10 * 60_000;

/** Keeps the page up to date and answers its questions. Drops messages that don't match the protocol. */
export function connectLimits(webview: vscode.Webview, options: ConnectionOptions): LimitsConnection {
  const { sessions, log } = options;
  const host = createResourceHost(log);
  let subject: LimitsSubject | undefined;
  let isReady = false;
  let isDrawing = false;
  let asking: AbortController | undefined;
  let followed:
    | { session: AccountSession; parts: readonly Resource<unknown>[]; listeners: vscode.Disposable }
    | undefined;

  const post = (message: ToLimits) => void webview.postMessage(message.type === "start" ? message : redacted(message));

  /** The session of the page's account, if it is in use. */
  function ownSession(): AccountSession | undefined {
    const { current } = sessions;
    return current && current.id === subject?.accountId ? current : undefined;
  }

  /** What the page depends on; the workspace's budgets are known once the key is. */
  function partsOf(session: AccountSession): readonly Resource<unknown>[] {
    const { keys, guardrails, members } = session.data;
    const key = subject && findKey(session, subject.hash);
    const own = key ? limitParts(session, key) : [keys, guardrails];
    return [...own, members, catalogOf(session, host)];
  }

  /** What is forecast for the key's budgets, once they are known. */
  function outlooksOf(session: AccountSession): ReturnType<typeof budgetOutlooks> {
    const key = subject && findKey(session, subject.hash);
    return key ? budgetOutlooks(session, limitsOf(session, key), host) : [];
  }

  function follow(session: AccountSession | undefined): void {
    const parts = session ? [...partsOf(session), ...outlooksOf(session)] : [];
    if (
      followed?.session === session &&
      followed?.parts.length === parts.length &&
      parts.every((part, i) => part === followed?.parts[i])
    )
      return;
    followed?.listeners.dispose();
    followed = session && {
      session,
      parts,
      listeners: vscode.Disposable.from(...parts.map((part) => part.onDidChange(draw))),
    };
  }

  /** Reads what is missing or old, as a person asked to see it. */
  async function load(since?: number): Promise<void> {
    const session = await sessions.open().catch(() => undefined);
    if (!session || session !== ownSession()) return draw();
    const read = (part: Resource<unknown>) =>
      since === undefined
        ? part.ensure(part === catalogOf(session, host) ? CATALOG_MS : STALE_MS)
        : part.load({ fresh: since });
    await Promise.all(partsOf(session).map(read));
    // The budgets of the key's workspace, if the key wasn't known before.
    await Promise.all(partsOf(session).map((part) => part.ensure(CATALOG_MS)));
    draw();
    // The budgets don't wait for what is forecast for them.
    await readOutlooks(session, outlooksOf(session), since);
    draw();
    // The tooltips of keys say it, too.
    options.keys.draw();
  }

  function draw(): void {
    if (isDrawing || !isReady) return;
    isDrawing = true;
    void sleep(DRAW_MS).then(() => {
      isDrawing = false;
      const session = ownSession();
      if (session) renewOutlooks(session, outlooksOf(session));
      return reportErrors(log, "limits", drawNow);
    });
  }

  function drawNow(): void {
    const session = ownSession();
    follow(session);
    if (subject) post(session ? content(session, subject) : withoutSession());
  }

  function content(session: AccountSession, { accountId, hash }: LimitsSubject): ToLimits {
    const { keys } = session.data;
    const isLoading = [...partsOf(session), ...outlooksOf(session)].some((part) => part.loading);
    const key = findKey(session, hash);
    if (!key) {
      const isReading = !keys.current?.complete && keys.failure === undefined;
      const gone = keys.failure ?? vscode.l10n.t("The key is no longer in the account.");
      const message = isReading ? "" : gone;
      return { type: "problem", message, isLoading: isReading, canSetKey: needsKey(keys.error) };
    }
    options.onTitle(redact(keyName(key)));
    const page = limitsPage(session, key, catalogOf(session, host).current?.value);
    return { type: "page", subject: { accountId, hash }, page, isLoading };
  }

  function withoutSession(): ToLimits {
    const t = vscode.l10n.t;
    const { current, state } = sessions;
    const isLoading = !current && state === "loading";
    const message = current
      ? t("This key belongs to an account that is not in use. In use: {0}", accountName(current))
      : t("The account can't be opened.");
    return { type: "problem", message: isLoading ? "" : message, isLoading, canSetKey: !current && !isLoading };
  }

  async function ask({ id, model, provider }: Extract<FromLimits, { type: "ask" }>): Promise<void> {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const answer = await answerFor({ model, provider }, signal).catch((error): ShownAnswer | undefined => {
      if (signal.aborted) return undefined;
      return { verdict: "unknown", headline: errorText(error), reasons: [], endpoints: [] };
    });
    if (answer && !signal.aborted) post({ type: "answer", id, answer });
  }

  async function answerFor(
    asked: { model: string; provider: string },
    signal: AbortSignal,
  ): Promise<ShownAnswer | undefined> {
    const session = ownSession();
    if (!session || !subject) return undefined;
    const catalog = catalogOf(session, host);
    await catalog.ensure(CATALOG_MS);
    const key = findKey(session, subject.hash);
    if (!key) return undefined;
    if (!catalog.current) throw catalog.error;
    const limits = limitsOf(session, key, catalog.current.value.catalog);
    return answerAskedUse(session, limits, catalog.current.value, asked, signal);
  }

  async function openGuardrail(id: string): Promise<void> {
    const session = ownSession();
    if (session) await options.guardrails.reveal(session, id, { opensView: true, focus: true });
  }

  async function handle(message: FromLimits): Promise<void> {
    if (message.type === "ready") {
      isReady = true;
      subject ??= message.subject;
      post({ type: "start", locale: displayLocale(), translations: vscode.l10n.bundle });
      draw();
      return load();
    }
    if (message.type === "refresh") return load(Date.now());
    if (message.type === "setKey") return void vscode.commands.executeCommand(commandIds.setKey);
    if (message.type === "openGuardrail") return openGuardrail(message.id);
    return ask(message);
  }

  const listeners = [
    webview.onDidReceiveMessage(async (raw: unknown) => {
      const message = parseFromLimits(raw);
      if (!message) return log.warn("Dropped a webview message that doesn't match the protocol.");
      await reportErrors(log, `limits ${message.type}`, () => handle(message));
    }),
    sessions.onDidChange(() => {
      draw();
      if (ownSession() && options.isVisible()) void load();
    }),
  ];

  return {
    show(next) {
      asking?.abort();
      subject = next;
      draw();
      if (isReady) void load();
    },
    // The timer doesn't read forecasts again.
    parts: () => (followed ? partsOf(followed.session) : []),
    dispose() {
      asking?.abort();
      followed?.listeners.dispose();
      vscode.Disposable.from(...listeners).dispose();
    },
  };
}

/** Names may contain a secret, such as that of a key which was named after it. */
function redacted<T>(value: T): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map(redacted) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redacted(one)])) as T;
}

const needsKey = (error: unknown) => error !== undefined && viewStateForError(error) === "wrongKey";
