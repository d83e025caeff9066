import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listEntries, makeFolder, processNamespace, writeEntry } from "../../../src/channel/entries.ts";
import type { Entry } from "../../../src/channel/protocol.ts";

/** The id of a process that has ended. */
const ENDED = spawnSync(process.execPath, ["-e", ""]).pid;

describe("folder of entries", () => {
  let home: string;
  let folder: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "openrouter-admin-folder-"));
    folder = join(home, ".openrouter-admin", "windows");
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  let space: string;
  before(async () => {
    space = await processNamespace();
  });
  const entryOf = (change: Partial<Entry> = {}): Entry => ({
    space,
    ...{ version: 1, address: "/nowhere/s", token: "t", pid: process.pid, writes: "off" },
    since: new Date().toISOString(),
    ...change,
  });
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });

  it("is private to its user, and so are its files", async () => {
    await makeFolder(folder);
    await writeEntry(join(folder, "1.json"), entryOf());
    for (const dir of [join(folder, ".."), folder]) assert.equal(statSync(dir).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, "1.json")).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ["1.json"]);
  });

  it("lists no entries if it doesn't exist", async () => assert.deepEqual(await listEntries(folder), []));

  for (const [what, spoil] of [
    ["a folder that other users may enter", () => chmodSync(folder, 0o750)],
    ["a folder that other users may write to", () => chmodSync(folder, 0o702)],
    ["a folder whose parent other users may enter", () => chmodSync(join(folder, ".."), 0o755)],
  ] as const)
    it(`refuses ${what} and says how to fix it`, async () => {
      await makeFolder(folder);
      await writeEntry(join(folder, "1.json"), entryOf());
      spoil();
      const refusal = { name: "UnsafeFolderError", message: /is open to other users and was not used\. .*chmod 700/ };
      await assert.rejects(makeFolder(folder), refusal);
      await assert.rejects(listEntries(folder), refusal);
    });

  it("refuses a symlink or a file in its place", async () => {
    mkdirSync(join(home, "elsewhere"), { mode: 0o700 });
    mkdirSync(join(folder, ".."), { mode: 0o700 });
    symlinkSync(join(home, "elsewhere"), folder);
    await assert.rejects(makeFolder(folder), { name: "UnsafeFolderError", message: /is not a folder.*Remove it/ });
    await assert.rejects(listEntries(folder), { name: "UnsafeFolderError" });
    await rm(folder);
    writeFileSync(folder, "");
    await assert.rejects(makeFolder(folder), { name: "UnsafeFolderError" });
    await assert.rejects(listEntries(folder), { name: "UnsafeFolderError" });
  });

  it("lists entries newest first, without symlinks and foreign files", async () => {
    await makeFolder(folder);
    await writeEntry(join(folder, "old.json"), entryOf({ since: "2026-11-26T05:00:00Z", token: "old" }));
    await writeEntry(join(folder, "new.json"), entryOf({ since: "2026-11-26T06:00:00Z", token: "new" }));
    put("text.json", "{");
    put("other.json", JSON.stringify({ version: 7 }));
    put("large.json", JSON.stringify({ ...entryOf(), padding: "x".repeat(20_000) }));
    put("note.txt", "");
    put("open.json", JSON.stringify(entryOf({ token: "open" })));
    chmodSync(join(folder, "open.json"), 0o644);
    const elsewhere = join(home, "elsewhere.json");
    await writeEntry(elsewhere, entryOf({ token: "elsewhere" }));
    symlinkSync(elsewhere, join(folder, "link.json"));
    mkdirSync(join(folder, "folder.json"));
    assert.deepEqual(
      (await listEntries(folder)).map(({ entry }) => entry.token),
      ["new", "old"],
    );
  });

  it("removes entries of ended processes with their sockets, and nothing else", async () => {
    await makeFolder(folder);
    const socketFolder = await mkdtemp(join(tmpdir(), "openrouter-admin-"));
    writeFileSync(join(socketFolder, "s"), "");
    const precious = join(home, "precious");
    writeFileSync(precious, "");
    await writeEntry(join(folder, "1.json"), entryOf({ pid: ENDED, address: join(socketFolder, "s") }));
    await writeEntry(join(folder, "2.json"), entryOf({ pid: ENDED, address: precious }));
    await writeEntry(join(folder, "3.json"), entryOf());
    assert.equal((await listEntries(folder)).length, 1);
    assert.deepEqual(readdirSync(folder), ["3.json"]);
    assert.ok(!existsSync(socketFolder));
    assert.ok(existsSync(precious));
  });

  it("neither uses nor removes entries of another container with the same home", async () => {
    await makeFolder(folder);
    await writeEntry(join(folder, "1.json"), entryOf({ space: "elsewhere", pid: ENDED }));
    assert.deepEqual(await listEntries(folder), []);
    assert.deepEqual(readdirSync(folder), ["1.json"]);
  });

  it("lists entries even if a file name is not valid UTF-8", async () => {
    await makeFolder(folder);
    await writeEntry(join(folder, "1.json"), entryOf());
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff]), Buffer.from(".json")]), "");
    assert.equal((await listEntries(folder)).length, 1);
  });

  it("refuses a file in place of its parent folder", async () => {
    writeFileSync(join(home, ".openrouter-admin"), "");
    await assert.rejects(makeFolder(folder), { name: "UnsafeFolderError" });
    await assert.rejects(listEntries(folder), { name: "UnsafeFolderError" });
  });

  it("removes stale temporary files", async () => {
    await makeFolder(folder);
    for (const name of ["new.tmp", "old.tmp"]) put(name, "{");
    const before = new Date(Date.now() - 3_600_000);
    utimesSync(join(folder, "old.tmp"), before, before);
    await listEntries(folder);
    assert.deepEqual(readdirSync(folder), ["new.tmp"]);
  });
});
