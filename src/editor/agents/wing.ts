import type { Wing } from "../platform/wing.ts";
import { registerListener } from "./register.ts";
import type { AgentServices } from "./services.ts";

/** What agents may do with the account in use, asked for over the private channel. */
export function createAgentsWing(services: AgentServices): Wing {
  return { disposables: [registerListener(services)] };
}
