import assert from "node:assert/strict";
import fc from "fast-check";
import type { Guardrail } from "../../src/openrouter/index.ts";
import { guardrailsByKey } from "../../src/openrouter/safety/appliedGuardrails.ts";
import { firstToRunOut, listBudgets } from "../../src/openrouter/safety/budgets.ts";
import { combineGuardrails } from "../../src/openrouter/safety/effectiveRules.ts";
import { mayUse } from "../../src/openrouter/safety/mayUse.ts";
import { makeKey } from "../support/makeKey.ts";

const guardrail = (fields: Partial<Guardrail>): Guardrail => ({ id: "g", name: "G", ...fields }) as Guardrail;
const applied = (fields: Partial<Guardrail>, isCertain = true) => ({
  guardrail: guardrail(fields),
  binding: "key" as const,
  isCertain,
});

const slugs = ["openai/gpt-5", "openai/gpt-5-mini", "anthropic/claude-opus-4.5", "anthropic/claude-opus-4.5:free"];
const providers = ["openai", "azure", "anthropic", "google-vertex", "xai"];
const someOf = (of: string[]) => fc.option(fc.uniqueArray(fc.constantFrom(...of), { minLength: 1 }), { nil: null });
const anyGuardrail = fc.record({
  id: fc.uuid(),
  name: fc.constant("G"),
  allowed_models: someOf(slugs),
  ignored_models: someOf(slugs),
  allowed_providers: someOf(providers),
  ignored_providers: someOf(providers),
  enforce_zdr: fc.option(fc.boolean(), { nil: null }),
  enforce_zdr_openai: fc.option(fc.boolean(), { nil: null }),
  enforce_zdr_other: fc.option(fc.boolean(), { nil: null }),
}) as fc.Arbitrary<Guardrail>;
const anyApplied = fc.record({
  guardrail: anyGuardrail,
  binding: fc.constantFrom("key" as const, "creator" as const, "workspaceDefault" as const),
  isCertain: fc.boolean(),
});
const anyQuestion = fc.record({
  model: fc.record({ id: fc.constantFrom(...slugs) }),
  provider: fc.option(fc.constantFrom(...providers), { nil: undefined }),
  isZdr: fc.option(fc.boolean(), { nil: undefined }),
});
const strictness = { allowed: 0, unknown: 1, refused: 2 };

describe("what limits a key", () => {
  it("never allows more by one more guardrail", () => {
    fc.assert(
      fc.property(fc.array(anyApplied, { maxLength: 4 }), anyApplied, anyQuestion, (some, more, question) => {
        const before = mayUse({ applied: some, unread: [] }, question).verdict;
        const after = mayUse({ applied: [...some, more], unread: [] }, question).verdict;
        assert.ok(strictness[after] >= strictness[before], `${before} became ${after}`);
      }),
    );
  });

  it("allows a model exactly if the combined lists do", () => {
    fc.assert(
      fc.property(fc.array(anyApplied, { maxLength: 4 }), fc.constantFrom(...slugs), (some, id) => {
        const certain = some.map((one) => ({ ...one, isCertain: true }));
        const { allowedModels, ignoredModels } = combineGuardrails(certain);
        const isAllowed =
          (allowedModels?.value.includes(id) ?? true) && !ignoredModels.some(({ value }) => value === id);
        assert.equal(mayUse({ applied: certain, unread: [] }, { model: { id } }).verdict === "allowed", isAllowed);
      }),
    );
  });

  it("names the guardrail and the field that refuse", () => {
    const one = applied({ allowed_models: ["openai/gpt-5-20250807"] });
    const model = { id: "openai/gpt-5", canonical_slug: "openai/gpt-5-20250807" };
    assert.equal(mayUse({ applied: [one], unread: [] }, { model }).verdict, "allowed");
    const answer = mayUse({ applied: [one], unread: [] }, { model: { id: "xai/grok" } });
    assert.deepEqual(answer.objections, [{ field: "allowed_models", guardrail: one, isCertain: true }]);
  });

  it("says unknown for a guardrail that couldn't be read and for unknown data retention", () => {
    const model = { id: "openai/gpt-5" };
    assert.equal(mayUse({ applied: [], unread: [{ id: "x", binding: "key" }] }, { model }).verdict, "unknown");
    const zdr = applied({ enforce_zdr_openai: true });
    const ask = (isZdr?: boolean) =>
      mayUse({ applied: [zdr], unread: [] }, { model, provider: "openai", isZdr }).verdict;
    assert.deepEqual([ask(true), ask(false), ask(undefined)], ["allowed", "refused", "unknown"]);
  });

  it("finds a key's own guardrail, its creator's and the workspace's default", () => {
    const lookup = guardrailsByKey({
      guardrails: [guardrail({ id: "own" }), guardrail({ id: "creators" }), guardrail({ id: "DEFAULT" })],
      keyAssignments: [
        { guardrail_id: "own", key_hash: "h" },
        { guardrail_id: "gone", key_hash: "h" },
      ],
      memberAssignments: [{ guardrail_id: "creators", user_id: "u" }],
      workspaces: [{ id: "w", name: "W", slug: "w", default_guardrail_id: "default" }],
    });
    const found = lookup({ hash: "h", creator_user_id: "u", workspace_id: "w" });
    assert.deepEqual(
      found.applied.map(({ guardrail: { id }, binding, isCertain }) => [id, binding, isCertain]),
      [
        ["own", "key", true],
        ["creators", "creator", true],
        ["DEFAULT", "workspaceDefault", false],
      ],
    );
    assert.deepEqual(found.unread, [{ id: "gone", binding: "key" }]);
    const other = lookup({ hash: "other", creator_user_id: null, workspace_id: "w" });
    assert.deepEqual(
      other.applied.map(({ binding, isCertain }) => [binding, isCertain]),
      [["workspaceDefault", true]],
    );
  });
});

describe("the budget that runs out first", () => {
  const now = new Date("2026-11-26T12:00:00Z"); // a Thursday
  const key = makeKey({
    hash: "a",
    workspace_id: "w",
    limit: 100,
    limit_remaining: 40,
    limit_reset: "monthly",
    usage_daily: 3,
    usage_monthly: 60,
  });

  it("is the one with the least left", () => {
    const budgets = listBudgets({
      key,
      applied: [applied({ limit_usd: 5, reset_interval: "daily" })],
      workspace: { name: "W", budgets: [{ limit_usd: 70, reset_interval: "monthly" }], includeByok: false },
      keys: [key, makeKey({ hash: "b", workspace_id: "w", usage_monthly: 9 })],
      now,
    });
    assert.deepEqual(
      budgets.map(({ source, remaining, resetsAt }) => [source.kind, remaining, resetsAt]),
      [
        ["key", 40, "2026-12-01T00:00:00.000Z"],
        ["guardrail", 2, "2026-11-27T00:00:00.000Z"],
        ["workspace", 1, "2026-12-01T00:00:00.000Z"],
      ],
    );
    assert.equal(firstToRunOut(budgets)?.source.kind, "workspace");
  });
});
