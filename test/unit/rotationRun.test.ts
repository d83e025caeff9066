import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  assignKeys,
  createClient,
  createKey,
  deleteKey,
  getKey,
  InvalidInputError,
  listAllKeys,
  NotFoundError,
  UncertainWriteError,
  updateKey,
} from "../../src/openrouter/index.ts";
import {
  acknowledgeSecret,
  assessRotation,
  beginRotation,
  bindGuardrail,
  closeRotation,
  deleteOld,
  disableOld,
  enableOld,
  isRestoreDue,
  newRotation,
  parseRotation,
  planRotation,
  type Rotation,
  type RotationChoices,
  type RotationContext,
  recreateKey,
  restoreLimit,
  rollBack,
} from "../../src/openrouter/rotation/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { continueRotation, startProcess, startWorld, type World } from "../support/rotationWorld.ts";

describe("rotation: steps", () => {
  let world: World;
  let context: RotationContext;
  const record = () => world.records()[0]!;
  const old = () => world.account.state.keys.get(world.old.hash);

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    await world.reset();
    context = startProcess(world).context;
  });
  after(() => world.account.close());

  const createRecord = (choices?: RotationChoices): Rotation => {
    const now = new Date();
    const plan = planRotation(world.old, { guardrail: world.guardrail, now, choices });
    return newRotation(world.old, plan, { id: randomUUID(), now });
  };
  const assessRecord = async () => {
    const { keys } = await listAllKeys(context.client, {}, { fresh: true });
    return assessRotation(record(), keys, new Set(world.secrets.keys()));
  };

  /** Starts a rotation over a network with a fault for the create. */
  async function beginWithFault(fault: Fault, signal?: AbortSignal): Promise<unknown> {
    const faults = await startFaultProxy(world.account.baseUrl, (request, response, n) =>
      request.method === "POST" && request.path === "/keys" ? fault(request, response, n) : undefined,
    );
    const client = createClient({ key: world.account.key, baseUrl: faults.baseUrl, timeoutMs: 3000 });
    try {
      return await beginRotation({ ...context, client, signal }, createRecord()).catch((error: unknown) => error);
    } finally {
      await faults.close();
    }
  }

  it("removes the record if the create was refused", async () => {
    const error = await beginWithFault((_, response) => reply(response, 400, apiError(400, "no")));
    assert.match(String(error), /returned 400/);
    assert.equal(world.journal.size, 0);
    assert.deepEqual(world.newKeys(), []);
  });

  it("deletes the orphan of a create whose response was lost, and creates a new key", async () => {
    assert.ok((await beginWithFault(() => "after")) instanceof UncertainWriteError);
    assert.equal(record().step, "creating");
    const finding = await assessRecord();
    assert.equal(finding.state, "orphaned");
    const lost = world.newKeys()[0]!.hash;
    await assert.rejects(recreateKey(context, record(), {}), InvalidInputError);
    await recreateKey(context, record(), { remove: [lost] });
    assert.equal(record().step, "created");
    assert.deepEqual(
      world.newKeys().map((key) => key.hash),
      [...world.secrets.keys()],
    );
    assert.notEqual(record().new!.hash, lost);
  });

  it("treats a cancelled create like one whose response was lost", async () => {
    const cancel = new AbortController();
    const error = await beginWithFault(() => {
      cancel.abort();
      return "after";
    }, cancel.signal);
    assert.ok(error instanceof UncertainWriteError, String(error));
    assert.match(error.message, /cancelled/);
    // It still takes effect, a moment later.
    while (world.newKeys().length === 0) await setTimeout(5);
    assert.equal((await assessRecord()).state, "orphaned");
    await rollBack(context, record(), { remove: world.newKeys().map((key) => key.hash) });
    assert.deepEqual([world.newKeys(), world.journal.size, old()?.disabled], [[], 0, false]);
  });

  it("takes the keys that exist from a list that several rotations share", async () => {
    const planned = createRecord();
    const twin = { hash: "twin", name: planned.body.name };
    const before = world.account.requests.length;
    const created = await beginRotation(
      { ...context, existingKeys: async () => [twin, { hash: "other", name: "another" }] },
      planned,
    );
    assert.deepEqual([created.step, created.knownHashes], ["created", ["twin"]]);
    const lists = world.account.requests
      .slice(before)
      .filter(({ method, path }) => method === "GET" && path === "/keys");
    assert.equal(lists.length, 0);
  });

  it("creates nothing if the old key was deleted", async () => {
    await deleteKey(startProcess(world).client, world.old.hash);
    await assert.rejects(beginRotation(context, createRecord()), NotFoundError);
    assert.deepEqual([world.journal.size, world.newKeys()], [0, []]);
  });

  it("writes nothing if it was cancelled before", async () => {
    await assert.rejects(beginRotation({ ...context, signal: AbortSignal.abort() }, createRecord()), {
      name: "AbortError",
    });
    assert.equal(world.journal.size, 0);
  });

  it("keeps a key with the same name that somebody else created", async () => {
    await beginWithFault(() => "after");
    const [lost] = world.newKeys();
    const { data: other } = await createKey(context.client, { name: world.old.name });
    await assert.rejects(rollBack(context, record(), { remove: [lost!.hash] }), /found another key with the new name/);
    await recreateKey(context, record(), { remove: [lost!.hash], spare: [other!.hash] });
    assert.deepEqual(new Set(world.newKeys().map((key) => key.hash)), new Set([other!.hash, record().new!.hash]));
    const finding = await assessRecord();
    assert.ok(finding.state === "underway");
    assert.deepEqual(finding.strays, []);
    // The first create takes effect only now.
    const { data: late } = await createKey(context.client, { name: world.old.name });
    const later = await assessRecord();
    assert.ok(later.state === "underway");
    assert.deepEqual(
      later.strays.map((key) => key.hash),
      [late!.hash],
    );
  });

  it("never deletes a key that is not an orphan", async () => {
    await beginWithFault((_, response) => reply(response, 500, apiError(500, "no")));
    assert.equal((await assessRecord()).state, "notCreated");
    await rollBack(context, record(), { remove: [world.old.hash] });
    assert.equal(old()?.disabled, false);
  });

  it("throws if the guardrail was deleted, and continues without it", async () => {
    await beginRotation(context, createRecord());
    const gone = { id: randomUUID(), name: "gone" };
    await context.journal.update(record().id, (now) => ({ ...now, guardrail: gone }));
    await assert.rejects(bindGuardrail(context, record()), NotFoundError);
    assert.equal(record().step, "created");
    await bindGuardrail(context, record(), { withoutGuardrail: true });
    assert.deepEqual([record().step, record().guardrail], ["bound", undefined]);
  });

  it("assigns a guardrail that is already assigned", async () => {
    await beginRotation(context, createRecord());
    await assignKeys(context.client, world.guardrail.id, [record().new!.hash]);
    await bindGuardrail(context, record());
    assert.equal(record().step, "bound");
  });

  it("refuses steps out of order", async () => {
    await continueRotation(world, context, "bound");
    for (const step of [disableOld, enableOld, deleteOld, closeRotation, bindGuardrail, beginRotation])
      await assert.rejects(step(context, record()), InvalidInputError, step.name);
    await acknowledgeSecret(context, record(), "kept");
    assert.deepEqual([record().step, record().handedOver], ["pending", "kept"]);
    await assert.rejects(deleteOld(context, record()), InvalidInputError);
    assert.equal(old()?.disabled, false);
  });

  it("disables, enables, disables and deletes the old key", async () => {
    await continueRotation(world, context, "disabled");
    assert.equal(old()?.disabled, true);
    await enableOld(context, record());
    assert.deepEqual([old()?.disabled, record().step], [false, "pending"]);
    await disableOld(context, record());
    assert.equal(await deleteOld(context, record()), undefined);
    assert.deepEqual([old(), world.journal.size], [undefined, 0]);
  });

  it("does not delete an old key that was enabled elsewhere", async () => {
    await continueRotation(world, context, "disabled");
    await updateKey(context.client, world.old.hash, { disabled: false });
    await assert.rejects(deleteOld(context, record()), /enabled again/);
    assert.ok(old());
  });

  it("ends if the old key is already deleted, and does not roll back without it", async () => {
    await continueRotation(world, context, "disabled");
    await deleteKey(context.client, world.old.hash);
    await assert.rejects(rollBack(context, record()), NotFoundError);
    assert.equal(world.newKeys().length, 1);
    assert.deepEqual((await assessRecord()).actions, ["continue", "close"]);
    assert.equal(await deleteOld(context, record()), undefined);
  });

  it("keeps an old key disabled that was disabled before the rotation", async () => {
    world.old = await updateKey(context.client, world.old.hash, { disabled: true });
    await continueRotation(world, context, "pending");
    await rollBack(context, record());
    assert.deepEqual([old()?.disabled, world.newKeys()], [true, []]);
  });

  it("keeps the record until the limit is restored", async () => {
    world.old.limit_remaining = 2;
    await beginRotation(context, createRecord({ limit: "remaining" }));
    assert.equal(world.newKeys()[0]!.limit, 2);
    await continueRotation(world, context, "disabled");
    assert.equal((await deleteOld(context, record()))?.step, "finished");
    assert.equal(isRestoreDue(record(), new Date()), false);
    assert.equal(isRestoreDue(record(), new Date(record().restoreLimit!.from)), true);
    assert.equal(await restoreLimit(context, record()), undefined);
    assert.deepEqual([world.newKeys()[0]!.limit, world.journal.size], [5, 0]);
  });

  it("does not restore a limit that somebody changed, or the limit of a deleted key", async () => {
    world.old.limit_remaining = 2;
    await beginRotation(context, createRecord({ limit: "remaining" }));
    const cut = record();
    await updateKey(context.client, cut.new!.hash, { limit: 3 });
    assert.equal((await restoreLimit(context, cut))?.restoreLimit, undefined);
    assert.equal(world.newKeys()[0]!.limit, 3);
    await deleteKey(context.client, cut.new!.hash);
    assert.equal((await restoreLimit(context, cut))?.restoreLimit, undefined);
  });

  it("parses its own records and rejects others", async () => {
    await beginRotation(context, createRecord({ limit: "remaining", expiry: null }));
    const written = JSON.parse([...world.journal.values()][0]!);
    assert.deepEqual(JSON.parse(JSON.stringify(parseRotation(written))), written);
    for (const bad of [undefined, null, "x", {}, { ...written, version: 3 }, { ...written, step: "?" }])
      assert.equal(parseRotation(bad), undefined);
  });
});

describe("rotation: every key of an account", () => {
  it("gets a plan that the API accepts and that copies its settings", async () => {
    const account = await startSampleAccount();
    try {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      const { keys } = await listAllKeys(client);
      assert.ok(keys.length > 30);
      for (const key of keys)
        for (const limit of ["whole", "remaining"] as const) {
          const { body } = planRotation(key, { now: new Date(), choices: { limit, name: "{name} {date}" } });
          const created = await getKey(client, (await createKey(client, body)).hash!);
          const { name, limit_remaining, ...settings } = created;
          for (const field of ["limit_reset", "include_byok_in_limit", "workspace_id", "creator_user_id"] as const)
            assert.equal(settings[field], key[field], field);
          assert.equal(settings.limit, limit === "whole" ? key.limit : key.limit_remaining);
          assert.equal(limit_remaining, settings.limit);
          assert.equal(name, body.name);
        }
    } finally {
      await account.close();
    }
  });
});
