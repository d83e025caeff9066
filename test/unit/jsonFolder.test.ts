import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJsonFolder } from "../../src/editor/jsonFolder.ts";

interface Note {
  text: string;
}
const isNote = (value: unknown): value is Note => typeof (value as Note | null)?.text === "string";

describe("a folder of records", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-records-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is empty before it exists", async () =>
    assert.deepEqual(await createJsonFolder(join(folder, "none"), isNote).list(), []));

  it("gives back what was written, replaced or removed, and leaves no other file", async () => {
    const notes = createJsonFolder(folder, isNote);
    await notes.write("a", { text: "first" });
    await notes.write("a", { text: "second 🚀" });
    await notes.write("b", { text: "gone" });
    await notes.remove("b");
    await notes.remove("never-there");
    assert.deepEqual(await notes.list(), [{ text: "second 🚀" }]);
    assert.deepEqual(readdirSync(folder), ["a.json"]);
  });

  it("leaves half a file, and what is no record of its kind, where they are", async () => {
    for (const [name, text] of [
      ["half.json", '{"te'],
      ["other.json", '{"version":2}'],
      ["a.json.1.tmp", '{"text":"x"}'],
    ] as const)
      writeFileSync(join(folder, name), text);
    assert.deepEqual(await createJsonFolder(folder, isNote).list(), []);
    assert.equal(readdirSync(folder).length, 3);
  });

  it("takes no name that leads out of it", async () => {
    await assert.rejects(createJsonFolder(folder, isNote).write("../a", { text: "x" }), /cannot name a record/);
  });

  it("of many writes at once the last one stays", async () => {
    const notes = createJsonFolder(folder, isNote);
    await Promise.all(Array.from({ length: 30 }, (_, i) => notes.write("a", { text: `${i}` })));
    assert.deepEqual(await notes.list(), [{ text: "29" }]);
  });
});
