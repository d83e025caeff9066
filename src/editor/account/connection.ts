import * as vscode from "vscode";
import {
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  TimeoutError,
  UnauthorizedError,
} from "../../openrouter/errors.ts";
import type { Client } from "../../openrouter/index.ts";
import { type AccountSource, type ContextKey, contextKeys, type ViewState } from "../platform/ids.ts";
import type { Account } from "./account.ts";

/** The client of the account in use, shared by the views, and the states that the welcome views follow. */
export interface Connection extends vscode.Disposable {
  /** Fires when another account, or the same at another address, is in use: figures read before are not its own. */
  readonly onDidChange: vscode.Event<void>;
  /** @returns undefined when signed out */
  open(): Promise<OpenConnection | undefined>;
  report(key: ContextKey, state: ViewState | boolean): void;
}

export interface OpenConnection {
  client: Client;
  source: AccountSource;
}

export function createConnection(account: Account, version: string): Connection {
  const changed = new vscode.EventEmitter<void>();
  let current: Promise<OpenConnection | undefined> | undefined;

  const tellSource = () =>
    account.source().then(
      (source) => setContext(contextKeys.account, source),
      () => {}, // secret storage that fails is told of where the account is opened
    );
  void tellSource();
  const listener = account.onDidChange(() => {
    current = undefined;
    void tellSource();
    changed.fire();
  });

  return {
    onDidChange: changed.event,
    open() {
      current ??= connect(account, version).catch((error: unknown) => {
        current = undefined;
        throw error;
      });
      return current;
    },
    report: (key, state) => void setContext(key, state),
    dispose() {
      listener.dispose();
      changed.dispose();
    },
  };
}

/** The state a failed request tells of: what to do next differs. */
export function stateAfter(error: unknown): ViewState {
  if ([UnauthorizedError, ForbiddenError].some((kind) => error instanceof kind)) return "wrongKey";
  if ([NetworkError, TimeoutError, IntermediaryError].some((kind) => error instanceof kind)) return "offline";
  return "error";
}

/** How the extension names itself to the API. */
export function userAgent(version: string): string {
  return `openrouter-admin-vscode/${version}`;
}

async function connect(account: Account, version: string): Promise<OpenConnection | undefined> {
  const credentials = await account.credentials();
  if (!credentials) return undefined;
  const { key, baseUrl, source } = credentials;
  // With the first account, not with the extension: the client brings the wire schemas.
  const { createClient } = await import("../../openrouter/index.ts");
  return { client: createClient({ key, baseUrl, userAgent: userAgent(version) }), source };
}

function setContext(key: ContextKey, value: unknown): Thenable<unknown> {
  return vscode.commands.executeCommand("setContext", key, value);
}
