// Matches argument names to the properties of a tool.
import type { InputSchema } from "./jsonSchema.ts";
import { cell } from "./text.ts";

/**
 * Arguments that clients and agent frameworks add to every tool call for their own use. They are ignored, as are names
 * with a leading underscore (`_meta` of LangChain's adapters, `_placeholder` of the Vercel AI SDK).
 */
const ADDED_BY_CLIENTS: Record<string, readonly string[]> = {
  "Gemini CLI": ["wait_for_previous"],
  Antigravity: ["waitForPreviousTools", "toolAction", "toolSummary"],
  // Added to tools without arguments, since some models reject an empty schema.
  "proxies to other models": ["reason"], // lanbaoshen/mcp-jenkins#58
  Cline: ["task_progress"], // cline/cline#8256
  Cursor: ["random_string", "explanation"],
  n8n: ["toolCallId", "tool", "sessionId", "action", "chatInput"], // n8n-io/n8n#21500, #22787
  OpenHands: ["security_risk", "summary"], // OpenHands/software-agent-sdk#607
  CrewAI: ["security_context"], // crewAIInc/crewAI#4796
  Letta: ["request_heartbeat", "inner_thoughts", "thinking"],
  "clients that send their working directory": ["cwd"], // joshuaswarren/remnic#1434
  "models that reason in arguments": ["thought", "thoughts", "reasoning"],
};

/** Removes case, hyphens, underscores and spaces, so that limitUsd and limit-usd equal limit_usd. */
export const normalizeName = (name: string) => name.toLowerCase().replaceAll(/[-_\s]/g, "");

const ignoredNames = new Set(Object.values(ADDED_BY_CLIENTS).flat().map(normalizeName));

export interface MatchedArguments {
  /** Values by property name. */
  values: Map<string, unknown>;
  /** Messages about unknown and duplicate names. */
  problems: string[];
}

/** Maps arguments to properties. Ignores the names that clients add and reports all other unknown ones. */
export function matchNames({ properties }: InputSchema, given: Record<string, unknown>): MatchedArguments {
  const names = Object.keys(properties);
  const values = new Map(Object.entries(given).filter(([name]) => Object.hasOwn(properties, name)));
  const problems: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(properties, name)) continue;
    const [property, ...others] = names.filter((other) => normalizeName(other) === normalizeName(name));
    if (property && !others.length && (values.get(property) ?? null) === null) values.set(property, value);
    else if (name.startsWith("_") || ignoredNames.has(normalizeName(name))) continue;
    else if (property && !others.length)
      problems.push(`${shorten(name)} and ${property} are the same argument; pass only one`);
    else problems.push(describeUnknown(name, names));
  }
  return { values, problems };
}

/** Shortens a name from the caller to one line of at most 60 characters. */
const shorten = (name: string) => cell(name.length > 60 ? `${name.slice(0, 60)}…` : name);

function describeUnknown(name: string, names: string[]): string {
  const near = closestName(name, names);
  if (near) return `unknown argument ${shorten(name)}; did you mean ${near}?`;
  return `unknown argument ${shorten(name)}; ${names.length ? `available: ${names.join(", ")}` : "this tool takes no arguments"}`;
}

/** Returns the property that a misspelled name most likely means, by edit distance, else by a common prefix or suffix. */
export function closestName(name: string, names: string[]): string | undefined {
  const normalized = normalizeName(name).slice(0, 60);
  const [best] = names
    .map((other) => ({ other, edits: editDistance(normalized, normalizeName(other)) }))
    .filter(({ other, edits }) => edits <= Math.max(1, Math.min(normalized.length, other.length) / 3))
    .sort((a, b) => a.edits - b.edits);
  if (best) return best.other;
  const partial = names.filter((other) => isPartOf(normalized, normalizeName(other)));
  return partial.length === 1 ? partial[0] : undefined;
}

const isPartOf = (a: string, b: string) => startsOrEnds(a, b) || startsOrEnds(b, a);

const startsOrEnds = (part: string, whole: string) =>
  part.length > 1 && (whole.startsWith(part) || whole.endsWith(part));

/** Damerau-Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : replaced;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
