import assert from "node:assert/strict";
import { isSameChange } from "../../src/editor/guardrails/document/sameChange.ts";
import { createGuardrailPatch, type Guardrail, type GuardrailFields } from "../../src/openrouter/index.ts";

describe("isSameChange", () => {
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

  it("is true if both changes send and replace the same values", () => {
    assert.ok(isSame({ allowed_models: ["a", "c"] }, {}));
    assert.ok(isSame({ allowed_models: ["a", "c"] }, { allowed_models: ["b", "a"] }), "order is ignored");
    assert.ok(isSame({ allowed_models: ["a", "c"] }, { description: "theirs" }), "another field changed");
  });

  it("is false if someone else changed a value that is replaced", () => {
    assert.ok(!isSame({ allowed_models: ["a", "c"] }, { allowed_models: ["a", "b", "theirs"] }));
    assert.ok(!isSame({ name: "Mine" }, { name: "Theirs" }));
  });

  it("is false if other fields or values would be sent", () => {
    assert.ok(!isSame({ limit_usd: 6 }, { reset_interval: "weekly" }), "the limit is sent with its reset");
    assert.ok(
      !isSame({ name: "Mine", allowed_models: ["a", "c"] }, { name: "Mine" }),
      "one field already has its value",
    );
  });
});
