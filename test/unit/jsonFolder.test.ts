import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { takeLock } from "../../src/editor/platform/fileLock.ts";
import { createJsonFolder } from "../../src/editor/platform/jsonFolder.ts";

interface Note {
  text: string;
}
const isNote = (value: unknown): value is Note => typeof (value as Note | null)?.text === "string";

describe("createJsonFolder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-records-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is empty if the folder doesn't exist", async () =>
    assert.deepEqual(await createJsonFolder(join(folder, "none"), isNote).list(), []));

  it("writes, replaces and removes records without leaving other files", async () => {
    const notes = createJsonFolder(folder, isNote);
    await notes.write("a", { text: "first" });
    await notes.write("a", { text: "second 🚀" });
    await notes.write("b", { text: "gone" });
    await notes.remove("b");
    await notes.remove("never-there");
    assert.deepEqual(await notes.list(), [{ text: "second 🚀" }]);
    assert.deepEqual(readdirSync(folder), ["a.json"]);
  });

  it("skips a file that can't be read, or throws in strict mode", async () => {
    const notes = createJsonFolder(folder, isNote);
    await notes.write("a", { text: "first" });
    // Reading a directory fails, like reading a file that another program has locked.
    mkdirSync(join(folder, "held.json"));
    assert.deepEqual(await notes.list(), [{ text: "first" }]);
    await assert.rejects(notes.list({ strict: true }), /EISDIR/);
  });

  it("ignores partial files and other records, and doesn't delete them", async () => {
    for (const [name, text] of [
      ["half.json", '{"te'],
      ["other.json", '{"version":2}'],
      ["a.json.1.tmp", '{"text":"x"}'],
    ] as const)
      writeFileSync(join(folder, name), text);
    assert.deepEqual(await createJsonFolder(folder, isNote).list(), []);
    assert.equal(readdirSync(folder).length, 3);
  });

  it("removes temporary files of processes that ended while writing", async () => {
    const notes = createJsonFolder(folder, isNote);
    await createJsonFolder(join(folder, "none"), isNote).removeStaleFiles();
    await notes.write("a", { text: "first" });
    const names = ["a.json", "a.json.left.tmp", "b.json", "c.lock", "a.json.now.tmp"];
    for (const name of names.slice(1)) writeFileSync(join(folder, name), "{}");
    const anHourAgo = new Date(Date.now() - 3_600_000);
    for (const name of names.slice(0, 4)) utimesSync(join(folder, name), anHourAgo, anHourAgo);
    await notes.removeStaleFiles();
    assert.deepEqual(readdirSync(folder).sort(), names.filter((name) => name !== "a.json.left.tmp").sort());
    assert.deepEqual(await notes.list(), [{ text: "first" }]);
  });

  it("rejects names that lead out of the folder", async () => {
    await assert.rejects(createJsonFolder(folder, isNote).write("../a", { text: "x" }), /cannot name a record/);
  });

  it("keeps the last of many simultaneous writes", async () => {
    const notes = createJsonFolder(folder, isNote);
    await Promise.all(Array.from({ length: 30 }, (_, i) => notes.write("a", { text: `${i}` })));
    assert.deepEqual(await notes.list(), [{ text: "29" }]);
  });

  it("updates the stored record atomically, and creates none", async () => {
    const [one, other] = [createJsonFolder(folder, isNote), createJsonFolder(folder, isNote)];
    await one.write("a", { text: "" });
    const add = (letter: string) => (note: Note) => ({ text: note.text + letter });
    const changes = Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).update("a", add("x")));
    await Promise.all(changes);
    assert.deepEqual(await other.read("a"), { text: "x".repeat(20) });
    await Promise.all([one.remove("a"), other.update("a", add("y"))]);
    assert.equal(await one.update("a", add("z")), undefined);
    assert.deepEqual([await one.read("a"), await other.list(), readdirSync(folder)], [undefined, [], []]);
  });

  it("lets one process at a time update a record", async () => {
    const notes = createJsonFolder(folder, isNote);
    await notes.write("a", { text: "" });
    const program = `
      import { createJsonFolder } from ${JSON.stringify(import.meta.resolve("../../src/editor/platform/jsonFolder.ts"))};
      const notes = createJsonFolder(process.argv[1], (value) => typeof value?.text === "string");
      for (let i = 0; i < 25; i += 1) await notes.update("a", ({ text }) => ({ text: text + "x" }));`;
    const run = promisify(execFile);
    const add = () => run(process.execPath, ["--input-type=module", "--eval", program, folder]);
    await Promise.all([add(), add(), add()]);
    assert.equal((await notes.read("a"))?.text.length, 75);
    assert.deepEqual(readdirSync(folder), ["a.json"]);
  });
});

describe("takeLock", () => {
  let folder: string;
  const locks = () => readdirSync(folder).filter((name) => name.endsWith(".lock"));
  /** Writes a marker like that of another process. */
  async function addMarker(name: string, pid: number, since: number): Promise<void> {
    const release = await takeLock(folder, name, 0);
    const [own] = locks();
    await release?.();
    const [prefix, , , id] = own!.split(".");
    writeFileSync(join(folder, `${prefix}.${pid}.${since}.${id}.lock`), "");
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-locks-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives the lock to one caller at a time, whatever its name", async () => {
    for (const name of ["a", "../b", "ü/\\:*", ""]) {
      const release = await takeLock(folder, name, 0);
      assert.ok(release);
      assert.equal(await takeLock(folder, name, 0), undefined);
      const other = await takeLock(folder, `${name}x`, 0);
      assert.ok(other, "another name is another lock");
      await Promise.all([release(), other()]);
      await (await takeLock(folder, name, 0))?.();
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it("waits for the lock", async () => {
    let inside = 0;
    const work = async () => {
      const release = await takeLock(folder, "a", 30_000);
      assert.ok(release);
      inside += 1;
      assert.equal(inside, 1);
      await setTimeout(5);
      inside -= 1;
      await release();
    };
    await Promise.all(Array.from({ length: 12 }, work));
    assert.deepEqual(locks(), []);
  });

  it("respects another process's lock only while that process is running, for at most an hour", async () => {
    const now = Date.now();
    const booted = now - uptime() * 1000;
    for (const [why, pid, since] of [
      ["it isn't running", 2 ** 22 + 1, now],
      ["it had this process's id", process.pid, now - 1000],
      ["it ran before the computer started", process.ppid, booted - 120_000],
      ["its lock is too old", process.ppid, now - 3_700_000],
      ["its id is not a number", Number.NaN, now],
    ] as const) {
      await addMarker("a", pid, since);
      const release = await takeLock(folder, "a", 0);
      assert.ok(release, why);
      await release();
      assert.deepEqual(locks(), [], why);
    }
    await addMarker("a", process.ppid, now);
    assert.equal(await takeLock(folder, "a", 0), undefined);
    assert.equal(locks().length, 1);
  });

  it("respects another process's lock only while that process touches its marker", async () => {
    const touched = (msAgo: number) => {
      const at = new Date(Date.now() - msAgo);
      for (const name of locks()) utimesSync(join(folder, name), at, at);
    };
    await addMarker("a", process.ppid, Date.now() - 600_000);
    touched(60_000);
    assert.equal(await takeLock(folder, "a", 0), undefined);
    touched(130_000);
    const release = await takeLock(folder, "a", 0);
    assert.ok(release, "another process has this id now");
    assert.equal(locks().length, 1);
    await release();
    assert.deepEqual(locks(), []);
  });

  it("touches its marker while it holds the lock", async () => {
    mock.timers.enable({ apis: ["setInterval"] });
    try {
      const release = await takeLock(folder, "a", 0);
      const [name] = locks();
      const path = join(folder, name!);
      const age = () => Date.now() - statSync(path).mtimeMs;
      utimesSync(path, new Date(0), new Date(0));
      mock.timers.tick(20_000);
      for (let tries = 0; age() > 10_000; tries += 1) {
        assert.ok(tries < 100, "was not touched");
        await setTimeout(10);
      }
      await release?.();
      mock.timers.tick(60_000);
      await setTimeout(20);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      mock.timers.reset();
    }
  });
});
