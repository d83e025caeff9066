// Asks the user through the client (MCP elicitation) before a grave change.
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { jsonSchemaValidator } from "@modelcontextprotocol/sdk/validation";
import { printable } from "../openrouter/index.ts";
import { withAccount } from "./accountTexts.ts";
import type { Tool, ToolContext } from "./defineTool.ts";

/** "unavailable": nothing to ask, or the client can't ask. */
export type Permission = "allowed" | "refused" | "unavailable";

export interface ElicitationOptions {
  /** How long the user may take to answer. */
  maxWaitMs?: number;
}

const MAX_WAIT_MS = 120_000;
/** Time limit for all requests that a question needs. */
const MAX_READ_MS = 33_000;

/** The field is required, since some clients accept an empty form automatically, and defaults to no, since VS Code preselects yes. */
const form = {
  type: "object" as const,
  properties: { allow: { type: "boolean" as const, title: "Allow this?", default: false } },
  required: ["allow"],
};

/** Asks the user before a tool runs; no answer in time counts as a refusal. @throws errors of requests that the question needs */
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
  const message = printable(withAccount(question, context), client.redact);
  try {
    const { action, content } = await server.elicitInput(
      { mode: "form", message, requestedSchema: form },
      { signal, timeout: maxWaitMs },
    );
    return action === "accept" && content?.allow === true ? "allowed" : "refused";
  } catch (error) {
    if (signal.aborted) throw new DOMException("The call was cancelled.", "AbortError");
    // The client declares the capability but doesn't implement it.
    return error instanceof McpError && error.code === ErrorCode.MethodNotFound ? "unavailable" : "refused";
  }
}

/** Result of a call that the user refused; not an error. */
export const REFUSED_TEXT =
  "Not done, nothing was sent: the user refused or didn't answer in time. Don't try again unless they ask for it.";

/** Validates answers to the form; the SDK's own validator would double the size of the bundle. */
export const answerValidator: jsonSchemaValidator = {
  getValidator: () => (answer) => {
    const allow = (answer as { allow?: unknown } | null)?.allow;
    return typeof allow === "boolean"
      ? { valid: true, data: answer as never, errorMessage: undefined }
      : { valid: false, data: undefined, errorMessage: "allow is not a boolean" };
  },
};
