import type { AccountSessions } from "../data/accountData.ts";
import type { Log } from "../platform/log.ts";
import type { AlertStore } from "./alertStore.ts";

/** What the wing needs of others. */
export interface AlertServices {
  sessions: AccountSessions;
  log: Log;
  store: AlertStore;
}
