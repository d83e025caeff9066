import * as vscode from "vscode";

/** VS Code names a tool `mcp_<server name, shortened>_<tool>`: everything before the tool's own name. */
const OVERVIEW = /^(mcp_openrouter\w*_)or_overview$/;

export interface ServerTools {
  /** VS Code's name of `or_overview`. */
  overview: string;
  count: number;
  /** Whether the write tools are among them. */
  writing: boolean;
}

/** The tools that the bundled server offers in this window, or undefined while it does not. */
export function findServerTools(): ServerTools | undefined {
  const all = vscode.lm.tools.map((tool) => tool.name);
  const prefix = all.map((name) => OVERVIEW.exec(name)?.[1]).find(Boolean);
  if (!prefix) return undefined;
  const names = all.filter((name) => name.startsWith(prefix));
  return {
    overview: `${prefix}or_overview`,
    count: names.length,
    writing: names.includes(`${prefix}or_key_create`),
  };
}

/**
 * Calls `or_overview` as an agent would. VS Code does not pass `isError` on: the text of a call that failed, and of no
 * other, begins with the name of its tool.
 */
export async function invokeOverview(
  name: string,
  token: vscode.CancellationToken,
): Promise<{ text: string; failed: boolean }> {
  const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined }, token);
  const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
  return { text, failed: text.trimStart().startsWith("or_overview") };
}
