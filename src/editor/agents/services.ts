import type * as vscode from "vscode";
import type { Rotation } from "../../openrouter/rotation/record.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import type { GuardrailList } from "../guardrails/guardrailsView.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import type { ChangeLog } from "./changes/changeLog.ts";

/** Logs errors of this wing. */
export interface ErrorLog {
  log: Pick<Log, "error">;
  /** Returns an error's localized text. */
  errorText(error: unknown): string;
}

/** The services that this wing uses. */
export interface AgentServices {
  sessions: AccountSessions;
  secrets: PendingSecrets;
  log: Log;
  context: vscode.ExtensionContext;
  keys: KeyList;
  guardrails: GuardrailList;
  /** The recorded rotations of an account. */
  rotations: { list(session: AccountSession): readonly Rotation[] };
  /** The record of writes that agents requested. */
  changes: ChangeLog;
}
