// Spend drawn in the chat (MCP Apps): the page that draws it, and the figures that go to it past the model.
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Client } from "../openrouter/index.ts";
import type { SpendTable } from "../openrouter/spend/index.ts";

// The names that @modelcontextprotocol/ext-apps exports, too, but with a bundle that would triple the server.
const EXTENSION = "io.modelcontextprotocol/ui";
const MIME_TYPE = "text/html;profile=mcp-app";
/** As the protocol has it; the SDK names no such code. */
const RESOURCE_NOT_FOUND = -32002;

const URI = "ui://openrouter-admin/activity.html";

/** The page is whole in itself: it loads nothing and connects to nothing. */
const ui = { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: false };
const page = { uri: URI, mimeType: MIME_TYPE, _meta: { ui } };

/** The `_meta` of a tool with figures in the list of tools. */
export const chartToolMeta = { ui: { resourceUri: URI } };

/** `_meta` of a tool that writes: only the model may call it, not a page. */
export const modelOnlyMeta = { ui: { visibility: ["model"] } };

/** The tool and the arguments that figures belong to. */
export interface ChartCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** True if the client draws figures; others are not sent any. */
export function supportsApps(server: Server): boolean {
  const app = server.getClientCapabilities()?.extensions?.[EXTENSION] as { mimeTypes?: unknown } | undefined;
  return app !== undefined && (!Array.isArray(app.mimeTypes) || app.mimeTypes.includes(MIME_TYPE));
}

/** The `_meta` of an answer: figures for the page, made safe to show like the text. */
export function chartMeta(redact: Client["redact"], spend: SpendTable, call: ChartCall): Record<string, unknown> {
  const meta = { "openrouter-admin/spend": spend, "openrouter-admin/call": call };
  // String by string: a secret that is replaced in JSON could break it.
  return JSON.parse(JSON.stringify(meta), (_, value) => (typeof value === "string" ? redact(value) : value));
}

/** Offers the one resource: the page, read when it is asked for. */
export function registerApp(server: Server, readApp: () => Promise<string>): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: [{ ...page, name: "activity", title: "Spend", description: "Draws the spend that a tool answered." }],
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [] }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    if (uri !== URI)
      throw new McpError(RESOURCE_NOT_FOUND, `There is no resource ${uri}; resources/list names the one there is.`);
    return { contents: [{ ...page, text: await readApp().catch(throwMissingPage) }] };
  });
}

function throwMissingPage(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new McpError(
    ErrorCode.InternalError,
    `The page that draws spend is not beside the server (${reason}). Install OpenRouter Admin anew.`,
  );
}
