import * as vscode from "vscode";
import type { Scope } from "../../webview/state.ts";
import type { AccountSessions } from "../data/accountData.ts";
import { viewIds, webviewPanelType } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Refreshable, RefreshablePart } from "../platform/wing.ts";
import type { Channel } from "./channel.ts";
import { pageFor, webviewOptions } from "./html.ts";
import { createReadings } from "./readings.ts";

/** The activity panel, and the Spend view of the sidebar. */
export interface ActivityPanel extends Refreshable, vscode.Disposable {
  /** Shows the panel, held to these scopes where there are any. */
  open(scopes?: Scope[]): Promise<void>;
}

interface Shown {
  channel: Channel;
  visible(): boolean;
}

export function createActivityPanel(
  extensionUri: vscode.Uri,
  services: { sessions: AccountSessions; log: Log },
): ActivityPanel {
  let panel: vscode.WebviewPanel | undefined;
  /** What the panel is to be held to when its page next begins; one that comes back brings its own. */
  let scopes: Scope[] | undefined;
  let readings: ReturnType<typeof createReadings> | undefined;
  const shown = new Map<vscode.Webview, Shown>();

  /** With the first webview, not with the extension. */
  async function connect(webview: vscode.Webview, view: "panel" | "compact", visible: () => boolean): Promise<Channel> {
    const { openChannel } = await import("./channel.ts");
    readings ??= createReadings();
    const channel = openChannel(webview, {
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

  function takeScopes(): Scope[] | undefined {
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
    isDue: (ms) => Date.now() - channel.askedAt >= ms,
    refresh: () => channel.post({ type: "outdated" }),
  });
  const isVisible = () => [...shown.values()].filter(({ visible }) => visible());
  return {
    isVisible: () => isVisible().length > 0,
    parts: () => isVisible().map(part),
    timedParts: () => isVisible().map(part),
    async open(wanted) {
      const channel = panel?.visible ? shown.get(panel.webview)?.channel : undefined;
      if (panel && channel?.askedAt) {
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
