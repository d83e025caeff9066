// The chat chart's tool calls: read-only tools only.
import type { App } from "@modelcontextprotocol/ext-apps";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { readServerAccount, type ServerAccount } from "./accountLine.ts";
import { isSpendTable } from "./isSpendTable.ts";

/** The tools whose results contain figures. Both are read-only. */
const READ_TOOLS = ["or_activity", "or_overview"] as const;
type ReadTool = (typeof READ_TOOLS)[number];

export interface ToolFigures {
  call: { name: ReadTool; arguments: Record<string, unknown> };
  table: SpendTable;
  account?: ServerAccount;
}

/** A tool result from the host, whoever called the tool. */
export interface ToolResult {
  isError?: boolean;
  content?: { type: string; text?: string }[];
  _meta?: Record<string, unknown>;
}

/** Long, because a call may send one request per key. */
const TIMEOUT_MS = 15 * 60_000;

const FIGURES = "openrouter-admin/spend";
const CALL = "openrouter-admin/call";
const ACCOUNT = "openrouter-admin/account";

/** Returns the text of a tool result. */
export function resultText({ content }: ToolResult): string {
  return content?.map(({ text }) => text ?? "").join("\n") ?? "";
}

/** True if the host dropped the metadata of a tool result, as VS Code's Agent Host does. */
export function lacksFigures({ isError, _meta }: ToolResult): boolean {
  return !isError && _meta?.[FIGURES] === undefined && _meta?.[CALL] === undefined;
}

/**
 * Returns the tool call that this page was opened for, if the host names it and lets pages call tools.
 * @param args the arguments of the call, as received from the host
 */
export function originalCall(app: App, args: Record<string, unknown> | undefined): ToolFigures["call"] | undefined {
  const { toolInfo, toolCall } = app.getHostContext() ?? {};
  // VS Code uses its own field instead of the protocol's, and prefixes the tool name with the server name.
  const named = [toolInfo?.tool.name, (toolCall as { toolName?: unknown } | undefined)?.toolName];
  const name = READ_TOOLS.find((tool) => named.some((one) => one === tool || endsWithToolName(one, tool)));
  return name && args && app.getHostCapabilities()?.serverTools ? { name, arguments: args } : undefined;
}

function endsWithToolName(name: unknown, tool: ReadTool): boolean {
  return typeof name === "string" && name.endsWith(tool) && /[^A-Za-z0-9]/.test(name.at(-tool.length - 1) ?? "");
}

/** Reads the figures of a tool result. @throws Error with the result's text if the call failed or has no figures */
export function readFigures(result: ToolResult): ToolFigures {
  const text = resultText(result);
  if (result.isError) throw new Error(text || "The tool call failed.");
  const table = result._meta?.[FIGURES];
  const call = result._meta?.[CALL];
  if (!isSpendTable(table) || table.buckets.length === 0 || !isCall(call))
    throw new Error(["The result has no figures to draw.", text].join("\n").trim());
  return { table, call, account: readServerAccount(result._meta?.[ACCOUNT]) };
}

function isCall(value: unknown): value is ToolFigures["call"] {
  const call = value as ToolFigures["call"] | null | undefined;
  return READ_TOOLS.includes(call?.name as ReadTool) && typeof call?.arguments === "object" && call.arguments !== null;
}

/** Calls a read-only tool through the host. */
export async function callReadTool(
  app: App,
  { name, arguments: args }: ToolFigures["call"],
  signal: AbortSignal,
): Promise<ToolFigures> {
  const options = { signal, timeout: TIMEOUT_MS };
  return readFigures((await app.callServerTool({ name, arguments: args }, options)) as ToolResult);
}
