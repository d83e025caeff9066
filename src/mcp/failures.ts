import type { z } from "zod";
import type { RefusedError } from "../channel/refusedError.ts";
import { OpenRouterError, UncertainWriteError } from "../openrouter/index.ts";
import { NoAccessError } from "./access.ts";
import type { Tool } from "./defineTool.ts";
import { harmless } from "./text.ts";

// The text of every failed call begins with the tool's name, and that of no other: VS Code does not pass `isError` on to
// extensions, which can tell by this. It costs no token that the text would not have anyway.

/** The text of an error for the model: what failed and the next step. The one formatter of errors. */
export function failure(tool: Tool, error: unknown): string {
  if (error instanceof OpenRouterError)
    return harmless(`${tool.name} failed: ${error.message} Next: ${error.nextStep}${whereToLook(tool, error)}`);
  if (error instanceof NoAccessError) return harmless(`${tool.name} failed: ${error.message}`);
  if (error instanceof Error && error.name === "AbortError") return `${tool.name} was cancelled.`;
  if (error instanceof Error && error.name === "TimeoutError")
    return `${tool.name} failed: not all of its requests were answered in time. Next: try again${tool.writes ? ", after a look at what took effect" : ""}.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `${tool.name} failed: ${harmless(reason)}. Next: report this as a bug of OpenRouter Admin.`;
}

/** A person, or a setting, said no. The reason says whether to ask again: most would only press them. */
export function refused({ message }: RefusedError): string {
  return harmless(`Not done, nothing was sent: ${message}`);
}

/** A result whose text does not say yet that it is a failure. */
export function failedResult(tool: Tool, text: string): string {
  return `${tool.name}: ${text}`;
}

function whereToLook({ writes }: Tool, error: OpenRouterError): string {
  return writes?.listedBy && error instanceof UncertainWriteError ? ` List them with ${writes.listedBy}.` : "";
}

/** The answer to a call with invalid arguments. */
export function refusal(tool: Tool, problems: readonly string[]): string {
  return `${tool.name} refused, nothing was sent: ${problems.join("; ")}.`.replace(/\?\.$/, "?");
}

/** Describes each invalid argument and what is expected. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(
    ({ path, message }) => `${path.join(".") || "arguments"}: ${message.replace("Invalid input: ", "")}`,
  );
}
