import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export interface Command {
  args: string[];
  env: Record<string, string>;
}

export interface Tool {
  name: string;
  description?: string;
  inputSchema: unknown;
}

export interface Answer {
  text: string;
  failed: boolean;
}

/** Starts a server over stdio without a client library, which would add its own time to the figures. */
export function startServer({ args, env }: Command) {
  const child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let last = 0;
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const { id, result, error } = JSON.parse(line);
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error) caller?.reject(new Error(JSON.stringify(error)));
    else caller?.resolve(result);
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${args.at(-1)} exited (${code})`));
  });
  const send = (message: object) => child.stdin!.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const request = <T>(method: string, params: object = {}) =>
    new Promise<T>((resolve, reject) => {
      waiting.set(++last, { resolve: resolve as (result: unknown) => void, reject });
      send({ id: last, method, params });
    });

  return {
    /** Initializes the session and lists the tools. */
    async listTools(): Promise<Tool[]> {
      const clientInfo = { name: "bench", version: "1" };
      await request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
      send({ method: "notifications/initialized" });
      return (await request<{ tools: Tool[] }>("tools/list")).tools;
    },
    async call(name: string, args: object): Promise<Answer> {
      const { content, isError = false } = await request<{ content: { text: string }[]; isError?: boolean }>(
        "tools/call",
        { name, arguments: args },
      );
      return { text: content.map(({ text }) => text).join("\n"), failed: isError };
    },
    memory: () => residentMegabytes(child),
    async stop() {
      if (child.exitCode !== null) return;
      child.stdin!.end();
      child.kill();
      await once(child, "exit");
    },
  };
}

/** Returns VmRSS in MB; undefined without /proc. */
function residentMegabytes({ pid }: ChildProcess): number | undefined {
  if (process.platform !== "linux") return undefined;
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}
