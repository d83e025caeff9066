import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { McpServices } from "./services.ts";

export function mcpCommands(services: McpServices): NonNullable<Wing["commands"]> {
  return {
    [commandIds.startMcpServer]: async () => (await import("./startServer.ts")).startMcpServer(services),
  };
}
