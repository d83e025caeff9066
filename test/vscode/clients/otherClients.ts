import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { parse as parseJsonc } from "jsonc-parser";
import type { Page } from "playwright-core";
import { parse as parseToml } from "smol-toml";
import { runCommand } from "../host/browser.ts";
import { atStep, pick } from "../host/quickInput.ts";

export interface ClientFile {
  /** As shown in the quick pick. */
  label: string;
  /** Below the home folder. */
  path: string;
  /** The file before; undefined if there is none. */
  before: string | undefined;
  container: string;
}

export const CLIENT_FILES: readonly ClientFile[] = [
  {
    label: "Copilot CLI and Agents window",
    ...{ path: ".copilot/mcp-config.json", before: undefined, container: "mcpServers" },
  },
  {
    ...{ label: "Claude Code", path: ".claude.json", container: "mcpServers" },
    before: '{\r\n\t"numStartups": 1.0e1,\r\n\t"projects": { "/x": { "mcpServers": {} } },\r\n\t"tipsHistory": {}\r\n}',
  },
  {
    ...{ label: "Claude Desktop", path: ".config/Claude/claude_desktop_config.json", container: "mcpServers" },
    before: '\uFEFF{"mcpServers":{"other":{"command":"npx","args":["-y","other"]}},"globalShortcut":""}\n',
  },
  {
    ...{ label: "Codex", path: ".codex/config.toml", container: "mcp_servers" },
    before: 'model = "o" # mine\n\n[mcp_servers."other one"]\ncommand = "npx"\nargs = [\n  "-y", # yes\n]',
  },
  { label: "Cursor", path: ".cursor/mcp.json", before: "{ }", container: "mcpServers" },
  {
    ...{ label: "Gemini CLI", path: ".gemini/settings.json", container: "mcpServers" },
    before:
      '{\n    // mine\n    "ui": { "theme": "Dracula" },\n    "security": { "auth": { "selectedType": "gemini-api-key" } },\n    "privacy": { "usageStatisticsEnabled": false },\n    "general": { "enableAutoUpdate": false },\n    "mcpServers": {\n    }\n}\n',
  },
  {
    ...{ label: "Zed", path: ".config/zed/settings.json", container: "context_servers" },
    before:
      '// Zed settings\n{\n  "vim_mode": true, // yes\n  "context_servers": {\n    "a": { "command": "a", "args": [], }, // one\n  },\n}\n',
  },
];

/** Writes the files; Codex's is a link to a file elsewhere, as with dotfiles. */
export function prepareFiles(home: string): void {
  for (const { label, path, before } of CLIENT_FILES) {
    if (before === undefined) continue;
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    if (label === "Codex") {
      mkdirSync(join(home, "dotfiles"), { recursive: true });
      symlinkSync("../dotfiles/codex.toml", file);
    }
    writeFileSync(file, before, { mode: 0o640 });
    chmodSync(file, 0o640);
  }
}

export function readEntry(home: string, { path, container }: ClientFile): { command: string; args?: string[] } {
  const text = readFileSync(join(home, path), "utf8").replace(/^\uFEFF/, "");
  const document = path.endsWith(".toml") ? parseToml(text) : parseJsonc(text, [], { allowTrailingComma: true });
  return (document as Record<string, Record<string, { command: string }>>)[container]!["openrouter-admin"]!;
}

/** Starts the server with the entry, as a client would, with an environment that has nothing of the editor's. */
export async function startEntry(home: string, { command, args = [] }: { command: string; args?: string[] }) {
  const env = { HOME: home, PATH: "/usr/bin:/bin" };
  const transport = new StdioClientTransport({ command, args, env, stderr: "pipe", cwd: "/" });
  let stderr = "";
  transport.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const client = new Client({ name: "plain", version: "1" });
  await client.connect(transport).catch((error) => {
    throw new Error(`${error}\n${stderr}`);
  });
  return {
    pid: transport.pid!,
    async credits(): Promise<string> {
      const { content } = await client.callTool({ name: "or_credits", arguments: {} });
      return (content as { text: string }[]).map(({ text }) => text).join("\n");
    },
    close: () => client.close(),
  };
}

/** Opens the command and chooses a client. */
export async function choose(page: Page, label: string | RegExp): Promise<void> {
  await runCommand(page, "OpenRouter Admin: Set Up in Another Client…");
  await atStep(page, "Set Up in Another Client");
  await pick(page, label);
}

/** Returns all files below the folder that contain the text. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

export const modeOf = (file: string) => statSync(file).mode & 0o777;
export const readIfExists = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
export const removeFolder = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
