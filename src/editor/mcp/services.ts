import type { Account } from "../account/account.ts";
import type { AccountSessions } from "../data/accountData.ts";
import type { Log } from "../platform/log.ts";

/** The services that this wing uses. */
export interface McpServices {
  account: Account;
  sessions: AccountSessions;
  userAgent: string;
  log: Log;
  /** Resolves once this window listens for MCP servers. @throws Error if it can't listen */
  listening(): Promise<void>;
}
