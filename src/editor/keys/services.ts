import type { AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "./keyList.ts";
import type { WaitingSecrets } from "./waitingSecrets.ts";

/** What the commands of keys work with. */
export interface KeyServices extends WaitingSecrets {
  sessions: AccountSessions;
  list: KeyList;
}
