import type { Decision, Write } from "../../channel/gate.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { AgentServices } from "./services.ts";

export type Decide = (write: Write, session: AccountSession, signal: AbortSignal) => Promise<Decision>;

/** Asks the person, where the settings want it, before an agent changes something. */
export function createDecider(_services: AgentServices): Decide {
  return async () => ({ allowed: false, reason: "Nobody could be asked." });
}
