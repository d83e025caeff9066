import assert from "node:assert/strict";
import fc from "fast-check";
import type { Guardrail, Workspace } from "../../src/openrouter/index.ts";
import { answerUse, type KeyUse, type KeyUseAnswer } from "../../src/openrouter/safety/answerUse.ts";
import { getKeyLimits, type KeyLimitSources } from "../../src/openrouter/safety/keyLimits.ts";
import { useConditions } from "../../src/openrouter/safety/limitsSummary.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T12:00:00Z");
const key = makeKey({ hash: "a", workspace_id: "w", creator_user_id: "u", usage_daily: 3 });
const workspace: Workspace = { id: "w", name: "W", slug: "w", default_guardrail_id: "default" };

/** What limits the key with a guardrail of its own, or with the workspace's default one. */
function limitsWith(fields: Partial<Guardrail>, more: Partial<KeyLimitSources> = {}, id = "own") {
  return getKeyLimits({
    ...{ key, keys: [key], readAt: now, now, workspace: { name: "W", budgets: [], includeByok: false } },
    guardrails: {
      guardrails: [{ id, name: "G", created_at: "", ...fields }],
      keyAssignments: id === "own" ? [{ guardrail_id: id, key_hash: "a" }] : [],
      memberAssignments: [],
      workspaces: [workspace],
    },
    ...more,
  });
}

const endpoint = { tag: "openai", provider_name: "OpenAI", isZdr: true };
const use = (more: Partial<KeyUse> = {}): KeyUse => ({
  ...{ model: { id: "openai/gpt-5", canonical_slug: "openai/gpt-5-20250807" }, endpoints: [endpoint] },
  ...more,
});
const router = { model: { id: "openrouter/auto", canonical_slug: "openrouter/auto" }, endpoints: [] };

describe("the answer whether a key may use a model", () => {
  type Case = [what: string, Partial<Guardrail>, Partial<KeyUse>, KeyUseAnswer["verdict"], KeyUseAnswer["missing"]];
  const cases: Case[] = [
    [
      "an endpoint that meets the rules",
      { allowed_providers: ["openai"], enforce_zdr: true },
      {},
      "allowed",
      undefined,
    ],
    ["unread endpoints without rules", {}, { endpoints: undefined }, "allowed", undefined],
    [
      "unread endpoints, allowed model",
      { allowed_models: ["openai/gpt-5"] },
      { endpoints: undefined },
      "allowed",
      undefined,
    ],
    [
      "unread endpoints, other model",
      { allowed_models: ["openai/o3"] },
      { endpoints: undefined },
      "refused",
      undefined,
    ],
    [
      "unread endpoints, allowed providers",
      { allowed_providers: ["azure"] },
      { endpoints: undefined },
      "unknown",
      "rules",
    ],
    [
      "unread endpoints, ignored providers",
      { ignored_providers: ["azure"] },
      { endpoints: undefined },
      "unknown",
      "rules",
    ],
    ["unread endpoints, ZDR", { enforce_zdr: true }, { endpoints: undefined }, "unknown", "rules"],
    ["unread endpoints, ZDR for others", { enforce_zdr_google: true }, { endpoints: undefined }, "allowed", undefined],
    ["a provider that may not serve it", {}, { endpoints: undefined, provider: "openai" }, "unknown", "service"],
    ["a provider that doesn't serve it", {}, { provider: "azure" }, "refused", undefined],
    ["a router without rules", {}, router, "allowed", undefined],
    ["a router, allowed providers", { allowed_providers: ["azure"] }, router, "unknown", "rules"],
    ["a router, ZDR of one maker", { enforce_zdr_google: true }, router, "unknown", "rules"],
    [
      "an ignored name of an unknown model",
      { ignored_models: ["openai/gpt-5-20250807"] },
      { model: { id: "openai/gpt-5" } },
      "unknown",
      undefined,
    ],
  ];
  for (const [what, fields, asked, verdict, missing] of cases)
    it(`is ${verdict} for ${what}`, () => {
      const answer = answerUse(limitsWith(fields), use(asked));
      assert.deepEqual([answer.verdict, answer.missing], [verdict, missing]);
    });

  it("is no while a budget is used up, and unknown if that budget may not apply", () => {
    const cap = { limit_usd: 3, reset_interval: "daily" };
    const own = answerUse(limitsWith(cap), use());
    assert.deepEqual([own.verdict, own.isBlocked, own.usedUp.length], ["refused", true, 1]);
    const guardrails = limitsWith(cap, {}, "default");
    assert.equal(answerUse(guardrails, use()).verdict, "refused");
    const uncertain = {
      ...guardrails,
      budgets: guardrails.budgets.map((one) => ({ ...one, isCertain: false })),
    };
    const answer = answerUse(uncertain, use());
    assert.deepEqual([answer.verdict, answer.isBlocked], ["unknown", false]);
  });

  it("is unknown, with the gap, if the key's workspace wasn't read", () => {
    const lists = { guardrails: [], keyAssignments: [], memberAssignments: [] };
    const ask = (workspace_id: string | undefined, workspaces: Workspace[] | undefined) => {
      const limits = limitsWith({}, { key: { ...key, workspace_id }, guardrails: { ...lists, workspaces } });
      return [answerUse(limits, use()).verdict, limits.gaps.join()];
    };
    assert.deepEqual(ask("w", [workspace]), ["allowed", ""]);
    assert.deepEqual(ask("w", undefined), ["unknown", "workspaces"]);
    assert.deepEqual(ask("w", [{ ...workspace, id: "other" }]), ["unknown", "workspaces"]);
    assert.deepEqual(ask(undefined, [workspace]), ["unknown", "workspaces"]);
  });

  it("names the conditions that the catalog doesn't tell", () => {
    const limits = limitsWith({ allowed_data_regions: ["us"], enable_free_model_training: false });
    assert.equal(answerUse(limits, use()).verdict, "allowed");
    assert.deepEqual(useConditions(limits), [
      'allowed_data_regions: us (from "G").',
      'not allowed: free_model_training (from "G").',
    ]);
  });

  it("never allows more for facts that are missing", () => {
    const list = fc.option(fc.subarray(["openai", "azure"], { minLength: 1 }), { nil: null });
    const guardrail = fc.record({
      ...{ allowed_providers: list, ignored_providers: list, enforce_zdr: fc.option(fc.boolean(), { nil: null }) },
    });
    const endpoints = fc.array(
      fc.record({
        tag: fc.constantFrom("openai", "azure"),
        provider_name: fc.constant(""),
        isZdr: fc.option(fc.boolean(), { nil: undefined }),
      }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(guardrail, endpoints, fc.constantFrom("openai", undefined), (fields, known, provider) => {
        const limits = limitsWith(fields as Partial<Guardrail>);
        const verdict = (some: KeyUse["endpoints"]) => answerUse(limits, use({ endpoints: some, provider })).verdict;
        if (verdict(undefined) === "allowed") assert.equal(verdict(known), "allowed");
      }),
    );
  });
});
