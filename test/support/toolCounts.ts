// How many tools the MCP server offers, so that tests need no change when a tool is added.
import { allTools } from "../../src/mcp/tools/index.ts";

const defaultTools = allTools.filter(({ group }) => group !== "extra");

export const ALL_TOOLS = allTools.length;
/** Offered by default while writes are on. */
export const DEFAULT_TOOLS = defaultTools.length;
/** Offered by default while writes are off. */
export const READ_TOOLS = defaultTools.filter(({ writes }) => !writes).length;
