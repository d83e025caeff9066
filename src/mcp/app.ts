// The charts in the chat (MCP Apps): the page, and its data, which doesn't pass through the model.
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Client } from "../openrouter/index.ts";
import type { CalledAccount } from "./accountTexts.ts";
import type { ToolResult } from "./defineTool.ts";
import { quotable } from "./text.ts";

// Constants of @modelcontextprotocol/ext-apps, which would triple the size of the server.
const EXTENSION = "io.modelcontextprotocol/ui";
const MIME_TYPE = "text/html;profile=mcp-app";
/** Defined by the protocol, but missing in the SDK. */
const RESOURCE_NOT_FOUND = -32002;

const URI = "ui://openrouter-admin/activity.html";

/** The page is self-contained: it loads nothing and connects to nothing. */
const ui = { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: false };
const page = { uri: URI, mimeType: MIME_TYPE, _meta: { ui } };

/** `_meta` of a tool whose results the page can draw. */
export const chartToolMeta = { ui: { resourceUri: URI } };

/** `_meta` of a write tool: only the model may call it, not the page. */
export const modelOnlyMeta = { ui: { visibility: ["model"] } };

/** The call whose result the page draws. */
export interface ChartCall {
  name: string;
  arguments: Record<string, unknown>;
  /** The account that the call used. */
  account: CalledAccount;
}

/** True if the client supports MCP Apps. Others don't get chart data. */
export function supportsApps(server: Server): boolean {
  const app = server.getClientCapabilities()?.extensions?.[EXTENSION] as { mimeTypes?: unknown } | undefined;
  return app !== undefined && (!Array.isArray(app.mimeTypes) || app.mimeTypes.includes(MIME_TYPE));
}

/** Returns the `_meta` of a result: the chart data and its account, redacted like the text; undefined without chart data. */
export function chartMeta(
  redact: Client["redact"],
  { spend, explanation, forecast }: Pick<ToolResult, "spend" | "explanation" | "forecast">,
  call: ChartCall,
): Record<string, unknown> | undefined {
  if (!spend && !explanation && !forecast) return undefined;
  const { accountId, accountName, isSample } = call.account;
  const meta = {
    "openrouter-admin/spend": spend,
    "openrouter-admin/explanation": explanation,
    "openrouter-admin/forecast": forecast,
    "openrouter-admin/call": { name: call.name, arguments: call.arguments },
    "openrouter-admin/account": { id: accountId, name: accountName && quotable(accountName), sample: isSample },
  };
  // String by string: replacing a secret in JSON text could break it.
  return JSON.parse(JSON.stringify(meta), (_, value) => (typeof value === "string" ? redact(value) : value));
}

/** Registers the page as the only resource; it is read on request. */
export function registerApp(server: Server, readApp: () => Promise<string>): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: [
      { ...page, name: "activity", title: "Spend", description: "Draws the spend that a tool returned as a chart." },
    ],
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [] }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    if (uri !== URI) throw new McpError(RESOURCE_NOT_FOUND, `Unknown resource ${uri}. See resources/list.`);
    return { contents: [{ ...page, text: await readApp().catch(throwMissingPage) }] };
  });
}

function throwMissingPage(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new McpError(
    ErrorCode.InternalError,
    `The chart page couldn't be read (${reason}). Reinstall OpenRouter Admin.`,
  );
}
