import assert from "node:assert/strict";
import fc from "fast-check";
import { InvalidInputError, type Key } from "../../src/openrouter/index.ts";
import { getPeriodEnd } from "../../src/openrouter/keys/periodEnd.ts";
import { formatRotatedName, newRotation, planRotation } from "../../src/openrouter/rotation/index.ts";

const now = new Date("2026-06-10T12:00:00.000Z"); // a Wednesday
const DAY = 86_400_000;

const key = (changes: Partial<Key> = {}): Key => ({
  hash: "old",
  name: "worker",
  label: "sk-or-v1-abc...123",
  disabled: false,
  created_at: "2026-01-01T00:00:00.000Z",
  usage: 40,
  usage_daily: 1,
  usage_weekly: 2,
  usage_monthly: 7,
  byok_usage: 4,
  byok_usage_daily: 0,
  byok_usage_weekly: 0,
  byok_usage_monthly: 1,
  limit: 10,
  limit_remaining: 3,
  limit_reset: "monthly",
  include_byok_in_limit: false,
  expires_at: null,
  creator_user_id: "user_1",
  workspace_id: "w1",
  ...changes,
});
const notCarriedCodes = (plan: { notCarried: { code: string }[] }) => plan.notCarried.map(({ code }) => code);

describe("planRotation", () => {
  it("carries over all settings and lists what it can't", () => {
    const guardrail = { id: "g", name: "Strict" };
    const plan = planRotation(key(), { now, guardrail, workspaceName: "Research" });
    assert.deepEqual(plan.body, {
      name: "worker",
      limit: 10,
      limit_reset: "monthly",
      expires_at: null,
      include_byok_in_limit: false,
      workspace_id: "w1",
      creator_user_id: "user_1",
    });
    assert.deepEqual(plan.carried, [
      { field: "name", value: "worker" },
      { field: "limit", value: 10 },
      { field: "limit_reset", value: "monthly" },
      { field: "expires_at", value: null },
      { field: "include_byok_in_limit", value: false },
      { field: "workspace_id", value: "Research" },
      { field: "creator_user_id", value: "user_1" },
      { field: "guardrail", value: "Strict" },
    ]);
    assert.deepEqual(plan.notCarried, [
      { code: "usage", usage: 40, byok_usage: 4 },
      { code: "activity", hash: "old" },
      { code: "budgetRefilled", limit: 10, remaining: 3, limit_reset: "monthly" },
    ]);
    assert.deepEqual([plan.problems, plan.guardrail, plan.restoreLimit], [[], guardrail, undefined]);
  });

  it("lists what the choices change", () => {
    const choices = { name: "{name} {date}", reset: null, include_byok_in_limit: true, guardrail: false };
    const plan = planRotation(key(), { now, guardrail: { id: "g", name: "Strict" }, choices });
    assert.deepEqual(
      plan.carried.filter((one) => "was" in one),
      [
        { field: "name", value: "worker 2026-06-10", was: "worker" },
        { field: "limit_reset", value: null, was: "monthly" },
        { field: "include_byok_in_limit", value: true, was: false },
        { field: "guardrail", value: null, was: "Strict" },
      ],
    );
    assert.equal(plan.guardrail, undefined);
    assert.ok(notCarriedCodes(plan).includes("guardrail"));
  });

  it("reduces the limit to the remainder and returns when to restore it", () => {
    const remaining = { now, choices: { limit: "remaining" as const } };
    const plan = planRotation(key(), remaining);
    assert.deepEqual([plan.body.limit, plan.restoreLimit], [3, { limit: 10, from: "2026-07-01T00:00:00.000Z" }]);
    assert.deepEqual(notCarriedCodes(plan), ["usage", "activity"]);

    const unlimited = planRotation(key({ limit: null, limit_remaining: null }), remaining);
    assert.deepEqual([unlimited.body.limit, unlimited.restoreLimit], [null, undefined]);
    const forever = planRotation(key({ limit_reset: null }), remaining);
    assert.deepEqual([forever.body.limit, forever.restoreLimit], [3, undefined]);
    const untouched = planRotation(key({ limit_remaining: 10 }), remaining);
    assert.deepEqual([untouched.body.limit, untouched.restoreLimit], [10, undefined]);
    const unsaid = planRotation(key({ limit_remaining: null, include_byok_in_limit: true }), remaining);
    assert.equal(unsaid.body.limit, 2);
    const once = planRotation(key(), { now, choices: { limit: "remaining", reset: null } });
    assert.deepEqual([once.body.limit, once.restoreLimit], [3, undefined]);
  });

  it("reports a used-up limit and when it resets", () => {
    const nothing = (changes: Partial<Key>) =>
      planRotation(key({ limit_remaining: 0, ...changes }), { now, choices: { limit: "remaining" } }).notCarried.at(-1);
    assert.deepEqual(nothing({}), { code: "nothingRemains", until: "2026-07-01T00:00:00.000Z" });
    assert.deepEqual(nothing({ limit_reset: null }), { code: "nothingRemains", until: undefined });
  });

  it("uses the full limit of a key whose limit an earlier rotation reduced", () => {
    const cut = key({ limit: 4, limit_remaining: 3 });
    assert.equal(planRotation(cut, { now, wholeLimit: 10 }).body.limit, 10);
    const again = planRotation(cut, { now, wholeLimit: 10, choices: { limit: "remaining" } });
    assert.deepEqual([again.body.limit, again.restoreLimit?.limit], [3, 10]);
  });

  it("keeps a future expiry, in UTC, and drops a past one", () => {
    const plan = (expires_at: string, expiry?: string | null) =>
      planRotation(key({ expires_at }), { now, choices: { expiry } });
    assert.equal(plan("2026-12-31T23:00:00+01:00").body.expires_at, "2026-12-31T22:00:00.000Z");
    assert.ok(!plan("2026-12-31T22:00:00Z").carried.some((one) => "was" in one));
    assert.equal(plan("2026-12-31T23:00:00Z", null).body.expires_at, null);
    assert.equal(plan("2026-12-31T23:00:00Z", "2027-01-01T00:00:00Z").body.expires_at, "2027-01-01T00:00:00.000Z");
    const over = plan("2026-06-10T12:00:00Z");
    assert.deepEqual(
      [over.body.expires_at, notCarriedCodes(over).includes("expired"), over.problems],
      [null, true, []],
    );
    assert.deepEqual(plan("2027-01-01T00:00:00Z", "2026-01-01T00:00:00Z").problems, [
      { code: "pastExpiry", expires_at: "2026-01-01T00:00:00Z" },
    ]);
    assert.equal(plan("2027-01-01T00:00:00Z", "soon").problems[0]?.code, "invalidExpiry");
  });

  it("lists what only the old key has", () => {
    const plan = planRotation(key({ disabled: true, external_user: "u", limit: null }), { now });
    assert.deepEqual(notCarriedCodes(plan), ["usage", "activity", "externalUser", "disabled"]);
  });

  it("throws for a plan with a problem", () => {
    const plan = planRotation(key(), { now, choices: { name: "  " } });
    assert.deepEqual(plan.problems, [{ code: "emptyName" }]);
    assert.throws(() => newRotation(key(), plan, { id: "1", now }), InvalidInputError);
  });

  it("never exceeds the full limit, and always returns a future expiry in UTC", () => {
    const amount = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.constantFrom("daily", "weekly", "monthly", null),
        fc.option(fc.date({ noInvalidDate: true, min: new Date("2000-01-01"), max: new Date("2100-01-01") })),
        fc.constantFrom("whole" as const, "remaining" as const),
        (limit, spent, limit_reset, expires, choice) => {
          const given = { limit, limit_remaining: Math.max(0, limit - spent), limit_reset };
          const { body, restoreLimit } = planRotation(key({ ...given, expires_at: expires?.toISOString() }), {
            now,
            choices: { limit: choice },
          });
          assert.ok(body.limit! >= 0 && body.limit! <= limit + 1e-9);
          assert.ok(restoreLimit === undefined || (restoreLimit.limit === limit && restoreLimit.limit > body.limit!));
          assert.ok(body.expires_at === null || (body.expires_at!.endsWith("Z") && new Date(body.expires_at!) > now));
        },
      ),
    );
  });
});

describe("formatRotatedName", () => {
  it("inserts the name unchanged", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.equal(formatRotatedName(undefined, name, now), name.trim());
        assert.equal(formatRotatedName("a{name}b {date}", name, now), `a${name}b 2026-06-10`);
      }),
    );
    assert.equal(formatRotatedName("{name}", "{date} $& {name}", now), "{date} $& {name}");
  });
});

describe("getPeriodEnd", () => {
  const end = (reset: string | null, at: string) => getPeriodEnd(reset, new Date(at))?.toISOString();
  it("returns the next midnight UTC, Monday or first of the month", () => {
    assert.equal(end("daily", "2026-12-31T23:59:59.999Z"), "2027-01-01T00:00:00.000Z");
    assert.equal(end("weekly", "2026-06-08T00:00:00Z"), "2026-06-15T00:00:00.000Z");
    assert.equal(end("weekly", "2026-06-14T23:59:59Z"), "2026-06-15T00:00:00.000Z");
    assert.equal(end("monthly", "2026-12-01T00:00:00Z"), "2027-01-01T00:00:00.000Z");
    assert.equal(end(null, "2026-12-01T00:00:00Z"), undefined);
    assert.equal(end("yearly", "2026-12-01T00:00:00Z"), undefined);
  });

  it("is always in the future, at midnight, and within one period", () => {
    const dates = fc.date({ noInvalidDate: true, min: new Date("2000-01-01"), max: new Date("2100-01-01") });
    fc.assert(
      fc.property(dates, fc.constantFrom("daily", "weekly", "monthly"), (at, reset) => {
        const ahead = getPeriodEnd(reset, at)!.getTime() - at.getTime();
        assert.ok(ahead > 0 && ahead <= { daily: 1, weekly: 7, monthly: 31 }[reset]! * DAY);
        assert.equal(getPeriodEnd(reset, at)!.getTime() % DAY, 0);
      }),
    );
  });
});
