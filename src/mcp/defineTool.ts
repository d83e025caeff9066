import * as z from "zod";
import type { Client } from "../openrouter/index.ts";
import type { SpendTable } from "../openrouter/spend/index.ts";
import { type InputSchema, toJsonSchema } from "./jsonSchema.ts";

export interface ToolContext {
  client: Client;
  /** The account is the sample account: figures say that they are invented. */
  isSample: boolean;
  signal: AbortSignal;
  /** The client draws the figures that travel beside the text. */
  supportsApps: boolean;
  /** Tells the client how far a long tool is. */
  progress(done: number, all: number, message: string): void;
}

/** Text for the model. `secret` is a newly created key on its way to the person who asked for it: the one text that is not redacted. */
export interface ToolResult {
  text: string;
  secret?: string;
  /** The request was carried out in vain: the text is answered as a failure. */
  isError?: boolean;
  /** The figures behind the text, for a chart: they never reach the model. */
  spend?: SpendTable;
}

export interface Tool {
  name: string;
  title: string;
  description: string;
  input: z.ZodObject;
  /** The input as clients see it; created on first use. */
  schema(): InputSchema;
  /** Absent: the tool only reads. */
  writes?: {
    destructive: boolean;
    idempotent: boolean;
    /** Of a create: the tool that shows whether it took effect when its answer is lost. */
    listTool?: string;
  };
  /** A fan-out that reports its progress and may take minutes. */
  hasNoDeadline?: boolean;
  /** Its figures are drawn in the chat, where the client can. */
  hasChart?: boolean;
  /** What a person is asked before something is lost; undefined if these arguments lose nothing. */
  confirmation?(args: never, context: ToolContext): Promise<string | undefined>;
  run(args: never, context: ToolContext): Promise<ToolResult | string>;
}

/** One tool: what it is called, what it takes, what it does. Arguments it does not know are refused, so that a typo is not lost. */
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
