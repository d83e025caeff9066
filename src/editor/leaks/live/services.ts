import type { Account } from "../../account/account.ts";
import type { LeakServices } from "../services.ts";
import type { Baselines } from "./baselines.ts";
import type { Identifier } from "./identity.ts";

/** The dependencies of the checks of what is open, saved and staged. */
export interface LiveServices extends Pick<LeakServices, "sessions" | "log"> {
  /** To recognize the accounts' own management keys, whose list may change. */
  account: LeakServices["account"] & Pick<Account, "onDidChange">;
}

/** The same once the checks have started. */
export interface LiveContext extends LiveServices {
  baselines: Baselines;
  identifier: Identifier;
}
