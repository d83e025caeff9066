import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { keyStatus } from "../../openrouter/keys/keyFacts.ts";
import { count } from "../../openrouter/text/format.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { guardrailOfKey, memberName, workspaceNames } from "../data/names.ts";
import { withKey } from "../data/updates.ts";
import { setContext } from "../platform/contextKeys.ts";
import { commandIds, contextKeys, stateIds, viewIds } from "../platform/ids.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { followWriteMode } from "../platform/settings.ts";
import type { HeldSecrets } from "../secrets/heldSecrets.ts";
import { type Node, row } from "../ui/node.ts";
import { createResourceView } from "../ui/resourceView.ts";
import { writeModeText } from "../ui/writeModeText.ts";
import type { KeyList, RowSource } from "./keyList.ts";
import { countNames, type KeyQuery, keySorts, selectKeys } from "./keyQuery.ts";
import { type KeyContext, type KeyNode, keyRow } from "./keyRows.ts";
import { statusText } from "./keyText.ts";

const BATCH = 200;
const none: readonly Key[] = [];

interface KeysViewOptions {
  sessions: AccountSessions;
  secrets: HeldSecrets;
  /** What stands above the keys. */
  above: RowSource;
  memory: vscode.Memento;
}

/** The Keys view: keys by workspace, filtered and sorted, in batches. */
export function createKeysView({ sessions, secrets, above, memory }: KeysViewOptions): KeyList {
  const remembered = memory.get(stateIds.keySort);
  let query: KeyQuery = {
    filter: "",
    sort: keySorts.find((sort) => sort === remembered) ?? "name",
    showDisabled: false,
    touched: new Set(),
  };
  let keyNodes = new Map<string, KeyNode>();
  /** How many rows of each group are shown, where it is more than the first batch. */
  let batches = new Map<string, number>();

  const view = createResourceView(sessions, {
    id: viewIds.keys,
    stateKey: contextKeys.keysState,
    resources: ({ keys, guardrails, members }) => [keys, guardrails, members],
    roots,
    message,
  });

  let shownSession = sessions.current;
  const listeners = [
    secrets.onDidChange(view.draw),
    above.onDidChange(view.draw),
    followWriteMode((mode) => {
      view.tree.description = writeModeText(mode);
    }),
    sessions.onDidChange(() => {
      if (sessions.current === shownSession) return;
      shownSession = sessions.current;
      batches = new Map();
      query = { ...query, touched: new Set() };
    }),
  ];

  const select = memoized((keys: readonly Key[], asked: KeyQuery) =>
    selectKeys(keys, asked, vscode.env.language, (key) => statusText(keyStatus(key))),
  );
  const namesOf = memoized(countNames);
  const selection = ({ data }: AccountSession) => select(data.keys.current?.value.keys ?? none, query);

  function roots(session: AccountSession): Node[] {
    keyNodes = new Map();
    return [...above.rows(session), ...keyRoots(session)];
  }

  function keyRoots(session: AccountSession): Node[] {
    const { current } = session.data.keys;
    const { workspaces = [] } = current?.value ?? {};
    const namesakes = namesOf(current?.value.keys ?? none);
    const context = keyContext(session, { held: secrets.stateOf, hasTwin: (key) => namesakes(key) > 1 });
    const keys = selection(session).shown;
    if ((workspaces?.length ?? 0) < 2) return rows("", keys, context);
    const known = new Set(workspaces?.map(({ id }) => id));
    const byWorkspace = Map.groupBy(keys, ({ workspace_id: id }) => (id && known.has(id) ? id : ""));
    const groups = [...(workspaces ?? []).map(({ id, name }) => ({ id, name })), { id: "", name: "" }];
    return groups
      .filter(({ id }) => byWorkspace.has(id))
      .map(({ id, name }) => group(id, name, byWorkspace.get(id) ?? [], context));
  }

  /** VS Code takes all rows of a group at once: thousands would keep it busy for seconds, so that they come in batches. */
  function rows(groupId: string, keys: Key[], context: KeyContext, parent?: Node): Node[] {
    const limit = batches.get(groupId) ?? BATCH;
    const nodes = keys
      .filter((key, i) => i < limit || query.touched.has(key.hash))
      .map((key) => keyRow(key, context, parent));
    for (const node of nodes) keyNodes.set(node.key.hash, node);
    const rest = keys.length - nodes.length;
    return rest > 0 ? [...nodes, moreRow(groupId, rest, parent)] : nodes;
  }

  function group(id: string, name: string, keys: Key[], context: KeyContext): Node {
    const label = safeLabel(name) || vscode.l10n.t("Other workspaces");
    const figure =
      keys.length === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", count(keys.length, vscode.env.language));
    let made: Node[] | undefined;
    const node: Node = row({
      id: `workspace:${id}`,
      label,
      figure,
      icon: "layers",
      expanded: true,
      context: "workspace",
      spoken: vscode.l10n.t("Workspace {0}, {1}", label, figure),
      children: () => (made ??= rows(id, keys, context, node)),
    });
    return node;
  }

  function message(session: AccountSession): string | undefined {
    const { disabledHidden, shown: keys } = selection(session);
    const t = vscode.l10n.t;
    const { current } = session.data.keys;
    const all = current?.value.keys.length ?? 0;
    const number = (value: number) => count(value, vscode.env.language);
    return (
      [
        current?.complete === false && t("{0} keys so far…", number(all)),
        current?.value.workspaces === undefined && t("Only the default workspace can be read"),
        current?.value.expiredMayBeMissing && t("Expired keys may be missing"),
        query.filter && keys.length === 0 && t("No key matches “{0}”.", safeLabel(query.filter)),
        query.filter &&
          keys.length > 0 &&
          t("“{0}”: {1} of {2} keys", safeLabel(query.filter), number(keys.length), number(all)),
        disabledHidden > 0 && t("{0} disabled hidden", number(disabledHidden)),
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

  function touch(session: AccountSession, hash: string): void {
    if (session === sessions.current) setQuery({ touched: new Set([...query.touched, hash]) });
  }

  return {
    ...view,
    dispose: () => vscode.Disposable.from(view, ...listeners).dispose(),
    get query() {
      return query;
    },
    setQuery,
    showMore(groupId) {
      batches = new Map(batches).set(groupId, (batches.get(groupId) ?? BATCH) + BATCH);
      view.draw();
    },
    touch,
    show(session, key) {
      touch(session, key.hash);
      session.data.keys.change(withKey(key));
    },
    async reveal(session, hash) {
      if (!view.tree.visible || session !== sessions.current) return;
      // As they are now: the rows that VS Code last asked for may be older than the key.
      for (const root of roots(session)) root.children?.();
      const node = keyNodes.get(hash);
      if (node) await view.tree.reveal(node, { select: true, focus: false });
    },
  };
}

function moreRow(groupId: string, rest: number, parent?: Node): Node {
  const number = (value: number) => count(value, vscode.env.language);
  const label = vscode.l10n.t("Show {0} More", number(Math.min(BATCH, rest)));
  return row({
    id: `more:${groupId}`,
    label,
    icon: "ellipsis",
    parent,
    figure: vscode.l10n.t("{0} not shown; the filter finds them", number(rest)),
    command: { command: commandIds.showMoreKeys, title: label, arguments: [groupId] },
  });
}

/** The result for the last arguments: a view asks the same several times a redraw. */
function memoized<A extends unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | undefined;
  return (...args) => {
    if (!last?.args.every((arg, i) => arg === args[i])) last = { args, result: compute(...args) };
    return last.result;
  };
}

/** Names for what keys refer to, as far as they were read. */
function keyContext(session: AccountSession, known: Pick<KeyContext, "held" | "hasTwin">): KeyContext {
  const { data } = session;
  const read = data.guardrails.current !== undefined;
  const t = vscode.l10n.t;
  const guardrailOf = guardrailOfKey(data.guardrails.current?.value);
  const members = new Map(data.members.current?.value.members.map((member) => [member.id, memberName(member)]));
  const workspaces = workspaceNames(data.keys.current?.value.workspaces);
  return {
    session,
    guardrail(key) {
      if (!read) return t("unknown");
      const guardrail = guardrailOf(key);
      return guardrail === "default" ? t("default of the workspace") : (guardrail?.name ?? t("none"));
    },
    member: (id) => members.get(id),
    workspace: (id) => workspaces.get(id ?? ""),
    changedByAgent: (hash) => data.changedByAgents.has(hash),
    ...known,
  };
}
