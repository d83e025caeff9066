import * as vscode from "vscode";
import { redact } from "../../openrouter/text/redact.ts";
import { mcpServerLabel, settingIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { messageOf } from "../platform/messageOf.ts";
import type { ServerTools } from "./bundledTools.ts";
import { LinkError } from "./checkResult.ts";
import type { FoundSetting } from "./environment.ts";
import { type Probe, probeServer } from "./probeServer.ts";
import { serverEnv } from "./serverEnv.ts";
import { findServerTools, invokeTool } from "./serverTools.ts";

const START_MS = 60_000;
/** A running server offers its tools earlier; the start command may wait longer than necessary. */
const COMMAND_MS = 10_000;
const PAUSE_MS = 500;
/** How often a tool is called again that VS Code has withdrawn meanwhile. */
const MAX_TRIES = 5;

export interface ServerCheck {
  serverId: string;
  command: string;
  args: readonly string[];
  /** True if the server should offer write tools; undefined if unknown. */
  expectsWriteTools: boolean | undefined;
  /** A setting that may be the reason if VS Code offers no tools. */
  suspect?: FoundSetting;
  log: Log;
  token: vscode.CancellationToken;
}

/** What a started server offers. */
export interface StartedServer {
  tools: number;
  hasWriteTools: boolean;
  /** The first line of a tool's result; undefined if none of the tools could be called. */
  firstLine?: string;
  /** The result of the tool, if it reported an error. */
  toolError?: string;
}

/**
 * Starts the server as agent mode does, and calls a tool.
 * @throws LinkError if it doesn't start, or offers no tools
 */
export async function checkServer(options: ServerCheck): Promise<StartedServer> {
  const { log, token } = options;
  for (let triesLeft = MAX_TRIES; ; triesLeft--) {
    const { check, count, hasWriteTools } = await waitForTools(options);
    const started = { tools: count, hasWriteTools };
    if (!check) return started;
    try {
      const { text, failed } = await invokeTool(check, token);
      log.info(`MCP server: ${count} tools. ${check.tool}:\n${text}`);
      return failed ? { ...started, toolError: text } : { ...started, firstLine: firstLineOf(text) };
    } catch (error) {
      // The tool itself never throws: VS Code has stopped the server or withdrawn its tools, as right after a change of settings.
      if (token.isCancellationRequested) throw error;
      if (triesLeft === 0) throw notCalled(error);
      log.info(`VS Code didn't call ${check.tool}, so it is tried again: ${error}`);
      await pause(PAUSE_MS, token);
    }
  }
}

function notCalled(error: unknown): LinkError {
  return new LinkError(
    "server",
    vscode.l10n.t(
      "VS Code offers the tools of the MCP server but couldn't call one: {0}. Reload the window.",
      messageOf(error),
    ),
    { cause: error },
  );
}

/** Returns the first line, such as the credits, preceded by the note if it is the sample account. */
function firstLineOf(text: string): string {
  const lines = text.trim().split("\n");
  const firstLine = lines.slice(0, lines.findIndex((line) => !/^Sample account/.test(line)) + 1 || 1).join(" ");
  return /[.!?]$/.test(firstLine) ? firstLine : `${firstLine}.`;
}

/** Repeats the start command, which does nothing until VS Code has received the definition. */
async function waitForTools(options: ServerCheck): Promise<ServerTools> {
  const { serverId, expectsWriteTools, token } = options;
  const deadline = Date.now() + START_MS;
  let probe: Probe | undefined;
  while (Date.now() < deadline) {
    const started = vscode.commands.executeCommand("workbench.mcp.startServer", serverId, { waitForLiveTools: true });
    await Promise.race([started, pause(Math.min(COMMAND_MS, deadline - Date.now()), token)]);
    const tools = findServerTools();
    // Right after a change of the setting, the tools may still be those of the previous server.
    if (tools && (expectsWriteTools ?? tools.hasWriteTools) === tools.hasWriteTools) return tools;
    await pause(PAUSE_MS, token);
    if (probe === undefined && deadline - Date.now() < START_MS - COMMAND_MS) {
      probe = await runProbe(options);
      if (probe.outcome !== "lists" || probe.tools === 0) break;
    }
  }
  throw failure(probe ?? (await runProbe(options)), options);
}

async function runProbe({ command, args, log, token }: ServerCheck): Promise<Probe> {
  const controller = new AbortController();
  const cancelled = token.onCancellationRequested(() => controller.abort(new vscode.CancellationError()));
  try {
    const changes = Object.entries(serverEnv(undefined, {}, process.env));
    const env = { ...process.env, ...Object.fromEntries(changes.map(([name, value]) => [name, value ?? undefined])) };
    const probe = await probeServer({ command, args, env, signal: controller.signal });
    log.info(`The MCP server, started without VS Code: ${redact(JSON.stringify(probe))}`);
    return probe;
  } finally {
    cancelled.dispose();
  }
}

function failure(probe: Probe, { suspect }: ServerCheck): LinkError {
  const t = vscode.l10n.t;
  switch (probe.outcome) {
    case "notStarted":
      return new LinkError(
        "server",
        t(
          "The MCP server's process can't be started ({0}). Check what blocks it, such as a virus scanner.",
          probe.reason,
        ),
      );
    case "exits":
      return new LinkError(
        "server",
        t(
          "The MCP server's process ends right after its start ({0}): {1} Reinstall the extension if this stays.",
          probe.reason,
          redact(probe.lastLine),
        ),
      );
    case "silent":
      return new LinkError(
        "server",
        t("The MCP server's process starts but doesn't respond. Reload the window and try again."),
      );
    case "lists":
      return probe.tools === 0 ? noTools() : notOffered(probe.tools, suspect);
  }
}

function noTools(): LinkError {
  const text = vscode.l10n.t("The MCP server runs but offers no tools: {0} selects none.", settingIds.mcpTools);
  return new LinkError("settings", text, { setting: settingIds.mcpTools });
}

function notOffered(tools: number, suspect: FoundSetting | undefined): LinkError {
  const t = vscode.l10n.t;
  if (suspect)
    return new LinkError(
      "settings",
      t(
        "VS Code doesn't offer the tools of the MCP server, which runs by itself: {0} is {1}, which may allow no servers of extensions.",
        suspect.setting,
        String(suspect.value),
      ),
      { setting: suspect.setting },
    );
  return new LinkError(
    "server",
    t(
      "VS Code offered no tools of the MCP server within {0} s, although the server runs by itself and lists {1}. Run “MCP: List Servers” and select {2} to see whether it is disabled.",
      START_MS / 1000,
      tools,
      mcpServerLabel,
    ),
  );
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
