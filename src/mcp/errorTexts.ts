import type { z } from "zod";
import type { RefusedError } from "../channel/refusedError.ts";
import { OpenRouterError, UncertainWriteError } from "../openrouter/index.ts";
import { NoAccessError } from "./access.ts";
import type { Tool } from "./defineTool.ts";
import { safeLine } from "./text.ts";

// The text of every failed call begins with the tool's name, and that of no other: VS Code does not pass `isError` on to
// extensions, which can tell by this. It costs no token that the text would not have anyway.

/** The text of an error for the model: what failed and the next step. The one formatter of errors. */
export function errorText(tool: Tool, error: unknown): string {
  if (error instanceof OpenRouterError)
    return safeLine(`${tool.name} failed: ${error.message} Next: ${error.nextStep}${listHint(tool, error)}`);
  if (error instanceof NoAccessError) return safeLine(`${tool.name} failed: ${error.message}`);
  if (error instanceof Error && error.name === "AbortError") return `${tool.name} was cancelled.`;
  if (error instanceof Error && error.name === "TimeoutError")
    return `${tool.name} failed: not all of its requests were answered in time. Next: try again${tool.writes ? ", after a look at what took effect" : ""}.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `${tool.name} failed: ${safeLine(reason)}. Next: report this as a bug of OpenRouter Admin.`;
}

/** A person, or a setting, said no. The reason says whether to ask again: most would only press them. */
export function refusedText({ message }: RefusedError): string {
  return safeLine(`Not done, nothing was sent: ${message}`);
}

/** A result whose text does not say yet that it is a failure. */
export function markFailed(tool: Tool, text: string): string {
  return `${tool.name}: ${text}`;
}

function listHint({ writes }: Tool, error: OpenRouterError): string {
  return writes?.listTool && error instanceof UncertainWriteError ? ` List them with ${writes.listTool}.` : "";
}

/** The answer to a call with invalid arguments. */
export function invalidArgumentsText(tool: Tool, problems: readonly string[]): string {
  return `${tool.name} refused, nothing was sent: ${problems.join("; ")}.`.replace(/\?\.$/, "?");
}

/** Describes each invalid argument and what is expected. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(
    ({ path, message }) => `${path.join(".") || "arguments"}: ${message.replace("Invalid input: ", "")}`,
  );
}
