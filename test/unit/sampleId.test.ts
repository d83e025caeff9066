import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { createSampleId, isEndedSample, isSampleId } from "../../src/editor/account/sampleId.ts";
import { createAgentChange } from "../../src/editor/agents/changes/agentChange.ts";
import { createChangeLog } from "../../src/editor/agents/changes/changeLog.ts";
import { matchAccount } from "../../src/editor/rotation/accountRecords.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";
import { DAY_MS } from "../../src/openrouter/time.ts";
import { agentWrite } from "../support/agentSession.ts";
import { randomKey } from "../support/mcp.ts";

describe("profile ids of sample accounts", () => {
  const idOf = (pid: number, since = Date.now()) => `sample-${pid}-${since}-${getAccountId(randomKey())}`;
  /** Another running process, as another window has one. */
  const other = process.ppid;
  let ended: number;

  before(async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    ended = child.pid!;
    await once(child, "exit");
  });

  it("differ from each other and from those of real accounts", () => {
    const key = randomKey();
    const [one, two] = [createSampleId(key), createSampleId(randomKey())];
    assert.notEqual(one, two);
    assert.doesNotMatch(one, new RegExp(key));
    assert.ok(isSampleId(one) && isSampleId(two) && isSampleId("sample"));
    for (const id of [getAccountId(key), "", "sample-", "samples", "sample-1-x", `${one} `])
      assert.ok(!isSampleId(id), id);
  });

  it("never match another account's records, whatever accounts are set up", () => {
    const [own, second] = [createSampleId(randomKey()), idOf(other)];
    assert.equal(matchAccount(own, { current: own, all: undefined }), "current");
    for (const record of [second, idOf(ended), "sample"])
      for (const all of [undefined, new Set<string>(), new Set(["a"])])
        for (const current of [own, "a"]) assert.equal(matchAccount(record, { current, all }), "other");
  });

  it("are ended only if their process certainly is", () => {
    assert.equal(isEndedSample(createSampleId(randomKey())), false, "one of this process");
    assert.equal(isEndedSample(idOf(other)), false, "another window's");
    assert.equal(isEndedSample(idOf(ended)), true);
    assert.equal(isEndedSample(idOf(process.pid)), true, "an earlier process with this process's id");
    const booted = Date.now() - uptime() * 1000;
    assert.equal(isEndedSample(idOf(other, booted - 3_600_000)), false, "the clock may have been adjusted");
    assert.equal(isEndedSample(idOf(other, booted - 2 * DAY_MS)), true, "another process after a restart");
    for (const id of [undefined, "", getAccountId(randomKey()), "sample-x"]) assert.equal(isEndedSample(id), false);
  });

  it("judge the shared id of version 0.2 by the record's own process or age", () => {
    const since = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
    assert.equal(isEndedSample("sample", { pid: ended, since: since(0) }), true);
    assert.equal(isEndedSample("sample", { pid: other, since: new Date().toISOString() }), false);
    assert.equal(isEndedSample("sample", { since: since(6) }), false, "its window may still be open");
    assert.equal(isEndedSample("sample", { since: since(8) }), true);
    assert.equal(isEndedSample("sample", {}), false);
    assert.equal(isEndedSample("sample", { since: "yesterday" }), false);
  });

  it("end with their records of agents' changes", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "openrouter-admin-samples-")), "agents");
    const change = (id: string, name: string) =>
      createAgentChange(
        agentWrite("POST", "/keys", { name }),
        { kind: "answer", now: new Date().toISOString() },
        { account: { id, name: "Sample" }, name, redact: (text) => text },
      );
    try {
      const log = createChangeLog(folder);
      for (const [id, name] of [
        [idOf(ended), "gone"],
        [idOf(other), "another window's"],
        ["a", "real"],
      ] as const)
        await log.add(change(id, name));
      assert.deepEqual(
        (await log.list()).map(({ name }) => name),
        ["real", "another window's"],
      );
      assert.doesNotMatch(readFileSync(join(folder, "changes.jsonl"), "utf8"), /"gone"/);
    } finally {
      rmSync(join(folder, ".."), { recursive: true });
    }
  });
});
