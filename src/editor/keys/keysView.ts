import * as vscode from "vscode";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { withKey } from "../data/keyUpdates.ts";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys, stateIds, viewIds } from "../platform/ids.ts";
import { watchWriteMode, writeMode } from "../platform/settings.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import type { Node } from "../ui/node.ts";
import { createResourceView } from "../ui/resourceView.ts";
import { writeModeText } from "../ui/writeModeText.ts";
import { BATCH_SIZE, type KeyList, type RowSource, type RowsBelow } from "./keyList.ts";
import type { KeyQuery } from "./keyQuery.ts";
import type { KeyRoots } from "./keyRoots.ts";
import type { KeySelection } from "./keySelection.ts";
import { keySorts } from "./keySorts.ts";
import { sortNote } from "./sortText.ts";

interface KeysViewOptions {
  sessions: AccountSessions;
  secrets: PendingSecrets;
  /** Rows shown above the keys: the pending rotations. */
  rowsAbove: RowSource;
  /** The first rows under each key: what limits it. */
  rowsBelow: RowsBelow;
  memory: vscode.Memento;
}

/** Creates the Keys view: keys grouped by workspace, filtered and sorted, in batches. */
export function createKeysView({ sessions, secrets, rowsAbove, rowsBelow, memory }: KeysViewOptions): KeyList {
  let query: KeyQuery = {
    filter: "",
    sort: keySorts.find((sort) => sort === memory.get(stateIds.keySort)) ?? "name",
    showInactive: false,
    pinned: new Set(),
    pinnedInFilter: new Set(),
  };
  let keyRoots: KeyRoots | undefined;
  let selection: KeySelection | undefined;
  /** The number of rows shown in each group, if more than the first batch. */
  let rowCounts = new Map<string, number>();

  const view = createResourceView(sessions, {
    id: viewIds.keys,
    stateKey: contextKeys.keysState,
    canSelectMany: true,
    resources: ({ keys }) => [keys],
    lookups: ({ guardrails, members }) => [guardrails, members],
    background: ({ organization }) => [organization],
    emptyState,
    roots,
    note: () => [sortNote(query.sort), writeModeText(writeMode())].filter(Boolean).join(" · "),
    message: (session) => selection?.message(session, query),
  });

  let shownSession = sessions.current;
  const listeners = [
    secrets.onDidChange(view.draw),
    rowsAbove.onDidChange(view.draw),
    rowsBelow.onDidChange(view.draw),
    watchWriteMode(view.draw),
    sessions.onDidChange(() => {
      if (sessions.current === shownSession) return;
      shownSession = sessions.current;
      rowCounts = new Map();
      query = { ...query, pinned: new Set(), pinnedInFilter: new Set() };
      if (shownSession && query.filter) void view.ensureLookups();
    }),
  ];

  /** Imports what selects and draws the keys when the view is first shown, not when the extension activates. */
  async function loadSelection(): Promise<KeySelection> {
    if (selection) return selection;
    const { createKeySelection } = await import("./keySelection.ts");
    selection ??= createKeySelection(secrets.stateOf);
    // The message was empty until now.
    view.draw();
    return selection;
  }

  async function roots(session: AccountSession): Promise<Node[]> {
    const [{ createKeyRoots }, loaded, above, below] = await Promise.all([
      import("./keyRoots.ts"),
      loadSelection(),
      rowsAbove.rows(session),
      rowsBelow.rows(),
    ]);
    keyRoots = createKeyRoots(session, {
      selection: loaded.select(session, query),
      context: { ...loaded.context(session, query), ...below },
      query,
      visibleRows: (groupId) => rowCounts.get(groupId) ?? BATCH_SIZE,
    });
    return [...above, ...keyRoots.roots];
  }

  function emptyState(session: AccountSession): "empty" | "hidden" | undefined {
    if (!session.data.keys.current?.value.keys.length) return "empty";
    // Filtering thousands of keys takes a while, and the state is asked for several times per drawing.
    if (query.filter) return undefined;
    return selection?.select(session, query).visible.length === 0 ? "hidden" : undefined;
  }

  function setQuery(change: Partial<KeyQuery>): void {
    const isOtherFilter = change.filter !== undefined && change.filter !== query.filter;
    query = { ...query, ...(isOtherFilter && { pinnedInFilter: new Set() }), ...change };
    setContext(contextKeys.keysFiltered, query.filter !== "");
    setContext(contextKeys.disabledKeysShown, query.showInactive);
    if (change.sort) void memory.update(stateIds.keySort, change.sort);
    view.draw();
  }

  function pin(session: AccountSession, hash: string): void {
    if (session !== sessions.current) return;
    const add = (hashes: ReadonlySet<string>) => new Set([...hashes, hash]);
    setQuery({ pinned: add(query.pinned), pinnedInFilter: add(query.pinnedInFilter) });
  }

  return {
    ...view,
    dispose: () => vscode.Disposable.from(view, ...listeners).dispose(),
    get query() {
      return query;
    },
    setQuery,
    showMore(groupId) {
      rowCounts = new Map(rowCounts).set(groupId, (rowCounts.get(groupId) ?? BATCH_SIZE) + BATCH_SIZE);
      view.draw();
    },
    pin,
    showKey(session, key) {
      pin(session, key.hash);
      session.data.keys.change(withKey(key));
    },
    async reveal(session, hash, { opensView = false } = {}) {
      if (!(opensView || view.tree.visible) || session !== sessions.current) return;
      // Recreates the rows: those that VS Code requested last may be older than the key.
      for (const root of await roots(session)) root.children?.();
      const node = keyRoots?.nodeOf(hash);
      if (node) await view.tree.reveal(node, { select: true, focus: false });
    },
  };
}
