import { type ChildProcess, spawn } from "node:child_process";

/** A client that takes longer hangs; the slowest takes seconds. */
const HANGS_AFTER_MS = 180_000;

export interface Ended {
  code: number | null;
  /** Stdout and stderr. */
  output: string;
}

/**
 * Runs a script with this Node until it exits, without input.
 * @throws Error if it hangs, after killing it and its child processes
 */
export async function runToEnd(args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ended> {
  const group = process.platform !== "win32";
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: group });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    kill(child, group);
  }, HANGS_AFTER_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (hangs) throw new Error(`${args[0]} did not exit within ${HANGS_AFTER_MS / 1000} s. It wrote:\n${output}`);
    return { code, output };
  } finally {
    clearTimeout(timer);
  }
}

function kill(child: ChildProcess, group: boolean): void {
  try {
    if (group) process.kill(-child.pid!, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has already exited.
  }
}
