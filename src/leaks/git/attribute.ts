// Finds the commits that added the blobs with secrets, and what leads to them.
import type { CommitSource } from "../model.ts";
import { repositoryArgs } from "./repositories.ts";
import { type Git, gitRecords, readGit } from "./runGit.ts";

/** A commit in which a file became a certain blob. */
export interface AddedBlob {
  commit: string;
  author: string;
  date: string;
  path: string;
  blob: string;
  /** What the file was before, in each parent. */
  before: string[];
}

/** More don't fit into a command line on Windows; then Git lists all changes and they are filtered here. */
const MAX_ARGUMENTS = 300;

/** Lists the commits that changed a file to one of the blobs; the commits given are included whatever leads to them. */
export async function* commitsThatAdded(
  git: Git,
  gitFolder: string,
  blobs: ReadonlySet<string>,
  otherCommits: Iterable<string>,
): AsyncGenerator<AddedBlob> {
  const filter = blobs.size <= MAX_ARGUMENTS ? [...blobs].map((blob) => `--find-object=${blob}`) : [];
  const args = [
    ...repositoryArgs(gitFolder),
    "log",
    ...["--all", "--reflog", "--stdin", "--ignore-missing", "--no-show-signature", "--no-mailmap", "--no-notes"],
    ...["--format=%x00%x00%H%x00%an%x00%aI", "-z", "--raw", "--no-abbrev", "-c", "--root", "--no-renames"],
    ...["--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--encoding=UTF-8"],
    ...["--no-relative", "--no-color", "-O/dev/null", ...filter],
  ];
  const input = lines(otherCommits);
  const records = gitRecords(git, { cwd: gitFolder, args, input }, "\0");
  let commit = { commit: "", author: "", date: "" };
  let blank = 0;
  for await (const raw of records) {
    const record = raw.replace(/^\n+/, "");
    if (record === "") {
      blank++;
      continue;
    }
    if (blank >= 1 && /^[0-9a-f]{40,64}$/.test(record)) {
      commit = { commit: record, author: await nextOf(records), date: (await nextOf(records)).trim() };
    } else if (record.startsWith(":")) {
      const change = readChange(record);
      const path = await nextOf(records);
      if (change && blobs.has(change.blob)) yield { ...commit, ...change, path };
    }
    blank = 0;
  }
}

/** Reads `:100644 100644 <before> <after> M`; a merge has a colon, a mode and a blob for each parent. */
function readChange(record: string): { blob: string; before: string[] } | undefined {
  const parents = /^:+/.exec(record)?.[0].length ?? 0;
  const ids = record
    .slice(parents)
    .split(" ")
    .slice(parents + 1, -1);
  const blob = ids.at(-1);
  return blob === undefined ? undefined : { blob, before: ids.slice(0, -1) };
}

async function nextOf(records: AsyncGenerator<string>): Promise<string> {
  const { value } = await records.next();
  return value ?? "";
}

/** What is known about where commits are. */
export interface Reach {
  source(commit: string): CommitSource;
  isPushed(commit: string): boolean | undefined;
  hasRemotes: boolean;
}

/** Reads which refs lead to the commits. */
export async function readReach(git: Git, gitFolder: string, commits: ReadonlySet<string>): Promise<Reach> {
  const read = (...args: string[]) => readGit(git, gitFolder, [...repositoryArgs(gitFolder), ...args]);
  const lineList = async (...args: string[]) => (await read(...args).catch(() => "")).split("\n").filter(Boolean);
  const containedIn = async (...args: string[]) => {
    const found = new Set<string>();
    const command = [...repositoryArgs(gitFolder), "rev-list", "--ignore-missing", ...args];
    for await (const id of gitRecords(git, { cwd: gitFolder, args: command }, "\n")) if (commits.has(id)) found.add(id);
    return found;
  };
  // Git refuses options that match no ref.
  const hasRefs = async (prefix: string) => (await lineList("for-each-ref", "--count=1", prefix)).length > 0;
  const none = new Set<string>();
  const stashes = await lineList("log", "--walk-reflogs", "--format=%H", "--no-show-signature", "refs/stash", "--");
  const hasTracking = await hasRefs("refs/remotes");
  const sets: [CommitSource, Set<string>][] = [
    ["branch", await containedIn("--exclude=refs/stash", "--exclude=refs/tags/*", "--all")],
    ["tag", (await hasRefs("refs/tags")) ? await containedIn("--tags") : none],
    ["stash", stashes.length > 0 ? await containedIn(...stashes.slice(0, MAX_ARGUMENTS)) : none],
    ["reflog", await containedIn("--reflog", "--all")],
  ];
  const pushed = hasTracking ? await containedIn("--remotes") : none;
  const hasRemotes = (await lineList("remote")).length > 0;
  const source = (commit: string) => sets.find(([, contained]) => contained.has(commit))?.[0] ?? "unreachable";
  return {
    source,
    hasRemotes,
    isPushed(commit) {
      if (pushed.has(commit)) return true;
      if (!hasRemotes) return false;
      // A tag can be pushed alone, and without tracking branches nothing is known.
      return hasTracking && source(commit) !== "tag" ? false : undefined;
    },
  };
}

function* lines(ids: Iterable<string>): Generator<string> {
  for (const id of ids) yield `${id}\n`;
}
