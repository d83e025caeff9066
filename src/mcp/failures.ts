import type { z } from "zod";
import { OpenRouterError, UncertainWriteError } from "../openrouter/index.ts";
import type { Tool } from "./defineTool.ts";
import { harmless } from "./text.ts";

/** What failed and what to do next, for the model. The one formatter of errors. */
export function failure(tool: Tool, error: unknown): string {
  if (error instanceof OpenRouterError)
    return harmless(`${tool.name} failed: ${error.message} Next: ${error.nextStep}${whereToLook(tool, error)}`);
  if (error instanceof Error && error.name === "AbortError") return `${tool.name} was cancelled.`;
  if (error instanceof Error && error.name === "TimeoutError")
    return `${tool.name} failed: not all of its requests were answered in time. Next: try again${tool.writes ? ", after a look at what took effect" : ""}.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `${tool.name} failed: ${harmless(reason)}. Next: report this as a bug of OpenRouter Admin.`;
}

/** The tool that shows whether a create whose answer was lost took effect. */
function whereToLook(tool: Tool, error: OpenRouterError): string {
  if (!(error instanceof UncertainWriteError)) return "";
  return ` List them with ${tool.name === "or_key_create" ? "or_keys_list" : "or_guardrails_list"}.`;
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
