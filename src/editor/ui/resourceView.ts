import * as vscode from "vscode";
import type { Unreadable } from "../../openrouter/index.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { AccountData, AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import type { Resource } from "../data/resource.ts";
import { setContext } from "../platform/contextKeys.ts";
import { type ContextKey, contextKeys, type ViewState } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import type { Refreshable } from "../platform/wing.ts";
import { accountMark } from "./accountMark.ts";
import { failureText } from "./failureText.ts";
import type { Node } from "./node.ts";
import { staleUri } from "./staleDecoration.ts";

/** Data older than this is reloaded when the view becomes visible again. */
const STALE_MS = 60_000;
/** The minimum time between redraws while pages are being loaded. */
const DRAW_MS = 500;

export interface ResourceView extends Refreshable, vscode.Disposable {
  readonly tree: vscode.TreeView<Node>;
  draw(): void;
  /** Reloads the view's data from the API, bypassing the client's cache. */
  refresh(): Promise<void>;
}

interface ViewOptions {
  id: string;
  /** The context key that controls the view's welcome content. */
  stateKey: ContextKey;
  /** The view's data. The view shows errors and progress of the first one. */
  resources(data: AccountData): [Resource<object>, ...Resource<unknown>[]];
  /** Returns the root rows; called once the first resource is loaded. */
  roots(session: AccountSession): Node[] | Promise<Node[]>;
  /** Returns the view's description, after the account's name. */
  note?(): string | undefined;
  /** Returns an additional message above the rows. */
  message?(session: AccountSession): string | undefined;
}

/** Creates a tree view that loads its data when visible, shows progress, and dims the last data if a refresh fails. */
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

  /** Sets the context key immediately: welcome content needs no redraw. */
  function reportState(): void {
    const now = state();
    if (now !== reported) setContext(stateKey, now);
    reported = now;
    if (stateKey === contextKeys.state) setContext(contextKeys.saidState, tree.visible ? now : "loading");
  }

  function showProgress(): void {
    // For a hidden view, VS Code would show progress in the activity bar.
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

  /** Says immediately whose data the view shows. */
  function showAccount(): void {
    const { current } = sessions;
    tree.description = [current && accountMark(current), options.note?.()].filter(Boolean).join(" · ") || undefined;
  }

  function drawNow(): void {
    timer = undefined;
    showMessage();
    redrawn.fire(undefined);
  }

  function showMessage(): void {
    const session = sessions.current;
    const resource = main();
    if (!session || !resource) {
      tree.message = undefined;
      return;
    }
    const note = resource.current && options.message?.(session);
    const texts = [failureText(resource, session.data.credits), unreadableText(resource), note];
    // An empty message would hide the welcome view.
    tree.message = texts.filter(Boolean).join(" · ") || undefined;
  }

  function draw(): void {
    const reading = main()?.current;
    reportState();
    showAccount();
    showProgress();
    const delay = drawn && reading?.complete === false ? DRAW_MS : 0;
    // Draw the complete data immediately, instead of waiting for the scheduled redraw.
    if (delay === 0) {
      clearTimeout(timer);
      timer = undefined;
    }
    timer ??= setTimeout(drawNow, delay);
    drawn = reading !== undefined;
  }

  /** Loads the view's resources. Never rejects: the view shows errors. */
  async function load(loadOne: (resource: Resource<unknown>) => Promise<void>): Promise<void> {
    const opened = await sessions.open().catch(() => undefined);
    if (opened) await Promise.all(options.resources(opened.data).map(loadOne));
  }

  function onVisibilityChange(): void {
    reportState();
    showProgress();
    if (tree.visible) void load((resource) => resource.ensure(STALE_MS));
  }

  let session = sessions.current;
  const listeners = [
    followData(sessions, options.resources, () => {
      draw();
      // Don't reopen a session that failed to start until it is requested.
      const isNew = session !== sessions.current || sessions.state === "loading";
      session = sessions.current;
      if (isNew) onVisibilityChange();
    }),
    // What the Credits view says, this one only mentions.
    followData(sessions, ({ credits }) => [credits], showMessage),
    tree.onDidChangeVisibility(onVisibilityChange),
  ];
  showAccount();
  onVisibilityChange();

  return {
    tree,
    draw,
    isVisible: () => tree.visible,
    parts,
    timedParts: () => parts().slice(0, 1),
    refresh: () => load((resource) => resource.load({ fresh: true })),
    dispose() {
      clearTimeout(timer);
      endProgress?.();
      vscode.Disposable.from(tree, redrawn, ...listeners).dispose();
    },
  };
}

/** Returns how many rows and workspaces couldn't be read. */
function unreadableText({ current }: Resource<object>): string | undefined {
  const t = vscode.l10n.t;
  const { unreadable, unreadableWorkspaces }: { unreadable?: Unreadable; unreadableWorkspaces?: Unreadable } =
    current?.value ?? {};
  const placeholders = ({ count: unread, of, field }: Unreadable): [string, string, string] => [
    formatCount(unread, displayLocale()),
    formatCount(of, displayLocale()),
    field,
  ];
  const texts = [
    unreadable && t("{0} of {1} couldn't be read and aren't shown ({2})", ...placeholders(unreadable)),
    unreadableWorkspaces &&
      t(
        "Couldn't load {0} of {1} workspaces; their contents may be missing ({2})",
        ...placeholders(unreadableWorkspaces),
      ),
  ];
  return texts.filter(Boolean).join(" · ");
}
