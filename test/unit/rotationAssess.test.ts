import assert from "node:assert/strict";
import fc from "fast-check";
import { clientTime } from "../../src/openrouter/clientTime.ts";
import type { Key } from "../../src/openrouter/index.ts";
import {
  assessRotation,
  findOrphans,
  isReminderDue,
  observeOldKey,
  type Rotation,
} from "../../src/openrouter/rotation/index.ts";

const started = "2026-06-10T12:00:00.000Z";
const later = (hours: number) => new Date(Date.parse(started) + hours * 3_600_000);

const record = (changes: Partial<Rotation> = {}): Rotation => ({
  version: 2,
  id: "r",
  step: "creating",
  startedAt: started,
  old: {
    hash: "old",
    name: "worker",
    label: "old",
    disabled: false,
    usage: { usage: 10, byok_usage: 1 },
    workspace_id: "w1",
  },
  body: { name: "worker" },
  knownHashes: ["old", "twin"],
  ...changes,
});

const key = (hash: string, changes: Partial<Key> = {}): Key => ({
  hash,
  name: "worker",
  label: hash,
  disabled: false,
  created_at: started,
  usage: 0,
  usage_daily: 0,
  usage_weekly: 0,
  usage_monthly: 0,
  byok_usage: 0,
  byok_usage_daily: 0,
  byok_usage_weekly: 0,
  byok_usage_monthly: 0,
  limit: null,
  limit_remaining: null,
  limit_reset: null,
  include_byok_in_limit: false,
  workspace_id: "w1",
  ...changes,
});
const old = key("old", { usage: 10, byok_usage: 1, created_at: "2026-01-01T00:00:00.000Z" });
const newRef = { hash: "new", name: "worker", label: "new" };
const noSecrets = new Set<string>();

describe("findOrphans", () => {
  const found = (...keys: Key[]) => findOrphans(record(), keys).map(({ hash }) => hash);

  it("excludes a key that was used without spend, as with free models", () => {
    assert.deepEqual(found(old, key("free", { last_used_at: started }), key("lost", { last_used_at: null })), ["lost"]);
  });

  it("finds a new key with the name even if the clocks differ", () => {
    assert.deepEqual(found(old, key("lost")), ["lost"]);
    assert.deepEqual(found(key("lost", { created_at: later(-20).toISOString() })), ["lost"]);
    assert.deepEqual(found(key("lost", { created_at: later(20).toISOString() })), ["lost"]);
  });

  it("excludes keys that the rotation can't have created", () => {
    const others = [
      old,
      key("twin"),
      key("named otherwise", { name: "other" }),
      key("used", { usage: 0.01 }),
      key("used with BYOK", { byok_usage: 0.01 }),
      key("renamed to it", { created_at: later(-25).toISOString() }),
    ];
    assert.deepEqual(found(...others), []);
  });

  it("never finds the old key, a known key or the new key", () => {
    const hashes = fc.uniqueArray(fc.constantFrom("old", "twin", "new", "a", "b", "c"));
    fc.assert(
      fc.property(hashes, (there) => {
        const orphans = findOrphans(
          record({ new: newRef }),
          there.map((hash) => key(hash)),
        );
        assert.deepEqual(
          orphans.map(({ hash }) => hash),
          there.filter((hash) => "abc".includes(hash)),
        );
      }),
    );
  });
});

describe("assessRotation", () => {
  it("allows no action for a record of another account", () => {
    const elsewhere = [key("x", { workspace_id: "w2" })];
    assert.deepEqual(assessRotation(record(), elsewhere, noSecrets), { state: "otherAccount", actions: [] });
    assert.deepEqual(assessRotation(record(), [], noSecrets), { state: "otherAccount", actions: [] });
    assert.equal(assessRotation(record(), [key("x", { name: "other" })], noSecrets).state, "notCreated");
  });

  it("determines if a create took effect", () => {
    assert.equal(assessRotation(record(), [old], noSecrets).state, "notCreated");
    assert.deepEqual(
      assessRotation(record(), [key("x", { name: "other" })], noSecrets).actions,
      ["rollBack"],
      "the old key was deleted",
    );
    const lost = assessRotation(record(), [old, key("a"), key("b")], noSecrets);
    assert.deepEqual(lost.state === "orphaned" && lost.orphans.map(({ hash }) => hash), ["a", "b"]);
    const held = assessRotation(record(), [old, key("a"), key("b")], new Set(["b"]));
    assert.ok(held.state === "adoptable");
    assert.deepEqual([held.key.hash, held.others.map(({ hash }) => hash)], ["b", ["a"]]);
    assert.deepEqual(held.actions, ["continue", "rollBack"]);
    assert.deepEqual(
      assessRotation(record(), [key("b")], new Set(["b"])).actions,
      ["continue"],
      "it is the only usable key",
    );
    const unidentified = assessRotation(record(), [old, key("a"), key("b")], new Set(["r"]));
    assert.ok(unidentified.state === "unidentified");
    assert.deepEqual([unidentified.orphans.length, unidentified.actions], [2, ["continue", "rollBack"]]);
  });

  it("determines the possible actions at each step", () => {
    const actionsAt = (step: Rotation["step"], keys: Key[], held = noSecrets) =>
      assessRotation(record({ step, new: newRef }), [...keys, key("any", { name: "x" })], held).actions;
    const secret = new Set(["new"]);
    const successor = key("new");
    assert.deepEqual(actionsAt("created", [old, successor], secret), ["continue", "rollBack"]);
    assert.deepEqual(actionsAt("bound", [old, successor]), ["rollBack"], "the secret is lost");
    assert.deepEqual(actionsAt("bound", [old], secret), ["rollBack"], "the new key was deleted");
    assert.deepEqual(actionsAt("bound", [successor], secret), ["continue"], "rolling back would leave no key");
    assert.deepEqual(actionsAt("bound", [successor]), ["rollBack"], "nobody has the secret");
    assert.deepEqual(actionsAt("pending", [old, successor]), ["continue", "rollBack", "close"]);
    assert.deepEqual(actionsAt("disabled", [old]), ["rollBack", "close"]);
    assert.deepEqual(actionsAt("pending", [successor]), ["close"]);
    assert.deepEqual(actionsAt("disabled", [successor]), ["continue", "close"]);
    assert.deepEqual(actionsAt("disabled", []), ["close"]);
    assert.deepEqual(actionsAt("finished", [successor]), ["close"]);
  });
});

describe("clientTime", () => {
  it("is by the API's clock, however wrong this computer's is", () => {
    for (const hours of [-26, 0, 3]) {
      const client = { now: () => new Date(Date.now() + hours * 3_600_000) };
      const difference = clientTime(client, later(1)).getTime() - later(1 + hours).getTime();
      assert.ok(Math.abs(difference) < 60_000, `${hours} h: ${difference} ms`);
    }
  });
});

describe("observeOldKey", () => {
  const pending = record({ step: "pending", new: newRef });
  const spent = (usage: number, byok_usage = 1) => ({ ...old, usage, byok_usage });

  it("returns the spend since the rotation and when the usage last rose", () => {
    const first = observeOldKey(pending, spent(12.5), later(2));
    assert.deepEqual(first.since, { usage: 2.5, byok_usage: 0 });
    assert.deepEqual([first.record.lastSpentAt, first.isSilent], [later(2).toISOString(), false]);
    const second = observeOldKey(first.record, spent(12.5), later(25));
    assert.deepEqual([second.record.lastSpentAt, second.isSilent], [later(2).toISOString(), false]);
    assert.equal(observeOldKey(second.record, spent(12.5), later(26)).isSilent, true);
    assert.equal(observeOldKey(second.record, spent(12.5, 1.1), later(26)).isSilent, false, "BYOK counts");
    assert.equal(observeOldKey(first.record, spent(12.5), later(3), 3_600_000).isSilent, true);
  });

  it("counts a key without spend since the rotation as silent", () => {
    assert.equal(observeOldKey(pending, old, later(23)).isSilent, false);
    const { isSilent, record } = observeOldKey(pending, old, later(24));
    assert.deepEqual([isSilent, record.lastSpentAt], [true, undefined]);
  });

  it("doesn't count a key that is used without spend as silent, as with free models", () => {
    const used = (hours: number) => ({ ...old, last_used_at: later(hours).toISOString() });
    const { isSilent, record } = observeOldKey(pending, used(30), later(48));
    assert.deepEqual([isSilent, record.lastSpentAt], [false, later(30).toISOString()]);
    assert.equal(observeOldKey(record, used(30), later(54)).isSilent, true);
    assert.equal(observeOldKey(pending, used(-1), later(24)).record.lastSpentAt, undefined, "used before the rotation");
  });

  it("takes the time of the last use from the API, also before the rotation", () => {
    const used = (hours: number, usage = 10) => ({ ...spent(usage), last_used_at: later(hours).toISOString() });
    const lastUse = (...[hours, usage, now]: [number, number, number]) =>
      observeOldKey(pending, used(hours, usage), later(now));
    assert.deepEqual(lastUse(1.5, 12, 2).lastUse, { at: later(1.5).toISOString(), isExact: true, isBefore: false });
    assert.equal(lastUse(1.5, 12, 2).record.lastSpentAt, later(1.5).toISOString());
    assert.deepEqual(lastUse(-30, 10, 1).lastUse, { at: later(-30).toISOString(), isExact: true, isBefore: true });
    assert.deepEqual(
      [-30, -2].map((hours) => lastUse(hours, 10, 1).isSilent),
      [true, false],
    );
    // Spend that the last use doesn't explain counts from the check that found it.
    assert.deepEqual(lastUse(-30, 12, 2).lastUse, { at: later(2).toISOString(), isExact: false, isBefore: false });
    const { record: seen } = lastUse(1.5, 12, 2);
    assert.equal(observeOldKey(seen, used(1.5, 13), later(9)).record.lastSpentAt, later(9).toISOString());
    assert.equal(observeOldKey(seen, used(8, 13), later(9)).record.lastSpentAt, later(8).toISOString());
  });

  it("ignores an apparent rise after an older reading, as another window may have", () => {
    const { record: seen } = observeOldKey(pending, spent(12), later(1));
    const { record: older } = observeOldKey(seen, spent(11), later(30));
    const { record: again, isSilent } = observeOldKey(older, spent(12), later(31));
    assert.deepEqual([again.lastSpentAt, isSilent], [later(1).toISOString(), true]);
  });

  it("follows a key that was disabled or enabled elsewhere after the handover", () => {
    const disabled = { ...old, disabled: true };
    assert.equal(observeOldKey(pending, disabled, later(1)).record.step, "disabled");
    assert.equal(observeOldKey({ ...pending, step: "disabled" }, old, later(1)).record.step, "pending");
    assert.equal(observeOldKey({ ...pending, step: "bound" }, disabled, later(1)).record.step, "bound");
  });

  it("reminds once a day, not while snoozed", () => {
    assert.equal(isReminderDue(pending, later(23)), false);
    assert.equal(isReminderDue(pending, later(24)), true);
    assert.equal(isReminderDue({ ...pending, remindedAt: later(24).toISOString() }, later(47)), false);
    assert.equal(isReminderDue({ ...pending, snoozedUntil: later(72).toISOString() }, later(48)), false);
    assert.equal(isReminderDue({ ...pending, snoozedUntil: later(72).toISOString() }, later(72)), true);
    assert.equal(isReminderDue({ ...pending, step: "bound" }, later(48)), false);
  });
});
