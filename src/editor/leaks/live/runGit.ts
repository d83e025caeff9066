import { spawn } from "node:child_process";

/** Nothing that we run takes this long. */
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT = 64 * 1024 * 1024;
/** A repository's configuration must not start programs, and nothing is fetched or locked. */
const SAFE = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", "--literal-pathspecs"];

/** A Git program and a repository. */
export interface GitFolder {
  git: string;
  root: string;
}

/** Runs a plumbing command of Git and returns its output. @throws Error if it fails, takes too long or says too much */
export function runGit({ git, root }: GitFolder, args: readonly string[], input = ""): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(git, [...SAFE, ...args], {
      ...{ cwd: root, env: gitEnv(), windowsHide: true, timeout: TIMEOUT_MS, killSignal: "SIGKILL" as const },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const parts: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > MAX_OUTPUT) child.kill("SIGKILL");
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(Buffer.concat(parts));
      else reject(new Error(`git ${args[0]} ended with ${code}`));
    });
    // It may end before it has read everything.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Without variables that make Git work on another repository. */
function gitEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith("GIT_"));
  return {
    ...Object.fromEntries(inherited),
    ...{ GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", LC_ALL: "C" },
  };
}
