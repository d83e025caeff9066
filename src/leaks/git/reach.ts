// Tells what leads to a commit, and whether it was pushed.
import type { CommitSource } from "../model.ts";
import { type Graph, reachable } from "./graph.ts";
import { type Refs, tracksAllBranches } from "./refs.ts";

/** What is known about where commits are. */
export interface Reach {
  /** All commits that a ref or a reflog leads to. */
  all: ReadonlySet<string>;
  source(commit: string): CommitSource;
  /**
   * True if a remote-tracking branch has the commit or had it. False if none did though all that is pushed should have left such
   * a trace: a push to an address without a remote, or to a branch that was deleted on the remote since, leaves none.
   */
  isPushed(commit: string): boolean | undefined;
}

/** If the refs couldn't be read, nothing leads to a commit. */
const noRefs: Refs = {
  ...{ refs: [], heads: [], reflog: [], remoteReflog: [], stashes: [], remotes: [] },
  isDamaged: true,
};

/**
 * @param known undefined if the refs couldn't be read
 * @param isWhole false if commits are missing that may lead to others
 */
export function readReach(graph: Graph, known: Refs | undefined, isWhole: boolean): Reach {
  const { refs, heads, isDamaged, ...logs } = known ?? noRefs;
  const idsOf = (isWanted: (name: string) => boolean) => refs.flatMap(({ id, name }) => (isWanted(name) ? id : []));
  const isIn = (prefix: string) => (name: string) => name.startsWith(prefix);
  const isBranch = (name: string) => name !== "refs/stash" && !isIn("refs/tags/")(name);
  const all = reachable(graph, [...idsOf(() => true), ...heads, ...logs.reflog]);
  const sets: [CommitSource, ReadonlySet<string>][] = [
    ["branch", reachable(graph, [...idsOf(isBranch), ...heads])],
    ["tag", reachable(graph, idsOf(isIn("refs/tags/")))],
    ["stash", reachable(graph, [...logs.stashes, ...idsOf((name) => name === "refs/stash")])],
    ["reflog", all],
  ];
  const source = (commit: string) => sets.find(([, contained]) => contained.has(commit))?.[0] ?? "unreachable";
  const tracking = idsOf(isIn("refs/remotes/"));
  const pushed = reachable(graph, [...tracking, ...logs.remoteReflog]);
  // Tags and other refs are pushed without a trace. A branch that followed one of the remote was pushed before that was deleted.
  const isTraced = (name: string) => /^refs\/(heads\/|remotes\/|stash$)/.test(name);
  const names = new Set(refs.map(({ name }) => name));
  const isGone = (upstream: string) => upstream !== "" && !names.has(upstream);
  const doubtful = reachable(graph, [
    ...idsOf((name) => !isTraced(name)),
    ...refs.flatMap(({ id, upstream }) => (isGone(upstream) ? id : [])),
  ]);
  const leavesTraces =
    isWhole && !isDamaged && tracking.length > 0 && logs.remotes.length > 0 && logs.remotes.every(tracksAllBranches);
  return {
    all,
    source,
    isPushed(commit) {
      if (pushed.has(commit)) return true;
      return leavesTraces && !doubtful.has(commit) && source(commit) !== "unreachable" ? false : undefined;
    },
  };
}
