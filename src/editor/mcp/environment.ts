// Decides, before the MCP server is started, which settings of VS Code prevent or limit its use, and where it runs. Pure.

/** Settings of VS Code that affect MCP servers. Versions differ: what a version doesn't know has no effect in it. */
export const watchedSettings = [
  /** `all`, `registry` or `none`; until 1.103, `chat.mcp.enabled` instead. */
  "chat.mcp.access",
  "chat.mcp.enabled",
  "chat.agent.enabled",
  "chat.disableAIFeatures",
  /** `never`, `onlyNew` or `newAndOutdated`; a boolean in early versions. */
  "chat.mcp.autostart",
  "chat.mcp.allowedServers",
  "chat.mcp.deniedServers",
  "chat.customizations.strictPluginOnlyCustomization",
] as const;
export type WatchedSetting = (typeof watchedSettings)[number];

/** A setting as VS Code's API returns it. */
export interface ReadSetting {
  value: unknown;
  /** The value of a policy, if there is one, else VS Code's own default; undefined for a setting that VS Code doesn't know. */
  defaultValue?: unknown;
  /** The workspace's or a folder's value. */
  workspaceValue?: unknown;
}

export interface Environment {
  settings: Partial<Record<WatchedSetting, ReadSetting>>;
  /** Such as `ssh-remote`, or a host name and port for VS Code in a browser; undefined in a local window. */
  remoteName: string | undefined;
  /** VS Code runs in a browser. */
  isWeb: boolean;
  /** The extension runs on the remote machine, and not where the window is. */
  runsRemotely: boolean;
  server: { name: string; command: readonly string[] };
}

/** Who set a setting. A policy can't be overridden by the user. */
type SetBy = "policy" | "workspace" | "user" | "default";

export interface FoundSetting {
  setting: WatchedSetting;
  value: unknown;
  setBy: SetBy;
}

type RemoteKind = "ssh" | "wsl" | "container" | "codespace" | "tunnel" | "browser" | "other";

export interface Remote {
  kind: RemoteKind;
  /** VS Code's name of the remote. */
  name: string;
  /** Where the extension, its MCP server and the folder in which clients find windows are. */
  extensionIs: "here" | "there";
}

export interface EnvironmentReport {
  /** Prevents VS Code from starting the server or from offering its tools. */
  blockedBy?: FoundSetting;
  /** The server works, but no chat of VS Code uses it. */
  noChat?: FoundSetting;
  /** VS Code doesn't start the server by itself, or only the first time. */
  autostart?: FoundSetting;
  /** Versions of VS Code differ in whether this stops servers of extensions. */
  suspect?: FoundSetting;
  remote?: Remote;
}

/** Values with which VS Code starts no server of an extension or offers none of its tools. */
const BLOCKS: [WatchedSetting, (value: unknown, server: Environment["server"]) => boolean][] = [
  ["chat.mcp.access", (value) => value === "none"],
  ["chat.mcp.enabled", (value) => value === false],
  ["chat.agent.enabled", (value) => value === false],
  ["chat.customizations.strictPluginOnlyCustomization", (value) => value === true],
  ["chat.mcp.deniedServers", (value, server) => listsServer(value, server)],
  ["chat.mcp.allowedServers", (value, server) => Array.isArray(value) && !listsServer(value, server)],
];

export function checkEnvironment({ settings, server, ...place }: Environment): EnvironmentReport {
  const find = (setting: WatchedSetting, matches: (value: unknown) => boolean): FoundSetting | undefined => {
    const read = settings[setting];
    // A user may have a setting of another version in their file.
    if (read?.defaultValue === undefined || !matches(read.value)) return undefined;
    return { setting, value: read.value, setBy: setBy(read, matches, setting) };
  };
  const blocks = BLOCKS.map(([setting, matches]) => find(setting, (value) => matches(value, server)));
  return {
    blockedBy: blocks.find((found) => found?.setBy === "policy") ?? blocks.find(Boolean),
    noChat: find("chat.disableAIFeatures", (value) => value === true),
    autostart: find("chat.mcp.autostart", (value) => value === "never" || value === false || value === "onlyNew"),
    suspect: find("chat.mcp.access", (value) => value === "registry"),
    remote: findRemote(place),
  };
}

function setBy(
  { defaultValue, workspaceValue }: ReadSetting,
  matches: (value: unknown) => boolean,
  setting: WatchedSetting,
): SetBy {
  // None of these is off by default, except the automatic start until 1.103.
  if (matches(defaultValue)) return setting === "chat.mcp.autostart" ? "default" : "policy";
  return workspaceValue !== undefined && matches(workspaceValue) ? "workspace" : "user";
}

/** True if VS Code's list of allowed or denied servers names this server, by its label or its exact command. */
function listsServer(list: unknown, { name, command }: Environment["server"]): boolean {
  if (!Array.isArray(list)) return false;
  return list.some((entry) => {
    if (typeof entry !== "object" || entry === null) return false;
    const { serverName, serverCommand } = entry as Record<string, unknown>;
    if (typeof serverName === "string") return serverName === name;
    if (!Array.isArray(serverCommand) || serverCommand.length !== command.length) return false;
    return serverCommand.every((part, index) => part === command[index]);
  });
}

const REMOTE_KINDS = new Map<string, RemoteKind>([
  ["ssh-remote", "ssh"],
  ["wsl", "wsl"],
  ["dev-container", "container"],
  ["attached-container", "container"],
  ["k8s-container", "container"],
  ["codespaces", "codespace"],
  ["tunnel", "tunnel"],
]);

function findRemote({ remoteName, isWeb, runsRemotely }: Omit<Environment, "settings" | "server">): Remote | undefined {
  if (remoteName === undefined) return undefined;
  const kind = REMOTE_KINDS.get(remoteName) ?? (isWeb ? "browser" : "other");
  return { kind, name: remoteName, extensionIs: runsRemotely ? "there" : "here" };
}
