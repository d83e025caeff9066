import type { Account } from "../../account/account.ts";
import type { LeakServices } from "../services.ts";
import type { Baselines } from "./baselines.ts";

/** The dependencies of the checks of what is open, saved and staged. */
export interface LiveServices extends Pick<LeakServices, "sessions" | "log"> {
  /** To recognize the accounts' own management keys, whose list may change. */
  account: LeakServices["account"] & Pick<Account, "onDidChange">;
}

/** The same once the baselines are read. */
export interface LiveContext extends LiveServices {
  baselines: Baselines;
}
