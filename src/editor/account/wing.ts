import type { Wing } from "../platform/wing.ts";
import type { Account } from "./account.ts";
import { accountCommands } from "./commands.ts";

/** Which account is in use: Set Key, Remove Key, Explore with a Sample Account. */
export function createAccountWing(account: Account, userAgent: string): Wing {
  return { commands: accountCommands(account, userAgent) };
}
