import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { SERVER } from "./mcp.ts";

// biome-ignore lint/suspicious/noExplicitAny: responses are not validated
export type RawResponse = any;

/** The built server over raw stdio, for messages that a client library can't send or doesn't show. */
export class RawStdioServer {
  readonly child: ChildProcessWithoutNullStreams;
  readonly answers: RawResponse[] = [];
  readonly exited: Promise<number | null>;
  stderr = "";
  #rest = "";
  #changed = () => {};

  constructor(env: Record<string, string>) {
    this.child = spawn(process.execPath, [SERVER], { env });
    this.child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (this.#rest + chunk).split("\n");
      this.#rest = lines.pop() ?? "";
      this.answers.push(...lines.map((line) => JSON.parse(line)));
      this.#changed();
    });
    this.child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      this.stderr += chunk;
      this.#changed();
    });
    for (const stream of [this.child.stdin, this.child.stdout]) stream.on("error", () => {});
    this.exited = once(this.child, "exit").then(([code]) => {
      this.#changed();
      return code;
    });
  }

  /** Writes raw bytes. */
  write(bytes: string | Buffer): this {
    this.child.stdin.write(bytes);
    return this;
  }

  /** Writes a value as a line of JSON. */
  send(value: unknown): this {
    return this.write(`${JSON.stringify(value)}\n`);
  }

  request(id: unknown, method: string, params?: unknown): this {
    return this.send({ jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) });
  }

  call(id: unknown, name: string, args?: unknown, meta?: unknown): this {
    return this.request(id, "tools/call", { name, arguments: args, ...(meta !== undefined && { _meta: meta }) });
  }

  async initialize(protocolVersion = "2025-06-18", capabilities: object = {}): Promise<RawResponse> {
    this.request("init", "initialize", { protocolVersion, capabilities, clientInfo: { name: "t", version: "1" } });
    const answer = await this.answer("init");
    this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return answer;
  }

  /** Waits until the condition returns a value, and returns that. */
  async until<T>(what: string, condition: () => T | undefined | false): Promise<T> {
    const end = Date.now() + 30_000;
    for (;;) {
      const found = condition();
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what} did not come. ${JSON.stringify(this.answers)} ${this.stderr}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits for the n-th response (from 0) to a request id. */
  answer(id: unknown, nth = 0): Promise<RawResponse> {
    return this.until(`the answer to ${id}`, () => this.answers.filter((one) => one.id === id)[nth]);
  }

  /** Closes stdin and waits for the exit code. */
  end(): Promise<number | null> {
    this.child.stdin.end();
    return this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}
