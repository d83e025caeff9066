import * as vscode from "vscode";
import type { LimitsSubject } from "../../../webview/limits/protocol.ts";
import { limitsPanelType } from "../../platform/ids.ts";
import type { Refreshable } from "../../platform/wing.ts";
import { webviewHtml, webviewOptions } from "../../ui/webviewHtml.ts";
import type { LimitsConnection, LimitsServices } from "./limitsConnection.ts";

/** The page "What Limits This Key": one panel, which shows one key at a time. */
export interface LimitsPanel extends Refreshable, vscode.Disposable {
  open(subject: LimitsSubject): Promise<void>;
}

export function createLimitsPanel(extensionUri: vscode.Uri, services: LimitsServices): LimitsPanel {
  let panel: vscode.WebviewPanel | undefined;
  let connection: LimitsConnection | undefined;

  /** @param subject undefined for a restored panel, whose page knows it */
  async function show(created: vscode.WebviewPanel, subject?: LimitsSubject): Promise<void> {
    panel = created;
    created.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.png");
    created.onDidDispose(() => {
      if (panel !== created) return;
      connection?.dispose();
      panel = connection = undefined;
    });
    // Loaded with the first page, not at activation.
    const { connectLimits } = await import("./limitsConnection.ts");
    if (panel !== created) return;
    connection?.dispose();
    connection = connectLimits(created.webview, {
      ...services,
      isVisible: () => created.visible,
      onTitle(name) {
        created.title = vscode.l10n.t("Limits: {0}", name);
      },
    });
    if (subject) connection.show(subject);
    created.webview.options = webviewOptions(extensionUri);
    created.webview.html = webviewHtml(created.webview, extensionUri, { bundle: "limits", view: "limits" });
  }

  const serializer = { deserializeWebviewPanel: (restored: vscode.WebviewPanel) => show(restored) };
  const registered = vscode.window.registerWebviewPanelSerializer(limitsPanelType, serializer);

  return {
    isVisible: () => panel?.visible === true,
    parts: () => connection?.parts() ?? [],
    timedParts: () => connection?.parts() ?? [],
    async open(subject) {
      if (!panel || !connection) {
        const title = vscode.l10n.t("What Limits This Key");
        return show(vscode.window.createWebviewPanel(limitsPanelType, title, vscode.ViewColumn.Active), subject);
      }
      panel.reveal();
      connection.show(subject);
    },
    dispose() {
      connection?.dispose();
      registered.dispose();
    },
  };
}
