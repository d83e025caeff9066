import { readdirSync, readFileSync } from "node:fs";
import type { Host } from "./server.ts";

interface Process {
  pid: number;
  /** Its arguments, each after a blank. */
  command: string;
  /** What it was started with: a process that takes a variable out later has it here all the same. */
  environment: string;
}

/** The editor's process and all that it has started, also by way of others. */
export function processesOf(host: Host): Process[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.flatMap((name) => parentsOf(Number(name))));
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === host.pid || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(isOurs).flatMap(readProcess);
}

/** The MCP servers that windows of this editor have started. */
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
    // One whose parent has ended still belongs to its group, and so to whoever leads that.
    const isOrphan = parent === 1 && group !== pid;
    return [[pid, (isOrphan ? group : parent) ?? 0]];
  } catch {
    return []; // It has ended meanwhile.
  }
}

function readProcess(pid: number): Process[] {
  try {
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
    return [{ pid, command: read("cmdline"), environment: read("environ") }];
  } catch {
    return []; // It has ended meanwhile.
  }
}

/** Those of the editor's processes that hold the text in the environment they were started with. */
export function processesWithEnvironment(text: string, host: Host): Process[] {
  return processesOf(host).filter(({ environment }) => environment.includes(text));
}
