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

/** The count is the API's: it leaves out what was bound or released already, even by a first try whose answer was lost. */
function resultText(verb: Verb, count: AssignedCount, asked: number, kind: string): string {
  if (count === undefined)
    return `OpenRouter accepted it; its answer could not be read, but all ${asked} ${kind} given are ${verb}ed now.`;
  const before = verb === "assign" ? "were bound to it already" : "were not bound to it any more";
  const counted = count === asked ? "" : `, by OpenRouter's count, which leaves out those that ${before}`;
  return `Done: ${verb}ed ${count} of the ${asked} ${kind} given${counted}.`;
}

function keysTool(verb: Verb, title: string, description: string, change: Change) {
  return defineTool({
    name: `or_guardrail_${verb}_keys`,
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
    "Binds API keys to a guardrail: its limit and lists hold for them. A key holds at most one: its former one is replaced.",
    explainUnconfigured(assignKeys),
  ),
  keysTool(
    "unassign",
    "Unassign guardrail from keys",
    "Removes a guardrail from API keys: releases them.",
    explainUnconfigured(unassignKeys),
  ),
  membersTool(
    "assign",
    "Assign guardrail to members",
    "Binds members (users) to a guardrail: its limit and lists hold for them; user_ids are the ids of or_org_members.",
    explainUnconfigured(assignMembers),
  ),
  membersTool(
    "unassign",
    "Unassign guardrail from members",
    "Removes a guardrail from members: releases them.",
    explainUnconfigured(unassignMembers),
  ),
];
