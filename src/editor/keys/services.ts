import type { AccountSessions } from "../data/accountData.ts";
import type { HandOverServices } from "./handOverSecret.ts";
import type { KeyList } from "./keyList.ts";

/** What the commands of keys work with. */
export interface KeyServices extends HandOverServices {
  sessions: AccountSessions;
  list: KeyList;
}
