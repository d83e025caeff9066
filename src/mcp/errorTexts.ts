import type { z } from "zod";
import type { RefusedError } from "../channel/refusedError.ts";
import { OpenRouterError, UncertainWriteError } from "../openrouter/index.ts";
import { NoAccessError } from "./access.ts";
import type { Tool } from "./defineTool.ts";
import { safeLine } from "./text.ts";

// Only the text of a failed call starts with the tool's name. VS Code does not pass `isError` on to extensions, so they
// recognize a failure by this prefix.

/** Formats any error for the model: what failed, and the next step. */
export function errorText(tool: Tool, error: unknown): string {
  if (error instanceof OpenRouterError)
    return safeLine(`${tool.name} failed: ${error.message} Next: ${error.nextStep}${listHint(tool, error)}`);
  if (error instanceof NoAccessError) return safeLine(`${tool.name} failed: ${error.message}`);
  if (error instanceof Error && error.name === "AbortError") return `${tool.name} was cancelled.`;
  if (error instanceof Error && error.name === "TimeoutError")
    return `${tool.name} failed: it ran out of time. Next: ${tool.writes ? "check what took effect, then try again" : "try again"}.`;
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ERR_MODULE_NOT_FOUND")
    return `${tool.name} failed, nothing was sent: OpenRouter Admin was updated or removed while this server was running. Next: restart the MCP server.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `${tool.name} failed: ${safeLine(reason)}. Next: report this as a bug in OpenRouter Admin.`;
}

/** Formats a refusal by the user or a setting. The message says whether to try again. */
export function refusedText({ message }: RefusedError): string {
  return safeLine(`Not done, nothing was sent: ${message}`);
}

/** Adds the prefix of a failed call to a result. */
export function markFailed(tool: Tool, text: string): string {
  return `${tool.name}: ${text}`;
}

function listHint({ writes }: Tool, error: OpenRouterError): string {
  return writes?.listTool && error instanceof UncertainWriteError ? ` List them with ${writes.listTool}.` : "";
}

/** Formats the error for a call with invalid arguments. */
export function invalidArgumentsText(tool: Tool, problems: readonly string[]): string {
  return `${tool.name} failed, nothing was sent: ${problems.join("; ")}.`.replace(/\?\.$/, "?");
}

/** Describes each invalid argument and the expected value. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(
    ({ path, message }) => `${path.join(".") || "arguments"}: ${message.replace("Invalid input: ", "")}`,
  );
}
