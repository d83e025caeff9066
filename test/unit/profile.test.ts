import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { SecretStorage } from "vscode";
import { createProfileStore } from "../../src/editor/account/profile.ts";
import { secretIds } from "../../src/editor/platform/ids.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";

const KEY = "sk-or-v1-first";
const OTHER = "sk-or-v1-second";

/** Creates a SecretStorage in memory that fails after `stopAfter` changes, as if the editor had closed. */
function secretsIn(content: Map<string, string>, { stopAfter = Number.POSITIVE_INFINITY, slow = false } = {}) {
  let remaining = stopAfter;
  async function change(apply: () => void): Promise<void> {
    if (slow) await sleep(Math.random() * 3);
    remaining -= 1;
    if (remaining < 0) throw new Error("the editor has closed");
    apply();
  }
  return {
    get: async (id: string) => content.get(id),
    store: (id: string, value: string) => change(() => content.set(id, value)),
    delete: (id: string) => change(() => content.delete(id)),
  } as unknown as SecretStorage;
}

const withOldKey = () => new Map([[secretIds.legacyKey as string, KEY]]);

/** Returns all stored keys. */
const keysIn = (content: Map<string, string>) => [...content.values()].filter((value) => /^sk-or-/.test(value)).sort();

describe("createProfileStore", () => {
  it("has no account at first", async () =>
    assert.equal(await createProfileStore(secretsIn(new Map())).current(), undefined));

  it("migrates the key of version 0 and gives its account an id", async () => {
    const content = withOldKey();
    const stored = await createProfileStore(secretsIn(content)).current();
    assert.deepEqual(stored, { profile: { id: getAccountId(KEY), name: "OpenRouter" }, key: KEY });
    assert.deepEqual(
      [...content.keys()].sort(),
      [secretIds.accounts, `${secretIds.keyPrefix}${getAccountId(KEY)}`].sort(),
    );
    assert.deepEqual(await createProfileStore(secretsIn(content)).current(), stored);
  });

  it("loses no key if the editor closes at any step of the migration", async () => {
    for (let stopAfter = 0; stopAfter < 6; stopAfter += 1) {
      const content = withOldKey();
      await createProfileStore(secretsIn(content, { stopAfter }))
        .current()
        .catch(() => {});
      assert.equal((await createProfileStore(secretsIn(content)).current())?.key, KEY, `after ${stopAfter}`);
      assert.deepEqual(keysIn(content), [KEY], `after ${stopAfter}`);
    }
  });

  it("lets several windows migrate a key at the same time", async () => {
    for (let run = 0; run < 20; run += 1) {
      const content = withOldKey();
      const windows = [1, 2, 3].map(() => createProfileStore(secretsIn(content, { slow: true })).current());
      assert.deepEqual(new Set((await Promise.all(windows)).map((one) => one?.key)), new Set([KEY]));
      assert.deepEqual(keysIn(content), [KEY]);
    }
  });

  it("stores only the last key, and none after removal, at whatever steps the editor closed", async () => {
    const step = fc.record({ key: fc.constantFrom(KEY, OTHER, undefined), stopAfter: fc.integer({ min: 0, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const content = new Map<string, string>();
        for (const { key, stopAfter } of steps) {
          const store = createProfileStore(secretsIn(content, { stopAfter }));
          await (key ? store.save(key) : store.remove()).catch(() => {});
        }
        const later = () => Date.now() + 120_000;
        const store = createProfileStore(secretsIn(content), later);
        await store.current();
        await store.save(KEY);
        assert.deepEqual(keysIn(content), [KEY]);
        assert.equal((await store.current())?.key, KEY);
        assert.deepEqual(await store.ids(), new Set([getAccountId(KEY)]));
        await store.remove();
        assert.deepEqual([...content], []);
        assert.equal(await store.current(), undefined);
      }),
    );
  });

  it("loses no key if two windows migrate it and one of them closes", async () => {
    for (let run = 0; run < 60; run += 1) {
      const content = withOldKey();
      const windows = [
        createProfileStore(secretsIn(content, { slow: true })),
        createProfileStore(secretsIn(content, { slow: true, stopAfter: run % 6 })),
      ];
      await Promise.allSettled(windows.map((store) => store.current()));
      const later = () => Date.now() + 120_000;
      assert.equal((await createProfileStore(secretsIn(content), later).current())?.key, KEY, `after ${run % 6}`);
    }
  });

  it("uses a stored key even if SecretStorage is read-only", async () => {
    const content = withOldKey();
    assert.equal((await createProfileStore(secretsIn(content, { stopAfter: 0 })).current())?.key, KEY);
  });

  it("ignores an old key that couldn't be deleted", async () => {
    const content = withOldKey();
    await createProfileStore(secretsIn(content)).save(OTHER);
    content.set(secretIds.legacyKey, KEY);
    assert.equal((await createProfileStore(secretsIn(content)).current())?.key, OTHER);
    assert.deepEqual(keysIn(content), [OTHER]);
  });

  it("derives an id that reveals nothing of the key", () => {
    assert.match(getAccountId(KEY), /^[0-9a-f]{16}$/);
    assert.notEqual(getAccountId(KEY), getAccountId(OTHER));
  });

  it("ignores an invalid list of accounts or one of another version", async () => {
    for (const text of ["", "no JSON", "null", "[]", '{"version":2,"profiles":[]}', '{"version":1,"profiles":[{}]}']) {
      const store = createProfileStore(secretsIn(new Map([[secretIds.accounts as string, text]])));
      assert.equal(await store.current(), undefined, text);
    }
  });
});
