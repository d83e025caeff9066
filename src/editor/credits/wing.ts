import type { AccountSessions } from "../data/accountData.ts";
import type { Wing } from "../platform/wing.ts";
import { creditCommands } from "./commands.ts";
import { createCreditsView } from "./creditsView.ts";
import { createStatusBar } from "./statusBar.ts";

/** The Credits view and the status bar. */
export function createCreditsWing(sessions: AccountSessions): Wing {
  const view = createCreditsView(sessions);
  return { commands: creditCommands(), views: [view], disposables: [view, createStatusBar(sessions)] };
}
