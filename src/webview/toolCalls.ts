// What the chart in a chat may ask of the server: to read, nothing else.
import type { App } from "@modelcontextprotocol/ext-apps";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { isTable } from "./isTable.ts";

/** The server's tools that carry figures. Both only read. */
const READ_TOOLS = ["or_activity", "or_overview"] as const;
type ReadTool = (typeof READ_TOOLS)[number];

export interface ToolFigures {
  call: { name: ReadTool; arguments: Record<string, unknown> };
  table: SpendTable;
}

/** What arrives from the host: an answer of a tool, whoever called it. */
export interface ToolAnswer {
  isError?: boolean;
  content?: { type: string; text?: string }[];
  _meta?: Record<string, unknown>;
}

/** An account's keys may be many, and each is asked for by itself. */
const TIMEOUT_MS = 15 * 60_000;

/** The figures beside a tool's text. @throws Error with the tool's own words where it failed, or where there are none */
export function figuresOf({ isError, content, _meta }: ToolAnswer): ToolFigures {
  const words = content?.map(({ text }) => text ?? "").join("\n") ?? "";
  if (isError) throw new Error(words || "The call failed.");
  const table = _meta?.["openrouter-admin/spend"];
  const call = _meta?.["openrouter-admin/call"];
  if (!isTable(table) || table.buckets.length === 0 || !isCall(call))
    throw new Error(["The answer came without figures to draw.", words].join("\n").trim());
  return { table, call };
}

function isCall(value: unknown): value is ToolFigures["call"] {
  const call = value as ToolFigures["call"] | null | undefined;
  return READ_TOOLS.includes(call?.name as ReadTool) && typeof call?.arguments === "object" && call.arguments !== null;
}

/** Calls a tool that reads, through the host. */
export async function callReadTool(app: App, name: ReadTool, args: Record<string, unknown>): Promise<ToolFigures> {
  return figuresOf((await app.callServerTool({ name, arguments: args }, { timeout: TIMEOUT_MS })) as ToolAnswer);
}
