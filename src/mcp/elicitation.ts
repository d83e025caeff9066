// Asks the person, through the client (MCP elicitation), before something is lost.
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { jsonSchemaValidator } from "@modelcontextprotocol/sdk/validation";
import { printable } from "../openrouter/index.ts";
import type { Tool, ToolContext } from "./defineTool.ts";

/** Unavailable: there is nothing to ask, or nobody who can be asked. */
export type Permission = "allowed" | "refused" | "unavailable";

export interface ElicitationOptions {
  /** How long a person may take to answer. */
  maxWaitMs?: number;
}

const MAX_WAIT_MS = 120_000;
/** For the requests of a question, all together. */
const MAX_READ_MS = 33_000;

/** Has to be answered: some clients accept an empty form by themselves, and VS Code would choose the first answer, yes. */
const form = {
  type: "object" as const,
  properties: { allow: { type: "boolean" as const, title: "Allow this?", default: false } },
  required: ["allow"],
};

/** Asks before a tool is run. No answer in time is a refusal. @throws what the reading of the question throws */
export async function askUser(
  server: Server,
  tool: Tool,
  args: never,
  context: ToolContext,
  { maxWaitMs = MAX_WAIT_MS }: ElicitationOptions = {},
): Promise<Permission> {
  if (!tool.confirmation || !server.getClientCapabilities()?.elicitation?.form) return "unavailable";
  const { client, signal } = context;
  const readSignal = AbortSignal.any([signal, AbortSignal.timeout(MAX_READ_MS)]);
  const question = await tool.confirmation(args, { ...context, signal: readSignal });
  if (!question) return "unavailable";
  const message = client.redact(printable(question));
  try {
    const { action, content } = await server.elicitInput(
      { mode: "form", message, requestedSchema: form },
      { signal, timeout: maxWaitMs },
    );
    return action === "accept" && content?.allow === true ? "allowed" : "refused";
  } catch (error) {
    if (signal.aborted) throw new DOMException("The call was cancelled.", "AbortError");
    // A client that cannot ask after all is one without the capability.
    return error instanceof McpError && error.code === ErrorCode.MethodNotFound ? "unavailable" : "refused";
  }
}

/** The answer to a call that a person refused. It is no failure. */
export const REFUSED_TEXT =
  "Not done, and nothing was sent: the person was asked and refused, or did not answer in time. Do not try again unless they ask for it.";

/** Validates answers to the one form; the SDK's own validator would double the bundle. */
export const answerValidator: jsonSchemaValidator = {
  getValidator: () => (answer) => {
    const allow = (answer as { allow?: unknown } | null)?.allow;
    return typeof allow === "boolean"
      ? { valid: true, data: answer as never, errorMessage: undefined }
      : { valid: false, data: undefined, errorMessage: "allow is not a boolean" };
  },
};
