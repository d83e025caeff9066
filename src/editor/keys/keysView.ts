import * as vscode from "vscode";
import { count } from "../../openrouter/format.ts";
import type { Key } from "../../openrouter/index.ts";
import { keyStatus } from "../../openrouter/keyFacts.ts";
import type { Connection } from "../account/connection.ts";
import type { AccountData } from "../data/accountData.ts";
import { guardrailOfKey, memberName, workspaceNames } from "../data/names.ts";
import { commandIds, contextKeys, stateIds, viewIds } from "../platform/ids.ts";
import { shown } from "../platform/safeLabel.ts";
import type { Rotations } from "../rotation/registry.ts";
import type { HeldSecrets } from "../secrets/heldSecrets.ts";
import { type Node, row } from "../ui/node.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import { countNames, type KeyQuery, keySorts, selectKeys } from "./keyQuery.ts";
import { type KeyContext, type KeyNode, keyRow } from "./keyRows.ts";
import { statusText } from "./keyText.ts";

const BATCH = 200;
const none: readonly Key[] = [];

/** The Keys view and what it shows of the keys. */
export interface KeysView extends ResourceView {
  readonly query: KeyQuery;
  setQuery(change: Partial<KeyQuery>): void;
  /** Shows the next batch of a group's rows. */
  showMore(groupId: string): void;
  /** Keeps a key in sight after it was changed here, whatever the query hides. */
  touch(hash: string): void;
  /** Selects a key's row, if the view is visible and shows it. */
  reveal(hash: string): Promise<void>;
}

interface KeysViewOptions {
  connection: Connection;
  data: AccountData;
  memory: vscode.Memento;
  held: HeldSecrets;
  rotations: Rotations;
}

export function createKeysView({ connection, data, memory, held, rotations }: KeysViewOptions): KeysView {
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

  const view = createResourceView(connection, {
    id: viewIds.keys,
    resources: [data.keys, data.guardrails, data.members],
    roots,
    message,
  });

  const listeners = [held.onDidChange(view.draw), rotations.onDidChange(view.draw)];

  const select = memoized((keys: readonly Key[], asked: KeyQuery) =>
    selectKeys(keys, asked, vscode.env.language, (key) => statusText(keyStatus(key))),
  );
  const namesOf = memoized(countNames);
  const selection = () => select(data.keys.current?.value.keys ?? none, query);

  function roots(): Node[] {
    keyNodes = new Map();
    return [...rotations.rows(), ...keyRoots()];
  }

  function keyRoots(): Node[] {
    const { workspaces = [] } = data.keys.current?.value ?? {};
    const namesakes = namesOf(data.keys.current?.value.keys ?? none);
    const context = keyContext(data, { held: held.stateOf, hasTwin: (key) => namesakes(key) > 1 });
    const keys = selection().shown;
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
    const label = shown(name) || vscode.l10n.t("Other workspaces");
    const figure =
      keys.length === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", count(keys.length, vscode.env.language));
    let made: Node[] | undefined;
    const node: Node = row({
      ...{ id: `workspace:${id}`, label, figure, icon: "layers", expanded: true, context: "workspace" },
      spoken: vscode.l10n.t("Workspace {0}, {1}", label, figure),
      children: () => (made ??= rows(id, keys, context, node)),
    });
    return node;
  }

  function message(): string | undefined {
    const { disabledHidden, shown: keys } = selection();
    const t = vscode.l10n.t;
    const all = data.keys.current?.value.keys.length ?? 0;
    const number = (value: number) => count(value, vscode.env.language);
    return (
      [
        data.keys.current?.complete === false && t("{0} keys so far…", number(all)),
        data.keys.current?.value.workspaces === undefined && t("Only the default workspace can be read"),
        data.keys.current?.value.expiredMayBeMissing && t("Expired keys may be missing"),
        query.filter && keys.length === 0 && t("No key matches “{0}”.", shown(query.filter)),
        query.filter &&
          keys.length > 0 &&
          t("“{0}”: {1} of {2} keys", shown(query.filter), number(keys.length), number(all)),
        disabledHidden > 0 && t("{0} disabled hidden", number(disabledHidden)),
      ]
        .filter(Boolean)
        .join(" · ") || undefined
    );
  }

  function setQuery(change: Partial<KeyQuery>): void {
    query = { ...query, ...change };
    connection.report(contextKeys.keysFiltered, query.filter !== "");
    connection.report(contextKeys.disabledKeysShown, query.showDisabled);
    if (change.sort) void memory.update(stateIds.keySort, change.sort);
    view.draw();
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
    touch: (hash) => setQuery({ touched: new Set([...query.touched, hash]) }),
    async reveal(hash) {
      if (!view.tree.visible) return;
      // As they are now: the rows that VS Code last asked for may be older than the key.
      for (const root of roots()) root.children?.();
      const node = keyNodes.get(hash);
      if (node) await view.tree.reveal(node, { select: true, focus: false });
    },
  };
}

function moreRow(groupId: string, rest: number, parent?: Node): Node {
  const number = (value: number) => count(value, vscode.env.language);
  const label = vscode.l10n.t("Show {0} More", number(Math.min(BATCH, rest)));
  return row({
    ...{ id: `more:${groupId}`, label, icon: "ellipsis", parent },
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
function keyContext(data: AccountData, known: Pick<KeyContext, "held" | "hasTwin">): KeyContext {
  const read = data.guardrails.current !== undefined;
  const t = vscode.l10n.t;
  const guardrailOf = guardrailOfKey(data.guardrails.current?.value);
  const members = new Map(data.members.current?.value.members.map((member) => [member.id, memberName(member)]));
  const workspaces = workspaceNames(data.keys.current?.value.workspaces);
  return {
    guardrail(key) {
      if (!read) return t("unknown");
      const guardrail = guardrailOf(key);
      return guardrail === "default" ? t("default of the workspace") : (guardrail?.name ?? t("none"));
    },
    member: (id) => members.get(id),
    workspace: (id) => workspaces.get(id ?? ""),
    ...known,
  };
}
