import * as vscode from "vscode";

/** VS Code names a tool `mcp_<server name, shortened>_<tool>`. */
const PREFIX = /^mcp_openrouter[^_]*_or_/;

/** How the server begins the text of a call that failed. */
const FAILURE = /^\s*or_overview (failed|refused|was cancelled)\b/;

export interface ServerTools {
  /** VS Code's name of `or_overview`. */
  overview: string;
  count: number;
  /** Whether the write tools are among them. */
  writing: boolean;
}

/** The tools that the bundled server offers in this window, or undefined while it does not. */
export function serverTools(): ServerTools | undefined {
  const names = vscode.lm.tools.map((tool) => tool.name).filter((name) => PREFIX.test(name));
  const overview = names.find((name) => name.endsWith("_or_overview"));
  if (!overview) return undefined;
  return { overview, count: names.length, writing: names.some((name) => name.endsWith("_or_key_create")) };
}

/** Calls `or_overview` as an agent would. VS Code does not pass `isError` on: a failed answer shows by its text. */
export async function invokeOverview(
  name: string,
  token: vscode.CancellationToken,
): Promise<{ text: string; failed: boolean }> {
  const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined }, token);
  const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
  return { text, failed: FAILURE.test(text) };
}
