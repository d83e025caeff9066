import assert from "node:assert/strict";
import type { Tool } from "../../src/mcp/defineTool.ts";
import { allTools } from "../../src/mcp/tools/index.ts";

/** What users ask for, and the tool for it. Some clients offer a model only the tools that a search finds. */
const PHRASES: [phrase: string, tool: string][] = [
  ["what burned my credits today", "or_overview"],
  ["today's spend", "or_overview"],
  ["account overview", "or_overview"],
  ["credit balance", "or_credits"],
  ["how many credits are left, remaining", "or_credits"],
  ["spend by model in the last 30 days", "or_activity"],
  ["cost per day", "or_activity"],
  ["which API key burns the most", "or_activity"],
  ["usage history", "or_activity"],
  ["tokens and requests by provider", "or_activity"],
  ["cost of one request", "or_generation"],
  ["list API keys", "or_keys_list"],
  ["which keys are disabled or expired", "or_keys_list"],
  ["details of an API key", "or_key_get"],
  ["which management key does this server use", "or_current_key"],
  ["create a new API key", "or_key_create"],
  ["rotate an API key", "or_key_create"],
  ["raise the limit of a key", "or_key_update"],
  ["disable a key", "or_key_update"],
  ["rename a key", "or_key_update"],
  ["revoke an API key", "or_key_delete"],
  ["model price", "or_models"],
  ["find a model in the catalog", "or_models"],
  ["context length of a model", "or_model_get"],
  ["cheapest provider of a model", "or_model_endpoints"],
  ["provider uptime", "or_model_endpoints"],
  ["which models may I use", "or_models_user"],
  ["zero data retention", "or_zdr_endpoints"],
  ["ZDR providers", "or_zdr_endpoints"],
  ["workspace budget", "or_guardrails_list"],
  ["list guardrails", "or_guardrails_list"],
  ["settings of a guardrail", "or_guardrail_get"],
  ["who is bound by a guardrail", "or_guardrails_assignments"],
  ["set a budget", "or_guardrail_create"],
  ["block a provider", "or_guardrail_create"],
  ["enforce ZDR", "or_guardrail_create"],
  ["change the budget of a guardrail", "or_guardrail_update"],
  ["delete a guardrail", "or_guardrail_delete"],
  ["assign a guardrail to a key", "or_guardrail_assign_keys"],
  ["remove a guardrail from a key", "or_guardrail_unassign_keys"],
  ["limit what a member spends", "or_guardrail_assign_members"],
  ["release a member from a guardrail", "or_guardrail_unassign_members"],
  ["members of the organization", "or_org_members"],
  ["team users", "or_org_members"],
  ["query metrics by user and hour", "or_analytics_query"],
  ["analytics of a year", "or_analytics_query"],
  ["list workspaces", "or_workspaces_list"],
  ["workspace budgets", "or_workspace_budgets"],
  ["audit API keys", "or_keys_audit"],
  ["which keys are a risk", "or_keys_audit"],
  ["idle and leftover keys", "or_keys_audit"],
  ["keys that are safe to remove", "or_keys_audit"],
  ["why did my spend jump yesterday", "or_explain_change"],
  ["explain why the cost changed between two weeks", "or_explain_change"],
  ["what would another model have cost", "or_what_if"],
  ["may this key use a model", "or_key_may_use"],
  ["why is a model refused for a key", "or_key_may_use"],
  ["which providers are there", "or_providers"],
  ["slug of a provider", "or_providers"],
  ["why did spend change", "or_explain_change"],
  ["cost on other models", "or_what_if"],
  ["forecast the month end", "or_forecast"],
  ["on which day do the credits end", "or_forecast"],
];

const MAX_RANK = 3;

describe("tool descriptions", () => {
  const searchIn = (tools: readonly Tool[]) =>
    search(tools.map(({ name, title, description }) => [name, `${name} ${title} ${description}`]));
  const defaultTools = allTools.filter(({ group }) => group !== "extra");
  const [find, findInAll] = [searchIn(defaultTools), searchIn(allTools)];

  for (const [phrase, tool] of PHRASES)
    it(`lead from “${phrase}” to ${tool}`, () => {
      const isDefault = defaultTools.some(({ name }) => name === tool);
      const found = (isDefault ? find : findInAll)(phrase).slice(0, MAX_RANK);
      assert.ok(found.includes(tool), found.join());
    });

  it("are tested for every tool", () => {
    assert.deepEqual(
      allTools.map(({ name }) => name).filter((name) => !PHRASES.some(([, tool]) => tool === name)),
      [],
    );
  });

  it("of default tools refer to no extra tool", () => {
    const extra = allTools.filter(({ group }) => group === "extra").map(({ name }) => name);
    for (const { name, description } of defaultTools)
      assert.ok(!extra.some((other) => description.includes(other)), name);
  });

  it("refer only to existing tools, by their full names", () => {
    const names = new Set(allTools.map(({ name }) => name));
    for (const { name, description } of allTools) {
      for (const [other] of description.matchAll(/\bor_\w+/g)) assert.ok(names.has(other), `${name}: ${other}`);
      assert.doesNotMatch(description, /(?<!\w)_\w+/, `${name}: part of a name`);
    }
  });

  it("state USD wherever they mention money", () => {
    for (const { name, description } of allTools)
      if (/\b(spend|spent|cost|price|credit|budget)/i.test(description)) assert.match(description, /USD/, name);
  });
});

/** Okapi BM25 with its usual constants. Returns the names of all texts, best match first. */
function search(texts: [name: string, text: string][]): (phrase: string) => string[] {
  const documents = texts.map(([name, text]) => ({ name, words: wordsOf(text) }));
  const average = documents.reduce((sum, { words }) => sum + words.length, 0) / documents.length;
  const weight = (word: string) => {
    const having = documents.filter(({ words }) => words.includes(word)).length;
    return Math.log(1 + (documents.length - having + 0.5) / (having + 0.5));
  };
  const score = (word: string, words: string[]) => {
    const count = words.filter((one) => one === word).length;
    return (weight(word) * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * words.length) / average));
  };
  return (phrase) => {
    const asked = wordsOf(phrase);
    return documents
      .map(({ name, words }) => ({ name, score: asked.reduce((sum, word) => sum + score(word, words), 0) }))
      .sort((a, b) => b.score - a.score)
      .map(({ name }) => name);
  };
}

/** Returns words in lower case, without a plural s. */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).map((word) => word.replace(/(?<=..)s$/, ""));
}
