import assert from "node:assert/strict";
import fc from "fast-check";
import type { Key } from "../../src/openrouter/index.ts";
import { auditAccount } from "../../src/openrouter/safety/audit.ts";
import { type PolicyException, parsePolicy, toPolicy } from "../../src/openrouter/safety/policy.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T23:59:59Z");
const workspaces = [
  { id: "w1", name: "Research", slug: "research" },
  { id: "w2", name: "Sandbox", slug: "play" },
];

type Given = Omit<Partial<PolicyException>, "rule"> & { rule?: string };

/** Returns how exceptions apply to a key without a limit: the reasons of the one in force and of the one that has ended. */
async function apply(key: Partial<Key>, ...exceptions: Given[]) {
  const file = { exceptions: exceptions.map((one) => ({ rule: "no-limit", key: "*", reason: "R", ...one })) };
  const parsed = parsePolicy(JSON.stringify(file));
  assert.ok("policy" in parsed, JSON.stringify(parsed));
  const sources = { keys: [makeKey(key)], workspaces, guardrails: undefined, rotations: [] };
  const audit = await auditAccount(sources, parsed.policy, { now });
  const found = audit.findings.find(({ rule }) => rule === "no-limit")!;
  return { inForce: found.exception?.reason, ended: found.endedException?.reason, uses: audit.exceptions };
}

describe("exceptions of a policy", () => {
  const key = { name: "ci-tests", label: "sk-or-v1-0e6...1c96", hash: "0e6f00ba".repeat(8), workspace_id: "w1" };
  const examples: [about: string, exception: Given, isInForce: boolean][] = [
    ["the name", { key: "ci-tests" }, true],
    ["another name", { key: "ci-test" }, false],
    ["another case", { key: "CI-tests" }, false],
    ["the label", { key: "sk-or-v1-0e6...1c96" }, true],
    ["the short label", { key: "0e6...1c96" }, true],
    ["the hash", { key: key.hash }, true],
    ["any key", { key: "*" }, true],
    ["the start of the name", { key: "ci-*" }, true],
    ["the end of the name", { key: "*-tests" }, true],
    ["parts of the name", { key: "c*-t*s" }, true],
    ["overlapping parts", { key: "ci-tes*ests" }, false],
    ["parts in another order", { key: "*tests*ci*" }, false],
    ["a part of the hash", { key: "*f00ba*" }, false],
    ["the start of the hash", { key: "0e6f00ba*" }, true],
    ["the start of the label", { key: "sk-or-v1-0e6*" }, true],
    ["an end of the label", { key: "*1c96" }, false],
    ["the workspace's name", { workspace: "Research" }, true],
    ["the workspace's slug", { workspace: "research" }, true],
    ["the workspace's id", { workspace: "w1" }, true],
    ["another workspace", { workspace: "Sandbox" }, false],
    ["all rules", { rule: "*" }, true],
    ["another rule", { rule: "idle" }, false],
    ["the last day", { until: "2026-11-26" }, true],
    ["the day before", { until: "2026-11-25" }, false],
  ];
  for (const [about, exception, isInForce] of examples)
    it(`${isInForce ? "applies" : "doesn't apply"} by ${about}`, async () => {
      assert.equal((await apply(key, exception)).inForce, isInForce ? "R" : undefined);
    });

  it("names workspaces only by id if they couldn't be read", async () => {
    const policy = (workspace: string) => {
      const parsed = parsePolicy(JSON.stringify({ exceptions: [{ rule: "*", key: "*", reason: "R", workspace }] }));
      assert.ok("policy" in parsed);
      return parsed.policy;
    };
    for (const [workspace, expected] of [
      ["Research", undefined],
      ["w1", "R"],
    ] as const) {
      const sources = { keys: [makeKey(key)], workspaces: undefined, guardrails: undefined, rotations: [] };
      const { findings } = await auditAccount(sources, policy(workspace), { now });
      assert.equal(findings[0]?.exception?.reason, expected);
    }
  });

  it("apply in their order; one that has ended is reported unless another is in force", async () => {
    const ended = { reason: "ended", until: "2026-01-31" };
    const { inForce, ended: unused } = await apply(key, ended, { reason: "first" }, { reason: "second", key: "ci-*" });
    assert.deepEqual([inForce, unused], ["first", undefined]);
    const alone = await apply(key, ended, { ...ended, reason: "later" });
    assert.deepEqual([alone.inForce, alone.ended], [undefined, "ended"]);
  });

  it("say how many findings each covers", async () => {
    const { uses } = await apply(key, { key: "other" }, { until: "2026-01-31" });
    assert.deepEqual(
      uses.map(({ findings, hasEnded }) => [findings, hasEnded]),
      [
        [0, false],
        [1, true],
      ],
    );
  });

  it("match names as the pattern says, however many there are", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 6 }),
        fc.array(text, { maxLength: 6 }),
        async (names, patterns) => {
          const exceptions = patterns.map((key, i) => ({ rule: "no-limit" as const, key, reason: `${i}` }));
          const keys = names.map((name, i) => makeKey({ name, hash: `hash ${i}`, label: "" }));
          const sources = { keys, workspaces, guardrails: undefined, rotations: [] };
          const { findings } = await auditAccount(sources, toPolicy({ exceptions }), { now });
          for (const { rule, key, exception } of findings) {
            if (rule !== "no-limit") continue;
            const first = patterns.findIndex((pattern) =>
              new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(key.name),
            );
            assert.equal(exception?.reason, first < 0 ? undefined : `${first}`, `${patterns} on ${key.name}`);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
