import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { ClientEndedError } from "../../openrouter/errors.ts";
import type { Client } from "../../openrouter/index.ts";
import type { AskedAccount } from "../platform/accountText.ts";
import { setContext } from "../platform/contextKeys.ts";
import { fetchOptions } from "../platform/extraCertificates.ts";
import { type AccountSource, contextKeys, type ViewState } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { logError } from "../platform/logError.ts";
import { NoAccountError } from "../platform/noAccount.ts";
import type { Account, AccountLabel, Credentials } from "./account.ts";
import { accountOf } from "./accountOf.ts";
import { viewStateForError } from "./viewStateForError.ts";

/**
 * One account while it is in use. All data and requests of the account belong to its session: after the session ends,
 * its client sends no more requests, and late responses no longer update the views.
 */
export interface Session<Data> extends SessionAccount {
  /** Data read from the account. */
  readonly data: Data;
}

export interface SessionAccount {
  /** The profile id: stays the same if the account's key is replaced. */
  readonly id: string;
  /** Identifies the key without revealing it. */
  readonly keyId: string;
  /** Unique among this user's accounts. Changes if the user renames the account. */
  readonly name: string;
  /** How the account is shown: its name and color, and whether views show them. Changes with the name. */
  readonly label: AccountLabel;
  readonly source: Exclude<AccountSource, "signedOut">;
  readonly client: Client;
  /** Aborted with a ClientEndedError when the session ends. */
  readonly signal: AbortSignal;
}

/** Manages the session of the account in use. */
export interface Sessions<Data> extends vscode.Disposable {
  /** Fires when a session starts, ends or fails to start. */
  readonly onDidChange: vscode.Event<void>;
  /** Undefined when signed out and until `open` resolves. */
  readonly current: Session<Data> | undefined;
  /** The state that views show while there is no session. */
  readonly state: ViewState;
  /** Returns the session of the account in use and starts it if necessary; undefined when signed out. */
  open(): Promise<Session<Data> | undefined>;
  /**
   * Returns the session for a command: the session of the row it was run on, else of the account in use.
   * @throws NoAccountError when signed out
   */
  for(target?: unknown): Promise<Session<Data>>;
  /** Names the account with a profile id, whether or not it is in use. */
  accountOf(id: string | undefined): Promise<AskedAccount>;
}

/** A row or another command target that belongs to a session. */
export interface SessionBound<Data> {
  readonly session: Session<Data>;
}

/** If storage doesn't respond within this time, the account counts as changed. */
const CHECK_MS = 5_000;

/**
 * @param createData creates the lazily loaded data of an account
 * @param log gets the errors of sessions that failed to start
 */
export function createSessions<Data>(
  account: Account,
  userAgent: string,
  createData: (account: SessionAccount) => Data & vscode.Disposable,
  log: Pick<Log, "error">,
): Sessions<Data> {
  const changed = new vscode.EventEmitter<void>();
  let opening: Promise<Session<Data> | undefined> | undefined;
  let current: StartedSession<Data> | undefined;
  let inUse: Credentials | undefined;
  let state: ViewState = "loading";
  let sourcesAsked = 0;
  let isDisposed = false;

  async function start(isSuperseded: () => boolean): Promise<Session<Data> | undefined> {
    try {
      const credentials = await account.credentials();
      if (isSuperseded()) return open();
      const session = credentials && (await startSession(credentials, userAgent, createData));
      if (isSuperseded()) {
        session?.end();
        return open();
      }
      current = session;
      inUse = credentials;
      state = session ? "ready" : "signedOut";
      changed.fire();
      return session;
    } catch (error) {
      if (isSuperseded()) return open();
      opening = undefined;
      state = viewStateForError(error);
      void logError(log, "Account", error);
      changed.fire();
      throw error;
    }
  }

  function open(): Promise<Session<Data> | undefined> {
    if (isDisposed) return Promise.resolve(undefined);
    if (opening) return opening;
    const own: Promise<Session<Data> | undefined> = Promise.resolve().then(() => start(() => opening !== own));
    opening = own;
    return own;
  }

  function end(): void {
    opening = undefined;
    state = "loading";
    current?.end();
    current = undefined;
    inUse = undefined;
  }

  function showSource(): void {
    sourcesAsked += 1;
    const own = sourcesAsked;
    account.choices().then(
      ({ source, own: accounts }) => {
        if (own !== sourcesAsked) return;
        setContext(contextKeys.account, source);
        setContext(contextKeys.accounts, accounts.length);
      },
      () => {}, // errors of SecretStorage are reported when the account is opened
    );
  }

  /** Returns how the account in use is shown now; undefined if another one is in use, so that the session must end. */
  async function labelIfUnchanged(): Promise<AccountLabel | undefined> {
    for (;;) {
      const before = inUse;
      if (!before || account.hasOtherBaseUrl(before)) return undefined;
      const label = await Promise.race([
        account.labelIfInUse(before).catch(() => undefined),
        sleep(CHECK_MS, undefined),
      ]);
      // The account in use may have changed during the check.
      if (inUse === before) return label;
    }
  }

  /** Shows the account's current name and color, and whether there are others. Its session continues. */
  function updateLabel(label: AccountLabel): void {
    if (!current || JSON.stringify(label) === JSON.stringify(current.label)) return;
    current.setLabel(label);
    changed.fire();
  }

  showSource();
  const listener = account.onDidChange(async ({ endsSession }) => {
    showSource();
    const label = inUse && endsSession?.(inUse) ? undefined : await labelIfUnchanged();
    if (label) return updateLabel(label);
    end();
    changed.fire();
  });

  return {
    onDidChange: changed.event,
    get current() {
      return current;
    },
    get state() {
      return state;
    },
    open,
    async for(target) {
      const given = (target as Partial<SessionBound<Data>> | null | undefined)?.session;
      const session = given ?? (await open());
      if (session) return session;
      throw new NoAccountError();
    },
    async accountOf(id) {
      return current && current.id === id ? current : accountOf(id, await account.choices());
    },
    dispose() {
      isDisposed = true;
      end();
      listener.dispose();
      changed.dispose();
    },
  };
}

interface StartedSession<Data> extends Session<Data> {
  setLabel(label: AccountLabel): void;
  end(): void;
}

async function startSession<Data>(
  { key, keyId, baseUrl, profile: { id }, source, label }: Credentials,
  userAgent: string,
  createData: (account: SessionAccount) => Data & vscode.Disposable,
): Promise<StartedSession<Data>> {
  // Loaded with the first account rather than at activation, since the client includes the wire schemas.
  const { createClient } = await import("../../openrouter/index.ts");
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const client = createClient({ key, baseUrl, userAgent, lifetime: signal, fetchOptions });
  let shown = label;
  const account = {
    ...{ id, keyId, source, client, signal },
    get name() {
      return shown.name;
    },
    get label() {
      return shown;
    },
  };
  const data = createData(account);
  return Object.assign(account, {
    data,
    setLabel(next: AccountLabel) {
      shown = next;
    },
    end() {
      lifetime.abort(new ClientEndedError());
      data.dispose();
    },
  });
}

/** Call before steps that send no request; the client itself checks requests. @throws ClientEndedError if the session ended */
export function requireLive({ signal }: SessionAccount): void {
  signal.throwIfAborted();
}

/** Returns the User-Agent header for API requests. */
export function userAgentOf(version: string): string {
  return `openrouter-admin-vscode/${version}`;
}
