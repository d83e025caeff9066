import type * as vscode from "vscode";
import { requireLive } from "../account/session.ts";
import type { AccountSessions } from "../data/accountData.ts";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Wing } from "../platform/wing.ts";
import { type ActivityPanel, createActivityPanel } from "./activityPanel.ts";

interface ActivityServices {
  sessions: AccountSessions;
  log: Log;
}

/** Creates the wing with the spend chart, in a panel and in the sidebar. */
export function createActivityWing(extensionUri: vscode.Uri, services: ActivityServices): Wing {
  const panel = createActivityPanel(extensionUri, services);
  return {
    commands: {
      [commandIds.openActivity]: (node) => openActivity(panel, services.sessions, node),
      [commandIds.compareModels]: async (node) =>
        (await import("./whatIf/compareModels.ts")).compareModels(services.sessions, node),
      // From the context menu, VS Code passes its context.
      [commandIds.askAgentAboutSpend]: (context) => panel.askAgent(context !== undefined),
      [commandIds.explainSpend]: (context) => panel.explain(context !== undefined),
      [commandIds.refreshActivity]: () => {
        if (panel.isVisible()) for (const part of panel.parts()) void part.refresh(Date.now());
      },
    },
    views: [panel],
    disposables: [panel],
  };
}

/** Opens the panel, filtered by the key, guardrail, model or provider of the given row. */
async function openActivity(panel: ActivityPanel, sessions: AccountSessions, node: unknown): Promise<void> {
  if (node === undefined) return panel.open();
  const session = await sessions.for(node);
  requireLive(session);
  const { scopeFiltersFor } = await import("./scopeFilters.ts");
  const scopes = await scopeFiltersFor(session, node);
  await panel.open(scopes && { scopes, accountId: session.id });
}
