import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { SecretStorage } from "vscode";
import { createProfileStore } from "../../src/editor/account/profile.ts";
import { ENVIRONMENT_ID, SAMPLE_ID } from "../../src/editor/account/profileList.ts";
import { createProfileLock } from "../../src/editor/account/profileLock.ts";
import { secretIds } from "../../src/editor/platform/ids.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";
import { createLock, currentKey, keysOf, later, oldStoreIn, secretsIn, storeIn } from "../support/profileStores.ts";

const KEYS = ["first", "second", "third", "fourth"].map((name) => `sk-or-v1-${name}`);
const [KEY, OTHER, THIRD] = KEYS as [string, string, string];
const DAY_MS = 86_400_000;

/** Asserts that each account has a key, each key an account, and that the account in use exists. */
async function assertConsistent(content: Map<string, string>): Promise<void> {
  const store = storeIn(content);
  await store.use((await store.list()).current); // a change completes what a closed window began
  const { profiles, current } = await store.list();
  for (const { id, state } of profiles) {
    assert.equal(state, undefined);
    assert.ok(content.get(`${secretIds.keyPrefix}${id}`), `${id} has no key`);
  }
  for (const id of content.keys())
    if (id.startsWith(secretIds.keyPrefix))
      assert.ok(
        profiles.some((one) => `${secretIds.keyPrefix}${one.id}` === id),
        `${id} has no account`,
      );
  const names = profiles.map(({ name }) => name.toLowerCase());
  assert.equal(new Set(names).size, names.length, `twins among ${names}`);
  if (current !== undefined && current !== SAMPLE_ID && current !== ENVIRONMENT_ID)
    assert.ok(
      profiles.some(({ id }) => id === current),
      `${current} is in use, but not stored`,
    );
}

describe("createProfileStore", () => {
  const account = (key: string, name = key.slice(9)) => ({ key, name });

  it("has no account at first", async () => {
    const { profiles, current } = await storeIn(new Map()).list();
    assert.deepEqual([profiles, current], [[], undefined]);
  });

  it("adds, renames, switches, replaces and removes accounts", async () => {
    const content = new Map<string, string>();
    const store = storeIn(content);
    const first = await store.add({
      ...account(KEY),
      workspaces: { baseUrl: "https://openrouter.ai/api/v1", ids: ["w1"] },
    });
    const second = await store.add(account(OTHER));
    assert.deepEqual([first.id, second.id], [getAccountId(KEY), getAccountId(OTHER)]);
    assert.notEqual(first.color, second.color);
    assert.equal(await currentKey(store), OTHER);
    await store.use(first.id);
    assert.equal(await currentKey(store), KEY);
    await store.update(first.id, { name: "Work", color: "red" });
    await store.replaceKey(first.id, THIRD);
    assert.deepEqual((await store.list()).profiles[0], {
      ...{ id: first.id, name: "Work", color: "red" },
    });
    assert.equal(await currentKey(store), THIRD);
    await store.use(SAMPLE_ID);
    assert.deepEqual(await keysOf(store), [OTHER, THIRD].sort());
    await store.use((await store.list()).previous);
    await store.remove(first.id);
    assert.deepEqual(await keysOf(store), [OTHER]);
    assert.doesNotMatch(content.get(secretIds.profiles) ?? "", /sk-or-/);
    await store.remove(second.id);
    assert.deepEqual(
      [...content.values()].filter((value) => /sk-or-/.test(value)),
      [],
    );
  });

  it("returns to the account that was in use before, when the one in use is removed", async () => {
    const store = storeIn(new Map());
    const [a, b, c] = [await store.add(account(KEY)), await store.add(account(OTHER)), await store.add(account(THIRD))];
    await store.use(b.id);
    await store.use(a.id);
    await store.remove(a.id);
    assert.equal((await store.list()).current, b.id);
    await store.use(ENVIRONMENT_ID);
    await store.use(c.id);
    await store.remove(c.id);
    assert.equal((await store.list()).current, ENVIRONMENT_ID);
  });

  it("gives another id to the old key of an account whose key was replaced", async () => {
    const store = storeIn(new Map());
    const { id } = await store.add(account(KEY));
    await store.replaceKey(id, OTHER);
    const again = await store.add(account(KEY, "Again"));
    assert.notEqual(again.id, id);
    assert.match(again.id, /^[0-9a-f]{16}$/);
    assert.deepEqual(await keysOf(store), [KEY, OTHER].sort());
  });

  it("keeps unknown fields, which a later version may store", async () => {
    const content = new Map([
      [
        secretIds.profiles as string,
        JSON.stringify({ version: 3, revision: 4, news: 1, profiles: [{ id: "a", name: "A", more: 2 }, { id: 7 }] }),
      ],
      [`${secretIds.keyPrefix}a`, KEY],
    ]);
    await storeIn(content).update("a", { name: "B" });
    const list = JSON.parse(content.get(secretIds.profiles) ?? "");
    assert.deepEqual(list, { version: 3, revision: 5, news: 1, profiles: [{ id: "a", name: "B", more: 2 }] });
  });

  it("ignores an invalid list", async () => {
    for (const text of ["", "no JSON", "null", "[]", '{"version":1,"profiles":[]}', '{"version":2,"profiles":{}}']) {
      const content = new Map([[secretIds.profiles as string, text]]);
      assert.deepEqual((await storeIn(content).list()).profiles, [], text);
      await storeIn(content).add(account(KEY));
      await assertConsistent(content);
    }
  });

  it("derives an id that reveals nothing of the key", () => {
    assert.match(getAccountId(KEY), /^[0-9a-f]{16}$/);
    assert.notEqual(getAccountId(KEY), getAccountId(OTHER));
  });

  /** What a window does; `crash` is the number of writes after which it closes. */
  const step = fc.record({
    window: fc.integer({ min: 0, max: 1 }),
    action: fc.constantFrom("add", "rename", "remove", "use", "sample", "replace"),
    target: fc.integer({ min: 0, max: 3 }),
    crash: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined, freq: 3 }),
  });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  async function apply(store: ReturnType<typeof createProfileStore>, { action, target }: Step): Promise<void> {
    const { profiles } = await store.list();
    const key = KEYS[target] ?? KEY;
    const id = profiles[target % Math.max(1, profiles.length)]?.id ?? "none";
    if (action === "add") await store.add(account(key, "Same Name"));
    else if (action === "rename") await store.update(id, { name: "same name" });
    else if (action === "remove") await store.remove(id);
    else if (action === "use") await store.use(profiles.some((one) => one.id === id) ? id : undefined);
    else if (action === "sample") await store.use(SAMPLE_ID);
    else if (id !== "none") await store.replaceKey(id, key);
  }

  it("stays consistent and loses no key, whatever two windows do and wherever they close", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), async (rounds) => {
        const content = new Map<string, string>();
        const lock = createLock();
        const removedOrReplaced = new Set<string>();
        const added = new Set<string>();
        for (const round of rounds) {
          const before = await storeIn(content).list();
          for (const { action } of round)
            if (action === "remove" || action === "replace")
              for (const { id } of before.profiles)
                removedOrReplaced.add(content.get(`${secretIds.keyPrefix}${id}`) ?? "");
          const outcomes = await Promise.allSettled(
            round.map((one) => {
              const options = { stopAfter: one.crash, slow: true };
              return apply(
                createProfileStore(secretsIn(content, options), () => lock),
                one,
              );
            }),
          );
          outcomes.forEach(({ status }, index) => {
            const one = round[index]!;
            if (status === "fulfilled" && one.action === "add") added.add(KEYS[one.target]!);
          });
          if (round.some(({ action }) => action === "remove" || action === "replace"))
            for (const key of KEYS) removedOrReplaced.add(key);
          await assertConsistent(content);
          const stored = await keysOf(storeIn(content));
          for (const key of added) if (!removedOrReplaced.has(key)) assert.ok(stored.includes(key), `${key} is lost`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the keys of two windows that add them at the same time, through the lock of files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-accounts-"));
    try {
      for (let run = 0; run < 10; run += 1) {
        const content = new Map<string, string>();
        const windows = KEYS.map((key) => {
          const store = createProfileStore(secretsIn(content, { slow: true }), () =>
            createProfileLock(join(folder, String(run)), "busy"),
          );
          return store.add(account(key, "Work"));
        });
        await Promise.all(windows);
        const store = storeIn(content);
        assert.deepEqual(await keysOf(store), [...KEYS].sort());
        assert.ok(KEYS.includes((await currentKey(store)) ?? ""));
        await assertConsistent(content);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("waits until a window has received what another one wrote", async () => {
    const shared = new Map<string, string>();
    const lock = createLock();
    const delayed = new Map<string, string>();
    /** A window that receives changes 100 ms late, but its own at once. */
    const secrets = {
      get: async (id: string) => delayed.get(id),
      store: async (id: string, value: string) => {
        for (const content of [shared, delayed]) content.set(id, value);
      },
      delete: async (id: string) => {
        for (const content of [shared, delayed]) content.delete(id);
      },
    } as unknown as SecretStorage;
    await createProfileStore(secretsIn(shared), () => lock).add(account(KEY));
    setTimeout(() => {
      for (const [id, value] of shared) delayed.set(id, value);
    }, 100);
    await createProfileStore(secrets, () => lock).add(account(OTHER));
    assert.deepEqual(await keysOf(createProfileStore(secretsIn(shared), () => lock)), [KEY, OTHER].sort());
  });
});

describe("createProfileStore, with data of earlier versions", () => {
  const withOldKey = () => new Map([[secretIds.legacyKey as string, KEY]]);
  const account = (key: string, name: string) => ({ key, name });

  async function withOldAccount(key = KEY): Promise<Map<string, string>> {
    const content = new Map<string, string>();
    await oldStoreIn(content).save(key);
    return content;
  }

  it("migrates the key of version 0 and gives its account an id", async () => {
    const content = withOldKey();
    const store = storeIn(content);
    const { profiles, current } = await store.list();
    const id = getAccountId(KEY);
    assert.deepEqual([profiles.map((one) => [one.id, one.name]), current], [[[id, "OpenRouter"]], id]);
    assert.equal(await store.key(id), KEY);
    assert.deepEqual([...content.keys()].sort(), [secretIds.profiles, `${secretIds.keyPrefix}${id}`].sort());
    assert.deepEqual(await storeIn(content).list(), { ...(await store.list()) });
  });

  for (const [name, create] of [
    ["version 0", async () => withOldKey()],
    ["version 1", () => withOldAccount()],
  ] as const) {
    it(`loses no key of ${name} if the editor closes at any step of the migration`, async () => {
      for (let stopAfter = 0; stopAfter < 8; stopAfter += 1) {
        const content = await create();
        await storeIn(content, { stopAfter })
          .list()
          .catch(() => {});
        assert.equal(await currentKey(storeIn(content)), KEY, `after ${stopAfter}`);
        await assertConsistent(content);
      }
    });

    it(`lets several windows migrate the key of ${name} at the same time, one of which closes`, async () => {
      for (let run = 0; run < 24; run += 1) {
        const content = await create();
        const lock = createLock();
        const windows = [run % 8, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY].map((stopAfter) =>
          currentKey(createProfileStore(secretsIn(content, { slow: true, stopAfter }), () => lock)),
        );
        assert.deepEqual(new Set(await Promise.all(windows)), new Set([KEY]));
        await assertConsistent(content);
      }
    });

    it(`uses the key of ${name} even if SecretStorage is read-only`, async () => {
      const store = storeIn(await create(), { stopAfter: 0 });
      assert.equal(await currentKey(store), KEY);
      assert.equal((await store.list()).profiles[0]?.state, undefined);
    });
  }

  it("keeps the key of version 0 as another account if there is an account in use", async () => {
    const content = new Map<string, string>();
    await storeIn(content).add(account(OTHER, "Other"));
    content.set(secretIds.legacyKey, KEY);
    const store = storeIn(content);
    assert.equal(await currentKey(store), OTHER);
    assert.deepEqual(await keysOf(store), [KEY, OTHER].sort());
    assert.equal(content.get(secretIds.legacyKey), undefined);
  });

  it("keeps what a window of version 1 needs", async () => {
    const content = await withOldAccount();
    const store = storeIn(content);
    await store.add(account(OTHER, "Other"));
    assert.equal((await oldStoreIn(content).current())?.key, KEY);
  });

  it("loses no account to windows of version 1, whatever they do", async () => {
    const content = await withOldAccount();
    const store = storeIn(content);
    await store.add(account(OTHER, "Other"));
    const old = () => oldStoreIn(content, {}, later(120_000));
    await old().current();
    assert.deepEqual(await keysOf(store), [KEY, OTHER].sort());
    assert.equal(await currentKey(store), OTHER);
    await old().save(THIRD);
    assert.deepEqual(await keysOf(store), [KEY, OTHER, THIRD].sort());
    assert.equal(await currentKey(store), THIRD, "a key set in an old window is in use in all windows");
    await store.use(getAccountId(OTHER));
    await old().current();
    assert.equal(await currentKey(store), OTHER);
    await old().remove();
    assert.deepEqual(await keysOf(store), [KEY, OTHER, THIRD].sort());
    assert.equal(await currentKey(store), OTHER);
    await assertConsistent(content);
  });

  it("stays consistent whatever windows of both versions do", async () => {
    const step = fc.record({
      action: fc.constantFrom("add", "remove", "list", "oldSave", "oldCurrent", "oldRemove"),
      target: fc.integer({ min: 0, max: 3 }),
      crash: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined, freq: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const content = new Map<string, string>();
        const kept = new Set<string>();
        for (const { action, target, crash } of steps) {
          const key = KEYS[target] ?? KEY;
          const store = storeIn(content, { stopAfter: crash });
          const old = oldStoreIn(content, { stopAfter: crash }, later(120_000));
          const run = {
            add: async () => {
              await store.add(account(key, "New"));
              kept.add(key);
            },
            remove: async () => {
              const id = (await store.list()).profiles[target]?.id;
              if (id) kept.delete(content.get(`${secretIds.keyPrefix}${id}`) ?? "");
              if (id) await store.remove(id);
            },
            list: () => store.list(),
            oldSave: () => old.save(key),
            oldCurrent: () => old.current(),
            oldRemove: () => old.remove(),
          }[action];
          await run().catch(() => {});
          const stored = await keysOf(storeIn(content));
          for (const one of kept) assert.ok(stored.includes(one), `${one} is lost after ${action}`);
        }
        await assertConsistent(content);
      }),
      { numRuns: 150 },
    );
  });

  it("removes all copies of a key", async () => {
    const content = await withOldAccount();
    const store = storeIn(content);
    await store.add(account(OTHER, "Other"));
    await store.remove(getAccountId(KEY));
    assert.ok(![...content.values()].includes(KEY));
    assert.equal(await oldStoreIn(content).current(), undefined);
    assert.equal(await currentKey(store), OTHER);
  });

  it("deletes the copies for windows of version 1 after two weeks", async () => {
    const content = await withOldAccount();
    await storeIn(content).list();
    const inTwoWeeks = storeIn(content, {}, later(15 * DAY_MS));
    assert.equal(await currentKey(inTwoWeeks), KEY);
    assert.deepEqual(
      [...content.values()].filter((value) => value === KEY),
      [KEY],
    );
    assert.equal(content.get(secretIds.oldAccounts), undefined);
    assert.equal(await currentKey(storeIn(content)), KEY);
  });

  it("ignores an invalid list of version 1", async () => {
    for (const text of ["", "no JSON", "null", "[]", '{"version":2,"profiles":[]}', '{"version":1,"profiles":[{}]}'])
      assert.deepEqual((await storeIn(new Map([[secretIds.oldAccounts as string, text]])).list()).profiles, [], text);
  });
});
