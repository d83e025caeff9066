// Finds the commits that added the blobs with secrets.
import { repositoryArgs } from "./repositories.ts";
import { type Git, GitError, gitRecords } from "./runGit.ts";

/** A commit in which a file became a certain blob. */
export interface AddedBlob {
  commit: string;
  author: string;
  date: string;
  path: string;
  blob: string;
  /** What the file was before, in each parent, and what else the commit deleted: a file may have been moved. */
  before: string[];
}

/** More don't fit into a command line on Windows; then Git lists all changes and they are filtered here. */
const MAX_ARGUMENTS = 300;
/** How often Git may fail before what it couldn't compare is left out. */
const MAX_FAILURES = 40;

/**
 * Lists the changes of files to one of the blobs, in the order of the commits. A commit that Git can't compare with its parents
 * is passed over.
 * @param onGap called if commits were passed over
 */
export async function* commitsThatAdded(
  git: Git,
  gitFolder: string,
  blobs: ReadonlySet<string>,
  { commits, onGap }: { commits: readonly string[]; onGap(): void },
): AsyncGenerator<AddedBlob> {
  const pending = [commits];
  let failures = 0;
  for (let part = pending.pop(); part; part = pending.pop()) {
    if (part.length === 0) continue; // without a commit, Git would take the latest one
    const found: AddedBlob[] = [];
    try {
      for await (const one of changes(git, gitFolder, blobs, part)) found.push(one);
    } catch (error) {
      if (!(error instanceof GitError) || error.isMissing || error.isUntrusted) throw error;
      if (part.length > 1 && ++failures <= MAX_FAILURES) {
        const middle = part.length >> 1;
        pending.push(part.slice(middle), part.slice(0, middle));
        continue;
      }
      onGap();
    }
    yield* found;
  }
}

async function* changes(
  git: Git,
  gitFolder: string,
  blobs: ReadonlySet<string>,
  commits: readonly string[],
): AsyncGenerator<AddedBlob> {
  const filter = blobs.size <= MAX_ARGUMENTS ? [...blobs].map((blob) => `--find-object=${blob}`) : [];
  const args = [
    ...repositoryArgs(gitFolder),
    "log",
    ...["--no-walk=unsorted", "--stdin", "--no-show-signature", "--no-mailmap", "--no-notes"],
    ...["--format=%x00%x00%H%x00%an%x00%aI", "-z", "--raw", "--no-abbrev", "-c", "--root", "--no-renames"],
    ...["--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--encoding=UTF-8"],
    ...["--no-relative", "--no-color", "-O/dev/null", ...filter],
  ];
  const records = gitRecords(git, { cwd: gitFolder, args, input: commits }, "\0");
  let commit = { commit: "", author: "", date: "" };
  let added: AddedBlob[] = [];
  let deleted: string[] = [];
  const flush = () => {
    const all = added.map((one) => ({ ...one, before: [...one.before, ...deleted] }));
    [added, deleted] = [[], []];
    return all;
  };
  let blank = 0;
  for await (const raw of records) {
    const record = raw.replace(/^\n+/, "");
    if (record === "") {
      blank++;
      continue;
    }
    if (blank >= 1 && /^[0-9a-f]{40,64}$/.test(record)) {
      yield* flush();
      commit = { commit: record, author: await nextOf(records), date: (await nextOf(records)).trim() };
    } else if (record.startsWith(":")) {
      const change = readChange(record);
      const path = await nextOf(records);
      if (change && blobs.has(change.blob)) added.push({ ...commit, ...change, path });
      else if (change && /^0+$/.test(change.blob)) deleted.push(...change.before.filter((id) => blobs.has(id)));
    }
    blank = 0;
  }
  yield* flush();
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
