import { repositoryArgs, type WorkTree } from "./repositories.ts";
import { type Git, GitError, gitRecords } from "./runGit.ts";

/** A file whose staged contents are one of the blobs. */
export interface StagedBlob {
  path: string;
  blob: string;
  /** What the last commit has at this path. */
  committed: string | undefined;
}

/** Lists the staged files of a work tree whose contents are one of the blobs and are not those of the last commit. */
export async function stagedBlobs(
  git: Git,
  { gitFolder }: WorkTree,
  blobs: { has(blob: string): boolean },
): Promise<StagedBlob[]> {
  const read = (...args: string[]) =>
    gitRecords(git, { cwd: gitFolder, args: [...repositoryArgs(gitFolder), ...args] }, "\0");
  /** In a conflict, a path has several blobs. */
  const staged = new Map<string, Set<string>>();
  for await (const record of read("ls-files", "--stage", "-z", "--full-name")) {
    const entry = readEntry(record);
    if (entry && blobs.has(entry.id)) staged.set(entry.path, (staged.get(entry.path) ?? new Set()).add(entry.id));
  }
  if (staged.size === 0) return [];
  const committed = new Map<string, string>();
  try {
    for await (const record of read("ls-tree", "-r", "-z", "--full-tree", "HEAD")) {
      const entry = readEntry(record);
      if (entry && staged.has(entry.path)) committed.set(entry.path, entry.id);
    }
  } catch (error) {
    // There may be no commit yet.
    if (!(error instanceof GitError)) throw error;
  }
  return [...staged]
    .flatMap(([path, ids]) => [...ids].map((blob) => ({ path, blob, committed: committed.get(path) })))
    .filter((one) => one.committed !== one.blob);
}

/** Reads `100644 <id> 0<tab><path>`, or with the type before the id. */
function readEntry(record: string): { id: string; path: string } | undefined {
  const match = /^\d+ (?:[a-z]+ )?([0-9a-f]{40,64})(?: \d)?\t([^\0]*)/.exec(record);
  return match ? { id: match[1]!, path: match[2]! } : undefined;
}
