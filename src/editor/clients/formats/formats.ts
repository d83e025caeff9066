import type { Format } from "./format.ts";
import { jsonFormat } from "./jsonFormat.ts";
import { tomlFormat } from "./tomlFormat.ts";

export type FormatName = "mcpServers" | "mcpServersStrict" | "contextServers" | "codex";

export const formats: Readonly<Record<FormatName, Format>> = {
  mcpServers: jsonFormat({ container: "mcpServers", comments: true }),
  mcpServersStrict: jsonFormat({ container: "mcpServers", comments: false }),
  contextServers: jsonFormat({ container: "context_servers", comments: true }),
  codex: tomlFormat({ container: "mcp_servers" }),
};
