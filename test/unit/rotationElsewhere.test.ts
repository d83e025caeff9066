import assert from "node:assert/strict";
import { createClient, deleteKey, getKey, updateKey } from "../../src/openrouter/index.ts";
import {
  bindGuardrail,
  closeRotation,
  deleteOld,
  disableOld,
  enableOld,
  type Rotation,
  type RotationContext,
  recreateKey,
  rollBack,
} from "../../src/openrouter/rotation/index.ts";
import { apiError, reply, startFaultProxy } from "../support/faults.ts";
import { continueRotation, startProcess, startWorld, type World } from "../support/rotationWorld.ts";

type Step = (context: RotationContext, record: Rotation) => Promise<unknown>;
type Change = "deleted" | "disabled" | "expired";

// Somebody changes a rotation's keys on the website or with another tool.
describe("rotation: keys changed elsewhere", () => {
  let world: World;
  let context: RotationContext;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    await world.reset();
    ({ context } = startProcess(world));
  });
  after(() => world.account.close());

  async function change(hash: string, how: Change): Promise<void> {
    const { client } = startProcess(world);
    if (how === "deleted") await deleteKey(client, hash);
    else if (how === "disabled") await updateKey(client, hash, { disabled: true });
    else world.account.state.keys.get(hash)!.expires_at = new Date(Date.now() - 1000).toISOString();
  }

  /** Everything that a step could change. */
  const snapshot = () =>
    JSON.stringify([[...world.account.state.keys], [...world.journal.values()], [...world.secrets]]);

  const table: [at: Rotation["step"], key: "new" | "old", how: Change, step: Step, reason: string][] = [
    ["pending", "new", "deleted", disableOld, "newGone"],
    ["pending", "new", "disabled", disableOld, "newUnusable"],
    ["pending", "new", "expired", disableOld, "newUnusable"],
    ["disabled", "new", "deleted", deleteOld, "newGone"],
    ["disabled", "new", "disabled", deleteOld, "newUnusable"],
    ["disabled", "new", "expired", deleteOld, "newUnusable"],
    ["pending", "old", "deleted", disableOld, "NotFoundError"],
    ["disabled", "old", "deleted", enableOld, "NotFoundError"],
    ["created", "new", "deleted", bindGuardrail, "NotFoundError"],
    ["created", "old", "deleted", rollBack, "NotFoundError"],
    ["bound", "old", "deleted", rollBack, "NotFoundError"],
    ["pending", "old", "deleted", rollBack, "NotFoundError"],
    ["disabled", "old", "deleted", rollBack, "NotFoundError"],
  ];
  for (const [at, key, how, step, reason] of table)
    it(`${step.name} at "${at}" changes nothing if the ${key} key was ${how}`, async () => {
      await continueRotation(world, context, at);
      const [record] = world.records();
      await change(key === "new" ? record!.new!.hash : world.old.hash, how);
      const before = snapshot();
      const error = (await step(context, record!).catch((error: unknown) => error)) as Error & { reason?: string };
      assert.equal(error?.reason ?? error?.name, reason, String(error));
      assert.equal(snapshot(), before);
    });

  for (const [at, key, step] of [
    ["disabled", "old", deleteOld],
    ["pending", "old", closeRotation],
    ["created", "new", rollBack],
    ["bound", "new", rollBack],
    ["pending", "new", rollBack],
    ["disabled", "new", rollBack],
  ] as const)
    it(`${step.name} at "${at}" ends the rotation if the ${key} key was deleted`, async () => {
      await continueRotation(world, context, at);
      const [record] = world.records();
      const [gone, other] = key === "new" ? [record!.new!.hash, world.old.hash] : [world.old.hash, record!.new!.hash];
      await change(gone, "deleted");
      await step(context, record!);
      assert.equal(world.journal.size, 0);
      assert.equal(world.account.state.keys.get(other)?.disabled, false);
    });

  for (const at of ["created", "bound"] as const)
    it(`rolls back at "${at}" without the old key if nobody has the new key's secret`, async () => {
      await continueRotation(world, context, at);
      world.secrets.clear();
      await change(world.old.hash, "deleted");
      await rollBack(context, world.records()[0]!);
      assert.deepEqual([world.newKeys(), world.journal.size], [[], 0]);
    });

  it("rolls back if both keys were deleted before the handover", async () => {
    await continueRotation(world, context, "bound");
    for (const { hash } of [world.old, ...world.newKeys()]) await change(hash, "deleted");
    await rollBack(context, world.records()[0]!);
    assert.deepEqual([world.journal.size, world.secrets.size], [0, 0]);
  });

  for (const [at, step] of [
    ["pending", disableOld],
    ["disabled", enableOld],
    ["pending", rollBack],
    ["disabled", rollBack],
  ] as const)
    it(`${step.name} at "${at}" stops if OpenRouter's response contradicts the requested change of the old key`, async () => {
      await continueRotation(world, context, at);
      const key = await getKey(startProcess(world).client, world.old.hash);
      const faults = await startFaultProxy(world.account.baseUrl, (request, response) => {
        if (request.method !== "PATCH") return undefined;
        const { disabled } = JSON.parse(request.body) as { disabled: boolean };
        return reply(response, 200, { data: { ...key, disabled: !disabled } });
      });
      const client = createClient({ key: world.account.key, baseUrl: faults.baseUrl });
      const before = snapshot();
      try {
        await assert.rejects(step({ ...context, client }, world.records()[0]!), { name: "NotAppliedError" });
        assert.equal(snapshot(), before);
      } finally {
        await faults.close();
      }
    });

  for (const [at, step, what, status, body] of [
    ["pending", disableOld, "OpenRouter refuses to list keys", 403, apiError(403, "not now")],
    ["disabled", deleteOld, "OpenRouter refuses to list keys", 403, apiError(403, "not now")],
    ["bound", rollBack, "OpenRouter refuses to list keys", 403, apiError(403, "not now")],
    ["pending", disableOld, "a proxy returns 404", 404, "<h1>Not Found</h1>"],
    ["disabled", deleteOld, "a proxy returns 404", 404, "<h1>Not Found</h1>"],
    ["bound", rollBack, "a proxy returns 404", 404, "<h1>Not Found</h1>"],
  ] as const)
    it(`${step.name} at "${at}" does nothing if ${what}`, async () => {
      await continueRotation(world, context, at);
      const faults = await startFaultProxy(world.account.baseUrl, (request, response) =>
        request.method === "GET" ? reply(response, status, body) : undefined,
      );
      const client = createClient({ key: world.account.key, baseUrl: faults.baseUrl });
      const before = snapshot();
      try {
        await assert.rejects(step({ ...context, client }, world.records()[0]!), { status });
        assert.equal(snapshot(), before);
        assert.deepEqual(
          faults.received.filter(({ method }) => method !== "GET"),
          [],
        );
      } finally {
        await faults.close();
      }
    });

  for (const [name, step] of [
    ["recreate", (context: RotationContext, record: Rotation) => recreateKey(context, record, {})],
    ["rollBack", rollBack],
  ] as const)
    it(`${name} does nothing while the key from a lost create can't be read`, async () => {
      await continueRotation(world, context, "created");
      const [record] = world.records();
      await context.journal.update(record!.id, (now) => ({ ...now, step: "creating", new: undefined }));
      await context.secrets.discard(record!.new!.hash);
      Object.assign(world.account.state.keys.get(record!.new!.hash)!, { disabled: "no" });
      const before = snapshot();
      await assert.rejects(step(context, world.records()[0]!), { reason: "incomplete" });
      assert.equal(snapshot(), before);
    });
});
