import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createClient, deleteKey } from "../../src/openrouter/index.ts";
import {
  beginRotation,
  bindGuardrail,
  deleteOld,
  newRotation,
  planRotation,
  RefusedStepError,
  type RotationContext,
  readRotationKey,
  recreateKey,
  restoreLimit,
  rollBack,
} from "../../src/openrouter/rotation/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { continueRotation, startProcess, startWorld, type World } from "../support/rotationWorld.ts";

// The account was switched during a rotation: a 404 of the other account doesn't mean that something was deleted.
describe("rotation: another account", () => {
  let world: World;
  let other: SampleAccount;
  let context: RotationContext;
  /** The same process with a client for the other account. */
  let elsewhere: RotationContext;
  const record = () => world.records()[0]!;

  before(async () => {
    world = await startWorld();
    other = await startSampleAccount({ keys: 3 });
    // Sample accounts have the same workspaces; real ones do not.
    const ids = new Map(other.state.workspaces.map(({ id }) => [id, randomUUID()]));
    for (const workspace of other.state.workspaces) workspace.id = ids.get(workspace.id)!;
    for (const key of other.state.keys.values()) key.workspace_id = ids.get(key.workspace_id)!;
    other.state.defaultWorkspaceId = other.state.workspaces[0]!.id;
  });
  beforeEach(async () => {
    await world.reset();
    ({ context } = startProcess(world));
    elsewhere = { ...context, client: createClient({ key: other.key, baseUrl: other.baseUrl }) };
  });
  after(() => Promise.all([world.account.close(), other.close()]));

  /** Asserts that a step is refused and changes nothing. */
  async function assertRefused(step: () => Promise<unknown>): Promise<void> {
    const all = () => JSON.stringify([[...world.journal], [...world.secrets], world.newKeys(), other.state.keys.size]);
    const before = all();
    const error = await step().catch((error: unknown) => error);
    assert.ok(error instanceof RefusedStepError, String(error));
    assert.equal(error.reason, "otherAccount");
    assert.equal(all(), before);
  }

  it("does not treat the new key as deleted while its secret is stored", async () => {
    await continueRotation(world, context, "created");
    await assertRefused(() => rollBack(elsewhere, record()));
    await continueRotation(world, context, "bound");
    assert.equal(world.secrets.size, 1);
    await assertRefused(() => rollBack(elsewhere, record()));
    await rollBack(context, record());
    assert.deepEqual([world.journal.size, world.secrets.size, world.newKeys()], [0, 0, []]);
  });

  it("does not treat the new key as never created", async () => {
    const now = new Date();
    const creating = newRotation(world.old, planRotation(world.old, { now }), { id: randomUUID(), now });
    await context.journal.create(creating);
    await assertRefused(() => rollBack(elsewhere, creating));
    await assertRefused(() => recreateKey(elsewhere, creating, {}));
  });

  it("does not treat the guardrail as deleted", async () => {
    await continueRotation(world, context, "created");
    const guardrail = { id: randomUUID(), name: "of the first account" };
    await context.journal.update(record().id, (now) => ({ ...now, guardrail }));
    await assertRefused(() => bindGuardrail(elsewhere, record()));
  });

  it("does not treat the old key as deleted", async () => {
    await continueRotation(world, context, "disabled");
    await assertRefused(() => deleteOld(elsewhere, record()));
    await assertRefused(() => readRotationKey(elsewhere, record(), record().old.hash));
    // In its own account, a 404 does mean that it was deleted.
    await deleteKey(context.client, world.old.hash);
    assert.equal(await readRotationKey(context, record(), world.old.hash), undefined);
    assert.equal(await deleteOld(context, record()), undefined);
  });

  it("does not give up restoring the limit", async () => {
    world.old.limit_remaining = 2;
    const now = new Date();
    const plan = planRotation(world.old, { now, choices: { limit: "remaining" } });
    await beginRotation(context, newRotation(world.old, plan, { id: randomUUID(), now }));
    assert.ok(record().restoreLimit);
    await assertRefused(() => restoreLimit(elsewhere, record()));
  });
});
