import assert from "node:assert/strict";
import fc from "fast-check";
import { isUndo, undoOf } from "../../src/editor/agents/changes/undo.ts";
import type { Guardrail } from "../../src/openrouter/index.ts";
import { makeKey } from "../support/key.ts";

const HASH = "a";
const key = makeKey({ hash: HASH, name: "ci", limit: 5, limit_reset: "daily" });
const guardrail = {
  ...{ id: "g", name: "Guard", description: null, created_at: "", limit_usd: 10, reset_interval: "weekly" },
  ...{ allowed_models: ["a/b", "c/d"], ignored_models: null, enforce_zdr: null },
} as unknown as Guardrail;

describe("what takes back an agent's change", () => {
  const ofKey = (body: object) => undoOf({ action: "updateKey", id: HASH, body }, { key });
  const ofGuardrail = (body: object) => undoOf({ action: "updateGuardrail", id: "g", body }, { guardrail });

  for (const [what, undo, expected] of [
    ["a disabling", ofKey({ disabled: true }), { disabled: false }],
    ["a limit with its reset", ofKey({ limit: null, limit_reset: null }), { limit: 5, limit_reset: "daily" }],
    ["a name", ofKey({ name: "x", limit: 5 }), { name: "ci" }],
    ["an expiry: it cannot", ofKey({ expires_at: "2031-01-01T00:00:00Z" }), undefined],
    ["what was so already: nothing", ofKey({ disabled: false }), undefined],
    [
      "a guardrail's limit, its reset with it",
      ofGuardrail({ limit_usd: 3 }),
      { limit_usd: 10, reset_interval: "weekly" },
    ],
    ["a list", ofGuardrail({ allowed_models: null }), { allowed_models: ["a/b", "c/d"] }],
    ["a list where there was none", ofGuardrail({ ignored_models: ["x/y"] }), { ignored_models: null }],
  ] as const)
    it(`restores ${what}`, () => {
      const body = undo && "body" in undo ? undo.body : undefined;
      assert.deepEqual(body, expected);
      assert.ok(undo === undefined || isUndo(JSON.parse(JSON.stringify(undo))));
    });

  it("restores zero data retention by provider, as it was before the deprecated field overwrote it", () => {
    const undo = ofGuardrail({ enforce_zdr: true });
    assert.ok(undo && "body" in undo);
    assert.deepEqual(new Set(Object.values(undo.body)), new Set([null]));
    assert.ok(!("enforce_zdr" in undo.body));
    assert.ok(Object.keys(undo.body).length >= 5);
  });

  it("binds again whom an assignment took from others, and releases whom nothing bound", () => {
    const bound = { k1: "other", k2: null, k3: "g" };
    const body = { key_hashes: ["k1", "k2", "k3"] };
    assert.deepEqual(undoOf({ action: "assignKeys", id: "g", body }, { bound }), {
      ...{ of: "keys", id: "g", bound: { k1: "other", k2: null } },
    });
    const members = { member_user_ids: ["k1", "k2", "k3"] };
    assert.deepEqual(undoOf({ action: "unassignMembers", id: "g", body: members }, { bound }), {
      ...{ of: "members", id: "g", bound: { k3: "g" } },
    });
  });

  it("is nothing where the account was not read before, or nothing can be restored", () => {
    assert.equal(undoOf({ action: "updateKey", id: HASH, body: { disabled: true } }, {}), undefined);
    assert.equal(undoOf({ action: "assignKeys", id: "g", body: { key_hashes: ["k"] } }, {}), undefined);
    for (const action of ["createKey", "deleteKey", "createGuardrail", "deleteGuardrail"] as const)
      assert.equal(undoOf({ action, id: "x", body: { name: "x" } }, { key, guardrail }), undefined);
  });

  it("leads from any change of a key back to what it was", () => {
    const body = fc.record(
      {
        name: fc.string(),
        disabled: fc.boolean(),
        limit: fc.option(fc.integer({ min: 0, max: 100 })),
        limit_reset: fc.option(fc.constantFrom("daily", "weekly", "monthly")),
        include_byok_in_limit: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (asked) => {
        const undo = undoOf({ action: "updateKey", id: HASH, body: asked }, { key });
        const restored = { ...key, ...asked, ...(undo && "body" in undo ? undo.body : {}) };
        assert.deepEqual(restored, { ...key });
      }),
    );
  });
});
