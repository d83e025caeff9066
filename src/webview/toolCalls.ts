// What the chart in a chat may ask of the server: to read, nothing else.
import type { App } from "@modelcontextprotocol/ext-apps";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { isSpendTable } from "./isSpendTable.ts";

/** The server's tools that carry figures. Both only read. */
const READ_TOOLS = ["or_activity", "or_overview"] as const;
type ReadTool = (typeof READ_TOOLS)[number];

export interface ToolFigures {
  call: { name: ReadTool; arguments: Record<string, unknown> };
  table: SpendTable;
}

/** What arrives from the host: an answer of a tool, whoever called it. */
export interface ToolResult {
  isError?: boolean;
  content?: { type: string; text?: string }[];
  _meta?: Record<string, unknown>;
}

/** An account's keys may be many, and each is asked for by itself. */
const TIMEOUT_MS = 15 * 60_000;

const FIGURES = "openrouter-admin/spend";
const CALL = "openrouter-admin/call";

/** What a tool answered in words. */
export function resultText({ content }: ToolResult): string {
  return content?.map(({ text }) => text ?? "").join("\n") ?? "";
}

/** True if the host has dropped the metadata of an answer, as VS Code's Agent Host does. */
export function lacksFigures({ isError, _meta }: ToolResult): boolean {
  return !isError && _meta?.[FIGURES] === undefined && _meta?.[CALL] === undefined;
}

/**
 * The call that this page was opened for, if the host says which and lets pages call tools.
 * @param args as the host has passed them on
 */
export function originalCall(app: App, args: Record<string, unknown> | undefined): ToolFigures["call"] | undefined {
  const { toolInfo, toolCall } = app.getHostContext() ?? {};
  // VS Code has a field of its own instead of the protocol's, and puts the server's name before the tool's.
  const named = [toolInfo?.tool.name, (toolCall as { toolName?: unknown } | undefined)?.toolName];
  const name = READ_TOOLS.find((tool) => named.some((one) => one === tool || endsWith(one, tool)));
  return name && args && app.getHostCapabilities()?.serverTools ? { name, arguments: args } : undefined;
}

function endsWith(name: unknown, tool: ReadTool): boolean {
  return typeof name === "string" && name.endsWith(tool) && /[^A-Za-z0-9]/.test(name.at(-tool.length - 1) ?? "");
}

/** The figures beside a tool's text. @throws Error with the tool's own words where it failed, or where there are none */
export function readFigures(answer: ToolResult): ToolFigures {
  const words = resultText(answer);
  if (answer.isError) throw new Error(words || "The call failed.");
  const table = answer._meta?.[FIGURES];
  const call = answer._meta?.[CALL];
  if (!isSpendTable(table) || table.buckets.length === 0 || !isCall(call))
    throw new Error(["The answer came without figures to draw.", words].join("\n").trim());
  return { table, call };
}

function isCall(value: unknown): value is ToolFigures["call"] {
  const call = value as ToolFigures["call"] | null | undefined;
  return READ_TOOLS.includes(call?.name as ReadTool) && typeof call?.arguments === "object" && call.arguments !== null;
}

/** Calls a tool that reads, through the host. */
export async function callReadTool(
  app: App,
  { name, arguments: args }: ToolFigures["call"],
  signal: AbortSignal,
): Promise<ToolFigures> {
  const options = { signal, timeout: TIMEOUT_MS };
  return readFigures((await app.callServerTool({ name, arguments: args }, options)) as ToolResult);
}
