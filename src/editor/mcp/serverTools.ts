import * as vscode from "vscode";
import { findBundledTools, type ServerTools } from "./bundledTools.ts";

/** Finds the tools that the bundled server offers in this window; undefined if it offers none. */
export function findServerTools(): ServerTools | undefined {
  return findBundledTools(vscode.lm.tools.map(({ name }) => name));
}

/**
 * Calls a tool as an agent would. VS Code doesn't pass on `isError`, but only the text of a failed call starts with the
 * tool's name.
 */
export async function invokeTool(
  { name, tool }: NonNullable<ServerTools["check"]>,
  token: vscode.CancellationToken,
): Promise<{ text: string; failed: boolean }> {
  const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined }, token);
  const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
  return { text, failed: text.trimStart().startsWith(tool) };
}
