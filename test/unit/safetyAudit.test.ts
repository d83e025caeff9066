import assert from "node:assert/strict";
import fc from "fast-check";
import type { Key } from "../../src/openrouter/index.ts";
import { type AuditSources, auditAccount } from "../../src/openrouter/safety/audit.ts";
import { type Audit, auditInSteps, isSafeToRemove } from "../../src/openrouter/safety/findings.ts";
import {
  type PolicyException,
  type PolicyFile,
  type RuleId,
  ruleIds,
  toPolicy,
} from "../../src/openrouter/safety/policy.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

/** Turns on only the given rules. */
const only = (rules: NonNullable<PolicyFile["rules"]>): PolicyFile["rules"] => ({
  ...Object.fromEntries(ruleIds.map((rule) => [rule, "off"])),
  ...rules,
});

function audit(keys: readonly Key[], file: PolicyFile = {}, sources: Partial<AuditSources> = {}): Promise<Audit> {
  const guardrails = { guardrails: [], keyAssignments: [], memberAssignments: [], workspaces: undefined };
  return auditAccount({ keys, workspaces: undefined, guardrails, rotations: [], ...sources }, toPolicy(file), { now });
}

/** A key that no rule of the default policy applies to, apart from the one for keys without a guardrail. */
const harmless: Partial<Key> = {
  limit: 10,
  limit_remaining: 5,
  usage: 5,
  last_used_at: daysAgo(1),
  expires_at: daysAgo(-30),
};

interface Example {
  rule: RuleId;
  settings: NonNullable<PolicyFile["rules"]>[RuleId];
  about: string;
  key: Partial<Key>;
  /** The figure of the finding; null if there is none, "unknown" if it can't be told. */
  expected: object | null | "unknown";
}
const example = (
  rule: RuleId,
  settings: Example["settings"],
  about: string,
  key: Partial<Key>,
  expected: Example["expected"],
): Example => ({ rule, settings, about, key, expected });

const examples: Example[] = [
  example("no-limit", "severe", "no limit", { limit: null, usage_monthly: 2, byok_usage_monthly: 1 }, { usd: 3 }),
  example("no-limit", "severe", "a limit of 0", { limit: 0 }, null),
  example("no-limit", "severe", "disabled", { limit: null, disabled: true }, null),
  example("no-limit", "severe", "expired", { limit: null, expires_at: daysAgo(1) }, null),
  example("limit-above", { usd: 10 }, "above", { limit: 10.01 }, { usd: 10.01 }),
  example("limit-above", { usd: 10 }, "equal", { limit: 10 }, null),
  example("limit-above", { usd: 10 }, "no limit", { limit: null }, null),
  example("never-expires", "info", "null", { expires_at: null }, {}),
  example("never-expires", "info", "missing", { expires_at: undefined }, {}),
  example("never-expires", "info", "an expiry", { expires_at: daysAgo(-900) }, null),
  example(
    "lifetime-above",
    { days: 90 },
    "a second longer",
    { created_at: daysAgo(30), expires_at: "2027-01-25T12:00:01.000Z" },
    { days: 91, at: "2027-01-25T12:00:01.000Z" },
  ),
  example("lifetime-above", { days: 90 }, "exactly", { created_at: daysAgo(30), expires_at: daysAgo(-60) }, null),
  example("lifetime-above", { days: 90 }, "no creation", { created_at: "", expires_at: daysAgo(-60) }, "unknown"),
  example("lifetime-above", { days: 90 }, "never expires", { created_at: daysAgo(30), expires_at: null }, null),
  example("idle", { days: 30 }, "30 days", { last_used_at: daysAgo(30) }, { days: 30, at: daysAgo(30) }),
  example("idle", { days: 30 }, "almost 30 days", { last_used_at: daysAgo(29.99) }, null),
  example(
    "idle",
    { days: 30 },
    "null with usage",
    { last_used_at: null, usage: 1, created_at: "2024-01-01T00:00:00Z" },
    { days: 329, isAtLeast: true },
  ),
  example(
    "idle",
    { days: 30 },
    "null with BYOK usage",
    { last_used_at: null, byok_usage: 1, created_at: daysAgo(40) },
    { days: 40, isAtLeast: true },
  ),
  example("idle", { days: 30 }, "null without usage", { last_used_at: null, usage: 0 }, null),
  example("idle", { days: 30 }, "field missing", { last_used_at: undefined }, "unknown"),
  example(
    "idle",
    { days: 30 },
    "null, BYOK counter missing",
    { last_used_at: null, usage: 0, byok_usage: undefined },
    "unknown",
  ),
  example("idle", { days: 30 }, "not a date", { last_used_at: "yesterday" }, "unknown"),
  example(
    "never-used",
    { days: 14 },
    "14 days old",
    { last_used_at: null, usage: 0, created_at: daysAgo(14) },
    { days: 14, at: daysAgo(14) },
  ),
  example("never-used", { days: 14 }, "newer", { last_used_at: null, usage: 0, created_at: daysAgo(13) }, null),
  example(
    "never-used",
    { days: 14 },
    "null with usage",
    { last_used_at: null, usage: 1, created_at: daysAgo(99) },
    null,
  ),
  example("never-used", { days: 14 }, "field missing", { last_used_at: undefined, created_at: daysAgo(99) }, null),
  example("expired", { days: 7 }, "a week ago", { expires_at: daysAgo(7) }, { days: 7, at: daysAgo(7) }),
  example(
    "expired",
    { days: 7 },
    "disabled, too",
    { expires_at: daysAgo(7), disabled: true },
    { days: 7, at: daysAgo(7) },
  ),
  example("expired", { days: 7 }, "yesterday", { expires_at: daysAgo(1) }, null),
  example(
    "disabled",
    { days: 60 },
    "by its last change",
    { disabled: true, updated_at: daysAgo(60), created_at: daysAgo(99) },
    { days: 60, at: daysAgo(60) },
  ),
  example(
    "disabled",
    { days: 60 },
    "never changed",
    { disabled: true, created_at: daysAgo(99) },
    { days: 99, at: daysAgo(99) },
  ),
  example(
    "disabled",
    { days: 60 },
    "lately",
    { disabled: true, updated_at: daysAgo(59), created_at: daysAgo(99) },
    null,
  ),
  example("disabled", { days: 60 }, "active", { updated_at: daysAgo(99) }, null),
  example("near-limit", { percent: 90 }, "90 %", { limit: 9, limit_remaining: 0.9, usage: 8.1 }, { percent: 90 }),
  example("near-limit", { percent: 90 }, "less", { limit: 100, limit_remaining: 10.01, usage: 89.99 }, null),
  example("near-limit", { percent: 90 }, "reached", { limit: 10, limit_remaining: 0, usage: 10 }, null),
  example(
    "near-limit",
    { percent: 50 },
    "of the month",
    { limit: 10, limit_remaining: 5, limit_reset: "monthly", usage: 99, usage_monthly: 5 },
    { percent: 50 },
  ),
  example("near-limit", { percent: 50 }, "no limit", { limit: null, usage: 99 }, null),
  example(
    "near-limit",
    { percent: 50 },
    "no counters",
    { limit: 10, limit_remaining: null, limit_reset: "weekly", usage_weekly: undefined },
    "unknown",
  ),
  example("limit-reached", "severe", "100 %", { limit: 10, limit_remaining: 0, usage: 10 }, { percent: 100 }),
  example("limit-reached", "severe", "more", { limit: 10, limit_remaining: 0, usage: 12 }, { percent: 120 }),
  example("limit-reached", "severe", "a limit of 0", { limit: 0, limit_remaining: 0 }, { percent: 100 }),
  example("limit-reached", "severe", "almost", { limit: 10, limit_remaining: 0.0001, usage: 9.9999 }, null),
  example("no-guardrail", "info", "none", {}, {}),
  example("no-guardrail", "info", "disabled", { disabled: true }, null),
  example("name-pattern", { pattern: "(prod|dev)-.+" }, "another", { name: "my prod-key" }, {}),
  example("name-pattern", { pattern: "(prod|dev)-.+" }, "matching", { name: "prod-key" }, null),
  example(
    "name-pattern",
    { pattern: "(prod|dev)-.+" },
    "too long to be matched",
    { name: "prod-".padEnd(2_000) },
    "unknown",
  ),
  example("name-pattern", "warning", "no pattern", { name: "x" }, null),
  example("same-name", "info", "one", {}, null),
  example("unfinished-rotation", { days: 7 }, "none", {}, null),
];

describe("rules", () => {
  for (const { rule, settings, about, key, expected } of examples)
    it(`${rule}: ${about}`, async () => {
      const { findings, unknown } = await audit([makeKey({ ...harmless, ...key })], {
        rules: only({ [rule]: settings }),
      });
      const figure = unknown.length > 0 ? "unknown" : (findings[0]?.figure ?? null);
      assert.deepEqual(figure, expected);
      assert.ok([...findings, ...unknown].every((one) => one.rule === rule));
    });

  it("has an example with and without a finding for each rule", () => {
    const has = (rule: RuleId, isFinding: boolean) =>
      examples.some(
        (one) => one.rule === rule && (typeof one.expected === "object" && one.expected !== null) === isFinding,
      );
    const missing = ruleIds.filter((rule) => !has(rule, true) || !has(rule, false));
    // These need more than one key, or rotations; they have tests of their own.
    assert.deepEqual(missing, ["same-name", "unfinished-rotation"]);
  });

  it("same-name: counts keys of a workspace whose names look the same", async () => {
    const keys = [
      makeKey({ hash: "a", name: "ci", workspace_id: "w" }),
      makeKey({ hash: "b", name: "ci ", workspace_id: "w", disabled: true }),
      makeKey({ hash: "c", name: "ci", workspace_id: "v" }),
      makeKey({ hash: "d", name: "ci-2", workspace_id: "w" }),
    ];
    const { findings } = await audit(keys, { rules: only({ "same-name": "info" }) });
    assert.deepEqual(
      findings.map(({ key, figure }) => [key.hash, figure]),
      [
        ["a", { keys: 2 }],
        ["b", { keys: 2 }],
      ],
    );
  });

  it("unfinished-rotation: counts from the oldest rotation of a key; can't be told without the rotations", async () => {
    const keys = [makeKey({ hash: "a" }), makeKey({ hash: "b" }), makeKey({ hash: "c" })];
    const rules = only({ "unfinished-rotation": { days: 7 } });
    const rotations = [
      { hash: "a", startedAt: daysAgo(2) },
      { hash: "a", startedAt: daysAgo(9) },
      { hash: "b", startedAt: daysAgo(6) },
    ];
    const { findings } = await audit(keys, { rules }, { rotations });
    assert.deepEqual(
      findings.map(({ key, figure }) => [key.hash, figure]),
      [["a", { days: 9, at: daysAgo(9) }]],
    );
    const { unknown } = await audit(keys, { rules }, { rotations: undefined });
    assert.deepEqual(
      unknown.map(({ rule, keys }) => [rule, keys.length]),
      [["unfinished-rotation", 3]],
    );
  });

  it("no-guardrail: counts the guardrails of key and creator, not the workspace's default one", async () => {
    const workspace = { id: "w", name: "W", slug: "w", default_guardrail_id: "D" };
    const key = (hash: string, creator_user_id: string) => makeKey({ hash, creator_user_id, workspace_id: "w" });
    const keys = [key("own", "u"), key("creator's", "v"), key("default", "u"), key("none", "")];
    const guardrails = {
      ...{ guardrails: [], workspaces: [workspace] },
      keyAssignments: [
        { guardrail_id: "g", key_hash: "own" },
        { guardrail_id: "d", key_hash: "default" },
      ],
      memberAssignments: [{ guardrail_id: "g", user_id: "v" }],
    };
    const rules = only({ "no-guardrail": "info" });
    const known = await audit(keys, { rules }, { guardrails });
    assert.deepEqual(
      known.findings.map(({ key }) => key.hash),
      ["default", "none"],
    );
    const partly = await audit(keys, { rules }, { guardrails, guardrailsMayBeMissing: true });
    assert.deepEqual(
      [partly.findings.length, partly.unknown[0]?.keys.map(({ hash }) => hash)],
      [0, ["default", "none"]],
    );
    const unread = await audit(keys, { rules }, { guardrails: undefined });
    assert.deepEqual([unread.findings.length, unread.unknown[0]?.keys.length], [0, 4]);
  });

  it("limits that have reset since the keys were read are unknown", async () => {
    const key = makeKey({ ...harmless, limit: 10, limit_remaining: 0, limit_reset: "daily", usage_daily: 10 });
    const rules = only({ "limit-reached": "severe" });
    const { findings, unknown } = await audit([key], { rules }, { readAt: new Date("2026-11-25T23:59:00Z") });
    assert.deepEqual([findings.length, unknown.length], [0, 1]);
  });
});

describe("findings", () => {
  it("are listed by rule, then by the month's spend, name and hash, whatever the order of the keys", async () => {
    const keys = [
      makeKey({ hash: "0", name: "b", usage_monthly: 1 }),
      makeKey({ hash: "3", name: "a", usage_monthly: 1 }),
      makeKey({ hash: "2", name: "a", usage_monthly: 1 }),
      makeKey({ hash: "1", name: "z", usage_monthly: 2, byok_usage_monthly: 7 }),
    ];
    const rules = only({ "never-expires": "info", "no-limit": "severe" });
    const expected = ["no-limit", "never-expires"].flatMap((rule) =>
      ["1", "2", "3", "0"].map((hash) => `${rule} ${hash}`),
    );
    for (const some of [keys, keys.toReversed()]) {
      const { findings } = await audit(some, { rules });
      assert.deepEqual(
        findings.map(({ rule, key }) => `${rule} ${key.hash}`),
        expected,
      );
    }
  });

  it("are found in steps of one key, as a policy may make each of them costly", () => {
    const keys = Array.from({ length: 200 }, (_, i) => makeKey({ hash: `${i}`, name: "a".repeat(i) }));
    const inputs = { hasGuardrail: () => false, rotationBegunAt: () => undefined, workspaces: undefined, readAt: now };
    let judged = 0;
    const counted = keys.map((key) => ({
      ...key,
      get name() {
        judged++;
        return key.name;
      },
    }));
    const policy = toPolicy({ rules: { "name-pattern": { severity: "info", pattern: "x*" } } });
    const steps = auditInSteps({ keys: counted, policy, now, ...inputs });
    // The first step prepares all keys, as for rules that compare them.
    steps.next();
    steps.next();
    for (let step = steps.next(), last = judged; !step.done; step = steps.next(), last = judged)
      assert.ok(judged - last <= 3, `${judged - last} names were read in one step`);
  });

  it("are the same in one go and in steps", async () => {
    const keys = Array.from({ length: 300 }, (_, i) =>
      makeKey({
        hash: `${i}`,
        name: `key ${i % 90}`,
        limit: i % 3 ? 10 : null,
        usage_monthly: i % 7,
        disabled: i % 5 === 0,
      }),
    );
    const policy = toPolicy({ exceptions: [{ rule: "*", key: "key 1*", reason: "R" }] });
    const inputs = { hasGuardrail: () => false, rotationBegunAt: () => undefined, workspaces: undefined, readAt: now };
    const steps = auditInSteps({ keys, policy, now, ...inputs });
    let step = steps.next();
    while (!step.done) step = steps.next();
    const inOneGo = step.value;
    const inSteps = await audit(keys, { exceptions: [...policy.exceptions] });
    const list = ({ findings }: Audit) =>
      findings.map(({ rule, key, exception }) => `${rule} ${key.hash} ${exception?.reason}`).join("\n");
    assert.ok(inOneGo.findings.length > 300);
    assert.equal(list(inSteps), list(inOneGo));
  });

  it("are safe to remove if the key was idle or unused for 90 days and spent at most $5 in its lifetime", async () => {
    const isSafe = async (key: Partial<Key>) =>
      (await audit([makeKey({ ...harmless, created_at: daysAgo(400), ...key })])).findings.some(isSafeToRemove);
    assert.equal(await isSafe({ last_used_at: daysAgo(90), usage: 4, byok_usage: 1 }), true);
    assert.equal(await isSafe({ last_used_at: daysAgo(90), usage: 4, byok_usage: 1.01 }), false);
    assert.equal(await isSafe({ last_used_at: daysAgo(89), usage: 1 }), false);
    assert.equal(await isSafe({ last_used_at: null, usage: 0 }), true);
    assert.equal(await isSafe({ last_used_at: null, usage: 0, created_at: daysAgo(60) }), false);
    assert.equal(await isSafe({ last_used_at: daysAgo(90), usage: 1, byok_usage: undefined }), false);
  });

  it("are not safe to remove while an exception is in force", async () => {
    const idle = makeKey({ ...harmless, created_at: daysAgo(400), last_used_at: daysAgo(90), name: "backup" });
    const isSafe = async (exception: Partial<PolicyException>) => {
      const exceptions: PolicyException[] = [{ rule: "idle", key: "backup", reason: "R", ...exception }];
      return (await audit([idle], { exceptions })).findings.some(isSafeToRemove);
    };
    const today = now.toISOString().slice(0, 10);
    assert.equal(await isSafe({}), false);
    assert.equal(await isSafe({ rule: "*" }), false);
    assert.equal(await isSafe({ until: today }), false);
    assert.equal(await isSafe({ until: daysAgo(1).slice(0, 10) }), true);
    assert.equal(await isSafe({ key: "another" }), true);
    assert.equal(await isSafe({ rule: "no-limit" }), true);
  });
});

describe("any account", () => {
  const day = fc.integer({ min: -400, max: 800 }).map(daysAgo);
  const anyKey: fc.Arbitrary<Partial<Key>> = fc.record(
    {
      ...{ name: fc.constantFrom("a", "b", "prod-a"), disabled: fc.boolean(), created_at: day, updated_at: day },
      ...{ limit: fc.option(fc.nat(20)), limit_remaining: fc.option(fc.nat(20)), usage: fc.nat(30) },
      ...{ limit_reset: fc.constantFrom(null, "daily", "monthly"), usage_monthly: fc.nat(9), byok_usage: fc.nat(3) },
      ...{ last_used_at: fc.option(day), expires_at: fc.option(day), workspace_id: fc.constantFrom("v", "w") },
    },
    { requiredKeys: [] },
  );
  const anyKeys = fc
    .array(anyKey, { maxLength: 8 })
    .map((some) => some.map((one, i) => makeKey({ ...one, hash: `${i}` })));
  const everyRule: PolicyFile["rules"] = {
    ...{ "limit-above": { usd: 5 }, "lifetime-above": { days: 90 }, "name-pattern": { pattern: "prod-.*" } },
    "unfinished-rotation": { days: 3 },
  };
  const list = ({ findings }: Audit) =>
    findings.map(({ rule, key, figure }) => `${rule} ${key.hash} ${JSON.stringify(figure)}`);

  it("has the same findings, whatever the order of its keys", async () => {
    await fc.assert(
      fc.asyncProperty(anyKeys, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), async (keys, order) => {
        const shuffled = keys.toSorted((a, b) => order[Number(a.hash)]! - order[Number(b.hash)]!);
        assert.deepEqual(
          list(await audit(shuffled, { rules: everyRule })),
          list(await audit(keys, { rules: everyRule })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("has no fewer findings by a lower threshold", async () => {
    const thresholds = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }));
    await fc.assert(
      fc.asyncProperty(anyKeys, thresholds, async (keys, [a, b]) => {
        const rulesOf = (n: number): PolicyFile["rules"] => ({
          ...{ idle: { days: n }, "never-used": { days: n }, expired: { days: n }, disabled: { days: n } },
          ...{ "limit-above": { usd: n }, "lifetime-above": { days: n }, "near-limit": { percent: n } },
        });
        const found = async (n: number) =>
          (await audit(keys, { rules: rulesOf(n) })).findings.map(({ rule, key }) => `${rule} ${key.hash}`);
        const [low, high] = [await found(Math.min(a, b)), await found(Math.max(a, b))];
        assert.deepEqual(
          high.filter((one) => !low.includes(one)),
          [],
        );
      }),
      { numRuns: 200 },
    );
  });

  it("counts the same findings with an exception as without it", async () => {
    await fc.assert(
      fc.asyncProperty(anyKeys, fc.constantFrom(...ruleIds, "*" as const), async (keys, rule) => {
        const without = await audit(keys, { rules: everyRule });
        const found = await audit(keys, { rules: everyRule, exceptions: [{ rule, key: "a", reason: "R" }] });
        assert.deepEqual(list(found), list(without));
        for (const { key, exception, rule: own } of found.findings)
          assert.equal(exception !== undefined, key.name === "a" && (rule === "*" || rule === own));
      }),
      { numRuns: 200 },
    );
  });
});
