import * as vscode from "vscode";
import { redact } from "../../openrouter/text/redact.ts";
import { setKey } from "../account/setKey.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds, mcpServerLabel } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { injectsKey, writeMode } from "../platform/settings.ts";
import { checkChannel } from "./checkChannel.ts";
import { findServerTools, invokeOverview, type ServerTools } from "./serverTools.ts";
import type { McpServices } from "./services.ts";

const START_MS = 60_000;
/** A server that runs offers its tools long before; the command itself may wait for longer than there is need to. */
const COMMAND_MS = 10_000;
const PAUSE_MS = 500;

interface StartOptions extends McpServices {
  extensionId: string;
}

interface ServerCheck {
  serverId: string;
  /** Whether the write tools are to be among those offered; undefined where either will do. */
  writing: boolean | undefined;
  log: Log;
  token: vscode.CancellationToken;
}

/** How a way in works: what there is to say of it, or why it fails. */
type Checked = { works: string } | { fails: string };

/**
 * Checks both ways in: starts the MCP server as agent mode would and calls `or_overview`, and asks this window as servers
 * without a key do. Says how that went.
 */
export async function startMcpServer({ extensionId, ...services }: StartOptions): Promise<void> {
  const { account, userAgent, log } = services;
  if ((await account.source()) === "signedOut" && !(await setKey(account, userAgent))) return;

  const title = vscode.l10n.t("Starting the OpenRouter Admin MCP server");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const [channel, server] = await vscode.window.withProgress(options, async (_progress, token) => {
    const channel = await checked(async () => {
      await checkChannel(services, token);
      return "";
    });
    // Where the window cannot be asked, there is no saying which tools a server offers.
    const writing = "works" in channel ? writeMode() !== "off" : undefined;
    const serverId = `${extensionId}/${mcpServerLabel}`;
    return [channel, await checked(() => checkServer({ serverId, writing, log, token }))];
  });
  void tell(server, channel, log);
}

async function checked(check: () => Promise<string>): Promise<Checked> {
  try {
    return { works: await check() };
  } catch (error) {
    if (error instanceof vscode.CancellationError) throw error;
    return { fails: redact(errorText(error)) };
  }
}

/** @returns what it offers, and the account's credits */
async function checkServer({ log, ...options }: ServerCheck): Promise<string> {
  const t = vscode.l10n.t;
  const { token } = options;
  const { overview, count, writing } = await startedTools(options);
  const { text, failed } = await invokeOverview(overview, token);
  log.info(`MCP server: ${count} tools. or_overview:\n${text}`);
  if (failed) throw new Error(t("The MCP server is running, but its tool failed: {0}", text));
  const lines = text.trim().split("\n");
  // The credits, after the note of a sample account.
  const firstLine = lines.slice(0, lines.findIndex((line) => line.startsWith("Credits")) + 1 || 1).join(" ");
  const writes = writing ? t("write tools on") : t("write tools off");
  return t("The MCP server works: {0} tools, {1}. {2}", count, writes, firstLine);
}

/** Asks again and again: the command does nothing until the definition has reached the window. */
async function startedTools({ serverId, writing, token }: Omit<ServerCheck, "log">): Promise<ServerTools> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const started = vscode.commands.executeCommand("workbench.mcp.startServer", serverId, { waitForLiveTools: true });
    await Promise.race([started, pause(Math.min(COMMAND_MS, deadline - Date.now()), token)]);
    const tools = findServerTools();
    // Just after the setting was changed, the tools may still be those of the server before.
    if (tools && (writing ?? tools.writing) === tools.writing) return tools;
    await pause(PAUSE_MS, token);
  }
  throw new Error(
    vscode.l10n.t(
      "The MCP server offered no tools within {0} s. Run “MCP: List Servers”, choose {1} and Show Output to see why.",
      START_MS / 1000,
      mcpServerLabel,
    ),
  );
}

async function tell(server: Checked, channel: Checked, log: Log): Promise<void> {
  const t = vscode.l10n.t;
  const openLog = t("Open Log");
  const setKeyAction = t("Set Key");
  const text = safeLabel([serverText(server), waysText(server, channel)].join(" "));
  const fails = "fails" in server || "fails" in channel;
  if (fails) log.error(text);
  const chosen = fails
    ? await vscode.window.showErrorMessage(text, setKeyAction, openLog)
    : await vscode.window.showInformationMessage(text, openLog);
  if (chosen === openLog) log.show();
  if (chosen === setKeyAction) await vscode.commands.executeCommand(commandIds.setKey);
}

function serverText(server: Checked): string {
  return "works" in server ? server.works : server.fails;
}

/** Which agents and clients come in which way, and which of them cannot. */
function waysText(server: Checked, channel: Checked): string {
  const t = vscode.l10n.t;
  if ("fails" in channel)
    return t(
      "Agent Host (Copilot), other clients and all writes can't connect through this window: {0}",
      channel.fails,
    );
  if ("fails" in server) return t("Agent Host (Copilot) and other clients connect through this window, which works.");
  return injectsKey()
    ? t(
        "Local agents use the key in the server's environment. Agent Host (Copilot), other clients and all writes connect through this window.",
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
