import type * as vscode from "vscode";
import type { KeyList } from "../../keys/keyList.ts";
import { commandIds } from "../../platform/ids.ts";
import type { Wing } from "../../platform/wing.ts";
import type { LimitsServices } from "./limitsConnection.ts";
import { createLimitsPanel } from "./limitsPanel.ts";

/** Creates the page "What Limits This Key". */
export function createLimitsWing(extensionUri: vscode.Uri, services: LimitsServices & { keys: KeyList }): Wing {
  const panel = createLimitsPanel(extensionUri, services);
  return {
    commands: {
      [commandIds.showKeyLimits]: async (row) =>
        (await import("./showKeyLimits.ts")).showKeyLimits(services, panel, row),
    },
    views: [panel],
    disposables: [panel],
  };
}
