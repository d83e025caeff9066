import type * as vscode from "vscode";
import type { Account } from "../account/account.ts";
import type { AccountSessions } from "../data/accountData.ts";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Wing } from "../platform/wing.ts";
import { registerMcpProvider } from "./provider.ts";
import { registerWriteMode } from "./writes.ts";

export interface McpServices {
  account: Account;
  sessions: AccountSessions;
  userAgent: string;
  log: Log;
  /** Resolves once this window listens for MCP servers. @throws what keeps it from listening */
  listening(): Promise<void>;
}

/** The bundled MCP server, as agent mode sees it. */
export function createMcpWing(context: vscode.ExtensionContext, services: McpServices): Wing {
  const { account, userAgent, log } = services;
  const extensionId = context.extension.id;
  return {
    commands: {
      [commandIds.startMcpServer]: async () =>
        (await import("./startServer.ts")).startMcpServer({ ...services, extensionId }),
      [commandIds.turnOffWrites]: async () => (await import("./writes.ts")).turnOffWritesCommand(),
    },
    disposables: [registerMcpProvider({ account, context, userAgent, log }), registerWriteMode(log)],
  };
}
