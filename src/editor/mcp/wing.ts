import type * as vscode from "vscode";
import type { Wing } from "../platform/wing.ts";
import { mcpCommands } from "./commands.ts";
import { registerMcpProvider } from "./provider.ts";
import type { McpServices } from "./services.ts";

/** The bundled MCP server, as agent mode sees it. */
export function createMcpWing(context: vscode.ExtensionContext, services: Omit<McpServices, "extensionId">): Wing {
  const { account, userAgent } = services;
  return {
    commands: mcpCommands({ ...services, extensionId: context.extension.id }),
    disposables: [registerMcpProvider(account, context, userAgent)],
  };
}
