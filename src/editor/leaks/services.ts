import type { Account } from "../account/account.ts";
import type { AccountSessions } from "../data/accountData.ts";
import type { Log } from "../platform/log.ts";
import type { Baselines } from "./live/baselines.ts";

/** The dependencies of the search for leaked keys. */
export interface LeakServices {
  sessions: AccountSessions;
  log: Log;
  /** To recognize the accounts' own management keys among the secrets that were found. */
  account: Pick<Account, "choices" | "storedKey" | "credentials">;
  userAgent: string;
  /** The false alarms of the workspace folders. */
  baselines(): Promise<Baselines>;
}
