import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { getKeyLabel } from "../../openrouter/account/accountId.ts";
import { ClientEndedError } from "../../openrouter/errors.ts";
import type { Client } from "../../openrouter/index.ts";
import { setContext } from "../platform/contextKeys.ts";
import { type AccountSource, contextKeys, type ViewState } from "../platform/ids.ts";
import { NoAccountError } from "../platform/noAccount.ts";
import type { Account, AccountChange, Credentials } from "./account.ts";
import { viewStateForError } from "./viewStateForError.ts";

/**
 * One account, from when it comes into use until another does. All that is read from it or asked of it belongs to its
 * session: once that has ended, its client sends nothing more, and answers that still come change nothing on the screen.
 */
export interface Session<Data> extends SessionAccount {
  /** What was read from the account. */
  readonly data: Data;
}

export interface SessionAccount {
  /** Of the account's profile: the same whenever the account is used with this key. */
  readonly id: string;
  readonly name: string;
  readonly source: Exclude<AccountSource, "signedOut">;
  readonly client: Client;
  /** Aborted when the session ends, with the error that says so. */
  readonly signal: AbortSignal;
}

/** The session of the account in use, and those that follow it. */
export interface Sessions<Data> extends vscode.Disposable {
  /** Fires when a session has ended, has begun, or could not begin. */
  readonly onDidChange: vscode.Event<void>;
  /** Undefined when signed out, and until `open` has resolved. */
  readonly current: Session<Data> | undefined;
  /** What the views show while there is no session. */
  readonly state: ViewState;
  /** Begins the session of the account in use, unless it has begun. @returns undefined when signed out */
  open(): Promise<Session<Data> | undefined>;
  /**
   * The session that a command works in: that of the row it was run on, else that of the account in use.
   * @throws NoAccountError when signed out
   */
  for(target?: unknown): Promise<Session<Data>>;
}

/** A row, or another target of a command, that belongs to a session. */
export interface SessionBound<Data> {
  readonly session: Session<Data>;
}

/** A storage that does not say within this time whether the account is still the same is taken to mean another. */
const CHECK_MS = 5_000;

/** @param read makes what is read from an account; nothing is read before it is asked for */
export function createSessions<Data>(
  account: Account,
  userAgent: string,
  read: (account: SessionAccount) => Data & vscode.Disposable,
): Sessions<Data> {
  const changed = new vscode.EventEmitter<void>();
  let opening: Promise<Session<Data> | undefined> | undefined;
  let current: (Session<Data> & { end(): void }) | undefined;
  let inUse: Credentials | undefined;
  let state: ViewState = "loading";
  let sourcesAsked = 0;
  let isDisposed = false;

  async function begin(isOvertaken: () => boolean): Promise<Session<Data> | undefined> {
    try {
      const credentials = await account.credentials();
      if (isOvertaken()) return open();
      const session = credentials && (await sessionOf(credentials, userAgent, read));
      if (isOvertaken()) {
        session?.end();
        return open();
      }
      current = session;
      inUse = credentials;
      state = session ? "ready" : "signedOut";
      changed.fire();
      return session;
    } catch (error) {
      if (isOvertaken()) return open();
      opening = undefined;
      state = viewStateForError(error);
      changed.fire();
      throw error;
    }
  }

  function open(): Promise<Session<Data> | undefined> {
    if (isDisposed) return Promise.resolve(undefined);
    if (opening) return opening;
    const own: Promise<Session<Data> | undefined> = Promise.resolve().then(() => begin(() => opening !== own));
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
    account.source().then(
      (source) => own === sourcesAsked && setContext(contextKeys.account, source),
      () => {}, // secret storage that fails is reported where the account is opened
    );
  }

  /** A change that leaves the account as it is does not end its session. */
  async function isUnchanged({ renewed }: AccountChange): Promise<boolean> {
    for (;;) {
      const before = inUse;
      if (!before || renewed || account.hasOtherBaseUrl(before)) return false;
      const isSame = await Promise.race([account.isInUse(before).catch(() => false), sleep(CHECK_MS, false)]);
      // Another account may have come into use while this one was looked at.
      if (inUse === before) return isSame;
    }
  }

  showSource();
  const listener = account.onDidChange(async (change) => {
    if (await isUnchanged(change)) return;
    end();
    showSource();
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
    dispose() {
      isDisposed = true;
      end();
      listener.dispose();
      changed.dispose();
    },
  };
}

async function sessionOf<Data>(
  { key, baseUrl, profile, source }: Credentials,
  userAgent: string,
  read: (account: SessionAccount) => Data & vscode.Disposable,
): Promise<Session<Data> & { end(): void }> {
  // With the first account, not with the extension: the client brings the wire schemas.
  const { createClient } = await import("../../openrouter/index.ts");
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const client = createClient({ key, baseUrl, userAgent, lifetime: signal });
  // Nobody has named them yet: what the API shows of the key tells accounts apart.
  const name = source === "sample" ? profile.name : `${profile.name} (${getKeyLabel(key)})`;
  const account: SessionAccount = { id: profile.id, name, source, client, signal };
  const data = read(account);
  return {
    ...account,
    data,
    end() {
      lifetime.abort(new ClientEndedError());
      data.dispose();
    },
  };
}

/** For what asks the API nothing: the client of an ended session refuses by itself. @throws Error that says so */
export function requireLive({ signal }: SessionAccount): void {
  signal.throwIfAborted();
}

/** How the extension identifies itself to the API. */
export function userAgentOf(version: string): string {
  return `openrouter-admin-vscode/${version}`;
}
