import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Git, GitError, readGit } from "./runGit.ts";

/** A repository with all its work trees. */
export interface Repository {
  /** The folder with the objects that all work trees share. */
  gitFolder: string;
  /** The path that people know it by: its work tree, or its own folder if it has none. */
  path: string;
}

/** Each work tree has an index of its own. */
export interface WorkTree {
  gitFolder: string;
  path: string;
}

/**
 * Opens the repository that a folder is the work tree or the own folder of.
 * @throws GitError if Git can't read it
 */
export async function openRepository(git: Git, folder: string): Promise<Repository> {
  // Without a ceiling, Git would take a repository around one that is damaged.
  const parse = (...args: string[]) => readGit(git, folder, args, { GIT_CEILING_DIRECTORIES: dirname(folder) });
  const common = await parse("rev-parse", "--git-common-dir").catch((error) => {
    if (!(error instanceof GitError) || error.isMissing || error.isUntrusted) throw error;
    // A submodule's folder in its parent repository names a work tree that may have been deleted since.
    return parse("--git-dir=.", "--work-tree=.", "rev-parse", "--git-common-dir");
  });
  const gitFolder = realpathSync(resolve(folder, common.replace(/\r?\n$/, "")));
  return { gitFolder, path: basename(folder) === ".git" ? dirname(folder) : folder };
}

/** The arguments with which Git uses this repository, wherever it is started. */
export function repositoryArgs(gitFolder: string): string[] {
  return [`--git-dir=${gitFolder}`, `--work-tree=${gitFolder}`];
}

const MAX_PATH_BYTES = 64 * 1024;

/** Lists the work trees, those in other folders too. */
export function workTreesOf({ gitFolder, path }: Repository): WorkTree[] {
  const linked = join(gitFolder, "worktrees");
  const names = tryRead(() => readdirSync(linked)) ?? [];
  return [
    { gitFolder, path: basename(gitFolder) === ".git" ? dirname(gitFolder) : path },
    ...names.flatMap((name) => {
      const dotGit = readSmallFile(join(linked, name, "gitdir"), MAX_PATH_BYTES)?.trim();
      return dotGit ? [{ gitFolder: join(linked, name), path: dirname(resolve(linked, name, dotGit)) }] : [];
    }),
  ];
}

/** Reads a file of a repository: one that could be anything, such as a link to a device that never ends. */
export function readSmallFile(path: string, maxBytes: number): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(file);
    return stat.isFile() && stat.size <= maxBytes ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
