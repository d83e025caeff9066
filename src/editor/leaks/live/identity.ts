import type * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";

/** Whose secret it is, as far as that is known without a request. */
export type Identity =
  /** The management key of this account of the user. */
  | { kind: "management"; account: string }
  | { kind: "one"; session: AccountSession; key: Key }
  | { kind: "several"; session: AccountSession; keys: readonly Key[] }
  /** None of the account in use, or its keys have not been read. */
  | { kind: "none" };

/** Tells whose secrets they are. */
export interface Identifier extends vscode.Disposable {
  /** Fires when secrets may be identified differently. */
  readonly onDidChange: vscode.Event<void>;
  /** Returns a function that identifies secrets by what is known now. */
  read(): Promise<(secret: string) => Identity>;
}
