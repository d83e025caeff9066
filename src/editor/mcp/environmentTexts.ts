import * as vscode from "vscode";
import type { EnvironmentReport, FoundSetting, Remote } from "./environment.ts";

/** Says that VS Code doesn't start the server or offers none of its tools, because of which setting, and who set it. */
export function blockedText(found: FoundSetting): string {
  return [blockText(found), setByText(found)].join(" ");
}

function blockText({ setting, value }: FoundSetting): string {
  const t = vscode.l10n.t;
  switch (setting) {
    case "chat.agent.enabled":
      return t("VS Code offers no MCP tools because agent mode is off: {0} is {1}.", setting, String(value));
    case "chat.customizations.strictPluginOnlyCustomization":
      return t("VS Code doesn't start MCP servers of extensions: {0} is {1}.", setting, String(value));
    case "chat.mcp.deniedServers":
      return t("VS Code doesn't start this MCP server: {0} denies it.", setting);
    case "chat.mcp.allowedServers":
      return t("VS Code doesn't start this MCP server: {0} doesn't list it.", setting);
    default:
      return t("VS Code doesn't start MCP servers: {0} is {1}.", setting, String(value));
  }
}

function setByText({ setBy }: FoundSetting): string {
  const t = vscode.l10n.t;
  if (setBy === "policy") return t("A policy of your organization sets this. Ask your administrator.");
  return setBy === "workspace" ? t("The settings of this workspace set this.") : t("Your settings set this.");
}

/** Describes what limits the use of a server that works. */
export function limitTexts({ noChat, autostart, remote }: EnvironmentReport): string[] {
  const t = vscode.l10n.t;
  return [
    noChat &&
      [
        t("No chat in VS Code uses it, because AI features are off: {0} is {1}.", noChat.setting, String(noChat.value)),
        setByText(noChat),
      ].join(" "),
    !noChat && autostart && autostartText(autostart),
    remote && remoteText(remote),
  ].filter((text) => typeof text === "string");
}

function autostartText({ setting, value, setBy }: FoundSetting): string {
  const t = vscode.l10n.t;
  if (value === "onlyNew")
    return t(
      "VS Code starts the server by itself only the first time ({0} is {1}). After an update, run this command again to renew its tools.",
      setting,
      String(value),
    );
  const better = typeof value === "boolean" ? "true" : "newAndOutdated";
  if (setBy === "default")
    return t(
      "This version of VS Code doesn't start MCP servers by itself. To change that, set {0} to {1}.",
      setting,
      better,
    );
  return t(
    "VS Code doesn't start MCP servers by itself ({0} is {1}). To change that, set it to {2}.",
    setting,
    String(value),
    better,
  );
}

/** Says on which machine the server runs, and which clients can use this window. */
export function remoteText(remote: Remote): string {
  const t = vscode.l10n.t;
  const place = placeText(remote);
  return remote.extensionIs === "here"
    ? t(
        "This window is connected to another system, but the extension and its MCP server run on this computer. Clients {0}, such as those in this window's terminal, can't use this window: they need OPENROUTER_PROVISIONING_KEY.",
        place,
      )
    : t("The extension and its MCP server run {0}. Clients there can use this window, clients elsewhere can't.", place);
}

function placeText({ kind, name }: Remote): string {
  const t = vscode.l10n.t;
  switch (kind) {
    case "ssh":
      return t("on the SSH host");
    case "wsl":
      return t("in the WSL system");
    case "container":
      return t("in the container");
    case "codespace":
      return t("in the codespace");
    case "tunnel":
      return t("on the tunnel's host");
    case "browser":
      return t("on the computer that runs VS Code's server");
    case "other":
      return t("on the remote machine ({0})", name);
  }
}
