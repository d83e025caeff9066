import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAgentChange } from "../../src/editor/agents/changes/agentChange.ts";
import { createChangeLog, MAX_CHANGES } from "../../src/editor/agents/changes/changeLog.ts";
import { agentWrite } from "../support/agentSession.ts";

describe("createChangeLog", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "openrouter-admin-changes-")), "agents");
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

  const change = (name: string) =>
    createAgentChange(
      agentWrite("POST", "/keys", { name }),
      { kind: "answer", now: new Date().toISOString() },
      { account: { id: "a", name: "Test" }, name, redact: (text) => text },
    );
  const names = async (log: ReturnType<typeof createChangeLog>) => (await log.list()).map(({ name }) => name);

  it("is empty at first", async () => assert.deepEqual(await createChangeLog(folder).list(), []));

  it("lists changes newest first, in a file that only its user can read", async () => {
    const log = createChangeLog(folder);
    await Promise.all(["a", "b", "c"].map((name) => log.add(change(name))));
    assert.deepEqual(await names(log), ["c", "b", "a"]);
    assert.deepEqual(readdirSync(folder), ["changes.jsonl"]);
    assert.equal(statSync(join(folder, "changes.jsonl")).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it("keeps the changes of several windows", async () => {
    const windows = [1, 2, 3].map(() => createChangeLog(folder));
    const added = windows.flatMap((log, i) => [1, 2, 3, 4].map((n) => log.add(change(`${i}.${n}`))));
    await Promise.all(added);
    assert.equal((await names(windows[0]!)).length, 12);
  });

  it("keeps the last 500 changes", async () => {
    const log = createChangeLog(folder);
    await log.add(change("first"));
    const line = readFileSync(join(folder, "changes.jsonl"), "utf8");
    appendFileSync(join(folder, "changes.jsonl"), line.repeat(MAX_CHANGES));
    await log.add(change("last"));
    const all = await names(log);
    assert.equal(all.length, MAX_CHANGES);
    assert.equal(all[0], "last");
  });

  it("drops refused changes before those that took effect", async () => {
    const log = createChangeLog(folder);
    await log.add(change("done"));
    const file = join(folder, "changes.jsonl");
    const refused = readFileSync(file, "utf8")
      .replace('"outcome":"done"', '"outcome":"refused"')
      .replace('"done"', '"no"');
    appendFileSync(file, refused.repeat(MAX_CHANGES));
    await log.add(change("last"));
    const all = await log.list();
    assert.equal(all.length, MAX_CHANGES);
    assert.deepEqual(
      all.filter(({ outcome }) => outcome === "done").map(({ name }) => name),
      ["last", "done"],
    );
  });

  it("skips invalid lines", async () => {
    const log = createChangeLog(folder);
    await log.add(change("a"));
    appendFileSync(join(folder, "changes.jsonl"), '{"version":9}\n{"cut\nnull\n');
    await log.add(change("b"));
    assert.deepEqual(await names(log), ["b", "a"]);
  });
});
