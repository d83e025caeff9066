import * as vscode from "vscode";
import { createClient, requireManagementKey } from "../../openrouter/index.ts";
import { commandIds } from "../platform/ids.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import type { Account } from "./account.ts";
import { promptForKey } from "./keyPrompt.ts";

/**
 * Asks for a key until it is one that manages an account, and only then keeps it.
 * @returns whether a key was kept
 * @throws OriginError when the key could not be sent to the configured base URL anyway
 */
export async function setKey(account: Account, userAgent: string): Promise<boolean> {
  const clientFor = (key: string) => createClient({ key, baseUrl: baseUrlSetting(), userAgent });
  clientFor(""); // before anything is typed: an address outside the policy is not the key's fault
  return promptForKey(async (key, signal) => {
    await requireManagementKey(clientFor(key), { signal });
    if (!signal.aborted) await account.setKey(key);
  });
}

/** Set Key, and then what most people want next. */
export async function setKeyCommand(account: Account, userAgent: string): Promise<void> {
  if (!(await setKey(account, userAgent))) return;
  void offerServer();
}

async function offerServer(): Promise<void> {
  const start = vscode.l10n.t("Start the MCP Server");
  const kept = vscode.l10n.t(
    "The key is stored in VS Code's secret storage. Agent mode can use it through the MCP server.",
  );
  const chosen = await vscode.window.showInformationMessage(kept, start);
  if (chosen === start) await vscode.commands.executeCommand(commandIds.startMcpServer);
}
