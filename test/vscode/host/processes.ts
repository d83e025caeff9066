import { readdirSync, readFileSync } from "node:fs";
import type { Host } from "./server.ts";

export interface Process {
  pid: number;
  command: string;
}

/** The processes below the server that hold the text in the environment they were started with. */
export function environmentsWith(text: string, host: Host): Process[] {
  return descendants(host.pid)
    .filter((pid) => readProc(pid, "environ").includes(text))
    .map((pid) => ({ pid, command: readProc(pid, "cmdline").replaceAll("\0", " ").trim() }));
}

/** The processes that a process started, and those that they started. */
function descendants(pid: number): number[] {
  const children = Map.groupBy(allProcesses(), parentOf);
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

function allProcesses(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Of "pid (name) state parent …". */
function parentOf(pid: number): number {
  const stat = readProc(pid, "stat");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Empty for a process that has ended. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
