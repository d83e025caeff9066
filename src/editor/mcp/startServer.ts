import * as vscode from "vscode";
import { redact } from "../../openrouter/text/redact.ts";
import { setKey } from "../account/setKey.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds, mcpServerLabel } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { injectsKey, selectsDefaultTools, writeMode } from "../platform/settings.ts";
import type { ServerTools } from "./bundledTools.ts";
import { checkChannel } from "./checkChannel.ts";
import { findServerTools, invokeTool } from "./serverTools.ts";
import type { McpServices } from "./services.ts";

const START_MS = 60_000;
/** A running server offers its tools earlier; the start command may wait longer than necessary. */
const COMMAND_MS = 10_000;
const PAUSE_MS = 500;

interface StartOptions extends McpServices {
  extensionId: string;
}

interface ServerCheck {
  serverId: string;
  /** True if the server should offer write tools; undefined if unknown. */
  expectsWriteTools: boolean | undefined;
  log: Log;
  token: vscode.CancellationToken;
}

/** The result of checking a connection: a text if it works, else the error. */
type CheckResult = { works: string } | { fails: string };

/**
 * Checks both connections: starts the MCP server like agent mode and calls a tool, and sends a request through this
 * window like a server without a key. Shows the result.
 */
export async function startMcpServer({ extensionId, ...services }: StartOptions): Promise<void> {
  const { account, userAgent, log } = services;
  if ((await account.source()) === "signedOut" && !(await setKey(account, userAgent))) return;

  const title = vscode.l10n.t("Starting the OpenRouter Admin MCP server");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const [channel, server] = await vscode.window.withProgress(options, async (_progress, token) => {
    const channel = await runCheck(async () => {
      await checkChannel(services, token);
      return "";
    });
    // If the channel fails or the user has selected tools, it is unknown which tools the server offers.
    const isKnown = "works" in channel && selectsDefaultTools();
    const expectsWriteTools = isKnown ? writeMode() !== "off" : undefined;
    const serverId = `${extensionId}/${mcpServerLabel}`;
    return [channel, await runCheck(() => checkServer({ serverId, expectsWriteTools, log, token }))];
  });
  void showResult(server, channel, log);
}

async function runCheck(check: () => Promise<string>): Promise<CheckResult> {
  try {
    return { works: await check() };
  } catch (error) {
    if (error instanceof vscode.CancellationError) throw error;
    return { fails: redact(errorText(error)) };
  }
}

/** @returns a text with the server's tools, and the first line of a tool's result */
async function checkServer({ log, ...options }: ServerCheck): Promise<string> {
  const t = vscode.l10n.t;
  const { token } = options;
  const { check, count, hasWriteTools } = await waitForTools(options);
  const writes = hasWriteTools ? t("write tools on") : t("write tools off");
  if (!check)
    return t(
      "The MCP server is running: {0} tools, {1}. None was called: each needs arguments, or does not work with every account.",
      count,
      writes,
    );
  const { text, failed } = await invokeTool(check, token);
  log.info(`MCP server: ${count} tools. ${check.tool}:\n${text}`);
  if (failed) throw new Error(t("The MCP server is running, but its tool failed: {0}", text));
  const lines = text.trim().split("\n");
  // Such as the credits, preceded by the note if it is the sample account.
  const firstLine = lines.slice(0, lines.findIndex((line) => !/^Sample account/.test(line)) + 1 || 1).join(" ");
  const firstFigure = /[.!?]$/.test(firstLine) ? firstLine : `${firstLine}.`;
  return t("The MCP server works: {0} tools, {1}. {2}", count, writes, firstFigure);
}

/** Repeats the start command, which does nothing until VS Code has received the definition. */
async function waitForTools({ serverId, expectsWriteTools, token }: Omit<ServerCheck, "log">): Promise<ServerTools> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const started = vscode.commands.executeCommand("workbench.mcp.startServer", serverId, { waitForLiveTools: true });
    await Promise.race([started, pause(Math.min(COMMAND_MS, deadline - Date.now()), token)]);
    const tools = findServerTools();
    // Right after a change of the setting, the tools may still be those of the previous server.
    if (tools && (expectsWriteTools ?? tools.hasWriteTools) === tools.hasWriteTools) return tools;
    await pause(PAUSE_MS, token);
  }
  throw new Error(
    vscode.l10n.t(
      "The MCP server offered no tools within {0} s. Run “MCP: List Servers”, select {1} and Show Output to see why.",
      START_MS / 1000,
      mcpServerLabel,
    ),
  );
}

async function showResult(server: CheckResult, channel: CheckResult, log: Log): Promise<void> {
  const t = vscode.l10n.t;
  const openLog = t("Open Log");
  const setKeyAction = t("Set Key");
  const text = safeLabel([serverText(server), connectionsText(server, channel)].join(" "));
  const fails = "fails" in server || "fails" in channel;
  if (fails) log.error(text);
  const chosen = fails
    ? await vscode.window.showErrorMessage(text, setKeyAction, openLog)
    : await vscode.window.showInformationMessage(text, openLog);
  if (chosen === openLog) log.show();
  if (chosen === setKeyAction) await vscode.commands.executeCommand(commandIds.setKey);
}

function serverText(server: CheckResult): string {
  return "works" in server ? server.works : server.fails;
}

/** Describes how agents and clients connect, and which of them can't. */
function connectionsText(server: CheckResult, channel: CheckResult): string {
  const t = vscode.l10n.t;
  if ("fails" in channel)
    return t(
      "Agent Host (Copilot) and other clients can't connect through this window, and writes fail: {0}",
      channel.fails,
    );
  if ("fails" in server) return t("Agent Host (Copilot) and other clients can still connect through this window.");
  return injectsKey()
    ? t(
        "Local agents use the key in the server's environment. Agent Host (Copilot), other clients and all writes use this window.",
      )
    : t("Local agents, Agent Host (Copilot) and other clients connect through this window.");
}

function pause(ms: number, token: vscode.CancellationToken): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const cancelled = token.onCancellationRequested(() => reject(new vscode.CancellationError()));
  return promise.finally(() => {
    clearTimeout(timer);
    cancelled.dispose();
  });
}
