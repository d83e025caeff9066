import * as vscode from "vscode";

/** Captures the prefix of VS Code's tool names, which are `mcp_<shortened server name>_<tool>`. */
const OVERVIEW = /^(mcp_openrouter\w*_)or_overview$/;

export interface ServerTools {
  /** VS Code's name for `or_overview`. */
  overview: string;
  count: number;
  /** True if the write tools are offered. */
  hasWriteTools: boolean;
}

/** Finds the tools that the bundled server offers in this window; undefined if it offers none. */
export function findServerTools(): ServerTools | undefined {
  const all = vscode.lm.tools.map((tool) => tool.name);
  const prefix = all.map((name) => OVERVIEW.exec(name)?.[1]).find(Boolean);
  if (!prefix) return undefined;
  const names = all.filter((name) => name.startsWith(prefix));
  return {
    overview: `${prefix}or_overview`,
    count: names.length,
    hasWriteTools: names.includes(`${prefix}or_key_create`),
  };
}

/**
 * Calls `or_overview` as an agent would. VS Code doesn't pass on `isError`, but only the text of a failed call starts with
 * the tool's name.
 */
export async function invokeOverview(
  name: string,
  token: vscode.CancellationToken,
): Promise<{ text: string; failed: boolean }> {
  const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined }, token);
  const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
  return { text, failed: text.trimStart().startsWith("or_overview") };
}
