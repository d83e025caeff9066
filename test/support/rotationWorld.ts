// Rotates keys of a sample account in simulated processes that can be killed, or fail, at any point.
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { createClient, type Key, listAllKeys, NetworkError, UncertainWriteError } from "../../src/openrouter/index.ts";
import {
  acknowledgeSecret,
  adoptNewKey,
  assessRotation,
  beginRotation,
  bindGuardrail,
  deleteOld,
  disableOld,
  identifyNewKey,
  newRotation,
  parseRotation,
  planRotation,
  type Rotation,
  type RotationContext,
  recreateKey,
  rollBack,
} from "../../src/openrouter/rotation/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";

/**
 * "kill": the process stops at point `at` for good. "fail": one call fails, and the process goes on. Points start at 1; each
 * call has two, before and after it takes effect.
 */
export interface Crash {
  mode: "kill" | "fail";
  at: number;
}

export const sha256 = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Creates what survives a process: the account, the journal, the stored secrets, and the secret that the user received. */
export async function startWorld() {
  const account = await startSampleAccount({ keys: 3 });
  const { state } = account;
  const guardrail = [...state.guardrails.values()][0]!;
  const otherKeyCount = state.keys.size;

  const world = {
    account,
    guardrail,
    journal: new Map<string, string>(),
    /** The process that holds each lock. */
    locks: new Map<string, { alive: boolean }>(),
    secrets: new Map<string, string>(),
    /** The secret that the user acknowledged. */
    acknowledgedSecret: undefined as string | undefined,
    old: undefined as unknown as Key,
    /** If true, only the secret can be read from the response to a create. */
    onlySecretReadable: false,
    records: () => [...world.journal.values()].map((text) => parseRotation(JSON.parse(text))!),
    read: (id: string) => world.records().find((record) => record.id === id),
    /** The keys that rotations created. */
    newKeys: () => [...state.keys.values()].filter((key) => key.name === world.old.name && key.hash !== world.old.hash),

    /** Starts over with a new key to rotate, which has the guardrail. */
    async reset() {
      for (const hash of [...state.keys.keys()].slice(otherKeyCount)) state.keys.delete(hash);
      Object.assign(world, { journal: new Map(), locks: new Map(), secrets: new Map(), taken: undefined });
      const { client } = startProcess(world);
      world.old = await post(account, "/keys", { name: "worker", limit: 5, limit_reset: "monthly" });
      await post(account, `/guardrails/${guardrail.id}/assignments/keys`, { key_hashes: [world.old.hash] });
      return client;
    },
  };
  await world.reset();
  return world;
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Starts a process with a new client; it crashes at the given point. */
export function startProcess(world: World, crash?: Crash) {
  const client = createClient({ key: world.account.key, baseUrl: world.account.baseUrl });
  const self = { alive: true };
  let points = 0;
  let die = () => {};
  const died = new Promise<"killed">((resolve) => {
    die = () => resolve("killed");
  });
  async function at<T>(effect: () => Promise<T> | T, failure: (after: boolean) => Error): Promise<T> {
    const point = async (after: boolean) => {
      points += 1;
      if (points !== crash?.at) return;
      if (crash.mode === "fail") throw failure(after);
      self.alive = false;
      die();
      await new Promise(() => {});
    };
    await point(false);
    const result = await effect();
    await point(true);
    return result;
  }
  const disk = () => new Error("the disk is full");
  const context: RotationContext = {
    client: {
      ...client,
      request(call, options) {
        if (call.method === "DELETE" && call.path.endsWith(world.old.hash))
          assert.ok(world.acknowledgedSecret, "the old key is deleted before the user has the secret");
        return at(
          async () => {
            const answer = await client.request(call, options);
            return call.creates && world.onlySecretReadable ? { ...answer, data: undefined, hash: undefined } : answer;
          },
          (after) =>
            after && call.creates ? new UncertainWriteError("lost", "look") : new NetworkError("no network", "wait"),
        );
      },
    },
    journal: {
      list: () => at(() => world.records(), disk),
      read: (id) => at(() => world.read(id), disk),
      create: (record) => at(() => void world.journal.set(record.id, JSON.stringify(record)), disk),
      update: (id, change) =>
        at(() => {
          const record = world.read(id);
          if (record) world.journal.set(id, JSON.stringify(change(record)));
          return world.read(id);
        }, disk),
      remove: (id) => at(() => void world.journal.delete(id), disk),
      async lock(name) {
        const taken = await at(() => takeLock(world, name, self), disk).catch((error: unknown) => {
          world.locks.delete(name);
          throw error;
        });
        const release = () => void world.locks.delete(name);
        // Releasing never fails.
        return taken ? async () => (crash?.mode === "kill" ? at(release, disk) : release()) : undefined;
      },
    },
    secrets: {
      store: (key, secret) => at(() => void world.secrets.set(key.hash, secret), disk),
      get: (hash) => at(() => world.secrets.get(hash), disk),
      discard: (hash) => at(() => void world.secrets.delete(hash), disk),
    },
  };
  /** Runs the user's actions in this process until it is killed. */
  const run = <T>(act: (context: RotationContext) => Promise<T>): Promise<T | "killed"> =>
    Promise.race([act(context), died]);
  return { client, context, run, points: () => points };
}

/** Takes a lock; waits a second if a living process holds it. */
async function takeLock(world: World, name: string, self: { alive: boolean }): Promise<boolean> {
  for (let tries = 0; world.locks.get(name)?.alive; tries += 1) {
    if (tries === 200) return false;
    await setTimeout(5);
  }
  world.locks.set(name, self);
  return true;
}

/** Continues the rotation from the journal's step to `until`, or starts one. */
export async function continueRotation(
  world: World,
  context: RotationContext,
  until?: Rotation["step"],
): Promise<void> {
  let record: Rotation | undefined = world.records()[0];
  if (!record && !world.account.state.keys.has(world.old.hash)) return;
  if (record) record = await resume(world, context, record);
  else {
    const now = new Date();
    const plan = planRotation(world.old, { guardrail: world.guardrail, now });
    record = await beginRotation(context, newRotation(world.old, plan, { id: randomUUID(), now }));
  }
  while (record && record.step !== until) record = await takeNextStep(world, context, record);
}

async function resume(world: World, context: RotationContext, record: Rotation): Promise<Rotation> {
  const { keys } = await listAllKeys(context.client, {}, { fresh: true });
  const finding = assessRotation(record, keys, new Set(world.secrets.keys()));
  assert.ok(finding.actions.includes("continue"), finding.state);
  if (finding.state === "adoptable") return adoptNewKey(context, record, finding.key);
  if (finding.state === "unidentified") return identifyNewKey(context, record);
  if (finding.state === "notCreated") return recreateKey(context, record, {});
  if (finding.state === "orphaned")
    return recreateKey(context, record, { remove: finding.orphans.map((key) => key.hash) });
  return record;
}

async function takeNextStep(world: World, context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  switch (record.step) {
    case "created":
      return bindGuardrail(context, record);
    case "bound": {
      const secret = world.secrets.get(record.new!.hash);
      assert.ok(secret, "the secret is lost");
      world.acknowledgedSecret = secret;
      return acknowledgeSecret(context, record, "copied");
    }
    case "pending":
      await context.secrets.discard(record.new!.hash);
      return disableOld(context, record);
    default:
      return deleteOld(context, record);
  }
}

/** Rolls back the rotation in the journal, if there is one. */
export async function rollBackRotation(world: World, context: RotationContext): Promise<void> {
  const [record] = world.records();
  if (!record) return;
  const { keys } = await listAllKeys(context.client, {}, { fresh: true });
  const finding = assessRotation(record, keys, new Set(world.secrets.keys()));
  assert.ok(finding.actions.includes("rollBack"), finding.state);
  const isOrphaned = finding.state === "orphaned" || finding.state === "unidentified";
  const orphans = isOrphaned ? finding.orphans : finding.state === "adoptable" ? [finding.key] : [];
  await rollBack(context, record, { remove: orphans.map((key) => key.hash) });
}

async function post(account: SampleAccount, path: string, body: unknown): Promise<Key> {
  const headers = { authorization: `Bearer ${account.key}`, "content-type": "application/json" };
  const response = await fetch(account.baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(response.ok);
  return ((await response.json()) as { data: Key }).data;
}
