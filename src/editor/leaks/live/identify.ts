import type * as vscode from "vscode";
import { getAccountId, getKeyLabel } from "../../../openrouter/account/accountId.ts";
import type { Key } from "../../../openrouter/index.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import { followData } from "../../data/followData.ts";

/** Whose secret it is, as far as that is known without a request. */
export type Identity =
  | { kind: "management"; account: string }
  | { kind: "one"; session: AccountSession; key: Key }
  | { kind: "several"; session: AccountSession; keys: readonly Key[] }
  /** None of the account in use, or its keys have not been read. */
  | { kind: "none" };

/** Compares a secret with the management key of the account in use and with its keys, as far as they have been read. */
export function identify({ current: session }: Pick<AccountSessions, "current">, secret: string): Identity {
  if (!session) return { kind: "none" };
  if (getAccountId(secret) === session.keyId) return { kind: "management", account: session.name };
  const keys = keysWithLabel(session.data.keys.current?.value.keys ?? [], secret);
  const [key] = keys;
  if (!key) return { kind: "none" };
  return keys.length === 1 ? { kind: "one", session, key } : { kind: "several", session, keys };
}

/** Returns the keys whose label shows the secret's first and last digits. */
export function keysWithLabel(keys: readonly Key[], secret: string): Key[] {
  const label = getKeyLabel(secret);
  return keys.filter((key) => shortLabel(key.label) === label);
}

/** Calls `changed` when secrets may be identified differently. */
export function followKeys(sessions: AccountSessions, changed: () => void): vscode.Disposable {
  return followData(sessions, ({ keys }) => [keys], changed);
}
