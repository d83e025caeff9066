import * as vscode from "vscode";
import type { Scope } from "../../webview/state.ts";
import type { App } from "../app.ts";
import { viewIds, webviewPanelType } from "../platform/ids.ts";
import type { Channel } from "./channel.ts";
import { pageFor, webviewOptions } from "./html.ts";
import { createReadings } from "./readings.ts";

/** The activity panel, and the Spend view of the sidebar. */
export interface Activity extends vscode.Disposable {
  /** Shows the panel, held to these scopes where there are any. */
  open(scopes?: Scope[]): Promise<void>;
  /** Reads again what is in sight. */
  refresh(): void;
  /** Reads again what is in sight and older than this. */
  refreshOlderThan(ms: number): void;
}

interface Shown {
  channel: Channel;
  visible(): boolean;
}

/** @param appOf the app, which is there once everything is made */
export function createActivity(context: vscode.ExtensionContext, appOf: () => App): Activity {
  const { extensionUri } = context;
  let panel: vscode.WebviewPanel | undefined;
  /** What the panel is to be held to when its page next begins; one that comes back brings its own. */
  let scopes: Scope[] | undefined;
  let readings: ReturnType<typeof createReadings> | undefined;
  const shown = new Map<vscode.Webview, Shown>();

  /** With the first webview, not with the extension. */
  async function connect(webview: vscode.Webview, view: "panel" | "compact", visible: () => boolean): Promise<Channel> {
    const app = appOf();
    const { openChannel } = await import("./channel.ts");
    readings ??= createReadings(app.data);
    const channel = openChannel(app, webview, {
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

  const inSight = () => [...shown.values()].filter(({ visible }) => visible()).map(({ channel }) => channel);
  return {
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
    refresh() {
      for (const channel of inSight()) channel.post({ type: "outdated" });
    },
    refreshOlderThan(ms) {
      for (const channel of inSight()) if (Date.now() - channel.askedAt >= ms) channel.post({ type: "outdated" });
    },
    dispose() {
      for (const { channel } of shown.values()) channel.dispose();
      registered.dispose();
    },
  };
}
