import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecretStorage } from "vscode";
import { createProfileStore } from "../../src/editor/account/profile.ts";
import { usableProfiles } from "../../src/editor/account/profileList.ts";
import { createProfileLock } from "../../src/editor/account/profileLock.ts";
import { secretIds } from "../../src/editor/platform/ids.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";
import { createLock, currentKey, keysOf, later, oldStoreIn, secretsIn, storeIn } from "../support/profileStores.ts";

const [KEY, OTHER, THIRD] = ["sk-or-v1-first", "sk-or-v1-second", "sk-or-v1-third"] as const;
const DAY_MS = 86_400_000;
const account = (key: string, name = key.slice(9)) => ({ key, name });

/** Secrets whose changes call `before` first. */
function secretsWith(content: Map<string, string>, before: (id: string) => Promise<void>): SecretStorage {
  const secrets = secretsIn(content);
  return {
    ...secrets,
    store: (id: string, value: string) => before(id).then(() => secrets.store(id, value)),
    delete: (id: string) => before(id).then(() => secrets.delete(id)),
  } as SecretStorage;
}

/** Creates folders for locks; runs the test with a function that creates a window's lock of files. */
async function withLocks(
  test: (createFileLock: (changeMs?: number) => ReturnType<typeof createProfileLock>) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-locks-"));
  try {
    await test((changeMs) => createProfileLock(join(folder, "accounts"), "busy", changeMs));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("accounts of a window of version 1", () => {
  for (const before of [[], [OTHER]])
    it(`are taken over whenever this window looks, ${before.length} keys being stored already`, async () => {
      for (let reads = 1; reads < 32; reads += 1) {
        const content = new Map<string, string>();
        for (const key of before) await oldStoreIn(content).save(key);
        await storeIn(content).list();
        let step = 0;
        const secrets = secretsWith(content, async () => {
          // Looks before the steps of the bits of `reads`.
          if (reads & (1 << step)) await storeIn(content).list();
          step += 1;
        });
        await oldStoreIn(content, {}, undefined, secrets).save(KEY);
        assert.equal(await currentKey(storeIn(content)), KEY, `reads ${reads.toString(2)}`);
        assert.deepEqual(await keysOf(storeIn(content)), [KEY, ...before].sort());
        const store = storeIn(content);
        for (const { id } of (await store.list()).profiles) await store.remove(id);
        assert.deepEqual(
          [...content.values()].filter((value) => value.startsWith("sk-or-")),
          [],
        );
      }
    });

  it("cause no writes while their keys are missing, and are forgotten after two weeks", async () => {
    const content = new Map<string, string>();
    await assert.rejects(oldStoreIn(content, { stopAfter: 1 }).save(KEY));
    await storeIn(content).list();
    let writes = 0;
    const counting = secretsWith(content, async () => {
      writes += 1;
    });
    for (let run = 0; run < 3; run += 1)
      assert.deepEqual((await createProfileStore(counting, createLock).list()).profiles, []);
    assert.equal(writes, 0);
    await storeIn(content, {}, later(15 * DAY_MS)).list();
    assert.equal(content.get(secretIds.oldAccounts), undefined);
  });

  it("are those that a new window has given the same key", async () => {
    const content = new Map<string, string>();
    await oldStoreIn(content).save(KEY);
    const store = storeIn(content);
    const id = getAccountId(KEY);
    await store.list();
    await store.replaceKey(id, OTHER);
    await store.add(account(THIRD));
    await oldStoreIn(content).save(OTHER);
    assert.deepEqual(await keysOf(store), [OTHER, THIRD].sort());
    assert.equal((await store.list()).current, id, "the account whose key was set is in use");
  });

  it("are imported even if another window drops unfinished accounts, because there is no lock", async () => {
    const content = new Map<string, string>();
    await oldStoreIn(content).save(KEY);
    const secrets = secretsWith(content, async (id) => {
      // Just before this window stores the key, another one drops its account, and closes.
      if (id === `${secretIds.keyPrefix}${getAccountId(KEY)}`)
        await storeIn(content, { stopAfter: 1 })
          .list()
          .catch(() => {});
    });
    await createProfileStore(secrets, createLock).list();
    assert.deepEqual(await keysOf(storeIn(content)), [KEY]);
  });
});

describe("accounts of several windows", () => {
  it("have different keys, even if windows set the same one at the same time", async () => {
    const content = new Map<string, string>();
    const lock = createLock();
    const window = () => createProfileStore(secretsIn(content, { slow: true }), () => lock);
    const added = await Promise.all([window().add(account(KEY, "A")), window().add(account(KEY, "B"))]);
    assert.deepEqual(await keysOf(storeIn(content)), [KEY]);
    assert.equal(added[0].id, added[1].id);
    await storeIn(content).add(account(OTHER));
    await storeIn(content).add(account(KEY));
    assert.equal(await currentKey(storeIn(content)), KEY);
  });

  it("forget the workspaces of a replaced key if those of the new key are unknown", async () => {
    const store = storeIn(new Map());
    const { id } = await store.add({
      ...account(KEY),
      workspaces: { baseUrl: "https://openrouter.ai/api/v1", ids: ["w1"] },
    });
    await store.replaceKey(id, OTHER);
    assert.equal((await store.list()).profiles[0]?.workspaces, undefined);
    await store.replaceKey(id, THIRD, { baseUrl: "https://openrouter.ai/api/v1", ids: ["w2"] });
    assert.deepEqual((await store.list()).profiles[0]?.workspaces?.ids, ["w2"]);
  });

  it("say whether a change found its account", async () => {
    const store = storeIn(new Map());
    const { id } = await store.add(account(KEY));
    assert.equal(await store.update(id, { name: "Work" }), true);
    assert.equal(await store.remove(id), true);
    assert.equal(await store.remove(id), false);
    assert.equal(await store.update(id, { name: "Home" }), false);
  });

  it("can be read at once while the keychain hangs in another window, and changed after a while", () =>
    withLocks(async (createFileLock) => {
      const content = new Map<string, string>();
      const { id } = await createProfileStore(secretsIn(content), createFileLock).add(account(KEY));
      let isHanging = (): void => {};
      const hanging = new Promise<void>((resolve) => {
        isHanging = resolve;
      });
      const secrets = secretsWith(content, async (secret) => {
        if (!secret.startsWith(secretIds.keyPrefix)) return;
        isHanging();
        await new Promise(() => {});
      });
      const adding = createProfileStore(secrets, () => createFileLock(1_000)).add(account(OTHER));
      adding.catch(() => {});
      await hanging;
      const other = createProfileStore(secretsIn(content), createFileLock);
      const read = other.list();
      assert.equal(await Promise.race([read.then(() => "read"), adding.catch(() => "given up")]), "read");
      const list = await read;
      assert.deepEqual([usableProfiles(list).map((one) => one.id), list.current], [[id], id]);
      await assert.rejects(adding, /busy/);
      await other.add(account(THIRD));
      assert.deepEqual(await keysOf(other), [KEY, THIRD].sort());
    }));

  it("can be read while this window waits for a hanging keychain", () =>
    withLocks(async (createFileLock) => {
      const content = new Map([[secretIds.legacyKey as string, KEY]]);
      const secrets = secretsWith(content, () => new Promise(() => {}));
      assert.equal(await currentKey(createProfileStore(secrets, createFileLock)), KEY);
    }));

  it("can be changed if the folder of the lock can't be written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-locks-"));
    try {
      writeFileSync(join(folder, "file"), "");
      const store = createProfileStore(secretsIn(new Map()), () => createProfileLock(join(folder, "file"), "busy"));
      await store.add(account(KEY));
      assert.deepEqual(await keysOf(store), [KEY]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
