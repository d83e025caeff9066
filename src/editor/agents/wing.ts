import { join } from "node:path";
import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import { createChangeLog } from "./changes/changeLog.ts";
import { registerListener } from "./register.ts";
import type { AgentServices } from "./services.ts";

/** What agents may do with the account in use, asked for over the private channel, and what they did. */
export function createAgentsWing(options: Omit<AgentServices, "changes">): Wing {
  const changes = createChangeLog(join(options.context.globalStorageUri.fsPath, "agents"));
  const services: AgentServices = { ...options, changes };
  return {
    commands: {
      [commandIds.showAgentChanges]: async () =>
        (await import("./changes/showAgentChanges.ts")).showAgentChanges(services),
    },
    disposables: [registerListener(services)],
  };
}
