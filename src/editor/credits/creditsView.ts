import * as vscode from "vscode";
import type { Connection } from "../account/connection.ts";
import type { AccountData } from "../data/accountData.ts";
import { viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import { creditRows } from "./creditRows.ts";

/** The Credits view: what remains, what was bought and used, what the day, the week and the month cost. */
export function createCreditsView(connection: Connection, { credits, members }: AccountData): ResourceView {
  return createResourceView(connection, {
    id: viewIds.credits,
    // Members are asked for here, too: their answer decides whether there is a Members view.
    resources: [credits, members],
    roots: () => (credits.current ? creditRows(credits.current) : []),
    message: () =>
      credits.current?.source === "sample"
        ? vscode.l10n.t("Sample account: generated data. Set a key to see your own.")
        : undefined,
  });
}
