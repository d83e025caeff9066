import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { AccountData, AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import type { Resource } from "../data/resource.ts";
import { setContext } from "../platform/contextKeys.ts";
import { type ContextKey, contextKeys, type ViewState } from "../platform/ids.ts";
import type { Refreshable } from "../platform/wing.ts";
import { accountMark } from "./accountMark.ts";
import { failureText } from "./failureText.ts";
import { type Node, row } from "./node.ts";
import { staleUri } from "./staleDecoration.ts";
import { type UnreadableCounts, unreadableText } from "./unreadableText.ts";

/** Data older than this is reloaded when the view becomes visible again. */
const STALE_MS = 60_000;
/** The minimum time between redraws while pages are being loaded. */
const DRAW_MS = 500;
/** How long a row waits for its lookups. */
const LOOKUPS_MS = 3_000;

export interface ResourceView extends Refreshable, vscode.Disposable {
  readonly tree: vscode.TreeView<Node>;
  draw(): void;
  /** Reloads the view's data from the API, bypassing the client's cache. */
  refresh(): Promise<void>;
  /** Loads the lookups, unless that happened recently, and redraws the view if they change. Never rejects. */
  ensureLookups(): Promise<void>;
}

interface ViewOptions {
  id: string;
  /** The context key that controls the view's welcome content. */
  stateKey: ContextKey;
  /** Whether several rows can be selected; commands get all of them. */
  canSelectMany?: boolean;
  /** The view's data. The view shows errors and progress of the first one. */
  resources(data: AccountData): [Resource<object>, ...Resource<unknown>[]];
  /** Data of which only expanded rows and tooltips show names (see `Node.needsLookups`); loaded with the first of them. */
  lookups?(data: AccountData): Resource<unknown>[];
  /** Data that is loaded once, in the background, while the view is visible. */
  background?(data: AccountData): Resource<unknown>[];
  /** Returns why there are no rows: the account has none, or the view hides all of them. Called once all are loaded. */
  emptyState?(session: AccountSession): "empty" | "hidden" | undefined;
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
  /** Why the loaded data couldn't be drawn; undefined if it could. */
  let drawError: unknown;
  let usesLookups = false;
  let reported: ViewState | undefined;
  let endProgress: (() => void) | undefined;

  const parts = () => (sessions.current ? options.resources(sessions.current.data) : []);
  const main = (): Resource<object> | undefined => parts()[0] as Resource<object> | undefined;
  const lookups = () => (sessions.current && options.lookups?.(sessions.current.data)) ?? [];

  const tree = vscode.window.createTreeView<Node>(id, {
    showCollapseAll: true,
    canSelectMany: options.canSelectMany,
    treeDataProvider: {
      onDidChangeTreeData: redrawn.event,
      getChildren: (node) => (node ? childrenOf(node) : roots()),
      getParent: (node) => node.parent,
      getTreeItem(node) {
        const item = safely(node, () => node.item()) ?? problemRow(node).item();
        if (main()?.failure) item.resourceUri = staleUri(node.id, item.resourceUri);
        return item;
      },
      async resolveTreeItem(item, node) {
        if (node.needsLookups) await waitForLookups();
        item.tooltip ??= safely(node, () => node.tooltip?.());
        return item;
      },
    },
  });

  /** Never rejects: VS Code would show a notification, and an empty view. */
  async function roots(): Promise<Node[]> {
    const session = sessions.current;
    if (!session || !main()?.current) return [];
    let rows: Node[] = [];
    let error: unknown;
    try {
      rows = await options.roots(session);
    } catch (cause) {
      error = cause;
    }
    if (session === sessions.current) setDrawError(session, error);
    return rows;
  }

  function setDrawError(session: AccountSession, error: unknown): void {
    if (error !== undefined) session.data.log.error(`${id}: ${stackOf(error)}`);
    if (error === undefined && drawError === undefined) return;
    drawError = error;
    reportState();
    showMessage();
  }

  async function childrenOf(node: Node): Promise<Node[]> {
    if (node.needsLookups) await waitForLookups();
    return safely(node, () => node.children?.() ?? []) ?? [problemRow(node)];
  }

  /** A row that can't be drawn must not empty the view. */
  function safely<T>(node: Node, compute: () => T): T | undefined {
    try {
      return compute();
    } catch (error) {
      sessions.current?.data.log.error(`${id}, ${node.id}: ${stackOf(error)}`);
      return undefined;
    }
  }

  /** Waits briefly for lookups that were never loaded, so that the row doesn't say "unknown". */
  async function waitForLookups(): Promise<void> {
    const isRead = lookups().every(({ current }) => current !== undefined);
    const reading = ensureLookups();
    if (!isRead) await Promise.race([reading, sleep(LOOKUPS_MS)]);
  }

  async function ensureLookups(): Promise<void> {
    usesLookups = true;
    await Promise.all(lookups().map((one) => one.ensureQuietly(STALE_MS)));
  }

  function state(): ViewState {
    const resource = main();
    if (!resource) return sessions.state === "ready" ? "loading" : sessions.state;
    if (!resource.current)
      return resource.loading || resource.error === undefined ? "loading" : viewStateForError(resource.error);
    if (drawError !== undefined) return "notDrawn";
    const { complete, value } = resource.current;
    const { unreadable, unreadableWorkspaces } = value as UnreadableCounts;
    if (!complete || unreadable || unreadableWorkspaces || !sessions.current) return "ready";
    return options.emptyState?.(sessions.current) ?? "ready";
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

  function showMessage(): void {
    // An empty message would hide the welcome view.
    tree.message = messageText() || undefined;
  }

  function messageText(): string | undefined {
    const session = sessions.current;
    const resource = main();
    if (!session || !resource) return undefined;
    // A message would hide the welcome view, which has the next step.
    if (state() === "notDrawn") return undefined;
    try {
      const note = resource.current && state() !== "hidden" && options.message?.(session);
      return [failureText(resource, session.data.credits), unreadableText(resource), note].filter(Boolean).join(" · ");
    } catch (error) {
      session.data.log.error(`${id}: ${stackOf(error)}`);
      return vscode.l10n.t("Couldn't show everything. See the log for details.");
    }
  }

  function drawNow(): void {
    timer = undefined;
    showMessage();
    redrawn.fire(undefined);
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

  function loadBackground(): void {
    if (!tree.visible || !sessions.current || !main()?.current) return;
    for (const one of options.background?.(sessions.current.data) ?? []) void one.ensureQuietly();
  }

  function onVisibilityChange(): void {
    reportState();
    showProgress();
    if (tree.visible) void load((resource) => resource.ensure(STALE_MS));
    loadBackground();
  }

  let session = sessions.current;
  let shownLookups: unknown[] = [];
  const listeners = [
    followData(sessions, options.resources, () => {
      // Don't reopen a session that failed to start until it is requested.
      const isOther = session !== sessions.current;
      const isNew = isOther || sessions.state === "loading";
      session = sessions.current;
      if (isOther) {
        drawError = undefined;
        usesLookups = false;
      }
      draw();
      if (isNew) onVisibilityChange();
      else loadBackground();
    }),
    // What the Credits view says, this one only mentions.
    followData(sessions, ({ credits }) => [credits], showMessage),
    followData(
      sessions,
      (data) => options.lookups?.(data) ?? [],
      () => {
        const values = lookups().map(({ current }) => current);
        const isChanged = values.some((value, i) => value !== shownLookups[i]);
        shownLookups = values;
        if (isChanged && usesLookups) draw();
        // It may say that they failed.
        else showMessage();
      },
    ),
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
    refresh() {
      const since = Date.now();
      return load((resource) => resource.load({ fresh: since }));
    },
    ensureLookups,
    dispose() {
      clearTimeout(timer);
      endProgress?.();
      vscode.Disposable.from(tree, redrawn, ...listeners).dispose();
    },
  };
}

const stackOf = (error: unknown) => (error instanceof Error && error.stack) || String(error);

/** Replaces a row, or the children of a row, that can't be drawn. */
function problemRow({ id, parent }: Node): Node {
  const label = vscode.l10n.t("Couldn't show this row");
  return row({ id: `${id}:problem`, parent, label, icon: "error", tooltip: vscode.l10n.t("See the log for details.") });
}
