import { allTools } from "../../src/mcp/tools/index.ts";

/** The number of tools that a server offers with writes on. */
export const ALL_TOOLS = allTools.length;
/** The number of tools that a server offers with writes off. */
export const READ_TOOLS = allTools.filter(({ writes }) => !writes).length;
