import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { withKey } from "../data/updates.ts";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys, stateIds, viewIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { watchWriteMode, writeMode } from "../platform/settings.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import type { Node } from "../ui/node.ts";
import { createResourceView } from "../ui/resourceView.ts";
import { writeModeText } from "../ui/writeModeText.ts";
import { BATCH_SIZE, type KeyList, type RowSource } from "./keyList.ts";
import { countSameName, type KeyQuery, keySorts, selectKeys } from "./keyQuery.ts";
import type { KeyRoots } from "./keyRoots.ts";
import { statusText } from "./keyText.ts";

const noKeys: readonly Key[] = [];

interface KeysViewOptions {
  sessions: AccountSessions;
  secrets: PendingSecrets;
  /** Rows shown above the keys: the pending rotations. */
  rowsAbove: RowSource;
  memory: vscode.Memento;
}

/** Creates the Keys view: keys grouped by workspace, filtered and sorted, in batches. */
export function createKeysView({ sessions, secrets, rowsAbove, memory }: KeysViewOptions): KeyList {
  const savedSort = memory.get(stateIds.keySort);
  let query: KeyQuery = {
    filter: "",
    sort: keySorts.find((sort) => sort === savedSort) ?? "name",
    showDisabled: false,
    pinned: new Set(),
  };
  let keyRoots: KeyRoots | undefined;
  /** The number of rows shown in each group, if more than the first batch. */
  let rowCounts = new Map<string, number>();

  const view = createResourceView(sessions, {
    id: viewIds.keys,
    stateKey: contextKeys.keysState,
    resources: ({ keys }) => [keys],
    lookups: ({ guardrails, members }) => [guardrails, members],
    background: ({ organization }) => [organization],
    emptyState,
    roots,
    note: () => writeModeText(writeMode()),
    message,
  });

  let shownSession = sessions.current;
  const listeners = [
    secrets.onDidChange(view.draw),
    rowsAbove.onDidChange(view.draw),
    watchWriteMode(view.draw),
    sessions.onDidChange(() => {
      if (sessions.current === shownSession) return;
      shownSession = sessions.current;
      rowCounts = new Map();
      query = { ...query, pinned: new Set() };
    }),
  ];

  const select = memoized((keys: readonly Key[], current: KeyQuery) =>
    selectKeys(keys, current, displayLocale(), (key) => statusText(getKeyStatus(key))),
  );
  const countNames = memoized(countSameName);
  const selection = ({ data }: AccountSession) => select(data.keys.current?.value.keys ?? noKeys, query);

  async function roots(session: AccountSession): Promise<Node[]> {
    // Imported when the view is first shown, not when the extension activates.
    const [{ createKeyRoots }, above] = await Promise.all([import("./keyRoots.ts"), rowsAbove.rows(session)]);
    const sameNameCount = countNames(session.data.keys.current?.value.keys ?? noKeys);
    keyRoots = createKeyRoots(session, {
      keys: selection(session).visible,
      lookups: { secretState: secrets.stateOf, hasDuplicateName: (key) => sameNameCount(key) > 1 },
      visibleRows: (groupId) => rowCounts.get(groupId) ?? BATCH_SIZE,
      isPinned: (hash) => query.pinned.has(hash),
    });
    return [...above, ...keyRoots.roots];
  }

  function emptyState(session: AccountSession): "empty" | "hidden" | undefined {
    if (!session.data.keys.current?.value.keys.length) return "empty";
    return selection(session).visible.length === 0 && !query.filter ? "hidden" : undefined;
  }

  function message(session: AccountSession): string | undefined {
    const { hiddenDisabledCount, visible: keys } = selection(session);
    const t = vscode.l10n.t;
    const { current } = session.data.keys;
    const all = current?.value.keys.length ?? 0;
    const number = (value: number) => formatCount(value, displayLocale());
    return (
      [
        current?.complete === false && t("{0} keys so far…", number(all)),
        current?.value.workspaces === undefined && t("Only the default workspace can be shown"),
        current?.value.expiredMayBeMissing && t("Expired keys may be missing"),
        query.filter && keys.length === 0 && t("No key matches “{0}”.", safeLabel(query.filter)),
        query.filter &&
          keys.length > 0 &&
          t("“{0}”: {1} of {2} keys", safeLabel(query.filter), number(keys.length), number(all)),
        hiddenDisabledCount > 0 && t("Disabled keys hidden: {0}", number(hiddenDisabledCount)),
      ]
        .filter(Boolean)
        .join(" · ") || undefined
    );
  }

  function setQuery(change: Partial<KeyQuery>): void {
    query = { ...query, ...change };
    setContext(contextKeys.keysFiltered, query.filter !== "");
    setContext(contextKeys.disabledKeysShown, query.showDisabled);
    if (change.sort) void memory.update(stateIds.keySort, change.sort);
    view.draw();
  }

  function pin(session: AccountSession, hash: string): void {
    if (session === sessions.current) setQuery({ pinned: new Set([...query.pinned, hash]) });
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

/** Caches the result for the last arguments, since a redraw computes the same several times. */
function memoized<A extends unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | undefined;
  return (...args) => {
    if (!last?.args.every((arg, i) => arg === args[i])) last = { args, result: compute(...args) };
    return last.result;
  };
}
