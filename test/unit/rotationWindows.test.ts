import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newRotation, planRotation, type Rotation } from "../../src/openrouter/rotation/index.ts";
import { startFaultProxy } from "../support/faults.ts";
import {
  forkWindow,
  type Outcome,
  openSharedStorage,
  openWindow,
  type RotationWindow,
  type StepName,
  type WindowOptions,
  windowSteps,
} from "../support/rotationWindow.ts";
import { continueRotation, sha256, startProcess, startWorld, type World } from "../support/rotationWorld.ts";

const STEPS = Object.keys(windowSteps) as StepName[];

/** The states of a rotation that two windows may have read, and the possible steps in each. */
const stepsBySituation: Record<string, StepName[]> = {
  none: ["begin", "beginAnew"],
  notCreated: ["recreate", "rollBack"],
  orphaned: ["recreate", "rollBack", "deleteStray"],
  adoptable: ["adopt", "rollBack"],
  unidentified: ["identify", "rollBack"],
  created: ["bind", "bindWithout", "rollBack", "restoreLimit"],
  bound: ["acknowledge", "rollBack"],
  pending: ["disableOld", "close", "rollBack"],
  disabled: ["undoDisable", "deleteOld", "close", "rollBack"],
  finished: ["restoreLimit", "close"],
};

type Step = Rotation["step"];
const ALL: Step[] = ["creating", "created", "bound", "pending", "disabled", "finished"];

/** The steps at which each step is allowed; a rotation can begin only if there is no record. */
const allowedAt: Record<StepName, Step[]> = {
  ...{ begin: [], beginAnew: [], adopt: ["creating"], identify: ["creating"], recreate: ["creating"] },
  ...{ bind: ["created"], bindWithout: ["created"], acknowledge: ["bound"] },
  ...{ disableOld: ["pending"], undoDisable: ["disabled"], deleteOld: ["disabled"] },
  ...{ close: ["pending", "disabled", "finished"], rollBack: ["creating", "created", "bound", "pending", "disabled"] },
  ...{ restoreLimit: ALL, deleteStray: ALL },
};

/** True if a window with this copy of the record can still take a step, given the current record. */
function isPossible(step: StepName, copy: Rotation, now: Rotation | undefined): boolean {
  if (step === "begin") return !now;
  if (step === "beginAnew") return !now || now.step === "finished";
  // The user decided about the step that was shown.
  if (step === "rollBack" || step === "close") return now?.step === copy.step && allowedAt[step].includes(now.step);
  return now !== undefined && allowedAt[step].includes(now.step);
}

describe("rotation: two windows", () => {
  let world: World;
  let windowOptions: WindowOptions;
  let shared: ReturnType<typeof openSharedStorage>;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.account.close());
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-windows-"));
    windowOptions = { folder, baseUrl: world.account.baseUrl, key: world.account.key };
    shared = openSharedStorage(folder);
  });
  afterEach(() => rmSync(windowOptions.folder, { recursive: true }));

  /** Brings the rotation into a state and returns the copy that both windows have read. */
  async function prepare(situation: string): Promise<Rotation> {
    await world.reset();
    rmSync(windowOptions.folder, { recursive: true });
    world.old.limit_remaining = 2;
    const now = new Date();
    const plan = planRotation(world.old, { guardrail: world.guardrail, now, choices: { limit: "remaining" } });
    const planned = newRotation(world.old, plan, { id: randomUUID(), now });
    if (situation === "none") return planned;
    const { context } = startProcess(world);
    await context.journal.create(planned);
    if (situation !== "notCreated") await continueRotation(world, context, "created");
    const [made] = world.newKeys();
    if (["bound", "pending", "disabled", "finished"].includes(situation)) {
      const step = situation as Rotation["step"];
      await continueRotation(world, context, step === "finished" ? "disabled" : step);
      if (situation === "finished") await continueRotation(world, context, "finished");
    }
    let [record] = world.records();
    if (["orphaned", "adoptable", "unidentified"].includes(situation))
      record = { ...record!, step: "creating", new: undefined };
    for (const [hash, secret] of world.secrets) {
      assert.equal(hash, made!.hash);
      if (situation === "unidentified") await shared.secrets.store({ hash: record!.id }, secret);
      else if (situation !== "orphaned") await shared.secrets.store({ hash }, secret);
    }
    await shared.journal.create(record!);
    return record!;
  }

  const isEnabled = (hash: string) => world.account.state.keys.get(hash)?.disabled === false;

  /** Asserts what must hold whatever the two windows did. */
  async function assertInvariants(record: Rotation, outcomes: Outcome[]): Promise<void> {
    const { state } = world.account;
    const did = (step: StepName) => outcomes.some((one) => one.step === step && !one.error);
    for (const { error } of outcomes)
      if (error) assert.match(error.name, /^(RefusedStepError|NotFoundError|InvalidInputError)$/, error.message);

    const successors = world.newKeys();
    const held = new Map((await shared.storedSecrets()).map(({ hash, secret }) => [hash, secret]));
    const secrets = new Set([...held.values(), world.acknowledgedSecret ?? ""].map((secret) => sha256(secret)));
    const usable = successors.filter(({ hash }) => isEnabled(hash) && secrets.has(hash));
    assert.ok(isEnabled(record.old.hash) || usable.length > 0, "no usable key is left");
    // Closing a rotation keeps both keys and allows another rotation.
    const anew = did("close") && did("beginAnew");
    assert.ok(successors.length <= (anew ? 2 : 1), "a third key");

    const records = await shared.journal.list();
    assert.ok(records.length <= (anew ? 2 : 1), "two rotations of one key");
    const ended = outcomes.some(({ step, record, error }) => !error && !record && step !== "deleteStray");
    // Only `begin` adds a record.
    if (ended && !did("begin")) assert.ok(!records.some(({ id }) => id === record.id), "a removed record exists again");
    for (const now of records) {
      const { step, old } = now;
      if (now.new) assert.ok(state.keys.has(now.new.hash), `the new key of a record at "${step}" was deleted`);
      if (step === "created" || step === "bound") assert.ok(held.has(now.new!.hash), "the secret is lost");
      if (step === "pending" || step === "disabled") assert.equal(isEnabled(old.hash), step === "pending");
    }
    const files = readdirSync(join(windowOptions.folder, "rotations")).filter((name) => !name.endsWith(".json"));
    assert.deepEqual(files, [], "files were left behind");
  }

  const snapshot = async () =>
    JSON.stringify([[...world.account.state.keys], await shared.journal.list(), await shared.storedSecrets()]);

  /** Two windows each take a step with the same copy of the record, one after the other or at once. */
  async function takeBoth(
    windows: RotationWindow[],
    situation: string,
    pair: StepName[],
    how: "inTurn" | "atOnce",
  ): Promise<Outcome[]> {
    const record = await prepare(situation);
    const seen = world.newKeys().map(({ hash }) => hash);
    const take = (step: StepName, window: RotationWindow) =>
      window.take(step, record, step === "beginAnew" ? [randomUUID()] : seen);
    // The window that acknowledges has the secret.
    if (pair.includes("acknowledge") && situation === "bound")
      world.acknowledgedSecret = world.secrets.get(record.new!.hash);
    const [a, b] = windows as [RotationWindow, RotationWindow];
    const first = take(pair[0]!, a);
    const before = how === "inTurn" && (await first) && (await snapshot());
    const now = await shared.journal.read(record.id);
    const outcomes = await Promise.all([first, take(pair[1]!, b)]);
    try {
      await assertInvariants(record, outcomes);
      if (before && !isPossible(pair[1]!, record, now)) {
        assert.match(String(outcomes[1]!.error?.reason), /^(gone|otherStep|rotating)$/);
        assert.equal(await snapshot(), before, "a refused step changed something");
      }
    } catch (error) {
      throw new Error(`${situation}, ${pair.join(" and ")} ${how}: ${JSON.stringify(outcomes)}`, { cause: error });
    }
    return outcomes;
  }

  for (const [situation, possible] of Object.entries(stepsBySituation)) {
    it(`take any two steps one after the other at "${situation}", both with the same copy of the record`, async () => {
      const windows = [openWindow(windowOptions), openWindow(windowOptions)];
      for (const first of possible)
        for (const second of STEPS) {
          const [done] = await takeBoth(windows, situation, [first, second], "inTurn");
          assert.equal(done?.error, undefined, `${first} at ${situation}`);
        }
    });
  }

  it("take any two steps at once in two processes", async () => {
    const windows = await Promise.all([forkWindow(windowOptions), forkWindow(windowOptions)]);
    try {
      for (const [situation, possible] of Object.entries(stepsBySituation))
        for (const first of possible)
          for (const second of [...possible, "beginAnew"] as const) {
            const outcomes = await takeBoth(windows, situation, [first, second], "atOnce");
            assert.ok(
              outcomes.some(({ error }) => !error),
              `${situation}: neither ${first} nor ${second}`,
            );
          }
    } finally {
      for (const window of windows) window.close();
    }
  });

  /** Starts a step in a process and kills it during a request, before or after that takes effect. */
  async function killDuring(step: StepName, record: Rotation, request: RegExp, how: "before" | "after"): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const hangs = new Promise<never>(() => {});
    const faults = await startFaultProxy(world.account.baseUrl, async ({ method, path, body }) => {
      if (!request.test(`${method} ${path}`)) return undefined;
      if (how === "after") {
        const headers = { authorization: `Bearer ${world.account.key}`, "content-type": "application/json" };
        await fetch(world.account.baseUrl + path, { method, headers, body: body || undefined });
      }
      reached.resolve();
      return hangs;
    });
    const window = await forkWindow({ ...windowOptions, baseUrl: faults.baseUrl });
    void window.take(step, record);
    await reached.promise;
    const { error } = await openWindow({ ...windowOptions, patienceMs: 0 }).take("beginAnew", record, [randomUUID()]);
    assert.equal(error?.reason, "busy", "another window can work at the same time");
    await window.kill();
    await faults.close();
  }

  for (const how of ["before", "after"] as const)
    it(`continue after another window was killed in a step, ${how} that took effect`, async () => {
      const survivor = openWindow(windowOptions);
      const take = async (step: StepName, record: Rotation, hashes?: string[]) => {
        const outcome = await survivor.take(step, record, hashes);
        assert.equal(outcome.error, undefined, step);
        return (await shared.journal.list())[0];
      };
      let record: Rotation | undefined = await prepare("none");
      await killDuring("begin", record, /^POST \/keys$/, how);
      assert.equal((await survivor.take("beginAnew", record, [randomUUID()])).error?.reason, "rotating");
      const orphans = world.newKeys().map(({ hash }) => hash);
      assert.equal(orphans.length, how === "after" ? 1 : 0);
      record = await take("recreate", record, orphans);
      await killDuring("bind", record!, /assignments/, how);
      record = await take("bind", record!);
      world.acknowledgedSecret = (await shared.storedSecrets())[0]!.secret;
      record = await take("acknowledge", record!);
      await killDuring("disableOld", record!, /^PATCH/, how);
      record = await take("disableOld", record!);
      await killDuring("deleteOld", record!, /^DELETE/, how);
      record = await take("deleteOld", record!);
      await killDuring("restoreLimit", record!, /^PATCH/, how);
      record = await take("restoreLimit", record!);
      assert.equal(record, undefined);
      assert.deepEqual(
        world.newKeys().map(({ hash, limit }) => [hash, limit]),
        [[sha256(world.acknowledgedSecret), 5]],
      );
      assert.deepEqual(readdirSync(join(windowOptions.folder, "rotations")), []);
    });
});
