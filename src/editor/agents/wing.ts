import { join } from "node:path";
import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import { createChangeLog } from "./changes/changeLog.ts";
import { type Listener, registerListener } from "./register.ts";
import type { AgentServices } from "./services.ts";

/** What agents may do with the account in use, asked for over the private channel, and what they did. */
export function createAgentsWing(options: Omit<AgentServices, "changes">): Wing & Pick<Listener, "listening"> {
  const changes = createChangeLog(join(options.context.globalStorageUri.fsPath, "agents"));
  const services: AgentServices = { ...options, changes };
  const listener = registerListener(services);
  return {
    listening: listener.listening,
    commands: {
      [commandIds.showAgentChanges]: async () =>
        (await import("./changes/showAgentChanges.ts")).showAgentChanges(services),
    },
    disposables: [listener],
  };
}
