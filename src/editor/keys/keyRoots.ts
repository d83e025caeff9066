import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { commandIds } from "../platform/ids.ts";
import { countText, keysText } from "../ui/countTexts.ts";
import { type Node, row } from "../ui/node.ts";
import { BATCH_SIZE } from "./keyList.ts";
import type { HiddenCount, KeyQuery, Selection } from "./keyQuery.ts";
import { type KeyContext, type KeyNode, keyRow } from "./keyRows.ts";
import { hiddenText } from "./keySelection.ts";

interface KeyRootsOptions {
  selection: Selection;
  context: KeyContext;
  query: KeyQuery;
  /** The number of rows to show in a group. */
  visibleRows(groupId: string): number;
}

/** The rows of the Keys view. */
export interface KeyRoots {
  roots: Node[];
  /** The row of a key; undefined until VS Code has asked for its group's rows. */
  nodeOf(hash: string): KeyNode | undefined;
}

/** Creates the key rows, grouped by workspace if there are several. */
export function createKeyRoots(session: AccountSession, options: KeyRootsOptions): KeyRoots {
  const { selection, context, query, visibleRows } = options;
  const { visible: keys, hidden } = selection;
  const isPinned = (hash: string) => query.pinned.has(hash);
  const keyNodes = new Map<string, KeyNode>();

  function roots(): Node[] {
    const workspaces = session.data.keys.current?.value.workspaces ?? [];
    if (workspaces.length < 2) return rows("", keys);
    const ids = new Set(workspaces.map(({ id }) => id));
    const byWorkspace = Map.groupBy(keys, ({ workspace_id: id }) => (id && ids.has(id) ? id : ""));
    const groups = [...workspaceNames(workspaces), ["", ""]] as const;
    return groups.filter(([id]) => byWorkspace.has(id)).map(([id, name]) => group(id, name, byWorkspace.get(id) ?? []));
  }

  /** Creates a group's rows in batches: VS Code renders all rows of a group at once, which takes seconds for thousands. */
  function rows(groupId: string, keys: readonly Key[], parent?: Node): Node[] {
    const limit = visibleRows(groupId);
    const nodes = keys.filter((key, i) => i < limit || isPinned(key.hash)).map((key) => keyRow(key, context, parent));
    for (const node of nodes) keyNodes.set(node.key.hash, node);
    const rest = keys.length - nodes.length;
    return rest > 0 ? [...nodes, moreRow(groupId, rest, parent)] : nodes;
  }

  function group(id: string, name: string, keys: readonly Key[]): Node {
    const label = name || vscode.l10n.t("Other workspaces");
    const description = keysText(keys.length);
    let children: Node[] | undefined;
    const node: Node = row({
      id: `workspace:${id}`,
      label,
      description,
      icon: "layers",
      expanded: true,
      context: "workspace",
      ariaLabel: vscode.l10n.t("Workspace {0}, {1}", label, description),
      children: () => (children ??= rows(id, keys, node)),
    });
    return node;
  }

  const offersHidden = query.filter !== "" && hidden.disabled + hidden.expired > 0;
  const all = offersHidden ? [...roots(), hiddenRow(hidden)] : roots();
  return { roots: all, nodeOf: (hash) => keyNodes.get(hash) };
}

function moreRow(groupId: string, rest: number, parent?: Node): Node {
  const label = vscode.l10n.t("Show {0} More", countText(Math.min(BATCH_SIZE, rest)));
  return row({
    id: `more:${groupId}`,
    label,
    icon: "ellipsis",
    parent,
    description: vscode.l10n.t("{0} not shown; filter to find them", countText(rest)),
    command: { command: commandIds.showMoreKeys, title: label, arguments: [groupId] },
  });
}

function hiddenRow(hidden: HiddenCount): Node {
  const label = vscode.l10n.t("Show Hidden Keys");
  return row({
    id: "hidden",
    label,
    icon: "eye",
    description: hiddenText(hidden),
    command: { command: commandIds.showDisabledKeys, title: label },
  });
}
