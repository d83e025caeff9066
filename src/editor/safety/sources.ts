import type * as vscode from "vscode";
import type { Rotation } from "../../openrouter/rotation/record.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";

/** The rotations of an account; undefined if they aren't known, as in a browser. */
export interface RotationSource {
  readonly onDidChange: vscode.Event<void>;
  list(session: AccountSession): readonly Rotation[] | undefined;
}

/** What the Key Safety view is made of. */
export interface SafetySources {
  sessions: AccountSessions;
  log: Log;
  keys: KeyList;
  rotations: RotationSource;
}
