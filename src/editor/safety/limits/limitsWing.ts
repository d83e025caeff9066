import * as vscode from "vscode";
import type { KeyList } from "../../keys/keyList.ts";
import { commandIds, limitsPanelType } from "../../platform/ids.ts";
import type { Wing } from "../../platform/wing.ts";
import type { LimitsServices } from "./limitsConnection.ts";
import type { LimitsPanel } from "./limitsPanel.ts";

/** Creates the page "What Limits This Key". Loaded when it is first opened, not at activation. */
export function createLimitsWing(extensionUri: vscode.Uri, services: LimitsServices & { keys: KeyList }): Wing {
  let panel: LimitsPanel | undefined;
  async function load(): Promise<LimitsPanel> {
    const { createLimitsPanel } = await import("./limitsPanel.ts");
    panel ??= createLimitsPanel(extensionUri, services);
    return panel;
  }
  const parts = () => panel?.parts() ?? [];
  return {
    commands: {
      [commandIds.showKeyLimits]: async (row) =>
        (await import("./showKeyLimits.ts")).showKeyLimits(services, await load(), row),
    },
    views: [{ isVisible: () => panel?.isVisible() === true, parts, timedParts: parts }],
    disposables: [
      vscode.window.registerWebviewPanelSerializer(limitsPanelType, {
        deserializeWebviewPanel: async (restored) => (await load()).restore(restored),
      }),
      { dispose: () => panel?.dispose() },
    ],
  };
}
