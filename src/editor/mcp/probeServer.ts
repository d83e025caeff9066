// Starts the bundled server without VS Code's help, to tell a process that fails from one that VS Code doesn't use.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PROBE_MS = 15_000;
const MAX_LINE_CHARACTERS = 300;

export type Probe =
  /** The server starts and lists its tools. */
  | { outcome: "lists"; tools: number }
  /** The process can't be started. */
  | { outcome: "notStarted"; reason: string }
  | { outcome: "exits"; reason: string; lastLine: string }
  /** No response in time. */
  | { outcome: "silent" };

interface ProbeOptions {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  timeoutMs?: number;
  signal?: AbortSignal;
}

const message = (fields: object) => `${JSON.stringify({ jsonrpc: "2.0", ...fields })}\n`;
const INITIALIZE = message({
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "openrouter-admin-check", version: "1" },
  },
});
const LIST_TOOLS = message({ method: "notifications/initialized" }) + message({ id: 2, method: "tools/list" });

/** Starts the server, asks for its tools and ends it. @throws the signal's reason once it aborts */
export async function probeServer(options: ProbeOptions): Promise<Probe> {
  const { command, args, env, timeoutMs = PROBE_MS, signal } = options;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Probe>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(() => resolve({ outcome: "silent" }), timeoutMs);
  let child: ChildProcess | undefined;
  try {
    child = spawn(command, args, { env, stdio: "pipe", windowsHide: true });
    talk(child, resolve);
    return await promise;
  } catch (error) {
    if (signal?.aborted) throw error;
    return { outcome: "notStarted", reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    child?.kill("SIGKILL");
  }
}

function talk(child: ChildProcess, done: (probe: Probe) => void): void {
  let errors = "";
  child.once("error", (error) => done({ outcome: "notStarted", reason: reasonOf(error) }));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-10_000);
  });
  child.once("close", (code, signal) =>
    done({ outcome: "exits", reason: String(signal ?? code), lastLine: lastLineOf(errors) }),
  );
  // A process that ends early closes its input.
  child.stdin?.on("error", () => {});
  child.stdin?.write(INITIALIZE);
  if (!child.stdout) return;
  createInterface(child.stdout).on("line", (line) => {
    const { id, result } = parse(line);
    if (id === 1) child.stdin?.write(LIST_TOOLS);
    if (id === 2) done({ outcome: "lists", tools: Array.isArray(result?.tools) ? result.tools.length : 0 });
  });
}

function lastLineOf(text: string): string {
  return (text.trimEnd().split(/\r?\n/).at(-1) ?? "").slice(0, MAX_LINE_CHARACTERS);
}

function parse(line: string): { id?: unknown; result?: { tools?: unknown } } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {}; // not a message of the protocol
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
