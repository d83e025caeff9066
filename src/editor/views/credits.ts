import * as vscode from "vscode";
import { OpenRouterError } from "../../openrouter/index.ts";
import { type Connection, stateAfter } from "../connection.ts";
import { clock } from "../format.ts";
import { viewIds } from "../ids.ts";
import type { Log } from "../log.ts";
import { creditRows } from "./creditRows.ts";
import { type Figures, readFigures } from "./figures.ts";

/** Figures older than this are read again when the view comes back into sight. */
const STALE_MS = 60_000;

export interface RefreshableView extends vscode.Disposable {
  /** Reads again, from the API and not from its cache. */
  refresh(): Promise<void>;
}

/** The Credits view: what remains, what was bought and used, what today cost. */
export function createCreditsView(connection: Connection, log: Log): RefreshableView {
  const redrawn = new vscode.EventEmitter<void>();
  let figures: Figures | undefined;
  let failure: string | undefined;
  let loading: AbortController | undefined;

  const view = vscode.window.createTreeView(viewIds.credits, {
    treeDataProvider: {
      onDidChangeTreeData: redrawn.event,
      getTreeItem: (item: vscode.TreeItem) => item,
      getChildren: (parent?: vscode.TreeItem) => (figures && !parent ? creditRows(figures) : []),
    },
  });

  function draw(): void {
    const sample =
      figures?.source === "sample" && vscode.l10n.t("Sample account: generated data. Set a key to see your own.");
    view.message = [sample, figures && failure].filter(Boolean).join(" ") || undefined;
    redrawn.fire();
  }

  /** The newest load wins: one that it overtakes is aborted, and what it ends with is of no account. */
  async function load(fresh: boolean): Promise<void> {
    loading?.abort();
    const mine = new AbortController();
    loading = mine;
    if (!figures) connection.report("loading");
    try {
      const open = await connection.open();
      const read = open && (await readFigures(open.client, open.source, { signal: mine.signal, fresh }));
      if (mine.signal.aborted) return;
      figures = read;
      failure = undefined;
      connection.report(read ? "ready" : "signedOut");
    } catch (error) {
      if (mine.signal.aborted) return;
      failed(error);
    }
    loading = undefined;
    draw();
  }

  function failed(error: unknown): void {
    const cause = error instanceof OpenRouterError ? `${error.message} ${error.nextStep}` : String(error);
    log.error(`Credits: ${cause}`);
    const state = stateAfter(error);
    if (!figures || state === "wrongKey") {
      figures = undefined;
      connection.report(state);
      return;
    }
    const since = clock(figures.readAt, vscode.env.language);
    failure = vscode.l10n.t("Not refreshed since {0}. {1}", since, cause);
  }

  const loadWithProgress = (fresh: boolean) =>
    vscode.window.withProgress({ location: { viewId: viewIds.credits } }, () => load(fresh));

  function forget(): void {
    loading?.abort();
    loading = undefined;
    figures = undefined;
    failure = undefined;
    draw();
    if (view.visible) void loadWithProgress(false);
  }

  function shown(): void {
    const old = !figures || Date.now() - figures.readAt.getTime() > STALE_MS;
    if (view.visible && old && !loading) void loadWithProgress(false);
  }

  const listeners = [connection.onDidChange(forget), view.onDidChangeVisibility(shown)];
  shown();

  return {
    refresh: async () => loadWithProgress(true),
    dispose() {
      loading?.abort();
      vscode.Disposable.from(view, redrawn, ...listeners).dispose();
    },
  };
}
