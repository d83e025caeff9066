import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import type { Connection } from "../connection.ts";
import type { AccountData } from "../data/accountData.ts";
import { guardrailNames, memberName, workspaceNames } from "../data/names.ts";
import { count } from "../format.ts";
import { contextKeys, stateIds, viewIds } from "../ids.ts";
import type { Rotations } from "../rotation/rotations.ts";
import type { HeldSecrets } from "../secrets/heldSecrets.ts";
import { shown } from "../shown.ts";
import { type Node, row } from "../views/node.ts";
import { createResourceView, type ResourceView } from "../views/resourceView.ts";
import { type KeyQuery, keySorts, selectKeys } from "./keyQuery.ts";
import { type KeyContext, type KeyNode, keyRow } from "./keyRows.ts";

/** The Keys view and what it shows of the keys. */
export interface KeysView extends ResourceView {
  readonly query: KeyQuery;
  setQuery(change: Partial<KeyQuery>): void;
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

  const view = createResourceView(connection, {
    id: viewIds.keys,
    resources: [data.keys, data.guardrails, data.members],
    roots,
    message,
  });

  const listeners = [held.onDidChange(view.draw), rotations.onDidChange(view.draw)];

  const select = () => selectKeys(data.keys.current?.value.keys ?? [], query, vscode.env.language);

  function roots(): Node[] {
    keyNodes = new Map();
    return [...rotations.rows(), ...keyRoots()];
  }

  function keyRoots(): Node[] {
    const { workspaces = [] } = data.keys.current?.value ?? {};
    const context = keyContext(data, held.isKept);
    const keys = select().shown;
    if ((workspaces?.length ?? 0) < 2) return rows(keys, context);
    const byWorkspace = Map.groupBy(keys, (key) => key.workspace_id ?? "");
    const groups = [...(workspaces ?? []).map(({ id, name }) => ({ id, name })), { id: "", name: "" }];
    return groups
      .filter(({ id }) => byWorkspace.has(id))
      .map(({ id, name }) => group(id, name, byWorkspace.get(id) ?? [], context));
  }

  function rows(keys: Key[], context: KeyContext, parent?: Node): KeyNode[] {
    const nodes = keys.map((key) => keyRow(key, context, parent));
    for (const node of nodes) keyNodes.set(node.key.hash, node);
    return nodes;
  }

  function group(id: string, name: string, keys: Key[], context: KeyContext): Node {
    const label = shown(name) || vscode.l10n.t("Other workspaces");
    const figure =
      keys.length === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", count(keys.length, vscode.env.language));
    let made: KeyNode[] | undefined;
    const node: Node = row({
      ...{ id: `workspace:${id}`, label, figure, icon: "folder", expanded: true, context: "workspace" },
      spoken: vscode.l10n.t("Workspace {0}, {1}", label, figure),
      children: () => (made ??= rows(keys, context, node)),
    });
    return node;
  }

  function message(): string | undefined {
    const { disabledHidden, shown: keys } = select();
    const t = vscode.l10n.t;
    const all = data.keys.current?.value.keys.length ?? 0;
    const number = (value: number) => count(value, vscode.env.language);
    return (
      [
        data.keys.current?.complete === false && t("{0} keys so far…", number(all)),
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
    touch: (hash) => setQuery({ touched: new Set([...query.touched, hash]) }),
    async reveal(hash) {
      const node = keyNodes.get(hash);
      if (node && view.tree.visible) await view.tree.reveal(node, { select: true, focus: false });
    },
  };
}

/** Names for what keys refer to, as far as they were read. */
function keyContext(data: AccountData, kept: (hash: string) => boolean): KeyContext {
  const guardrails = guardrailNames(data.guardrails.current?.value);
  const members = new Map(data.members.current?.value.members.map((member) => [member.id, memberName(member)]));
  const workspaces = workspaceNames(data.keys.current?.value.workspaces);
  return {
    guardrail: (hash) => guardrails.get(hash),
    member: (id) => members.get(id),
    workspace: (id) => workspaces.get(id ?? ""),
    kept,
  };
}
