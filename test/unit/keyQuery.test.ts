import assert from "node:assert/strict";
import fc from "fast-check";
import { type KeyQuery, type KeySort, keySorts, selectKeys } from "../../src/editor/keys/keyQuery.ts";
import type { Key } from "../../src/openrouter/index.ts";
import { getKeyStatus, getLimitUsage } from "../../src/openrouter/keys/keyStatus.ts";
import { makeKey } from "../support/makeKey.ts";

const query = (change: Partial<KeyQuery> = {}): KeyQuery => ({
  filter: "",
  sort: "name",
  showDisabled: true,
  pinned: new Set(),
  ...change,
});
const names = (keys: Key[], change: Partial<KeyQuery> = {}) =>
  selectKeys(keys, query(change), "en").visible.map((key) => key.name);

const keys = [
  makeKey({
    hash: "a",
    name: "tenant-10",
    usage_daily: 1,
    usage_monthly: 9,
    usage: 9,
    created_at: "2026-01-01T00:00:00Z",
  }),
  makeKey({
    hash: "b",
    name: "tenant-9",
    usage_daily: 2,
    usage_monthly: 8,
    usage: 80,
    created_at: "2026-03-01T00:00:00Z",
  }),
  makeKey({ hash: "c", name: "Émile’s key", usage_daily: 0, usage_monthly: 7, usage: 100, disabled: true }),
];

describe("selectKeys", () => {
  const orders: Record<KeySort, string[]> = {
    name: ["Émile’s key", "tenant-9", "tenant-10"],
    today: ["tenant-9", "tenant-10", "Émile’s key"],
    month: ["tenant-10", "tenant-9", "Émile’s key"],
    total: ["Émile’s key", "tenant-9", "tenant-10"],
    created: ["tenant-9", "Émile’s key", "tenant-10"],
  };
  for (const sort of keySorts) it(`sorts by ${sort}`, () => assert.deepEqual(names(keys, { sort }), orders[sort]));

  it("includes disabled keys only if requested or pinned", () => {
    assert.deepEqual(names(keys, { showDisabled: false }), ["tenant-9", "tenant-10"]);
    assert.equal(selectKeys(keys, query({ showDisabled: false }), "en").hiddenDisabledCount, 1);
    assert.equal(names(keys, { showDisabled: false, pinned: new Set(["c"]) }).length, 3);
  });

  it("matches every word of the filter, ignoring case, in name, label, hash, creator or state", () => {
    assert.deepEqual(names(keys, { filter: "TENANT 9" }), ["tenant-9"]);
    assert.deepEqual(names(keys, { filter: "émile" }), ["Émile’s key"]);
    assert.deepEqual(names(keys, { filter: "disabled" }), ["Émile’s key"]);
    assert.deepEqual(names(keys, { filter: "nothing" }), []);
  });

  it("returns or hides each key once, and doesn't modify the list", () => {
    const made = fc.record({ name: fc.string(), disabled: fc.boolean(), usage: fc.nat() });
    fc.assert(
      fc.property(
        fc.array(made),
        fc.string(),
        fc.constantFrom(...keySorts),
        fc.boolean(),
        (some, filter, sort, showDisabled) => {
          const all = some.map((key, i) => makeKey({ ...key, hash: String(i) }));
          const before = structuredClone(all);
          const { visible, hiddenDisabledCount } = selectKeys(all, query({ filter, sort, showDisabled }), "en");
          assert.deepEqual(all, before);
          assert.equal(new Set(visible.map((key) => key.hash)).size, visible.length);
          assert.ok(visible.length + hiddenDisabledCount <= all.length);
          if (!filter.trim()) assert.equal(visible.length + hiddenDisabledCount, all.length);
        },
      ),
    );
  });
});

describe("getKeyStatus and getLimitUsage", () => {
  const now = new Date("2026-06-10T12:00:00Z");
  it('returns "expired" from `expires_at` on, and "disabled" for any disabled key', () => {
    assert.equal(getKeyStatus(makeKey({}), now), "active");
    assert.equal(getKeyStatus(makeKey({ expires_at: "2026-06-10T12:00:00Z" }), now), "expired");
    assert.equal(getKeyStatus(makeKey({ expires_at: "2026-06-10T12:00:01Z" }), now), "active");
    assert.equal(getKeyStatus(makeKey({ expires_at: "2020-01-01T00:00:00Z", disabled: true }), now), "disabled");
  });

  it("counts the spend since the last reset, and BYOK only if the key includes it", () => {
    const spend = {
      usage: 100,
      usage_daily: 1,
      usage_weekly: 7,
      usage_monthly: 30,
      byok_usage: 0.5,
      byok_usage_daily: 0.1,
    };
    assert.equal(getLimitUsage(makeKey({ ...spend, limit_reset: "daily" })), 1);
    assert.equal(getLimitUsage(makeKey({ ...spend, limit_reset: "weekly" })), 7);
    assert.equal(getLimitUsage(makeKey({ ...spend, limit_reset: "monthly" })), 30);
    assert.equal(getLimitUsage(makeKey({ ...spend, limit_reset: null })), 100);
    assert.equal(getLimitUsage(makeKey({ ...spend, limit_reset: "daily", include_byok_in_limit: true })), 1.1);
  });
});
