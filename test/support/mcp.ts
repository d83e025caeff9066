import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";

export const SERVER = fileURLToPath(new URL("../../dist/server.js", import.meta.url));

/** Creates a well-formed key that no account has. */
export const randomKey = () => `sk-or-v1-${randomBytes(32).toString("hex")}`;

export interface ToolAnswer {
  /** Without the line that marks the sample account, which `sampleMark.test.ts` expects in every answer. */
  text: string;
  /** As the model reads it. */
  raw: string;
  isError: boolean;
  meta: Record<string, unknown> | undefined;
}

export interface McpServer {
  client: Client;
  pid: number;
  stderr(): string;
  /** Calls a tool and returns the text, `_meta` and `isError` of its result. */
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** Longer than a test: on a busy machine, many concurrent calls take more than the SDK's minute. */
const CALL_MS = 10 * 60_000;

/** Starts the built server over stdio, like an MCP client. */
export async function startServer(
  env: Record<string, string>,
  capabilities: ClientCapabilities = {},
  { script = SERVER, name = "test", nodeArgs = [] as string[] } = {},
): Promise<McpServer> {
  const args = [...nodeArgs, script];
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: "pipe" });
  let stderr = "";
  transport.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const client = new Client({ name, version: "1" }, { capabilities });
  await client.connect(transport);
  return {
    client,
    pid: transport.pid ?? -1,
    stderr: () => stderr,
    async call(name, args = {}) {
      const result = await client.callTool({ name, arguments: args }, undefined, { timeout: CALL_MS });
      const content = result.content as { type: string; text: string }[];
      const raw = content.map((part) => part.text).join("\n");
      return {
        ...{ raw, text: withoutSampleLine(raw) },
        isError: result.isError === true,
        meta: result._meta,
      };
    },
    close: () => client.close(),
  };
}

export const SAMPLE_LINE = "Sample account: all figures and names are invented.";

/** Removes the line that marks the sample account. */
export function withoutSampleLine(text: string): string {
  return text
    .split("\n")
    .filter((line) => line !== SAMPLE_LINE)
    .join("\n");
}

/** Returns the server's environment variables for an account. */
export function serverEnv(account: { baseUrl: string; key: string }, allowWrite = ""): Record<string, string> {
  return {
    OPENROUTER_PROVISIONING_KEY: account.key,
    OPENROUTER_BASE_URL: account.baseUrl,
    OPENROUTER_ADMIN_ALLOW_WRITE: allowWrite,
  };
}

/** Parses a tool's table into rows by field name. */
export function rowsOf(text: string): Record<string, string>[] {
  const all = text.split("\n").filter((line) => line.includes("\t"));
  const header = all[0]?.split("\t") ?? [];
  return all.slice(1).map((line) => Object.fromEntries(line.split("\t").map((value, i) => [header[i], value])));
}
