import type { Account } from "../account/account.ts";
import type { Log } from "../platform/log.ts";

/** What the commands of the MCP server work with. */
export interface McpServices {
  account: Account;
  userAgent: string;
  extensionId: string;
  log: Log;
}
