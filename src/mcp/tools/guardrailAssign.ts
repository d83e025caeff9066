import * as z from "zod";
import {
  type AssignedCount,
  assignKeys,
  assignMembers,
  type Client,
  type RequestOptions,
  unassignKeys,
  unassignMembers,
} from "../../openrouter/index.ts";
import { defineTool, type ToolContext, type ToolResult } from "../defineTool.ts";
import { guardrailId, keyHash, nonEmptyString } from "../inputs.ts";
import { confirmBulkChange } from "./confirmations.ts";
import { explainUnconfigured } from "./guardrailErrors.ts";
import { acceptedAsResult } from "./writeResults.ts";

type Change = (client: Client, id: string, ids: string[], options?: RequestOptions) => Promise<AssignedCount>;

type Verb = "assign" | "unassign";

/** Sends each id once. */
function assignOrUnassign(
  verb: Verb,
  change: Change,
  { id, kind, ids }: { id: string; kind: string; ids: readonly string[] },
  { client, signal }: ToolContext,
): Promise<ToolResult | string> {
  const given = [...new Set(ids)];
  return acceptedAsResult(
    change(client, id, given, { signal }).then((count) => resultText(verb, count, given.length, kind)),
  );
}

/** The count is the API's and excludes keys already (un)assigned, even by an earlier attempt whose response was lost. */
function resultText(verb: Verb, count: AssignedCount, asked: number, kind: string): string {
  if (count === undefined)
    return `OpenRouter accepted the request, but its response could not be read. All ${asked} ${kind} are now ${verb}ed.`;
  const before = verb === "assign" ? "already assigned" : "no longer assigned";
  const counted = count === asked ? "" : ` OpenRouter doesn't count those that were ${before}.`;
  return `Done: ${verb}ed ${count} of ${asked} ${kind}.${counted}`;
}

function keysTool(verb: Verb, title: string, description: string, change: Change) {
  return defineTool({
    name: `or_guardrail_${verb}_keys`,
    group: "guardrails",
    title,
    description,
    writes: { destructive: true, idempotent: true },
    input: { id: guardrailId, hashes: z.array(keyHash).min(1, { error: "expected at least one key hash" }) },
    confirmation: ({ id, hashes }, context) => confirmBulkChange(verb, { id, kind: "keys", ids: hashes }, context),
    run: ({ id, hashes }, context) => assignOrUnassign(verb, change, { id, kind: "keys", ids: hashes }, context),
  });
}

function membersTool(verb: Verb, title: string, description: string, change: Change) {
  return defineTool({
    name: `or_guardrail_${verb}_members`,
    group: "guardrails",
    title,
    description,
    writes: { destructive: true, idempotent: true },
    input: { id: guardrailId, user_ids: z.array(nonEmptyString).min(1, { error: "expected at least one member id" }) },
    confirmation: ({ id, user_ids }, context) =>
      confirmBulkChange(verb, { id, kind: "members", ids: user_ids }, context),
    run: ({ id, user_ids }, context) => assignOrUnassign(verb, change, { id, kind: "members", ids: user_ids }, context),
  });
}

export const guardrailAssignTools = [
  keysTool(
    "assign",
    "Assign guardrail to keys",
    "Assigns a guardrail to API keys: its limit and lists apply to them. A key has at most one guardrail; the current one is replaced.",
    explainUnconfigured(assignKeys),
  ),
  keysTool(
    "unassign",
    "Unassign guardrail from keys",
    "Removes a guardrail from API keys.",
    explainUnconfigured(unassignKeys),
  ),
  membersTool(
    "assign",
    "Assign guardrail to members",
    "Assigns a guardrail to members (users): its limit and lists apply to them. Get user_ids from or_org_members.",
    explainUnconfigured(assignMembers),
  ),
  membersTool(
    "unassign",
    "Unassign guardrail from members",
    "Removes a guardrail from members (releases them).",
    explainUnconfigured(unassignMembers),
  ),
];
