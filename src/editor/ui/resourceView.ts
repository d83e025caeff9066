import * as vscode from "vscode";
import { clock, count } from "../../openrouter/format.ts";
import type { Unreadable } from "../../openrouter/index.ts";
import type { Connection } from "../account/connection.ts";
import type { Resource } from "../data/resource.ts";
import type { Node } from "./node.ts";
import { staleUri } from "./stale.ts";

/** Figures older than this are read again when the view comes back into sight. */
const STALE_MS = 60_000;
/** While rows stream in, the view is drawn at most this often. */
const DRAW_MS = 500;

export interface ResourceView extends vscode.Disposable {
  readonly tree: vscode.TreeView<Node>;
  draw(): void;
  /** Reads again what the view shows, from the API and not from the client's cache. */
  refresh(): Promise<void>;
}

interface ViewOptions {
  id: string;
  /** What the view shows; the first is the one whose failures and progress are told. */
  resources: [Resource<object>, ...Resource<unknown>[]];
  roots(): Node[];
  /** Said above the rows, beside what the view itself says of age and failures. */
  message?(): string | undefined;
}

/** A tree view over resources: reads when it is seen, shows progress, keeps and dims the last figures when a refresh fails. */
export function createResourceView(connection: Connection, options: ViewOptions): ResourceView {
  const { id, resources } = options;
  const [main] = resources;
  const redrawn = new vscode.EventEmitter<undefined>();
  let timer: NodeJS.Timeout | undefined;
  let drawn = false;

  const tree = vscode.window.createTreeView<Node>(id, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: redrawn.event,
      getChildren: (node) => (node ? (node.children?.() ?? []) : main.current ? options.roots() : []),
      getParent: (node) => node.parent,
      getTreeItem(node) {
        const item = node.item();
        if (main.failure) item.resourceUri = staleUri(node.id);
        return item;
      },
      resolveTreeItem(item, node) {
        item.tooltip ??= node.tooltip?.();
        return item;
      },
    },
  });

  function drawNow(): void {
    timer = undefined;
    tree.message = main.current && [staleness(main), leftOut(main), options.message?.()].filter(Boolean).join(" · ");
    redrawn.fire(undefined);
  }

  function draw(): void {
    timer ??= setTimeout(drawNow, drawn && main.current?.complete === false ? DRAW_MS : 0);
    drawn = main.current !== undefined;
  }

  const withProgress = (work: () => Promise<unknown>) => vscode.window.withProgress({ location: { viewId: id } }, work);

  const ensure = () => withProgress(() => Promise.all(resources.map((resource) => resource.ensure(STALE_MS))));

  function shown(): void {
    if (tree.visible) void ensure();
  }

  const listeners = [
    ...resources.map((resource) => resource.onDidChange(draw)),
    connection.onDidChange(shown),
    tree.onDidChangeVisibility(shown),
  ];
  shown();

  return {
    tree,
    draw,
    refresh: async () =>
      void (await withProgress(() => Promise.all(resources.map((one) => one.load({ fresh: true }))))),
    dispose() {
      clearTimeout(timer);
      vscode.Disposable.from(tree, redrawn, ...listeners).dispose();
    },
  };
}

/** What a person must know of figures that could not be refreshed. */
function staleness({ current, failure }: Resource<unknown>): string | undefined {
  if (!current || !failure) return undefined;
  return vscode.l10n.t("Not refreshed since {0}. {1}", clock(current.readAt, vscode.env.language), failure);
}

/** How many rows of the answer could not be read and are not shown, and in how many workspaces there may be more. */
function leftOut({ current }: Resource<object>): string | undefined {
  const t = vscode.l10n.t;
  const { unreadable, unreadableWorkspaces }: { unreadable?: Unreadable; unreadableWorkspaces?: Unreadable } =
    current?.value ?? {};
  const facts = ({ count: left, of, field }: Unreadable): [string, string, string] => [
    count(left, vscode.env.language),
    count(of, vscode.env.language),
    field,
  ];
  const texts = [
    unreadable && t("{0} of {1} could not be read and are not shown ({2})", ...facts(unreadable)),
    unreadableWorkspaces &&
      t(
        "{0} of {1} workspaces could not be read; what is in them may be missing ({2})",
        ...facts(unreadableWorkspaces),
      ),
  ];
  return texts.filter(Boolean).join(" · ");
}
