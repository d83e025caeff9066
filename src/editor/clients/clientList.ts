import { readdirSync } from "node:fs";
import { posix, win32 } from "node:path";
import type { Entry } from "./formats/format.ts";
import type { FormatName } from "./formats/formats.ts";

/** The computer on which the clients run. */
export interface Machine {
  platform: NodeJS.Platform;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
}

export type ClientId = "copilot" | "claudeCode" | "claudeDesktop" | "codex" | "cursor" | "gemini" | "zed";

export interface Client {
  id: ClientId;
  /** The product's name, which is not translated. */
  name: string;
  format: FormatName;
  /** The user's configuration file. */
  file(machine: Machine): string;
  /** Files or folders that exist if the client was used on this computer. */
  traces(machine: Machine): string[];
  /** The entry's fields besides the command. */
  entry: Entry;
}

/** The name of our entry in every client. */
export const SERVER_NAME = "openrouter-admin";

const pathOf = ({ platform }: Machine) => (platform === "win32" ? win32 : posix);

/** Returns a folder set by a variable, or a default one. Relative values are ignored, since no client agrees on their base. */
function folder(machine: Machine, variable: string, ...fallback: string[]): string {
  const path = pathOf(machine);
  const value = machine.env[variable];
  return value && path.isAbsolute(value) ? value : path.join(machine.home, ...fallback);
}

const appData = (machine: Machine) => folder(machine, "APPDATA", "AppData", "Roaming");
const xdgConfig = (machine: Machine) => folder(machine, "XDG_CONFIG_HOME", ".config");

const copilotFolder = (machine: Machine) => folder(machine, "COPILOT_HOME", ".copilot");
const codexFolder = (machine: Machine) => folder(machine, "CODEX_HOME", ".codex");
const cursorFolder = (machine: Machine) => pathOf(machine).join(machine.home, ".cursor");

function geminiFolder(machine: Machine): string {
  return pathOf(machine).join(folder(machine, "GEMINI_CLI_HOME"), ".gemini");
}

/** Claude Code reads an older file in its own folder first, if there is one. */
function claudeCodeFile(machine: Machine): string {
  const path = pathOf(machine);
  const older = path.join(folder(machine, "CLAUDE_CONFIG_DIR", ".claude"), ".config.json");
  return machine.exists(older) ? older : path.join(folder(machine, "CLAUDE_CONFIG_DIR"), ".claude.json");
}

function claudeDesktopFolder(machine: Machine): string {
  const path = pathOf(machine);
  if (machine.platform === "darwin") return path.join(machine.home, "Library", "Application Support", "Claude");
  if (machine.platform !== "win32") return path.join(xdgConfig(machine), "Claude");
  return packagedClaudeFolder(machine) ?? path.join(appData(machine), "Claude");
}

/** Returns the folder that Windows redirects %APPDATA%\Claude to if Claude Desktop was installed as a package. */
function packagedClaudeFolder(machine: Machine): string | undefined {
  const packages = win32.join(folder(machine, "LOCALAPPDATA", "AppData", "Local"), "Packages");
  try {
    return readdirSync(packages)
      .filter((name) => name.startsWith("Claude_"))
      .map((name) => win32.join(packages, name, "LocalCache", "Roaming", "Claude"))
      .find((one) => machine.exists(one));
  } catch {
    return undefined; // Not installed as a package.
  }
}

function zedFolder(machine: Machine): string {
  const path = pathOf(machine);
  if (machine.platform === "win32") return path.join(appData(machine), "Zed");
  if (machine.platform === "darwin") return path.join(machine.home, ".config", "zed");
  const flatpak = machine.env.FLATPAK_XDG_CONFIG_HOME;
  return path.join(flatpak && path.isAbsolute(flatpak) ? flatpak : xdgConfig(machine), "zed");
}

const within = (folderOf: (machine: Machine) => string, name: string) => (machine: Machine) =>
  pathOf(machine).join(folderOf(machine), name);

export const clients: readonly Client[] = [
  {
    id: "copilot",
    name: "Copilot CLI",
    format: "mcpServers",
    file: within(copilotFolder, "mcp-config.json"),
    // VS Code itself reads the file.
    traces: ({ home }) => [home],
    entry: { type: "local", args: [], tools: ["*"] },
  },
  {
    id: "claudeCode",
    name: "Claude Code",
    format: "mcpServersStrict",
    file: claudeCodeFile,
    traces: (machine) => [folder(machine, "CLAUDE_CONFIG_DIR", ".claude")],
    entry: { type: "stdio", args: [] },
  },
  {
    id: "claudeDesktop",
    name: "Claude Desktop",
    format: "mcpServersStrict",
    file: within(claudeDesktopFolder, "claude_desktop_config.json"),
    traces: (machine) => [claudeDesktopFolder(machine)],
    entry: { args: [] },
  },
  {
    id: "codex",
    name: "Codex",
    format: "codex",
    file: within(codexFolder, "config.toml"),
    traces: (machine) => [codexFolder(machine)],
    entry: {},
  },
  {
    id: "cursor",
    name: "Cursor",
    format: "mcpServers",
    file: within(cursorFolder, "mcp.json"),
    traces: (machine) => [cursorFolder(machine)],
    entry: { type: "stdio", args: [] },
  },
  {
    id: "gemini",
    name: "Gemini CLI",
    format: "mcpServers",
    file: within(geminiFolder, "settings.json"),
    traces: (machine) => [geminiFolder(machine)],
    entry: { args: [] },
  },
  {
    id: "zed",
    name: "Zed",
    format: "contextServers",
    file: within(zedFolder, "settings.json"),
    traces: (machine) => [zedFolder(machine)],
    entry: { args: [] },
  },
];

/** Returns the entry that starts the server with the launcher. */
export function entryOf(
  { entry }: Client,
  launcher: string,
  { platform, env }: Pick<Machine, "platform" | "env">,
): Entry {
  const { type, args, ...rest } = entry;
  const first: Record<string, string> = type === undefined ? {} : { type: type as string };
  // Windows runs scripts only with its command interpreter. Its full path: a name would also be found in the client's
  // current folder, such as a repository. /d: no AutoRun command may write to stdout; `call` keeps the path's quotes.
  if (platform === "win32")
    return { ...first, command: commandInterpreter(env), args: ["/d", "/c", "call", launcher], ...rest };
  return { ...first, command: launcher, ...(args && { args }), ...rest };
}

function commandInterpreter(env: Machine["env"]): string {
  const root = [env.SystemRoot, env.SYSTEMROOT, env.windir].find((one) => one && win32.isAbsolute(one));
  return win32.join(root ?? "C:\\Windows", "System32", "cmd.exe");
}

/** True if an entry starts our launcher, wherever its home folder is. */
export function startsLauncher(entry: unknown): boolean {
  const { command, args } = (entry ?? {}) as { command?: unknown; args?: unknown };
  const words = [command, ...(Array.isArray(args) ? args : [])];
  return words.some(
    (word) => typeof word === "string" && /[\\/]\.openrouter-admin[\\/]bin[\\/]openrouter-admin(\.cmd)?$/.test(word),
  );
}
