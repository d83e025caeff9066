import * as vscode from "vscode";
import type { ScopeFilter } from "../../webview/state.ts";
import type { AccountSessions } from "../data/accountData.ts";
import { viewIds, webviewPanelType } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Refreshable, RefreshablePart } from "../platform/wing.ts";
import { pageFor, webviewOptions } from "./html.ts";
import { createSpendCache } from "./spendCache.ts";
import type { WebviewConnection } from "./webviewConnection.ts";

/** The activity panel, and the Spend view of the sidebar. */
export interface ActivityPanel extends Refreshable, vscode.Disposable {
  /** Shows the panel, held to these scopes where there are any. */
  open(scopes?: ScopeFilter[]): Promise<void>;
}

interface Shown {
  channel: WebviewConnection;
  visible(): boolean;
}

export function createActivityPanel(
  extensionUri: vscode.Uri,
  services: { sessions: AccountSessions; log: Log },
): ActivityPanel {
  let panel: vscode.WebviewPanel | undefined;
  /** What the panel is to be held to when its page next begins; one that comes back brings its own. */
  let scopes: ScopeFilter[] | undefined;
  let readings: ReturnType<typeof createSpendCache> | undefined;
  const shown = new Map<vscode.Webview, Shown>();

  /** With the first webview, not with the extension. */
  async function connect(
    webview: vscode.Webview,
    view: "panel" | "compact",
    visible: () => boolean,
  ): Promise<WebviewConnection> {
    const { connectWebview } = await import("./webviewConnection.ts");
    readings ??= createSpendCache();
    const channel = connectWebview(webview, {
      ...services,
      readings,
      amounts: view === "compact",
      scopes: view === "panel" ? takeScopes : undefined,
    });
    shown.set(webview, { channel, visible });
    webview.options = webviewOptions(extensionUri);
    webview.html = pageFor(webview, extensionUri, view);
    return channel;
  }

  function takeScopes(): ScopeFilter[] | undefined {
    const given = scopes;
    scopes = undefined;
    return given;
  }

  async function show(created: vscode.WebviewPanel): Promise<void> {
    panel = created;
    // A panel that is gone does not even say which webview it had.
    const { webview } = created;
    created.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.png");
    created.onDidDispose(() => {
      if (panel === created) panel = undefined;
      forget(webview);
    });
    await connect(webview, "panel", () => created.visible);
  }

  function forget(webview: vscode.Webview): void {
    shown.get(webview)?.channel.dispose();
    shown.delete(webview);
  }

  const registered = vscode.Disposable.from(
    vscode.window.registerWebviewViewProvider(viewIds.spend, {
      async resolveWebviewView(view) {
        const { webview } = view;
        view.onDidDispose(() => forget(webview));
        await connect(webview, "compact", () => view.visible);
      },
    }),
    vscode.window.registerWebviewPanelSerializer(webviewPanelType, { deserializeWebviewPanel: show }),
  );

  const part = ({ channel }: Shown): RefreshablePart => ({
    isDue: (ms) => Date.now() - channel.lastReadAt >= ms,
    refresh: () => channel.post({ type: "outdated" }),
  });
  const isVisible = () => [...shown.values()].filter(({ visible }) => visible());
  return {
    isVisible: () => isVisible().length > 0,
    parts: () => isVisible().map(part),
    timedParts: () => isVisible().map(part),
    async open(wanted) {
      const channel = panel?.visible ? shown.get(panel.webview)?.channel : undefined;
      if (panel && channel?.lastReadAt) {
        panel.reveal();
        if (wanted) channel.post({ type: "scopes", scopes: wanted });
        return;
      }
      // The page begins anew, with what it kept, and takes these along.
      scopes = wanted;
      if (panel) return panel.reveal();
      const title = vscode.l10n.t("OpenRouter Activity");
      await show(vscode.window.createWebviewPanel(webviewPanelType, title, vscode.ViewColumn.Active));
    },
    dispose() {
      for (const { channel } of shown.values()) channel.dispose();
      registered.dispose();
    },
  };
}
