import type { AccountSessions } from "../../data/accountData.ts";
import type { Log } from "../../platform/log.ts";
import type { Baselines } from "./baselines.ts";

/** The dependencies of the checks of what is open, saved and staged. */
export interface LiveServices {
  sessions: AccountSessions;
  log: Log;
}

/** The same once the baselines are read. */
export interface LiveContext extends LiveServices {
  baselines: Baselines;
}
