import type { Write } from "../../channel/gate.ts";
import type { CreatedKey } from "../../openrouter/endpoints/createdKey.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { AgentServices } from "./services.ts";

export type Keep = (created: CreatedKey, write: Write, session: AccountSession) => Promise<void>;

/** Keeps the secret of a key that an agent created, and offers it to the person. */
export function createKeeper(_services: AgentServices): Keep {
  return async () => {
    throw new Error("Not kept.");
  };
}
