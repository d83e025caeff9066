import * as vscode from "vscode";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { CheckResult } from "./checkResult.ts";
import type { StartedServer } from "./checkServer.ts";
import type { EnvironmentReport } from "./environment.ts";
import { limitTexts } from "./environmentTexts.ts";
import { serverGetsKey } from "./networkSettings.ts";

interface Checks {
  report: EnvironmentReport;
  /** A request through this window, as other clients and all writes send it. */
  channel: CheckResult<void>;
  server: CheckResult<StartedServer>;
  serverId: string;
}

/** Says which link failed and how to fix it, or that all work, and offers the actions that help. */
export async function showResult(checks: Checks, log: Log): Promise<void> {
  const text = safeLabel(resultText(checks));
  const actions = new Map(actionsFor(checks, log));
  const fails = "fails" in checks.channel || !doesWork(checks.server);
  if (fails) log.error(text);
  const show = fails ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
  const chosen = await show(text, ...actions.keys());
  await actions.get(chosen ?? "")?.();
}

/** True if the server runs and none of its tools failed. */
const doesWork = (server: Checks["server"]) => "works" in server && server.works.toolError === undefined;

function resultText({ report, channel, server }: Checks): string {
  const t = vscode.l10n.t;
  const serverText = "works" in server ? workingText(server.works) : server.fails;
  const isBlocked = report.blockedBy !== undefined && "fails" in server;
  if ("fails" in channel) {
    const channelText = channel.link === "window" ? noChannelText(channel.fails) : channel.fails;
    if (isBlocked || (channel.link === "window" && doesWork(server))) return [serverText, channelText].join(" ");
    return [channelText, serverDespite(server)].join(" ");
  }
  if (isBlocked) return [serverText, t("The views work, and other MCP clients can use this window.")].join(" ");
  if (!doesWork(server))
    return [serverText, t("Agent Host (Copilot) and other clients can still connect through this window.")].join(" ");
  return [serverText, connectionsText(report), ...limitTexts(report)].filter(Boolean).join(" ");
}

function workingText({ tools, hasWriteTools, firstLine, toolError }: StartedServer): string {
  const t = vscode.l10n.t;
  const writes = hasWriteTools ? t("write tools on") : t("write tools off");
  if (toolError !== undefined) return t("The MCP server is running, but its tool failed: {0}", toolError);
  if (firstLine === undefined)
    return t(
      "The MCP server is running: {0} tools, {1}. None was called: each needs arguments, or does not work with every account.",
      tools,
      writes,
    );
  return t("The MCP server works: {0} tools, {1}. {2}", tools, writes, firstLine);
}

/** Says what the server does while this window can't reach the account. */
function serverDespite(server: CheckResult<StartedServer>): string {
  const t = vscode.l10n.t;
  if ("fails" in server) return server.fails;
  const { tools, firstLine } = server.works;
  return firstLine === undefined
    ? t("The MCP server itself runs ({0} tools), but its tools can't work until then.", tools)
    : t(
        "Only reads of local agents still work, because the MCP server connects to OpenRouter by itself: {0}",
        firstLine,
      );
}

function noChannelText(reason: string): string {
  return vscode.l10n.t(
    "Agent Host (Copilot) and other clients can't connect through this window, and writes fail: {0}",
    reason,
  );
}

/** Describes how agents and clients connect. */
function connectionsText({ noChat }: EnvironmentReport): string | undefined {
  const t = vscode.l10n.t;
  if (noChat) return t("Other clients connect through this window.");
  return serverGetsKey()
    ? t(
        "Local agents use the key in the server's environment. Agent Host (Copilot), other clients and all writes use this window.",
      )
    : t("Local agents, Agent Host (Copilot) and other clients connect through this window.");
}

type Action = [title: string, run: () => unknown];

function actionsFor(checks: Checks, log: Log): Action[] {
  const { channel, server, serverId } = checks;
  const t = vscode.l10n.t;
  const openLog: Action = [t("Open Log"), () => log.show()];
  const failed = [channel, server].filter((one) => "fails" in one);
  const links = new Set(failed.map(({ link }) => link));
  const actions: Action[] = [];
  if (links.has("account")) actions.push([t("Set Key"), () => vscode.commands.executeCommand(commandIds.setKey)]);
  const setting = failed.map((one) => one.setting).find(Boolean) ?? helpfulSetting(checks);
  if (setting !== undefined) actions.push([t("Open Settings"), () => openSetting(setting, checks.report)]);
  if (links.has("server"))
    actions.push([t("Show Output"), () => vscode.commands.executeCommand("workbench.mcp.showOutput", serverId)]);
  return [...actions, openLog];
}

/** Returns the setting to change although nothing has failed at a link; undefined if there is none. */
function helpfulSetting(checks: Checks): string | undefined {
  if ("fails" in checks.channel || !doesWork(checks.server)) return undefined;
  return (checks.report.noChat ?? checks.report.autostart)?.setting;
}

function openSetting(setting: string, { blockedBy, noChat, autostart }: EnvironmentReport): Thenable<unknown> {
  const found = [blockedBy, noChat, autostart].find((one) => one?.setting === setting);
  const scope = found?.setBy === "workspace" ? "openWorkspaceSettings" : "openSettings";
  return vscode.commands.executeCommand(`workbench.action.${scope}`, `@id:${setting}`);
}
