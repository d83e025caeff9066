import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const author = { NAME: "Ada Example", EMAIL: "ada@example.com", DATE: "2026-03-04T05:06:07Z" };

/** Settings of the person who runs the tests have no influence. */
const env = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  ...Object.fromEntries(
    Object.entries(author).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]),
  ),
};

/** Runs Git in a folder and returns its output. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

/** Writes a file and the folders that it is in. */
export function write(folder: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Creates a repository with one commit. */
export function createRepository(folder: string, ...args: string[]): void {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q", "-b", "main", ...args);
  write(folder, "README.md", "# Example\n");
  commit(folder, "Start");
}

/** Commits all files and returns the commit's id. */
export function commit(folder: string, message: string): string {
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "--allow-empty", "-m", message);
  return git(folder, "rev-parse", "HEAD");
}
