import type * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { GuardrailList } from "./guardrailsView.ts";

/** Dependencies of the guardrail JSON documents. */
export interface DocumentServices {
  sessions: AccountSessions;
  log: Log;
  /** Of the workspace. */
  memory: vscode.Memento;
}

/** Dependencies of the guardrail commands. */
export interface GuardrailServices extends DocumentServices {
  /** Its selected row is the default target of a command. */
  view: GuardrailList;
  keys: KeyList;
}
