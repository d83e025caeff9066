import type { AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { HeldSecrets } from "../secrets/heldSecrets.ts";
import type { Rotations } from "./registry.ts";

/** What the commands of rotations work with. */
export interface RotationServices {
  sessions: AccountSessions;
  log: Log;
  secrets: HeldSecrets;
  keys: KeyList;
  registry: Rotations;
}
