import * as vscode from "vscode";
import { redact } from "../../openrouter/text/redact.ts";
import { setKey } from "../account/setKey.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds, mcpServerLabel } from "../platform/ids.ts";
import { selectsDefaultTools, writeMode } from "../platform/settings.ts";
import { checkChannel } from "./checkChannel.ts";
import { type CheckResult, failedLinkOf, LinkError, settingFor } from "./checkResult.ts";
import { checkServer, type StartedServer } from "./checkServer.ts";
import { checkEnvironment, type EnvironmentReport } from "./environment.ts";
import { blockedText } from "./environmentTexts.ts";
import { readEnvironment } from "./readEnvironment.ts";
import { showResult } from "./resultText.ts";
import { serverCommand } from "./serverCommand.ts";
import type { McpServices } from "./services.ts";

/**
 * Checks both connections: starts the MCP server like agent mode and calls a tool, and sends a request through this
 * window like a server without a key. Names the link that failed, or shows that all of them work.
 */
export async function startMcpServer(context: vscode.ExtensionContext, services: McpServices): Promise<void> {
  const { account, userAgent, log } = services;
  if ((await account.choices()).source === "signedOut" && !(await setKey(account, userAgent))) return showNoAccount();

  const { command, args } = serverCommand(context);
  const report = checkEnvironment(readEnvironment(context.extension, [command, ...args]));
  const serverId = `${context.extension.id}/${mcpServerLabel}`;
  const title = vscode.l10n.t("Starting the OpenRouter Admin MCP server");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const [channel, server] = await vscode.window.withProgress(options, async (_progress, token) => {
    const channel = await runCheck(() => checkChannel(services, token));
    // If the channel fails or the user has selected tools, it is unknown which tools the server offers.
    const isKnown = "works" in channel && selectsDefaultTools();
    const expectsWriteTools = isKnown ? writeMode() !== "off" : undefined;
    const start = { serverId, command, args, expectsWriteTools, suspect: report.suspect, log, token };
    return [channel, await runCheck(() => startUnlessBlocked(report, () => checkServer(start)))] as const;
  });
  void showResult({ report, channel, server, serverId }, log);
}

async function startUnlessBlocked(
  { blockedBy }: EnvironmentReport,
  start: () => Promise<StartedServer>,
): Promise<StartedServer> {
  if (blockedBy) throw new LinkError("settings", blockedText(blockedBy), { setting: blockedBy.setting });
  return start();
}

async function runCheck<T>(check: () => Promise<T>): Promise<CheckResult<T>> {
  try {
    return { works: await check() };
  } catch (error) {
    if (error instanceof vscode.CancellationError) throw error;
    return { fails: redact(errorText(error)), link: failedLinkOf(error), setting: settingFor(error) };
  }
}

async function showNoAccount(): Promise<void> {
  const t = vscode.l10n.t;
  const setKeyAction = t("Set Key");
  const sample = t("Explore with a Sample Account");
  const text = t(
    "No account is set up, so agents have nothing to read. Set a Provisioning (Management) key, or use the sample account.",
  );
  const chosen = await vscode.window.showErrorMessage(text, setKeyAction, sample);
  if (chosen === setKeyAction) await vscode.commands.executeCommand(commandIds.setKey);
  if (chosen === sample) await vscode.commands.executeCommand(commandIds.exploreSample);
}
