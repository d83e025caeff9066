import type { Wing } from "../platform/wing.ts";
import { type Listener, registerListener } from "./register.ts";
import type { AgentServices } from "./services.ts";

/** What agents may do with the account in use, asked for over the private channel. */
export function createAgentsWing(services: AgentServices): Wing & Pick<Listener, "listening"> {
  const listener = registerListener(services);
  return { listening: listener.listening, disposables: [listener] };
}
