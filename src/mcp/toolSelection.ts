// Reads which tools to offer: groups and tool names, from OPENROUTER_ADMIN_TOOLS or VS Code's setting. Pure.
import { closestName } from "./argumentNames.ts";
import { type Tool, toolGroups } from "./defineTool.ts";
import { cell } from "./text.ts";

type NamedTool = Pick<Tool, "name" | "group">;

export interface ToolSelection {
  names: ReadonlySet<string>;
  /** One line per problem: unknown names with the nearest valid one, and the valid names. */
  notices: string[];
}

const MAX_NOTICES = 5;

/** `default`: all groups but `extra`; `all`: every tool. */
export const selectionKeywords = ["default", "all"] as const;

/**
 * Reads groups, tool names, `default` and `all`, separated by commas, semicolons or whitespace. Ignores case, quotation
 * marks, the brackets of a JSON list, and unknown names. If no name is valid, selects the default tools.
 * @param source names the variable or setting in the notices
 */
export function selectTools(text: string, tools: readonly NamedTool[], source: string): ToolSelection {
  const given = [...new Set(text.toLowerCase().split(/[\s,;"'[\]]+/))].filter(Boolean);
  const valid = [...selectionKeywords, ...toolGroups, ...tools.map(({ name }) => name)];
  const unknown = given.filter((name) => !valid.includes(name));
  const known = given.filter((name) => valid.includes(name));
  const isSelected = (tool: NamedTool) =>
    (known.length === 0 ? ["default"] : known).some((name) => includes(name, tool));
  const names = new Set(tools.filter(isSelected).map(({ name }) => name));
  if (unknown.length === 0) return { names, notices: [] };
  const notices = unknown.slice(0, MAX_NOTICES).map((name) => `${source}: ${describeUnknown(name, valid)}`);
  if (unknown.length > MAX_NOTICES) notices.push(`${source}: ${unknown.length - MAX_NOTICES} more names are unknown.`);
  if (known.length === 0) notices.push(`${source} contains no valid name, so the default tools are offered.`);
  return { names, notices: [...notices, `${source} can contain: ${valid.join(", ")}.`] };
}

function includes(selected: string, { name, group }: NamedTool): boolean {
  if (selected === "all" || (selected === "default" && group !== "extra")) return true;
  return selected === group || selected === name;
}

function describeUnknown(name: string, valid: string[]): string {
  const near = closestName(name, valid);
  const shown = cell(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  return `${shown} is unknown and ignored${near ? `; did you mean ${near}?` : "."}`;
}

const TOOL_NAME = /\bor_\w+/g;

/** Removes the references to tools that are not offered from a tool's description: whole clauses, and names in parentheses. */
export function withoutOtherTools(description: string, offered: ReadonlySet<string>): string {
  const isOffered = (text: string) => (text.match(TOOL_NAME) ?? []).every((name) => offered.has(name));
  if (isOffered(description)) return description;
  return description
    .replaceAll(/ \([^()]*\bor_\w+[^()]*\)/g, (part) => (isOffered(part) ? part : ""))
    .split(/(?<=\.) /)
    .map((sentence) => sentence.replace(/\.$/, "").split("; ").filter(isOffered).join("; "))
    .filter(Boolean)
    .map((sentence) => `${sentence.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase())}.`)
    .join(" ");
}

/** Says which tools that a result names are not offered. Results contain data of the account, so they are not rewritten. */
export function missingToolsText(
  text: string,
  offered: readonly string[],
  tools: readonly NamedTool[],
): string | undefined {
  const named = new Set(text.match(TOOL_NAME));
  const missing = tools.filter(({ name }) => named.has(name) && !offered.includes(name)).map(({ name }) => name);
  return missing.length > 0 ? `Not available here: ${missing.join(", ")}.` : undefined;
}
