import type { Account } from "../account/account.ts";
import type { AccountSessions } from "../data/accountData.ts";
import type { Log } from "../platform/log.ts";

/** What the parts of this wing work with. */
export interface McpServices {
  account: Account;
  sessions: AccountSessions;
  userAgent: string;
  log: Log;
  /** Resolves once this window listens for MCP servers. @throws what keeps it from listening */
  listening(): Promise<void>;
}
