import type * as vscode from "vscode";
import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import { registerMcpProvider } from "./provider.ts";
import type { McpServices } from "./services.ts";
import { registerWriteMode } from "./writeMode.ts";

/** Provides the bundled MCP server to agent mode. */
export function createMcpWing(context: vscode.ExtensionContext, services: McpServices): Wing {
  const { account, userAgent, log } = services;
  return {
    commands: {
      [commandIds.startMcpServer]: async () => (await import("./startServer.ts")).startMcpServer(context, services),
      [commandIds.turnOffWrites]: async () => (await import("./writeMode.ts")).turnOffWritesAndConfirm(),
    },
    disposables: [registerMcpProvider({ account, context, userAgent, log }), registerWriteMode(log)],
  };
}
