import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../../src/editor/platform/fileLock.ts";
import { isBeating } from "../../src/editor/platform/processes.ts";
import { startBeating } from "../../src/editor/platform/pulseFile.ts";
import { isOwnedElsewhere, isRunningElsewhere } from "../../src/editor/rotation/journal/owner.ts";
import { RefusedStepError } from "../../src/openrouter/rotation/index.ts";
import type { Rotation, RotationContext } from "../../src/openrouter/rotation/record.ts";
import { updateRecord } from "../../src/openrouter/rotation/runStep.ts";

describe("the pulse of a window", () => {
  let folder: string;
  let path: string;
  const stops: (() => Promise<void>)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-pulse-"));
    path = join(folder, "pulses", "1");
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    rmSync(folder, { recursive: true });
  });

  const age = (file: string, minutes = 1) => {
    const then = new Date(Date.now() - minutes * 60_000);
    utimesSync(file, then, then);
  };

  async function start(isAnswered: () => Promise<unknown>): Promise<void> {
    stops.push(await startBeating(path, isAnswered, 5));
  }

  it("beats while the window answers, and ends with it", async () => {
    await start(async () => {});
    assert.equal(isBeating(path), true);
    age(path);
    while (!isBeating(path)) await sleep(5);
    await stops.pop()?.();
    assert.deepEqual([existsSync(path), isBeating(path)], [false, false]);
  });

  it("stops if the window no longer answers, and goes on once it does", async () => {
    let asked = 0;
    const answer = Promise.withResolvers<void>();
    await start(() => {
      asked += 1;
      return answer.promise;
    });
    while (asked === 0) await sleep(5);
    age(path);
    await sleep(50);
    assert.deepEqual([isBeating(path), asked], [false, 1]);
    answer.resolve();
    while (!isBeating(path)) await sleep(5);
  });

  it("goes on after an answer that is an error, and after its file was removed", async () => {
    let asked = 0;
    await start(async () => {
      asked += 1;
      if (asked === 1) throw new Error("not now");
    });
    while (asked < 2) await sleep(5);
    rmSync(path);
    while (!isBeating(path)) await sleep(5);
    await stops.pop()?.();
    await sleep(50);
    assert.equal(existsSync(path), false);
  });

  it("removes what windows that crashed have left", async () => {
    await start(async () => {});
    const [old, recent] = [join(folder, "pulses", "old"), join(folder, "pulses", "recent")];
    for (const file of [old, recent]) writeFileSync(file, "");
    age(old, 2 * 24 * 60);
    age(recent);
    path = join(folder, "pulses", "2");
    await start(async () => {});
    assert.deepEqual([existsSync(old), existsSync(recent), isBeating(recent)], [false, true, false]);
  });

  it("decides whether a rotation is running elsewhere, if its process still runs", async () => {
    await start(async () => {});
    const owner = { pid: process.ppid, since: new Date().toISOString(), pulse: path };
    assert.deepEqual([isOwnedElsewhere({ owner }), isRunningElsewhere({ owner })], [true, true]);
    await stops.pop()?.();
    assert.deepEqual([isOwnedElsewhere({ owner }), isRunningElsewhere({ owner })], [false, true]);
  });

  it("ends the locks of a window that is gone, though its process still runs", async () => {
    await start(async () => {});
    const locks = join(folder, "locks");
    await takeLock(locks, "a", 0, path);
    // As if another process, which runs, had taken it.
    const [marker] = readdirSync(locks);
    renameSync(join(locks, marker!), join(locks, marker!.replace(`.${process.pid}.`, `.${process.ppid}.`)));
    assert.equal(await takeLock(locks, "a", 0), undefined);
    await stops.pop()?.();
    // Its process may only be blocked.
    const waiting = takeLock(locks, "a", 0);
    assert.equal(await Promise.race([waiting, sleep(200, "waits")]), "waits");
    age(join(locks, readdirSync(locks).find((name) => name.includes(`.${process.ppid}.`))!));
    const release = await waiting;
    assert.ok(release);
    await release();
  });

  it("doesn't let the process of a window that is gone change a rotation that another one has taken over", async () => {
    const record = { id: "a", old: {}, step: "creating", owner: { pid: 1, since: "a" } } as Rotation;
    const contextWith = (owner: Rotation["owner"]) =>
      ({ journal: { update: async (_id, change) => change({ ...record, owner }) } }) as RotationContext;
    const created = { step: "created" } as const;
    assert.equal((await updateRecord(contextWith(record.owner), record, created)).step, "created");
    for (const owner of [{ pid: 1, since: "b" }, { pid: 2, since: "a" }, undefined])
      await assert.rejects(updateRecord(contextWith(owner), record, created), RefusedStepError);
  });
});
