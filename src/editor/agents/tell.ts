import type { Write } from "../../channel/gate.ts";
import type { ChannelAnswer } from "../../channel/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { AgentServices } from "./services.ts";

export type Tell = (write: Write, session: AccountSession, answer: ChannelAnswer) => void;

/** Shows in the views what an agent changed, and records it. */
export function createTeller(_services: AgentServices): Tell {
  return () => {};
}
