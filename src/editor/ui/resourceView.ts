import * as vscode from "vscode";
import type { Unreadable } from "../../openrouter/index.ts";
import { formatCount, formatTime } from "../../openrouter/text/format.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { AccountData, AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import type { Resource } from "../data/resource.ts";
import { setContext } from "../platform/contextKeys.ts";
import type { ContextKey, ViewState } from "../platform/ids.ts";
import type { Refreshable } from "../platform/wing.ts";
import type { Node } from "./node.ts";
import { staleUri } from "./staleDecoration.ts";

/** Figures older than this are read again when the view comes back into sight. */
const STALE_MS = 60_000;
/** While rows stream in, the view is drawn at most this often. */
const DRAW_MS = 500;

export interface ResourceView extends Refreshable, vscode.Disposable {
  readonly tree: vscode.TreeView<Node>;
  draw(): void;
  /** Reads again what the view shows, from the API and not from the client's cache. */
  refresh(): Promise<void>;
}

interface ViewOptions {
  id: string;
  /** The context key that the view's welcome contents follow. */
  stateKey: ContextKey;
  /** What the view shows; the first is the one whose failures and progress are reported. */
  resources(data: AccountData): [Resource<object>, ...Resource<unknown>[]];
  /** Asked for once the first resource was read. */
  roots(session: AccountSession): Node[] | Promise<Node[]>;
  /** Said above the rows, beside what the view itself says of age and failures. */
  message?(session: AccountSession): string | undefined;
}

/** A tree view over resources: reads when it is seen, shows progress, keeps and dims the last figures when a refresh fails. */
export function createResourceView(sessions: AccountSessions, options: ViewOptions): ResourceView {
  const { id, stateKey } = options;
  const redrawn = new vscode.EventEmitter<undefined>();
  let timer: NodeJS.Timeout | undefined;
  let drawn = false;
  let reported: ViewState | undefined;
  let endProgress: (() => void) | undefined;

  const parts = () => (sessions.current ? options.resources(sessions.current.data) : []);
  const main = (): Resource<object> | undefined => parts()[0] as Resource<object> | undefined;

  const tree = vscode.window.createTreeView<Node>(id, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: redrawn.event,
      getChildren(node) {
        if (node) return node.children?.() ?? [];
        return sessions.current && main()?.current ? options.roots(sessions.current) : [];
      },
      getParent: (node) => node.parent,
      getTreeItem(node) {
        const item = node.item();
        if (main()?.failure) item.resourceUri = staleUri(node.id);
        return item;
      },
      resolveTreeItem(item, node) {
        item.tooltip ??= node.tooltip?.();
        return item;
      },
    },
  });

  function state(): ViewState {
    const resource = main();
    if (!resource) return sessions.state === "ready" ? "loading" : sessions.state;
    if (resource.current) return "ready";
    return resource.loading || resource.error === undefined ? "loading" : viewStateForError(resource.error);
  }

  /** At once, since welcome contents take no drawing. */
  function report(): void {
    const now = state();
    if (now !== reported) setContext(stateKey, now);
    reported = now;
  }

  function showProgress(): void {
    // VS Code would mark the activity bar for a view that nobody sees.
    const loading = tree.visible && parts().some((resource) => resource.loading);
    if (!loading) {
      endProgress?.();
      endProgress = undefined;
    } else if (!endProgress) {
      const { promise, resolve } = Promise.withResolvers<void>();
      endProgress = resolve;
      void vscode.window.withProgress({ location: { viewId: id } }, () => promise);
    }
  }

  function drawNow(): void {
    timer = undefined;
    const session = sessions.current;
    const resource = main();
    tree.message =
      session && resource?.current
        ? [staleness(resource), leftOut(resource), options.message?.(session)].filter(Boolean).join(" · ")
        : undefined;
    redrawn.fire(undefined);
  }

  function draw(): void {
    const reading = main()?.current;
    report();
    showProgress();
    const delay = drawn && reading?.complete === false ? DRAW_MS : 0;
    // The end of a reading does not wait for the turn of what came before it.
    if (delay === 0) {
      clearTimeout(timer);
      timer = undefined;
    }
    timer ??= setTimeout(drawNow, delay);
    drawn = reading !== undefined;
  }

  /** What fails is shown in the view. */
  async function read(how: (resource: Resource<unknown>) => Promise<void>): Promise<void> {
    const opened = await sessions.open().catch(() => undefined);
    if (opened) await Promise.all(options.resources(opened.data).map(how));
  }

  function comeIntoSight(): void {
    showProgress();
    if (tree.visible) void read((resource) => resource.ensure(STALE_MS));
  }

  let session = sessions.current;
  const listeners = [
    followData(sessions, options.resources, () => {
      draw();
      // A session that could not begin is not tried again until it is asked for.
      const isNew = session !== sessions.current || sessions.state === "loading";
      session = sessions.current;
      if (isNew) comeIntoSight();
    }),
    tree.onDidChangeVisibility(comeIntoSight),
  ];
  report();
  comeIntoSight();

  return {
    tree,
    draw,
    isVisible: () => tree.visible,
    parts,
    timedParts: () => parts().slice(0, 1),
    refresh: () => read((resource) => resource.load({ fresh: true })),
    dispose() {
      clearTimeout(timer);
      endProgress?.();
      vscode.Disposable.from(tree, redrawn, ...listeners).dispose();
    },
  };
}

/** What a person must know of figures that could not be refreshed. */
function staleness({ current, failure }: Resource<unknown>): string | undefined {
  if (!current || !failure) return undefined;
  return vscode.l10n.t("Not refreshed since {0}. {1}", formatTime(current.readAt, vscode.env.language), failure);
}

/** How many rows of the answer could not be read and are not shown, and in how many workspaces there may be more. */
function leftOut({ current }: Resource<object>): string | undefined {
  const t = vscode.l10n.t;
  const { unreadable, unreadableWorkspaces }: { unreadable?: Unreadable; unreadableWorkspaces?: Unreadable } =
    current?.value ?? {};
  const facts = ({ count: left, of, field }: Unreadable): [string, string, string] => [
    formatCount(left, vscode.env.language),
    formatCount(of, vscode.env.language),
    field,
  ];
  const texts = [
    unreadable && t("{0} of {1} couldn't be read and aren't shown ({2})", ...facts(unreadable)),
    unreadableWorkspaces &&
      t("{0} of {1} workspaces couldn't be read; their contents may be missing ({2})", ...facts(unreadableWorkspaces)),
  ];
  return texts.filter(Boolean).join(" · ");
}
