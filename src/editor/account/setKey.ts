import * as vscode from "vscode";
import { createClient, requireManagementKey } from "../../openrouter/index.ts";
import { commandIds } from "../platform/ids.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import type { Account } from "./account.ts";
import { promptForKey } from "./keyPrompt.ts";

/**
 * Asks for a key until it is a valid management key, then stores it.
 * @returns true if a key was stored
 * @throws OriginError if the origin policy rejects the configured base URL
 */
export async function setKey(account: Account, userAgent: string): Promise<boolean> {
  const clientFor = (key: string) => createClient({ key, baseUrl: baseUrlSetting(), userAgent });
  clientFor(""); // fails before the prompt if the base URL is not allowed
  return promptForKey(async (key, signal) => {
    await requireManagementKey(clientFor(key), { signal });
    if (!signal.aborted) await account.setKey(key);
  });
}

/** Runs Set Key, then offers to start the MCP server. */
export async function setKeyCommand(account: Account, userAgent: string): Promise<void> {
  if (!(await setKey(account, userAgent))) return;
  void offerServer();
}

async function offerServer(): Promise<void> {
  const start = vscode.l10n.t("Start the MCP Server");
  const stored = vscode.l10n.t(
    "The key is stored in VS Code's secret storage. Agent mode can use it through the MCP server.",
  );
  const chosen = await vscode.window.showInformationMessage(stored, start);
  if (chosen === start) await vscode.commands.executeCommand(commandIds.startMcpServer);
}
