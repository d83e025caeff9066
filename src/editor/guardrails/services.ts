import type { AccountSessions } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { ResourceView } from "../ui/resourceView.ts";

/** What guardrails as JSON documents work with. */
export interface DocumentServices {
  sessions: AccountSessions;
  log: Log;
}

/** What the commands of guardrails work with. */
export interface GuardrailServices extends DocumentServices {
  /** The Guardrails view: its selected row is what a command is run on where nothing else is given. */
  view: ResourceView;
  keys: KeyList;
}
