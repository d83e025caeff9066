// Reads the refs of a repository; one that is damaged hides no other.
import { repositoryArgs } from "./repositories.ts";
import { type Git, GitError, gitRecords } from "./runGit.ts";

interface Ref {
  name: string;
  id: string;
  /** The remote-tracking branch that it is set to follow; empty if there is none. */
  upstream: string;
}

/** What leads to commits. */
export interface Refs {
  refs: Ref[];
  /** The commits that are checked out in the work trees. */
  heads: string[];
  /** What all refs led to once. */
  reflog: string[];
  /** What remote-tracking branches led to once. */
  remoteReflog: string[];
  stashes: string[];
  remotes: Remote[];
  /** True if Git said that a ref is damaged. */
  isDamaged: boolean;
}

interface Remote {
  name: string;
  /** What is fetched to which refs, such as `+refs/heads/*:refs/remotes/origin/*`. */
  fetch: string[];
}

export async function readRefs(git: Git, gitFolder: string): Promise<Refs> {
  let isDamaged = false;
  const read = async (
    args: readonly string[],
    { input = [] as readonly string[], separator = "\n" as "\n" | "\0" } = {},
  ) => {
    const found: string[] = [];
    const onWarning = (text: string) => {
      isDamaged ||= /broken|bad|invalid/i.test(text);
    };
    const options = { cwd: gitFolder, args: [...repositoryArgs(gitFolder), ...args], input, onWarning };
    try {
      for await (const one of gitRecords(git, options, separator)) if (one !== "") found.push(one);
    } catch (error) {
      // Git also fails if there is nothing to list.
      if (!(error instanceof GitError) || error.isMissing || error.isUntrusted) throw error;
    }
    return found;
  };
  const list = await read(["for-each-ref", "--format=%(objectname) %(refname) %(upstream)"]);
  const refs = list.map((line) => {
    const [id = "", name = "", upstream = ""] = line.split(" ");
    return { id, name, upstream };
  });
  const logOf = (names: readonly string[]) =>
    names.length === 0
      ? []
      : read(["log", "--walk-reflogs", "--format=%H", "--no-show-signature", "--ignore-missing", "--stdin"], {
          input: names,
        });
  const named = (prefix: string) => refs.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  const worktrees = await read(["worktree", "list", "--porcelain"]);
  return {
    refs,
    heads: [
      ...(await read(["rev-parse", "--verify", "--quiet", "HEAD"])),
      ...worktrees.flatMap((line) => /^HEAD ([0-9a-f]+)$/.exec(line)?.[1] ?? []),
    ],
    reflog: await read(["rev-list", "--reflog", "--no-walk=unsorted", "--ignore-missing"]),
    remoteReflog: await logOf(named("refs/remotes/")),
    stashes: await logOf(named("refs/stash")),
    remotes: readRemotes(
      await read(["config", "-z", "--get-regexp", "^remote\\..+\\.(url|fetch)$"], { separator: "\0" }),
    ),
    isDamaged,
  };
}

function readRemotes(settings: readonly string[]): Remote[] {
  const remotes = new Map<string, Remote>();
  for (const setting of settings) {
    const [, name, key, value = ""] = /^remote\.(.+)\.(url|fetch)(?:\n(.*))?$/s.exec(setting) ?? [];
    if (name === undefined) continue;
    const remote = remotes.get(name) ?? { name, fetch: [] };
    remotes.set(name, remote);
    if (key === "fetch") remote.fetch.push(value);
  }
  return [...remotes.values()];
}

/** True if each branch that is pushed to the remote has a remote-tracking branch. */
export const tracksAllBranches = ({ fetch }: Remote): boolean =>
  fetch.some((one) => /^\+?refs\/heads\/\*:refs\/remotes\/[^:]*\*$/.test(one)) &&
  !fetch.some((one) => one.startsWith("^"));
