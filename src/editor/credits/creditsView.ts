import * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** The Credits view: what remains, what was bought and used, what the day, the week and the month cost. */
export function createCreditsView(sessions: AccountSessions): ResourceView {
  return createResourceView(sessions, {
    id: viewIds.credits,
    stateKey: contextKeys.state,
    // Members are asked for here, too: their answer decides whether there is a Members view.
    resources: ({ credits, members }) => [credits, members],
    // Loaded when the view is first seen, not with the extension.
    async roots({ data: { credits } }) {
      const { creditRows } = await import("./creditRows.ts");
      return credits.current ? creditRows(credits.current) : [];
    },
    message: ({ source }) =>
      source === "sample" ? vscode.l10n.t("Sample account: generated data. Set a key to see your own.") : undefined,
  });
}
