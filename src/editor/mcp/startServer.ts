import * as vscode from "vscode";
import type { Account } from "../account/account.ts";
import { setKey } from "../account/setKey.ts";
import { commandIds, mcpServerLabel } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { writeMode } from "../platform/settings.ts";
import { invokeOverview, type ServerTools, serverTools } from "./serverTools.ts";

const START_MS = 60_000;
const PAUSE_MS = 500;

interface StartOptions {
  account: Account;
  userAgent: string;
  extensionId: string;
  log: Log;
}

/** Starts the MCP server as agent mode would, calls `or_overview`, and says how that went. */
export async function startMcpServer({ account, userAgent, extensionId, log }: StartOptions): Promise<void> {
  if ((await account.source()) === "signedOut" && !(await setKey(account, userAgent))) return;

  const title = vscode.l10n.t("Starting the OpenRouter Admin MCP server");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { tools, outcome } = await vscode.window.withProgress(options, async (_progress, token) => {
    const tools = await startedTools(`${extensionId}/${mcpServerLabel}`, token);
    return { tools, outcome: await invokeOverview(tools.overview, token) };
  });
  log.info(`MCP server: ${tools.count} tools. or_overview:\n${outcome.text}`);
  void tell(outcome, tools, log);
}

/** Asks again and again: the command does nothing until the definition has reached the window. */
async function startedTools(serverId: string, token: vscode.CancellationToken): Promise<ServerTools> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const started = vscode.commands.executeCommand("workbench.mcp.startServer", serverId, { waitForLiveTools: true });
    await Promise.race([started, pause(deadline - Date.now(), token)]);
    const tools = serverTools();
    // Just after the setting was changed, the tools may still be those of the server before.
    if (tools?.writing === (writeMode() !== "off")) return tools;
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

async function tell(outcome: { text: string; failed: boolean }, tools: ServerTools, log: Log): Promise<void> {
  const t = vscode.l10n.t;
  const openLog = t("Open Log");
  const setKeyAction = t("Set Key");
  const lines = outcome.text.trim().split("\n");
  // The credits, after the note of a sample account.
  const firstLine = lines.slice(0, lines.findIndex((line) => line.startsWith("Credits")) + 1 || 1).join(" ");
  const writing = tools.writing ? t("write tools on") : t("write tools off");
  const chosen = outcome.failed
    ? await vscode.window.showErrorMessage(
        t("The MCP server runs, but its tool failed: {0}", safeLabel(outcome.text)),
        setKeyAction,
        openLog,
      )
    : await vscode.window.showInformationMessage(
        t("The MCP server works: {0} tools, {1}. {2}", tools.count, writing, safeLabel(firstLine)),
        openLog,
      );
  if (chosen === openLog) log.show();
  if (chosen === setKeyAction) await vscode.commands.executeCommand(commandIds.setKey);
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
