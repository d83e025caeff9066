import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a program and sends its output to our stderr, so that a long installation shows its progress. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    // On Windows, npm and VS Code's command line are batch files, which only a shell runs.
    const shell = process.platform === "win32" && /(^npm|\.cmd)$/.test(command);
    const quoted = shell ? args.map((arg) => `"${arg}"`) : args;
    const child = spawn(shell ? `"${command}"` : command, quoted, {
      ...options,
      shell,
      stdio: ["ignore", process.stderr, process.stderr],
    });
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}.`);
}

/** Returns the full path of a program on PATH. */
export function which(command: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

export function progress(text: string): void {
  process.stderr.write(`[vscode host] ${text}\n`);
}
