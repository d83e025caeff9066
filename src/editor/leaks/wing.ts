import * as vscode from "vscode";
import { commandIds, viewIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { Node } from "../ui/node.ts";
import type { LeakApp } from "./app.ts";
import { leakScheme } from "./documentUris.ts";
import type { LeakServices } from "./services.ts";

/** Creates the Leaked Keys view and its commands. What they show and do is imported with the first search. */
export function createLeaksWing(services: LeakServices): Wing {
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
  return {
    commands: {
      [commandIds.findLeaks]: async () => (await open()).find(),
      [commandIds.askAboutLeaks]: async () => (await open()).ask(),
      [commandIds.rotateLeakedKey]: async (target) => (await open()).rotate(target),
      [commandIds.disableLeakedKey]: async (target) => (await open()).disable(target),
      [commandIds.markLeakFalseAlarm]: async (target) => (await open()).markFalseAlarm(target),
      [commandIds.openLeak]: async (target) => (await open()).open(target),
      [commandIds.clearLeaks]: async () => (await open()).clear(),
      [commandIds.explainHistory]: async () => (await import("./openHistory.ts")).explainHistory(),
      [commandIds.openManagementKeys]: async () => (await import("./management.ts")).openManagementKeys(),
    },
    disposables: [
      redrawn,
      tree,
      { dispose: () => app?.dispose() },
      vscode.workspace.registerTextDocumentContentProvider(leakScheme, {
        provideTextDocumentContent: async (uri) => (await open()).storedText(uri),
      }),
    ],
  };
}
