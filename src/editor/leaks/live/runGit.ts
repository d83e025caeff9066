import { streamGit } from "../../../leaks/git/runGit.ts";

/** Nothing that we run takes this long. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** A Git program, and a folder in which it runs. */
export interface GitFolder {
  git: string;
  root: string;
}

/** Runs a plumbing command of Git and returns its output. @throws Error if it fails, takes too long or says too much */
export async function runGit({ git, root }: GitFolder, args: readonly string[], input = ""): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const { signal } = new AbortController();
  const options = { cwd: root, args, input: input ? [input] : [], timeout: TIMEOUT_MS };
  for await (const part of streamGit({ program: git, signal }, options)) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error(`git ${args[0]} says too much`);
  }
  return Buffer.concat(parts);
}
