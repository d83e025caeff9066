import type { AccountSessions } from "../data/accountData.ts";
import type { HandOverServices } from "./handOverSecret.ts";
import type { KeyList } from "./keyList.ts";

/** The dependencies of the key commands. */
export interface KeyServices extends HandOverServices {
  sessions: AccountSessions;
  list: KeyList;
}
