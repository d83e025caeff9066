// Finds the tools of the bundled MCP server among the tools of all servers in a window. Pure.

/**
 * VS Code's tool names are `mcp_<shortened server title>_<tool>`. It shortens "OpenRouter Admin" to `openrouter_ad`, or to
 * `openrouter_a2` or `openrouter_ad2` if that is taken. A server that is called just "openrouter" is another one.
 */
const TOOL = /^(mcp_openrouter_a\w*?_)(or_\w+)$/;
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

/**
 * @param names the names of all tools in the window
 * @returns undefined if the bundled server offers none
 */
export function findBundledTools(names: readonly string[]): ServerTools | undefined {
  const all = names.flatMap((name) => {
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
