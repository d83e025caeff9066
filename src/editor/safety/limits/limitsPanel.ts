import * as vscode from "vscode";
import type { LimitsSubject } from "../../../webview/limits/protocol.ts";
import { limitsPanelType } from "../../platform/ids.ts";
import type { RefreshablePart } from "../../platform/wing.ts";
import { webviewHtml, webviewOptions } from "../../ui/webviewHtml.ts";
import { connectLimits, type LimitsConnection, type LimitsServices } from "./limitsConnection.ts";

/** The page "What Limits This Key": one panel, which shows one key at a time. */
export interface LimitsPanel extends vscode.Disposable {
  open(subject: LimitsSubject): void;
  /** Connects a panel of an earlier session, whose page knows its key. */
  restore(panel: vscode.WebviewPanel): void;
  isVisible(): boolean;
  /** The data that it shows. */
  parts(): readonly RefreshablePart[];
}

export function createLimitsPanel(extensionUri: vscode.Uri, services: LimitsServices): LimitsPanel {
  let panel: vscode.WebviewPanel | undefined;
  let connection: LimitsConnection | undefined;

  function show(created: vscode.WebviewPanel, subject?: LimitsSubject): void {
    panel = created;
    created.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.png");
    created.onDidDispose(() => {
      if (panel !== created) return;
      connection?.dispose();
      panel = connection = undefined;
    });
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

  return {
    isVisible: () => panel?.visible === true,
    parts: () => connection?.parts() ?? [],
    restore: (restored) => show(restored),
    open(subject) {
      if (panel && connection) {
        panel.reveal();
        connection.show(subject);
        return;
      }
      const title = vscode.l10n.t("What Limits This Key");
      show(vscode.window.createWebviewPanel(limitsPanelType, title, vscode.ViewColumn.Active), subject);
    },
    dispose: () => connection?.dispose(),
  };
}
