import * as z from "zod";
import type { Explanation } from "../openrouter/foresight/explain/model.ts";
import type { DailySpend, Outlook } from "../openrouter/foresight/forecast/model.ts";
import type { Client } from "../openrouter/index.ts";
import type { SpendTable } from "../openrouter/spend/index.ts";
import type { Access } from "./access.ts";
import type { CalledAccount } from "./accountTexts.ts";
import { type InputSchema, toJsonSchema } from "./jsonSchema.ts";
import type { Roots } from "./roots.ts";

/** `extra` is off by default. */
export const toolGroups = ["credits", "keys", "activity", "models", "guardrails", "organization", "extra"] as const;
export type ToolGroup = (typeof toolGroups)[number];

export interface ToolContext extends CalledAccount {
  client: Client;
  signal: AbortSignal;
  /** True if the client draws the chart data sent beside the text. */
  supportsApps: boolean;
  /** Asks the client for its folders. */
  roots(): Promise<Roots>;
  /** What VS Code knows for the audit of keys; undefined without a window. */
  audit?: Access["audit"];
  /** Reports progress to the client. */
  progress(done: number, total: number, message: string): void;
}

/** Text for the model. `secret` is a newly created key for the user who asked for it: the only text that is not redacted. */
export interface ToolResult {
  text: string;
  secret?: string;
  /** The request was sent but failed: the text is returned as an error. */
  isError?: boolean;
  /** Chart data, which never reaches the model: spend, an explanation, or spend by day with what is coming. */
  spend?: SpendTable;
  explanation?: Explanation;
  /** See `AccountOutlook`. */
  forecast?: { past: DailySpend; outlook: Outlook; omitsEndedKeys?: boolean; respectsLimits?: boolean };
}

export interface Tool {
  name: string;
  group: ToolGroup;
  title: string;
  description: string;
  input: z.ZodObject;
  /** Returns the input as JSON Schema; created on first use. */
  schema(): InputSchema;
  /** Undefined for a tool that only reads. */
  writes?: {
    destructive: boolean;
    idempotent: boolean;
    /** For a create: the tool that shows whether it took effect if its response is lost. */
    listTool?: string;
  };
  /** True for a tool that sends many requests, reports progress and may take minutes. */
  hasNoDeadline?: boolean;
  /** True if clients with MCP Apps show the result as a chart. */
  hasChart?: boolean;
  /** Returns the question to ask the user before a grave change; undefined if these arguments need no confirmation. */
  confirmation?(args: never, context: ToolContext): Promise<string | undefined>;
  run(args: never, context: ToolContext): Promise<ToolResult | string>;
}

/** Defines a tool. Unknown arguments are rejected, so that a misspelled one is not silently ignored. */
export function defineTool<Shape extends z.ZodRawShape>(
  tool: Omit<Tool, "input" | "schema" | "confirmation" | "run"> & {
    input: Shape;
    confirmation?(args: z.infer<z.ZodObject<Shape>>, context: ToolContext): Promise<string | undefined>;
    run(args: z.infer<z.ZodObject<Shape>>, context: ToolContext): Promise<ToolResult | string>;
  },
): Tool {
  const input = z.strictObject(tool.input);
  let schema: InputSchema | undefined;
  return {
    ...tool,
    input,
    schema() {
      schema ??= toJsonSchema(input);
      return schema;
    },
  } as Tool;
}
