import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import type { Node } from "../ui/node.ts";
import type { LeakApp } from "./app.ts";
import type { LeakCommand } from "./commandNames.ts";
import { leakScheme } from "./documentUris.ts";
import type { LeakServices } from "./services.ts";

export interface LeaksView extends vscode.Disposable {
  /** Runs a command of the view. */
  run(id: LeakCommand, target: unknown): Promise<void>;
}

/** Creates the Leaked Keys view. What it shows and does is imported with the first search. */
export function createLeaksView(services: LeakServices): LeaksView {
  const redrawn = new vscode.EventEmitter<undefined>();
  let app: LeakApp | undefined;
  const tree = vscode.window.createTreeView<Node>(viewIds.leaks, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: redrawn.event,
      getChildren: (node) => (node ? node.children?.() : app?.roots()) ?? [],
      getParent: (node) => node.parent,
      getTreeItem: (node) => node.item(),
      resolveTreeItem(item, node) {
        item.tooltip ??= node.tooltip?.();
        return item;
      },
    },
  });

  async function open(): Promise<LeakApp> {
    const { createLeakApp } = await import("./app.ts");
    app ??= createLeakApp(services, tree, () => redrawn.fire(undefined));
    return app;
  }

  const texts = vscode.workspace.registerTextDocumentContentProvider(leakScheme, {
    provideTextDocumentContent: async (uri) => (await open()).storedText(uri),
  });
  return {
    run: async (id, target) => (await open()).commands[id](target),
    dispose() {
      app?.dispose();
      vscode.Disposable.from(texts, tree, redrawn).dispose();
    },
  };
}
