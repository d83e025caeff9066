// A workspace with planted keys: in files, in commits that were pushed or not, and keys that the account doesn't have.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export const LEAKS = "Leaked Keys";

export interface Repository {
  folder: string;
  /** Runs Git in the folder and returns its output. */
  git(...args: string[]): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Commits all changes. @returns the commit's hash */
  commit(message: string, date?: string): Promise<string>;
}

/** Turns a folder into a repository, with a bare remote beside it. */
export async function createRepository(folder: string): Promise<Repository> {
  const settings = ["-c", "user.name=Ana Ruiz", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"];
  const run = async (args: string[], env: Record<string, string> = {}) => {
    const options = { cwd: folder, env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", ...env } };
    return (await promisify(execFile)("git", [...settings, ...args], options)).stdout.trim();
  };
  const git = (...args: string[]) => run(args);
  await git("init", "-q", "-b", "main");
  return {
    folder,
    git,
    async write(path, text) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    async commit(message, date) {
      await git("add", "-A");
      await run(["commit", "-qm", message], date ? { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } : {});
      return git("rev-parse", "HEAD");
    },
  };
}

export const labelOf = (secret: string): string => `${secret.slice(0, 12)}...${secret.slice(-4)}`;
