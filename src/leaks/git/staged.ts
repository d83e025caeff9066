import { repositoryArgs, type WorkTree } from "./repositories.ts";
import { type Git, gitRecords, readGit } from "./runGit.ts";

/** A file whose staged contents are one of the blobs. */
export interface StagedBlob {
  path: string;
  blob: string;
  /** What the last commit has at this path. */
  committed: string | undefined;
}

/** Lists the staged files of a work tree whose contents are one of the blobs and are not those of the last commit. */
export async function* stagedBlobs(
  git: Git,
  { gitFolder }: WorkTree,
  blobs: { has(blob: string): boolean },
): AsyncGenerator<StagedBlob> {
  const args = repositoryArgs(gitFolder);
  const index = { cwd: gitFolder, args: [...args, "ls-files", "--stage", "-z", "--full-name"] };
  for await (const record of gitRecords(git, index, "\0")) {
    const entry = readEntry(record);
    if (!entry || !blobs.has(entry.id)) continue;
    const tree = [...args, "ls-tree", "-z", "--full-tree", "HEAD", "--", entry.path];
    // There may be no commit yet.
    const committed = readEntry(await readGit(git, gitFolder, tree).catch(() => ""))?.id;
    if (committed !== entry.id) yield { path: entry.path, blob: entry.id, committed };
  }
}

/** Reads `100644 <id> 0<tab><path>`, or with the type before the id. */
function readEntry(record: string): { id: string; path: string } | undefined {
  const match = /^\d+ (?:[a-z]+ )?([0-9a-f]{40,64})(?: \d)?\t([^\0]*)/.exec(record);
  return match ? { id: match[1]!, path: match[2]! } : undefined;
}
