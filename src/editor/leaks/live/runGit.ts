import { readGitBytes } from "../../../leaks/git/runGit.ts";

const MAX_BYTES = 64 * 1024 * 1024;

/** A Git program, and a folder in which it runs. */
export interface GitFolder {
  git: string;
  root: string;
}

/**
 * Runs a plumbing command of Git and returns its output.
 * @param input lines for its standard input
 * @throws Error if it fails, takes too long or says too much
 */
export function runGit({ git, root }: GitFolder, args: readonly string[], input?: readonly string[]): Promise<Buffer> {
  const { signal } = new AbortController();
  return readGitBytes({ program: git, signal }, { cwd: root, args, input, maxBytes: MAX_BYTES });
}
