import * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** Creates the Credits view: remaining, purchased and used credits, and the spend of today, this week and this month. */
export function createCreditsView(sessions: AccountSessions): ResourceView {
  return createResourceView(sessions, {
    id: viewIds.credits,
    stateKey: contextKeys.state,
    resources: ({ credits }) => [credits],
    // Decides whether the Members view is shown.
    background: ({ organization }) => [organization],
    // Imported when the view is first shown, not when the extension activates.
    async roots(session) {
      const { creditRows } = await import("./creditRows.ts");
      const { current } = session.data.credits;
      return current ? creditRows(session, current) : [];
    },
    message({ source, label }) {
      const t = vscode.l10n.t;
      if (source !== "sample") return undefined;
      return label.hasOwnAccounts
        ? t("Sample account: invented data; changes last until the window reloads. Switch the account to see your own.")
        : t("Sample account: invented data; changes last until the window reloads. Set a key to see your own.");
    },
  });
}
