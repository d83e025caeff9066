import assert from "node:assert/strict";
import { isSameChange } from "../../src/editor/guardrails/document/sameChange.ts";
import { createGuardrailPatch, type Guardrail, type GuardrailFields } from "../../src/openrouter/index.ts";

describe("a change of a guardrail that was agreed to", () => {
  const opened: Guardrail = {
    id: "1",
    name: "Team",
    created_at: "2026-01-01T00:00:00Z",
    limit_usd: 5,
    reset_interval: "daily",
    allowed_models: ["a", "b"],
  };
  const changeOf = (wanted: GuardrailFields, now: Guardrail) => ({
    now,
    patch: createGuardrailPatch(opened, wanted, now),
  });
  const isSame = (wanted: GuardrailFields, later: Partial<Guardrail>) =>
    isSameChange(changeOf(wanted, opened), changeOf(wanted, { ...opened, ...later }));

  it("is the same while what it sends and what it replaces are the same", () => {
    assert.ok(isSame({ allowed_models: ["a", "c"] }, {}));
    assert.ok(isSame({ allowed_models: ["a", "c"] }, { allowed_models: ["b", "a"] }), "the order means nothing");
    assert.ok(isSame({ allowed_models: ["a", "c"] }, { description: "theirs" }), "another field");
  });

  it("is another one once somebody else changed what it replaces", () => {
    assert.ok(!isSame({ allowed_models: ["a", "c"] }, { allowed_models: ["a", "b", "theirs"] }));
    assert.ok(!isSame({ name: "Mine" }, { name: "Theirs" }));
  });

  it("is another one once it would send other fields or values", () => {
    assert.ok(!isSame({ limit_usd: 6 }, { reset_interval: "weekly" }), "the limit takes its reset along");
    assert.ok(!isSame({ name: "Mine", allowed_models: ["a", "c"] }, { name: "Mine" }), "one of them is so already");
  });
});
