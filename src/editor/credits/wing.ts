import * as vscode from "vscode";
import { creditsUrl } from "../../openrouter/links.ts";
import type { AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import { renewOutlook } from "../data/renewOutlook.ts";
import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import { createCreditsView } from "./creditsView.ts";
import { createStatusBar } from "./statusBar.ts";

/** Creates the Credits view, its commands and the status bar item. */
export function createCreditsWing(sessions: AccountSessions): Wing {
  const view = createCreditsView(sessions);
  const statusBar = createStatusBar(sessions);
  const outlook = vscode.Disposable.from(
    followData(
      sessions,
      ({ credits, keys }) => [credits, keys],
      (session) => {
        if (view.isVisible() || statusBar.isVisible()) renewOutlook(session);
      },
    ),
    followData(sessions, (data) => [data.outlook], view.draw),
  );
  return {
    commands: { [commandIds.addCredits]: () => void vscode.env.openExternal(vscode.Uri.parse(creditsUrl)) },
    views: [view, statusBar],
    disposables: [view, statusBar, outlook],
  };
}
