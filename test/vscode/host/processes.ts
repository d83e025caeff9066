import { readdirSync, readFileSync } from "node:fs";
import type { Host } from "./server.ts";

interface Process {
  pid: number;
  /** The arguments, separated by spaces. */
  command: string;
  /** The environment at its start, including variables that the process has removed since. */
  environment: string;
}

/** Returns the editor's process and all its descendants. */
export function processesOf(host: Host): Process[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.flatMap((name) => parentsOf(Number(name))));
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === host.pid || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(isOurs).flatMap(readProcess);
}

/** Returns the MCP servers that windows of this editor have started. */
export function mcpServersOf(host: Host): Process[] {
  return processesOf(host).filter(({ command }) => /openrouter-admin\S*\/dist\/server\.js/.test(command));
}

function parentsOf(pid: number): [number, number][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, parent, group] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    // An orphaned process still belongs to its group, so its group leader counts as its parent.
    const isOrphan = parent === 1 && group !== pid;
    return [[pid, (isOrphan ? group : parent) ?? 0]];
  } catch {
    return []; // The process has ended.
  }
}

function readProcess(pid: number): Process[] {
  try {
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
    return [{ pid, command: read("cmdline"), environment: read("environ") }];
  } catch {
    return []; // The process has ended.
  }
}

/** Returns the editor's processes whose initial environment contains the text. */
export function processesWithEnvironment(text: string, host: Host): Process[] {
  return processesOf(host).filter(({ environment }) => environment.includes(text));
}
