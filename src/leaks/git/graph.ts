// The commits of a repository as far as they are here, read without following what may be missing.

/** A commit, or a tag, whose only parent is what it names. */
export interface GraphNode {
  /** Undefined for a tag. */
  tree: string | undefined;
  parents: string[];
  /** When it was committed, in seconds since 1970. */
  time: number;
}

export type Graph = Map<string, GraphNode>;

/** Reads the headers of a commit or a tag. */
export function readNode(bytes: Buffer): GraphNode {
  const node: GraphNode = { tree: undefined, parents: [], time: 0 };
  for (let at = 0, end = bytes.indexOf(10); end > at; at = end + 1, end = bytes.indexOf(10, at)) {
    const space = bytes.indexOf(32, at);
    const name = bytes.toString("latin1", at, Math.min(space, end));
    // Not a part of one long text, which would be kept in memory for it.
    const value = () => bytes.toString("latin1", space + 1, end);
    if (name === "tree") node.tree = value();
    else if (name === "parent" || name === "object") node.parents.push(value());
    else if (name === "committer") node.time = Number(/> (-?\d{1,15}) /.exec(value())?.[1] ?? 0);
  }
  return node;
}

/** Returns everything that the ids lead to, and themselves. */
export function reachable(graph: Graph, ids: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const pending = [...ids];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const node = graph.get(id);
    if (!node || found.has(id)) continue;
    found.add(id);
    for (const parent of node.parents) pending.push(parent);
  }
  return found;
}

/** Git knows the empty tree of each kind of ids, whether it is stored or not. */
const emptyTrees = [
  "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
];

/**
 * Returns the commits that Git can compare with their parents, the oldest first, and each one after its parents.
 * @param trees the trees that are here
 * @param shallow the commits at which a shallow history begins: Git takes them for the first ones
 */
export function comparableCommits(graph: Graph, trees: Iterable<string>, shallow: ReadonlySet<string>): string[] {
  const known = new Set([...trees, ...emptyTrees]);
  const hasTree = (node: GraphNode | undefined) => node?.tree !== undefined && known.has(node.tree);
  return parentsFirst(graph).filter((id) => {
    const node = graph.get(id);
    return hasTree(node) && (shallow.has(id) || node?.parents.every((parent) => hasTree(graph.get(parent))));
  });
}

/** Sorts by time, and each one behind its parents: commits of one second, or with wrong clocks, would hide who was first. */
function parentsFirst(graph: Graph): string[] {
  const sorted = new Set<string>();
  const pending = [...graph].sort(([, a], [, b]) => b.time - a.time).map(([id]) => id);
  for (let id = pending.at(-1); id !== undefined; id = pending.at(-1)) {
    const before = sorted.has(id)
      ? []
      : (graph.get(id)?.parents.filter((one) => graph.has(one) && !sorted.has(one)) ?? []);
    if (before.length > 0) {
      pending.push(...before);
      continue;
    }
    sorted.add(id);
    pending.pop();
  }
  return [...sorted];
}

/** Counts the commits of the graph. */
export const countCommits = (graph: Graph): number =>
  [...graph.values()].reduce((count, { tree }) => count + (tree === undefined ? 0 : 1), 0);
