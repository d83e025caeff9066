import type * as vscode from "vscode";
import type { Account } from "../account/account.ts";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Wing } from "../platform/wing.ts";
import { registerMcpProvider } from "./provider.ts";

interface McpServices {
  account: Account;
  userAgent: string;
  log: Log;
}

/** The bundled MCP server, as agent mode sees it. */
export function createMcpWing(context: vscode.ExtensionContext, services: McpServices): Wing {
  const { account, userAgent } = services;
  const extensionId = context.extension.id;
  return {
    commands: {
      [commandIds.startMcpServer]: async () =>
        (await import("./startServer.ts")).startMcpServer({ ...services, extensionId }),
    },
    disposables: [registerMcpProvider(account, context, userAgent)],
  };
}
