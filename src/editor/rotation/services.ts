import type { AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import type { Rotations } from "./registry.ts";

/** The dependencies of the rotation commands. */
export interface RotationServices {
  sessions: AccountSessions;
  log: Log;
  secrets: PendingSecrets;
  keys: KeyList;
  registry: Rotations;
}
