// Reads files that version 0.1 wrote: one rotation at each step, and the records of pending and stored secrets.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJsonFolder } from "../../src/editor/platform/jsonFolder.ts";
import { createRotationRecords } from "../../src/editor/rotation/journal/records.ts";
import { isPendingSecret } from "../../src/editor/secrets/pendingSecret.ts";
import type { Rotation } from "../../src/openrouter/rotation/index.ts";

const fixtures = new URL("../fixtures/storage-v0/", import.meta.url);
const STEPS: Rotation["step"][] = ["creating", "created", "bound", "pending", "disabled", "finished"];

describe("storage of version 0.1", () => {
  let folder: string;
  const file = (kind: string, id: string) => join(folder, kind, `${id}.json`);
  const stored = (kind: string, id: string) => JSON.parse(readFileSync(file(kind, id), "utf8"));
  const records = () => createRotationRecords(join(folder, "rotations"), 0);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-storage-"));
    cpSync(fixtures, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("lists rotations, which have no account", async () => {
    const journal = records();
    for (const list of [await journal.list(), await journal.listReadable()]) {
      assert.deepEqual(
        list.map(({ step }) => step),
        STEPS,
      );
      for (const { version, account } of list) assert.deepEqual([version, account], [2, undefined]);
    }
  });

  it("reads a rotation without changing its file", async () => {
    for (const { id } of await records().list()) {
      const before = readFileSync(file("rotations", id), "utf8");
      const { version, ...rest } = JSON.parse(before);
      assert.equal(version, 1);
      assert.deepEqual(JSON.parse(JSON.stringify(await records().read(id))), { version: 2, ...rest });
      assert.equal(readFileSync(file("rotations", id), "utf8"), before);
    }
  });

  it("writes version 2 with the first change, and keeps all other fields", async () => {
    const journal = records();
    for (const { id } of await journal.list()) {
      const { version: _, ...rest } = stored("rotations", id);
      const changed = await journal.update(id, (now) => ({ ...now, account: "a1" }));
      assert.equal(changed?.account, "a1");
      assert.deepEqual(stored("rotations", id), { ...rest, version: 2, account: "a1" });
      assert.deepEqual(await records().read(id), changed);
    }
  });

  it("locks and removes an old rotation", async () => {
    const journal = records();
    const [record] = await journal.list();
    const release = await journal.lock(record!.old.hash);
    assert.ok(release);
    assert.equal(await records().lock(record!.old.hash), undefined);
    await release();
    await journal.remove(record!.id);
    assert.equal((await journal.list()).length, STEPS.length - 1);
  });

  it("ignores a rotation of a later version, and leaves its file unchanged", async () => {
    const journal = records();
    const [record] = await journal.list();
    const later = JSON.stringify({ ...record, version: 3, news: ["x"] });
    writeFileSync(file("rotations", record!.id), later);
    assert.equal((await journal.list()).length, STEPS.length - 1);
    assert.equal(await journal.read(record!.id), undefined);
    assert.equal(await journal.update(record!.id, (now) => ({ ...now, account: "a1" })), undefined);
    assert.equal(readFileSync(file("rotations", record!.id), "utf8"), later);
  });

  it("lists secrets without an account together with those of this version", async () => {
    const held = createJsonFolder(join(folder, "held"), isPendingSecret);
    const old = await held.list();
    assert.equal(old.length, readdirSync(new URL("held", fixtures)).length);
    for (const { version, account } of old) assert.deepEqual([version, account], [undefined, undefined]);
    assert.deepEqual(old.map(({ state }) => state).sort(), ["kept", "waiting", "waiting", "waiting"]);

    const [one] = old;
    await held.write(one!.hash, { ...one!, version: 2, account: "a1" });
    assert.equal((await held.read(one!.hash))?.account, "a1");
    assert.equal((await held.list()).length, old.length);
  });

  it("ignores a secret's record of a later version or another form, and leaves its file unchanged", async () => {
    const held = createJsonFolder(join(folder, "held"), isPendingSecret);
    const [one] = await held.list();
    for (const odd of [{ version: 3 }, { account: 1 }, { hash: 1 }, { name: undefined }, { state: "gone" }]) {
      const text = JSON.stringify({ ...one, ...odd });
      writeFileSync(file("held", one!.hash), text);
      assert.equal(await held.read(one!.hash), undefined, text);
      assert.equal(readFileSync(file("held", one!.hash), "utf8"), text);
    }
    assert.equal(isPendingSecret(null), false);
  });
});
