import type * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import type { Log } from "../platform/log.ts";
import type { HeldSecrets } from "../secrets/heldSecrets.ts";

/** What the parts of this wing work with. */
export interface AgentServices {
  sessions: AccountSessions;
  secrets: HeldSecrets;
  log: Log;
  context: vscode.ExtensionContext;
}
