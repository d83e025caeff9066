import assert from "node:assert/strict";
import fc from "fast-check";
import { findTwins, type KeyQuery, selectKeys } from "../../src/editor/keys/keyQuery.ts";
import { createKeySearch, type KeyTexts } from "../../src/editor/keys/keySearch.ts";
import { type KeySort, keySorts } from "../../src/editor/keys/keySorts.ts";
import { sortKeys } from "../../src/editor/keys/sortKeys.ts";
import type { Key } from "../../src/openrouter/index.ts";
import { getKeyStatus, getLimitUsage, isExpired } from "../../src/openrouter/keys/keyStatus.ts";
import { getLimitShare, roundShare } from "../../src/openrouter/keys/limitShare.ts";
import { makeKey } from "../support/makeKey.ts";

const PAST = "2020-01-01T00:00:00Z";
const creators: Record<string, string[]> = { user_ana: ["Ana Müller", "ana@example.com"] };
const german = { active: "aktiv", disabled: "deaktiviert", expired: "abgelaufen" };

const search = createKeySearch({
  anywhere: (key) => [
    key.name,
    key.label,
    ...(creators[key.creator_user_id ?? ""] ?? []),
    key.external_user ?? undefined,
  ],
  beginnings: (key) => (key.limit === null ? ["$0.00 no limit"] : [`$1.50 of $${key.limit}/day`, "daily"]),
  changing: (key) => (key.hash === "a" ? ["secret pending"] : []),
  status: (key) => [getKeyStatus(key), german[getKeyStatus(key)], ...(isExpired(key) ? ["expired"] : [])],
} satisfies KeyTexts);

const query = (change: Partial<KeyQuery> = {}): KeyQuery => ({
  filter: "",
  sort: "name",
  showInactive: true,
  pinned: new Set(),
  pinnedInFilter: new Set(),
  ...change,
});
const select = (keys: Key[], change: Partial<KeyQuery> = {}) => selectKeys(keys, query(change), search);
const names = (keys: Key[], change: Partial<KeyQuery> = {}) => select(keys, change).visible.map(({ name }) => name);

const keys = [
  makeKey({ hash: "a", name: "tenant-10", creator_user_id: "user_ana", limit: 20 }),
  makeKey({ hash: "b", name: "tenant-9", label: "sk-or-v1-0e6...1c96", external_user: "Acme Straße" }),
  makeKey({ hash: "c", name: "Émile’s key", disabled: true }),
  makeKey({ hash: "dddddddd20dddd", name: "İstanbul", expires_at: PAST }),
  makeKey({ hash: "e", name: "undisabled\u200b stage", disabled: true, expires_at: PAST }),
];

describe("selectKeys", () => {
  it("includes disabled and expired keys only if requested or pinned", () => {
    assert.deepEqual(names(keys, { showInactive: false }), ["tenant-10", "tenant-9"]);
    assert.deepEqual(select(keys, { showInactive: false }).hidden, { disabled: 2, expired: 1 });
    const pinned = new Set(["c"]);
    assert.deepEqual(names(keys, { showInactive: false, pinned }), ["tenant-10", "tenant-9", "Émile’s key"]);
  });

  it("doesn't count a hidden key that was just changed as matching", () => {
    const { visible, hidden } = select(keys, { filter: "tenant", showInactive: false, pinnedInFilter: new Set(["c"]) });
    assert.equal(visible.length, 2);
    assert.deepEqual(hidden, { disabled: 0, expired: 0 });
  });

  const finds: [filter: string, names: string[]][] = [
    ["TENANT 9", ["tenant-9"]],
    ["émile", ["Émile’s key"]],
    ["emile", ["Émile’s key"]],
    ["E\u0301mile", ["Émile’s key"]],
    ["istanbul", ["İstanbul"]],
    ["strasse", ["tenant-9"]],
    ["1c96", ["tenant-9"]],
    ["sk-or-v1-0e6...1c96", ["tenant-9"]],
    ["muller", ["tenant-10"]],
    ["ana@example", ["tenant-10"]],
    ["$20", ["tenant-10"]],
    ["20", []],
    ["dddd20", ["İstanbul"]],
    ["daily", ["tenant-10"]],
    ["secret pend", ["tenant-10"]],
    ["undisabled stage", ["undisabled\u200b stage"]],
    ["nothing", []],
    ["tenant nothing", []],
  ];
  for (const [filter, found] of finds)
    it(`finds ${JSON.stringify(filter)}`, () => assert.deepEqual(names(keys, { filter }), found));

  const statuses: [filter: string, names: string[]][] = [
    ["disabled", ["Émile’s key", "undisabled\u200b stage"]],
    ["Deaktiviert", ["Émile’s key", "undisabled\u200b stage"]],
    ["expired", ["İstanbul", "undisabled\u200b stage"]],
    ["abgel", ["İstanbul"]],
    ["disab émile", ["Émile’s key"]],
    ["aktiv", ["tenant-10", "tenant-9"]],
    ["dis", []],
    ["stage", []],
  ];
  for (const [filter, found] of statuses)
    it(`finds ${JSON.stringify(filter)} while disabled and expired keys are hidden`, () =>
      assert.deepEqual(names(keys, { filter, showInactive: false }), found));

  it("counts matching keys that are hidden", () => {
    const { visible, hidden } = select(keys, { filter: "key", showInactive: false });
    assert.deepEqual([visible.length, hidden], [0, { disabled: 1, expired: 0 }]);
  });

  it("shows a key that was just changed although it doesn't match, and counts it", () => {
    const pinned = new Set(["c"]);
    const changed = select(keys, { filter: "tenant", pinned, pinnedInFilter: pinned, showInactive: false });
    assert.deepEqual(
      changed.visible.map(({ name }) => name),
      ["tenant-10", "tenant-9", "Émile’s key"],
    );
    assert.equal(changed.notMatching, 1);
    assert.deepEqual(names(keys, { filter: "tenant-9", pinned, showInactive: false }), ["tenant-9"]);
  });

  it("returns or hides each key once, and doesn't modify the list", () => {
    const made = fc.record({ name: fc.string({ unit: "binary" }), disabled: fc.boolean(), limit: fc.option(fc.nat()) });
    fc.assert(
      fc.property(
        fc.array(made),
        fc.string({ unit: "binary" }),
        fc.constantFrom(...keySorts),
        fc.boolean(),
        (some, filter, sort, showInactive) => {
          const all = some.map((key, i) => makeKey({ ...key, hash: String(i) }));
          const before = structuredClone(all);
          const ordered = [...sortKeys(all, sort, new Date())];
          assert.deepEqual(new Set(ordered), new Set(all));
          const { visible, hidden } = select(ordered, { filter, showInactive });
          assert.deepEqual(all, before);
          assert.equal(new Set(visible.map((key) => key.hash)).size, visible.length);
          const count = visible.length + hidden.disabled + hidden.expired;
          if (filter.trim()) assert.ok(count <= all.length);
          else assert.equal(count, all.length);
        },
      ),
    );
  });

  it("finds every key by its own name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        assert.equal(names([makeKey({ name })], { filter: name }).length, 1);
      }),
    );
  });
});

describe("sortKeys", () => {
  const spend = (daily: number, monthly: number, total: number) => ({
    ...{ usage_daily: daily, usage_monthly: monthly, usage: total },
  });
  const byName = [
    makeKey({ name: "a", ...spend(1, 9, 10), limit: 100, limit_remaining: 90, last_used_at: null }),
    makeKey({ name: "b", ...spend(2, 8, 80), limit: 100, limit_remaining: 20, last_used_at: "2026-03-01T00:00:00Z" }),
    makeKey({
      name: "c",
      ...spend(0, 7, 90),
      last_used_at: "2026-05-01T00:00:00Z",
      created_at: "2026-06-01T00:00:00Z",
    }),
    makeKey({ name: "d", ...spend(2, 0, 0), last_used_at: null, created_at: "2026-01-01T00:00:00Z" }),
    makeKey({ name: "e", ...spend(0, 0, 0), limit: 5, limit_remaining: 5, disabled: true }),
  ];
  const orders: Record<KeySort, string> = {
    ...{ name: "abcde", today: "bdace", month: "abcde", total: "cbade", limit: "bacde" },
    ...{ used: "cbaed", unused: "deabc", created: "cabed" },
  };
  for (const sort of keySorts)
    it(`sorts by ${sort}`, () => {
      const sorted = sortKeys(byName, sort, new Date());
      assert.equal(sorted.map(({ name }) => name).join(""), orders[sort]);
    });

  it("treats a missing or invalid time as oldest", () => {
    const some = ["x", "2026-01-01T00:00:00Z", ""].map((created_at, i) => makeKey({ name: String(i), created_at }));
    assert.deepEqual(
      sortKeys(some, "created", new Date()).map(({ name }) => name),
      ["1", "0", "2"],
    );
  });
});

describe("getLimitShare", () => {
  const readAt = new Date("2026-06-10T12:00:00Z");
  const share = (key: Partial<Key>, now = readAt) => getLimitShare(makeKey({ limit: 20, ...key }), readAt, now);
  const levels: [Partial<Key>, ReturnType<typeof getLimitShare>][] = [
    [{ limit: null, usage: 5 }, undefined],
    [{ usage: 100, disabled: true }, undefined],
    [{ usage: 100, expires_at: PAST }, undefined],
    [{ usage: 17.99 }, { share: 0.8995, level: "normal", resetsAt: undefined }],
    [
      { usage: 8.1, limit: 9 },
      { share: 0.9, level: "near", resetsAt: undefined },
    ],
    [
      { usage: 8.999999999, limit: 9 },
      { share: 0.9999, level: "near", resetsAt: undefined },
    ],
    [
      { usage: 0.1 + 0.2, limit: 0.3 },
      { share: 1, level: "reached", resetsAt: undefined },
    ],
    [
      { usage: 0, limit_remaining: 0.9, limit: 9 },
      { share: 0.9, level: "near", resetsAt: undefined },
    ],
    [{ usage: 18 }, { share: 0.9, level: "near", resetsAt: undefined }],
    [{ usage: 20 }, { share: 1, level: "reached", resetsAt: undefined }],
    [
      { usage: 1, limit_remaining: 0 },
      { share: 1, level: "reached", resetsAt: undefined },
    ],
    // All decimals of the limit count.
    [
      { usage: 11.191821333333332, limit_remaining: 0, limit: 11.191821333333332 },
      { share: 1, level: "reached", resetsAt: undefined },
    ],
    // The limit was raised or reset since the counter began.
    [
      { usage: 200, limit_remaining: 15 },
      { share: 0.25, level: "normal", resetsAt: undefined },
    ],
    [
      { usage: 0, limit: 0 },
      { share: 1, level: "reached" },
    ],
    [
      { usage: 0, limit_remaining: 20 },
      { share: 0, level: "normal", resetsAt: undefined },
    ],
    [
      { usage: 99, usage_daily: 5, limit_reset: "daily" },
      { share: 0.25, level: "normal", resetsAt: new Date("2026-06-11") },
    ],
    [
      { usage_weekly: 20, limit_reset: "weekly" },
      { share: 1, level: "reached", resetsAt: new Date("2026-06-15") },
    ],
    [
      { usage_monthly: 19, limit_reset: "monthly" },
      { share: 0.95, level: "near", resetsAt: new Date("2026-07-01") },
    ],
  ];
  for (const [key, expected] of levels)
    it(JSON.stringify(key), () => assert.deepEqual(share({ limit_remaining: null, ...key }), expected));

  it("is reached exactly if nothing remains", () => {
    const amount = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(amount, fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true })), (limit, part) => {
        const found = share({ limit, limit_remaining: limit * part, usage: 0 });
        assert.equal(found?.level === "reached", part === 0, JSON.stringify(found));
      }),
    );
  });

  it("is unknown once the limit has reset since the key was read", () => {
    const key = { usage_daily: 20, limit_reset: "daily" };
    assert.equal(share(key, new Date("2026-06-10T23:59:59Z"))?.level, "reached");
    assert.equal(share(key, new Date("2026-06-11T00:00:00Z")), undefined);
  });
});

describe("roundShare", () => {
  for (const [share, rounded] of [
    [0, 0],
    [0.479999, 0.48],
    [0.8999, 0.89],
    [0.9, 0.9],
    [0.9999, 0.99],
    [1, 1],
    [1.234, 1.23],
  ] as const)
    it(`${share}`, () => assert.equal(roundShare(share), rounded));
});

describe("findTwins", () => {
  it("finds keys with the same shown name, in the same workspace or another", () => {
    const of = (name: string, workspace_id: string) => makeKey({ name, workspace_id });
    const some = [of("a", "1"), of("a", "2"), of("b", "1"), of("b ", "1"), of("c", "1"), of("", "1")];
    const twinOf = findTwins(some, ({ name }) => name.trim());
    assert.deepEqual(some.map(twinOf), ["far", "far", "near", "near", undefined, undefined]);
  });

  for (const [a, b] of [
    ["caf\u00e9", "cafe\u0301"],
    ["my key", "my\u00a0key"],
  ] as const)
    it(`finds that ${JSON.stringify(a)} and ${JSON.stringify(b)} look the same`, () => {
      const some = [a, b].map((name) => makeKey({ name, workspace_id: "1" }));
      assert.deepEqual(some.map(findTwins(some, ({ name }) => name)), ["near", "near"]);
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
