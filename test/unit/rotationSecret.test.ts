import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createClient, type Key, listAllKeys } from "../../src/openrouter/index.ts";
import {
  assessRotation,
  beginRotation,
  identifyNewKey,
  newRotation,
  planRotation,
  recreateKey,
} from "../../src/openrouter/rotation/index.ts";
import { findKeyBySecret, newKeyFromResponse } from "../../src/openrouter/rotation/newKey.ts";
import { apiError, reply, startFaultProxy } from "../support/faults.ts";
import { continueRotation, sha256, startProcess, startWorld, type World } from "../support/rotationWorld.ts";

/** What a proxy, or an older or newer API, may send instead of a field's value. */
const invalidValues: [string, unknown][] = [
  ["missing", undefined],
  ["null", null],
  ["a number", 7],
  ["true", true],
  ["empty", ""],
  ["another text", "x"],
  ["a list", []],
  ["an object", {}],
];

describe("rotation: the one-time secret", () => {
  let world: World;
  /** Changes the response to the create. */
  let changeResponse: (answer: { data?: unknown; key: string }) => unknown;
  /** Whether lists of keys fail once the key is created. */
  let lists: "answer" | "fail";
  let faults: Awaited<ReturnType<typeof startFaultProxy>>;

  before(async () => {
    world = await startWorld();
    faults = await startFaultProxy(world.account.baseUrl, async (request, response) => {
      if (request.method === "GET" && lists === "fail" && world.newKeys().length > 0)
        return reply(response, 403, apiError(403, "no"));
      if (request.method !== "POST" || request.path !== "/keys") return undefined;
      const headers = { authorization: `Bearer ${world.account.key}`, "content-type": "application/json" };
      const answer = await fetch(`${world.account.baseUrl}/keys`, { method: "POST", headers, body: request.body });
      return reply(response, 200, changeResponse((await answer.json()) as { key: string }) as object);
    });
  });
  beforeEach(() => {
    lists = "answer";
    return world.reset();
  });
  after(() => Promise.all([faults.close(), world.account.close()]));

  /** Starts a process behind the proxy. */
  function startProcessBehindProxy() {
    const client = createClient({ key: world.account.key, baseUrl: faults.baseUrl });
    return { ...startProcess(world).context, client };
  }

  function planRecord() {
    const now = new Date();
    const plan = planRotation(world.old, { guardrail: world.guardrail, now });
    return newRotation(world.old, plan, { id: randomUUID(), now });
  }

  /** Asserts that one key was created and that its secret is stored under its hash. */
  function assertStored(): void {
    const [made, ...more] = world.newKeys();
    assert.ok(made);
    assert.deepEqual(more, [], "another key was created");
    assert.deepEqual(
      [...world.secrets].map(([hash, secret]) => [hash, sha256(secret)]),
      [[made.hash, made.hash]],
    );
    const [record] = world.records();
    assert.deepEqual([record?.step, record?.new?.hash, record?.new?.label], ["created", made.hash, made.label]);
  }

  it("is stored whatever other field of the response is invalid", async () => {
    const fields = Object.keys(world.old);
    assert.ok(fields.length > 15 && fields.includes("hash"));
    type Change = (data: object) => unknown;
    const odds: [string, Change][] = [
      ...fields.flatMap((field) =>
        invalidValues.map(([how, value]): [string, Change] => [
          `${field}: ${how}`,
          (data) => ({ ...data, [field]: value }),
        ]),
      ),
      ...invalidValues.map(([how, value]): [string, Change] => [`data: ${how}`, () => value]),
      ["hash of the old key", (data) => ({ ...data, hash: world.old.hash })],
    ];
    for (const [title, change] of odds)
      try {
        await world.reset();
        changeResponse = ({ data, key }) => ({ data: change(data as object), key });
        const context = startProcessBehindProxy();
        await beginRotation(context, planRecord());
        if (!title.startsWith("label: another")) assertStored();
        if (!/^(hash|name|label|data)/.test(title)) continue;
        await continueRotation(world, context, "finished");
        assert.deepEqual([world.records(), [...world.secrets], world.newKeys().length], [[], [], 1]);
        assert.equal(sha256(world.acknowledgedSecret!), world.newKeys()[0]!.hash);
      } catch (error) {
        throw new Error(title, { cause: error });
      }
    const posts = faults.received.filter(({ method, path }) => method === "POST" && path === "/keys");
    assert.equal(posts.length, odds.length);
  });

  it("stays stored if its key can't be identified, and no other key is created", async () => {
    changeResponse = ({ key }) => ({ key });
    lists = "fail";
    const context = startProcessBehindProxy();
    await assert.rejects(beginRotation(context, planRecord()), /403/);
    const [record] = world.records();
    const [made] = world.newKeys();
    assert.equal(record!.step, "creating");
    assert.deepEqual([...world.secrets.keys()], [record!.id]);

    await assert.rejects(identifyNewKey(context, record!), /403/);
    lists = "answer";
    const { keys } = await listAllKeys(context.client, {}, { fresh: true });
    assert.deepEqual(assessRotation(record!, keys, new Set(world.secrets.keys())).state, "unidentified");
    await assert.rejects(recreateKey(context, record!, { remove: [made!.hash] }), { reason: "secretStored" });
    await assert.rejects(recreateKey(context, record!, { spare: [made!.hash] }), { reason: "secretStored" });
    assert.deepEqual([world.newKeys(), [...world.secrets.keys()]], [[made], [record!.id]]);

    await identifyNewKey(context, record!);
    assertStored();
  });

  it("is not assigned to another key with the same name", async () => {
    changeResponse = ({ key }) => ({ key });
    lists = "fail";
    const context = startProcessBehindProxy();
    await assert.rejects(beginRotation(context, planRecord()), /403/);
    const [record] = world.records();
    lists = "answer";
    const [made] = world.newKeys();
    const stranger = { ...made!, hash: "f".repeat(64), label: "sk-or-v1-fff...ffff" };
    world.account.state.keys.set(stranger.hash, stranger);
    world.account.state.keys.delete(made!.hash);
    await assert.rejects(identifyNewKey(context, record!), { reason: "newUnknown" });
    assert.deepEqual([...world.secrets.keys()], [record!.id]);
    world.account.state.keys.set(made!.hash, made!);
    await identifyNewKey(context, record!);
    assert.equal(world.records()[0]?.new?.hash, made!.hash);
  });
});

describe("findKeyBySecret and newKeyFromResponse", () => {
  const SECRET = `sk-or-v1-0e6${"5".repeat(57)}1c96`;
  const orphan = (hash: string, label: string) => ({ hash, label }) as Key;
  const found = (...labels: string[]) =>
    findKeyBySecret(
      labels.map((label, n) => orphan(`${n}`, label)),
      SECRET,
    )?.hash;

  it("finds the key whose label matches the secret", () => {
    assert.equal(found("sk-or-v1-0e6...1c96"), "0");
    assert.equal(found("sk-or-v1-fff...1c96", "sk-or-v1-0e6…1c96"), "1");
    assert.equal(found("sk-or-v1-0e6...1c97", "sk-or-v1-0e7...1c96"), undefined);
    assert.equal(found("sk-or-v1-0e6...1c96", "sk-or-v1-0e6...1c96"), undefined, "two that look alike");
    assert.equal(found(), undefined);
  });

  it("finds the only key without a label if no label matches", () => {
    assert.equal(found(""), "0");
    assert.equal(found("", "sk-or-v1-0e6...1c96"), "1");
    assert.equal(found("sk-or-v1-fff...ffff", ""), "1");
    assert.equal(found("", ""), undefined);
    assert.equal(found("worker"), undefined);
  });

  it("takes a missing name from the request and a missing label from the secret", () => {
    const record = { id: "r", old: { hash: "a".repeat(64) }, body: { name: "worker" }, knownHashes: ["c".repeat(64)] };
    const named = (hash: string | undefined, data?: object, key = SECRET) =>
      newKeyFromResponse(record as never, { key, hash, data: data as Key | undefined });
    const hash = "b".repeat(64);
    assert.deepEqual(named(hash), { hash, name: "worker", label: "sk-or-v1-0e6...1c96" });
    assert.deepEqual(named(hash, { name: "n", label: "" }), { hash, name: "n", label: "sk-or-v1-0e6...1c96" });
    assert.deepEqual(named(hash, { name: "n", label: "l" }), { hash, name: "n", label: "l" });
    assert.equal(named(hash, undefined, "short")?.label, "");
    for (const none of ["a".repeat(64), "c".repeat(64), "../x", "", undefined]) assert.equal(named(none), undefined);
  });
});
