import * as vscode from "vscode";
import type { ToWebview } from "../../webview/protocol.ts";
import type { AccountSessions } from "../data/accountData.ts";
import { viewIds, webviewPanelType } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Refreshable, RefreshablePart } from "../platform/wing.ts";
import { accountMark } from "../ui/accountMark.ts";
import { webviewHtml, webviewOptions } from "../ui/webviewHtml.ts";
import type { SpendCache } from "./spendCache.ts";
import type { AccountScopes, WebviewConnection } from "./webviewConnection.ts";

/** The activity panel and the Spend view in the sidebar. */
export interface ActivityPanel extends Refreshable, vscode.Disposable {
  /** Shows the panel, filtered by the given scopes. */
  open(scopes?: AccountScopes): Promise<void>;
  /** Opens the chat with a question about the figure whose context menu is open, or about everything that the panel shows. */
  askAgent(fromMenu: boolean): void;
  /** Explains the change in the figure whose context menu is open, or in everything that the panel shows. */
  explain(fromMenu: boolean): void;
}

interface OpenWebview {
  connection: WebviewConnection;
  isVisible(): boolean;
}

export function createActivityPanel(
  extensionUri: vscode.Uri,
  services: { sessions: AccountSessions; log: Log },
): ActivityPanel {
  let panel: vscode.WebviewPanel | undefined;
  let spendView: vscode.WebviewView | undefined;
  /** Scopes for the next page that loads; a restored panel keeps its own. */
  let nextScopes: AccountScopes | undefined;
  let cache: SpendCache | undefined;
  const webviews = new Map<vscode.Webview, OpenWebview>();

  /** Loads the connection code lazily, with the first webview. */
  async function connect(
    webview: vscode.Webview,
    view: "panel" | "compact",
    isVisible: () => boolean,
  ): Promise<WebviewConnection> {
    const [{ connectWebview }, { createSpendCache }] = await Promise.all([
      import("./webviewConnection.ts"),
      import("./spendCache.ts"),
    ]);
    cache ??= createSpendCache();
    const connection = connectWebview(webview, {
      ...services,
      cache,
      isVisible,
      includeAmounts: view === "compact",
      takeScopes: view === "panel" ? takeScopes : undefined,
    });
    webviews.set(webview, { connection, isVisible });
    webview.options = webviewOptions(extensionUri);
    webview.html = webviewHtml(webview, extensionUri, { bundle: "activity", view });
    return connection;
  }

  function takeScopes(): AccountScopes | undefined {
    const scopes = nextScopes;
    nextScopes = undefined;
    return scopes;
  }

  function postToPanel(message: ToWebview): void {
    if (panel) webviews.get(panel.webview)?.connection.post(message);
  }

  /** Says whose figures the panel and the view show. */
  function showAccount(): void {
    const { current } = services.sessions;
    const mark = current && accountMark(current);
    if (spendView) spendView.description = mark;
    const title = vscode.l10n.t("OpenRouter Activity");
    if (panel) panel.title = mark ? `${title} (${mark})` : title;
  }

  async function show(created: vscode.WebviewPanel): Promise<void> {
    panel = created;
    showAccount();
    // A disposed panel throws when its webview is accessed.
    const { webview } = created;
    created.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.png");
    created.onDidDispose(() => {
      if (panel === created) panel = undefined;
      forget(webview);
    });
    await connect(webview, "panel", () => created.visible);
  }

  function forget(webview: vscode.Webview): void {
    webviews.get(webview)?.connection.dispose();
    webviews.delete(webview);
  }

  const registered = vscode.Disposable.from(
    vscode.window.registerWebviewViewProvider(viewIds.spend, {
      async resolveWebviewView(view) {
        const { webview } = view;
        view.onDidDispose(() => {
          if (spendView === view) spendView = undefined;
          forget(webview);
        });
        spendView = view;
        showAccount();
        await connect(webview, "compact", () => view.visible);
      },
    }),
    services.sessions.onDidChange(showAccount),
    vscode.window.registerWebviewPanelSerializer(webviewPanelType, { deserializeWebviewPanel: show }),
  );

  const isVisible = () => [...webviews.values()].some((webview) => webview.isVisible());
  /** Their figures of the current day are those of the Credits view; once these are read, they follow. */
  const timedParts = () => (services.sessions.current ? [services.sessions.current.data.credits] : []);
  const completedDays: RefreshablePart = { isDue: () => true, refresh: () => cache?.clear() };
  /** Read again only if a view shows it. */
  const outlook = () => {
    const one = services.sessions.current?.data.outlook;
    return one?.current || one?.error ? [one] : [];
  };
  return {
    isVisible,
    parts: () => [completedDays, ...timedParts(), ...outlook()],
    timedParts,
    async open(scopes) {
      const connection = panel?.visible ? webviews.get(panel.webview)?.connection : undefined;
      if (panel && connection?.lastReadAt) {
        panel.reveal();
        if (scopes) connection.post({ type: "scopes", ...scopes });
        return;
      }
      // A hidden or new panel loads its page when shown; the page restores its state, then applies these scopes.
      nextScopes = scopes;
      if (panel) return panel.reveal();
      const title = vscode.l10n.t("OpenRouter Activity");
      await show(vscode.window.createWebviewPanel(webviewPanelType, title, vscode.ViewColumn.Active));
    },
    askAgent: (menu) => postToPanel({ type: "askFor", menu }),
    explain: (menu) => postToPanel({ type: "explainFor", menu }),
    dispose() {
      for (const { connection } of webviews.values()) connection.dispose();
      registered.dispose();
    },
  };
}
