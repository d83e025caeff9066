import type * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import type { GuardrailList } from "../guardrails/guardrailsView.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import type { ChangeLog } from "./changes/changeLog.ts";

/** Where the parts of this wing write down what fails. */
export interface ErrorLog {
  log: Pick<Log, "error">;
  /** An error in the reader's language. */
  errorText(error: unknown): string;
}

/** What the parts of this wing work with. */
export interface AgentServices {
  sessions: AccountSessions;
  secrets: PendingSecrets;
  log: Log;
  context: vscode.ExtensionContext;
  keys: KeyList;
  guardrails: GuardrailList;
  /** What agents asked for, and what became of it. */
  changes: ChangeLog;
}
