import { join } from "node:path";
import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { AgentChange } from "./changes/agentChange.ts";
import { type Listener, registerListener } from "./registerListener.ts";
import type { AgentServices } from "./services.ts";

/** Handles agents' requests from the private channel, and records their writes. */
export function createAgentsWing(
  options: Omit<AgentServices, "changes">,
): Wing & Pick<Listener, "listening" | "settled"> {
  const folder = join(options.context.globalStorageUri.fsPath, "agents");
  const lifetime = new AbortController();
  let created: AgentServices | undefined;

  // Created on first use, not at activation.
  async function services(): Promise<AgentServices> {
    const [{ createChangeLog }, { watchLog }] = await Promise.all([
      import("./changes/changeLog.ts"),
      import("./changes/watchLog.ts"),
    ]);
    if (!created) {
      created = { ...options, changes: createChangeLog(folder) };
      void watchLog(folder, created.changes, reload, lifetime.signal);
    }
    return created;
  }

  async function reload(changes: AgentChange[]): Promise<void> {
    const { reloadChangedLists } = await import("./changes/reloadChangedLists.ts");
    const { current } = options.sessions;
    if (current) await reloadChangedLists(changes, current);
  }

  const listener = registerListener(options, services);
  return {
    listening: listener.listening,
    settled: listener.settled,
    commands: {
      [commandIds.showAgentChanges]: async () =>
        (await import("./changes/showAgentChanges.ts")).showAgentChanges(await services()),
      [commandIds.askAgent]: async (node, selection) =>
        (await import("./chat/askAgent.ts")).askAgent(options.sessions, node, selection),
    },
    disposables: [listener, { dispose: () => lifetime.abort() }],
  };
}
