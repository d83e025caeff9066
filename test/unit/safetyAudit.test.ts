import assert from "node:assert/strict";
import { auditKeys, isSafeToRemove } from "../../src/openrouter/safety/findings.ts";
import { parsePolicy } from "../../src/openrouter/safety/policy.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T12:00:00Z");

describe("auditKeys", () => {
  it("lists findings by rule, and says which an exception covers", () => {
    const parsed = parsePolicy(
      JSON.stringify({ exceptions: [{ rule: "no-limit", key: "ci-*", reason: "Capped by its workspace." }] }),
    );
    assert.ok("policy" in parsed);
    const { findings } = auditKeys({
      keys: [
        makeKey({ hash: "a", name: "ci-tests", limit: null }),
        makeKey({ hash: "b", name: "old", limit: 5, usage: 1, last_used_at: "2026-01-02T00:00:00Z" }),
      ],
      policy: parsed.policy,
      workspaceName: () => undefined,
      hasGuardrail: () => true,
      rotationBegunAt: () => undefined,
      matchesPattern: () => true,
      now,
    });
    const listed = findings
      .filter(({ rule }) => rule === "no-limit" || rule === "idle")
      .map((one) => [one.rule, one.key.hash, one.exception?.reason, isSafeToRemove(one)]);
    assert.deepEqual(listed, [
      ["no-limit", "a", "Capped by its workspace.", false],
      ["idle", "b", undefined, true],
    ]);
  });
});
