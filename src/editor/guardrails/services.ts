import type { AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { ResourceView } from "../ui/resourceView.ts";

/** Dependencies of the guardrail JSON documents. */
export interface DocumentServices {
  sessions: AccountSessions;
  log: Log;
}

/** Dependencies of the guardrail commands. */
export interface GuardrailServices extends DocumentServices {
  /** Its selected row is the default target of a command. */
  view: ResourceView;
  keys: KeyList;
}
