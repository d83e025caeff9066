// The tool calls of the page in the chat: read-only tools only.
import type { App } from "@modelcontextprotocol/ext-apps";
import type { Explanation } from "../openrouter/foresight/explain/model.ts";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { readServerAccount, type ServerAccount } from "./accountLine.ts";
import { isExplanation } from "./explain/isExplanation.ts";
import type { ForecastFigures } from "./forecast/forecastDays.ts";
import { isForecastFigures } from "./forecast/isForecastFigures.ts";
import { isSpendTable } from "./isSpendTable.ts";

/** The tools whose results contain figures. All are read-only. */
const READ_TOOLS = ["or_activity", "or_overview", "or_explain_change", "or_forecast"] as const;
type ReadTool = (typeof READ_TOOLS)[number];

export interface ToolCall {
  name: ReadTool;
  arguments: Record<string, unknown>;
}

interface Called {
  call: ToolCall;
  account?: ServerAccount;
}
export interface SpendFigures extends Called {
  kind: "spend";
  table: SpendTable;
}
interface ExplainedChange extends Called {
  kind: "explanation";
  explanation: Explanation;
}
interface ForecastSpend extends Called {
  kind: "forecast";
  forecast: ForecastFigures;
}

/** What a tool result contains to draw. */
export type ToolFigures = SpendFigures | ExplainedChange | ForecastSpend;

/** A tool result from the host, whoever called the tool. */
export interface ToolResult {
  isError?: boolean;
  content?: { type: string; text?: string }[];
  _meta?: Record<string, unknown>;
}

/** Long, because a call may send one request per key. */
const TIMEOUT_MS = 15 * 60_000;

const PREFIX = "openrouter-admin/";
const SPEND = `${PREFIX}spend`;
const EXPLANATION = `${PREFIX}explanation`;
const FORECAST = `${PREFIX}forecast`;
const CALL = `${PREFIX}call`;
const ACCOUNT = `${PREFIX}account`;

/** Returns the text of a tool result. */
export function resultText({ content }: ToolResult): string {
  return content?.map(({ text }) => text ?? "").join("\n") ?? "";
}

/** True if the host dropped the metadata of a tool result, as VS Code's Agent Host does. */
export function lacksFigures({ isError, _meta }: ToolResult): boolean {
  return !isError && !Object.keys(_meta ?? {}).some((name) => name.startsWith(PREFIX));
}

/**
 * Returns the tool call that this page was opened for, if the host names it and lets pages call tools.
 * @param args the arguments of the call, as received from the host
 */
export function originalCall(app: App, args: Record<string, unknown> | undefined): ToolCall | undefined {
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
  const { [SPEND]: table, [EXPLANATION]: explanation, [FORECAST]: forecast, ...meta } = result._meta ?? {};
  const call = meta[CALL];
  if (isCall(call)) {
    const called = { call, account: readServerAccount(meta[ACCOUNT]) };
    if (isSpendTable(table) && table.buckets.length > 0) return { ...called, kind: "spend", table };
    if (isExplanation(explanation)) return { ...called, kind: "explanation", explanation };
    if (isForecastFigures(forecast)) return { ...called, kind: "forecast", forecast };
  }
  throw new Error(["The result has no figures to draw.", text].join("\n").trim());
}

function isCall(value: unknown): value is ToolCall {
  const call = value as ToolCall | null | undefined;
  return READ_TOOLS.includes(call?.name as ReadTool) && typeof call?.arguments === "object" && call.arguments !== null;
}

/** Calls a read-only tool through the host. */
export async function callReadTool(
  app: App,
  { name, arguments: args }: ToolCall,
  signal: AbortSignal,
): Promise<ToolFigures> {
  const options = { signal, timeout: TIMEOUT_MS };
  return readFigures((await app.callServerTool({ name, arguments: args }, options)) as ToolResult);
}
