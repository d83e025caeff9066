import * as vscode from "vscode";

/** Splits VS Code's tool names, which are `mcp_<shortened server name>_<tool>`. */
const TOOL = /^(mcp_openrouter\w*?_)(or_\w+)$/;
const WRITE_TOOL = /^or_(key|guardrail)_(create|update|delete|assign|unassign)(_|$)/;

/** Tools that need no arguments and work with every account, the most informative first. */
const CHECK_TOOLS = [
  "or_overview",
  "or_credits",
  "or_current_key",
  "or_keys_list",
  "or_models_user",
  "or_models",
  "or_zdr_endpoints",
  "or_guardrails_list",
  "or_guardrails_assignments",
  "or_activity",
  "or_providers",
];

export interface ServerTools {
  /** The tool to check the server with; undefined if the offered tools include none of `CHECK_TOOLS`. */
  check?: { name: string; tool: string };
  count: number;
  /** True if write tools are offered. */
  hasWriteTools: boolean;
}

/** Finds the tools that the bundled server offers in this window; undefined if it offers none. */
export function findServerTools(): ServerTools | undefined {
  const all = vscode.lm.tools.flatMap(({ name }) => {
    const [, prefix, tool] = TOOL.exec(name) ?? [];
    return prefix && tool ? [{ name, prefix, tool }] : [];
  });
  const tools = all.filter(({ prefix }) => prefix === all[0]?.prefix);
  if (tools.length === 0) return undefined;
  return {
    check: CHECK_TOOLS.flatMap((name) => tools.find(({ tool }) => tool === name) ?? [])[0],
    count: tools.length,
    hasWriteTools: tools.some(({ tool }) => WRITE_TOOL.test(tool)),
  };
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
