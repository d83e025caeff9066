import assert from "node:assert/strict";
import fc from "fast-check";
import type { RotationContext } from "../../src/openrouter/rotation/index.ts";
import {
  type Crash,
  continueRotation,
  rollBackRotation,
  sha256,
  startProcess,
  startWorld,
  type World,
} from "../support/rotationWorld.ts";

type Act = (world: World, context: RotationContext) => Promise<void>;

let world: World;
before(async () => {
  world = await startWorld();
});
beforeEach(() => {
  world.onlySecretReadable = false;
  return world.reset();
});
after(() => world.account.close());

/** Acts in a process that crashes; returns true if it crashed before the end. */
async function actAndCrash(act: Act, crash: Crash): Promise<boolean> {
  const { context, run } = startProcess(world, crash);
  try {
    const outcome = await run((context) => act(world, context));
    assertNoSecretInJournal();
    return outcome === "killed";
  } catch (error) {
    assert.equal(crash.mode, "fail", String(error));
    assert.match(String(error), /disk is full|no network|lost/);
    assertNoSecretInJournal();
    // The process is still running: the user tries again.
    await act(world, context);
    return true;
  }
}

/** Acts once for each point at which it can crash, and finally without a crash. @returns the number of points */
async function crashAtEveryPoint(mode: Crash["mode"], act: Act, then: (at: number) => Promise<void>): Promise<number> {
  for (let at = 1; ; at += 1) {
    await world.reset();
    const crashed = await actAndCrash(act, { mode, at });
    try {
      await then(at);
    } catch (error) {
      throw new Error(`crash point ${at} (${mode})`, { cause: error });
    }
    if (!crashed) return at - 1;
  }
}

const actWithoutCrash = (act: Act) => act(world, startProcess(world).context);

function assertNoSecretInJournal(): void {
  const written = [...world.journal.values()].join();
  assert.doesNotMatch(written, /sk-or-v1-[0-9a-f]{20}/);
  for (const secret of world.secrets.values()) assert.ok(!written.includes(secret));
}

/** Asserts that the rotation is complete: one new key with the guardrail, its secret acknowledged, the old key deleted. */
function assertRotated(): void {
  const { state } = world.account;
  const [successor, ...more] = world.newKeys();
  assert.ok(successor);
  assert.deepEqual(more, []);
  assert.equal(sha256(world.acknowledgedSecret!), successor.hash);
  assert.equal(successor.limit, 5);
  assert.equal(state.keys.has(world.old.hash), false);
  const bound = state.keyAssignments.filter((one) => one.target === successor.hash);
  assert.deepEqual(
    bound.map((one) => one.guardrail_id),
    [world.guardrail.id],
  );
  assert.deepEqual([...world.journal], []);
  assert.deepEqual([...world.secrets], []);
}

/** Asserts that nothing has changed: the old key is enabled, there is no new key, record or secret. */
function assertUntouched(): void {
  assert.equal(world.account.state.keys.get(world.old.hash)?.disabled, false);
  assert.deepEqual(world.newKeys(), []);
  assert.deepEqual([...world.journal], []);
  assert.deepEqual([...world.secrets], []);
}

describe("rotation: crashes", () => {
  for (const [mode, secretOnly] of [
    ["kill", false],
    ["fail", false],
    ["kill", true],
    ["fail", true],
  ] as const)
    it(`completes after a ${mode} at any point${secretOnly ? ", with only the secret of the new key" : ""}`, async () => {
      world.onlySecretReadable = secretOnly;
      const points = await crashAtEveryPoint(mode, continueRotation, async () => {
        await actWithoutCrash(continueRotation);
        assertRotated();
      });
      assert.ok(points > 30, `only ${points} points`);
    });

  it("completes however often it is killed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 8 }), async (kills) => {
        await world.reset();
        for (const at of kills) await actAndCrash(continueRotation, { mode: "kill", at });
        await actWithoutCrash(continueRotation);
        assertRotated();
      }),
      { numRuns: 100 },
    );
  });

  for (const [mode, secretOnly] of [
    ["kill", false],
    ["fail", false],
    ["kill", true],
    ["fail", true],
  ] as const)
    it(`rolls back after a ${mode} at any point${secretOnly ? ", with only the secret of the new key" : ""}`, async () => {
      world.onlySecretReadable = secretOnly;
      const toDisabled: Act = (world, context) => continueRotation(world, context, "disabled");
      await crashAtEveryPoint(mode, toDisabled, async () => {
        await actWithoutCrash(rollBackRotation);
        assertUntouched();
      });
    });

  for (const step of ["created", "bound", "pending", "disabled"] as const)
    it(`rolls back from "${step}" despite a kill at any point`, async () => {
      const back: Act = async (world, context) => {
        if (world.records()[0]?.step !== step)
          await actWithoutCrash((world, context) => continueRotation(world, context, step));
        await rollBackRotation(world, context);
      };
      const points = await crashAtEveryPoint("kill", back, async () => {
        await actWithoutCrash(rollBackRotation);
        assertUntouched();
      });
      assert.ok(points >= 10, `only ${points} points`);
    });

  it("rolls back a create that was interrupted at any point, despite a kill at any point", async () => {
    for (let first = 1; ; first += 1) {
      await world.reset();
      const cut: Act = (world, context) => continueRotation(world, context, "created");
      if (!(await actAndCrash(cut, { mode: "kill", at: first }))) break;
      for (let second = 1; await actAndCrash(rollBackRotation, { mode: "kill", at: second }); second += 1);
      assertUntouched();
    }
  });
});
