import assert from "node:assert/strict";
import { redactJson } from "../../../src/channel/forwardRequest.ts";
import { createGate, type Decision, type GateOptions, isGrave, type Write } from "../../../src/channel/gate.ts";
import type { ChannelAnswer, ChannelRequest } from "../../../src/channel/protocol.ts";
import type { WriteMode } from "../../../src/channel/writeMode.ts";
import { ClientEndedError, createClient, listAllKeys } from "../../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";

const SECRET = /sk-or-v1-[0-9a-f]{64}/;
const caller = { client: "test", tool: "or_tool", session: "s" };
const never = new AbortController().signal;

describe("gate", () => {
  let account: SampleAccount;
  const ends: AbortController[] = [];

  beforeEach(async () => {
    account = await startSampleAccount();
  });
  afterEach(() => account.close());

  function sessionOf({ key, baseUrl }: { key: string; baseUrl: string }, id = "a") {
    const end = new AbortController();
    ends.push(end);
    return { id, signal: end.signal, client: createClient({ key, baseUrl, lifetime: end.signal }), end };
  }
  type TestSession = ReturnType<typeof sessionOf>;

  function gateOf(options: Partial<GateOptions<TestSession>> & { mode?: WriteMode } = {}) {
    const session = sessionOf(account);
    const decided: { write: Write; answer: ChannelAnswer }[] = [];
    const gate = createGate<TestSession>({
      session: async () => session,
      writeMode: () => options.mode ?? "on",
      decide: async () => ({ allowed: true }),
      secretKeeper: () => undefined,
      onDecided: (write, _session, answer) => decided.push({ write, answer }),
      ...options,
    });
    const ask = (method: ChannelRequest["method"], path: string, body?: unknown, signal: AbortSignal = never) =>
      gate({ method, path, body, account: "a", caller }, signal);
    return { ask, decided, session };
  }
  const keys = async () => (await listAllKeys(createClient(account))).keys;

  it("lets reads pass in every write mode", async () => {
    for (const mode of ["off", "ask", "on"] as const) {
      const { ask, decided } = gateOf({ mode, decide: () => assert.fail("asked") });
      const answer = await ask("GET", "/credits");
      assert.equal(answer.kind, "answer");
      assert.deepEqual(decided, []);
    }
  });

  it("caches reads if the caller allows it, and never a write", async () => {
    const { session } = gateOf();
    const gate = createGate<TestSession>({
      ...{ session: async () => session, writeMode: () => "on", decide: async () => ({ allowed: true }) },
      ...{ secretKeeper: () => undefined, onDecided: () => {} },
    });
    const send = (request: Pick<ChannelRequest, "method" | "path" | "body" | "cache">) =>
      gate({ ...request, account: "a", caller }, never);
    const sent = (method: string) => account.requests.filter((one) => one.method === method).length;
    const list = { method: "GET", path: "/guardrails/assignments/keys" } as const;
    for (const cache of [true, true]) await send({ ...list, cache });
    assert.equal(sent("GET"), 1);
    await send(list);
    assert.equal(sent("GET"), 2);
    const [hash] = account.state.keys.keys();
    for (const disabled of [true, true])
      await send({ method: "PATCH", path: `/keys/${hash}`, body: { disabled }, cache: true });
    assert.equal(sent("PATCH"), 2);
    // A write clears the cache.
    await send({ ...list, cache: true });
    assert.equal(sent("GET"), 3);
  });

  it("refuses endpoints that are not in the table, without opening the session", async () => {
    const { ask } = gateOf({ session: () => assert.fail("opened") });
    assert.deepEqual(await ask("POST", "/auth/keys", {}), {
      kind: "refusal",
      reason: "POST /auth/keys is not available to agents.",
    });
  });

  for (const [what, options] of [
    ["the setting is off", { mode: "off" }],
    ["the user refuses", { decide: async (): Promise<Decision> => ({ allowed: false, reason: "No." }) }],
    ["deciding fails", { decide: () => Promise.reject(new Error("no window")) }],
  ] as const)
    it(`changes nothing if ${what}`, async () => {
      const before = await keys();
      const { ask } = gateOf(options);
      const answers = [
        await ask("POST", "/keys", { name: "new" }),
        await ask("PATCH", `/keys/${before[0]!.hash}`, { disabled: true }),
        await ask("DELETE", `/keys/${before[0]!.hash}`),
      ];
      for (const { kind } of answers) assert.notEqual(kind, "answer");
      assert.deepEqual(await keys(), before);
    });

  it("changes nothing after the caller has disconnected, even if the write is then allowed", async () => {
    const before = await keys();
    const disconnected = new AbortController();
    const { ask, decided } = gateOf({
      async decide() {
        disconnected.abort();
        return { allowed: true };
      },
    });
    const answer = await ask("DELETE", `/keys/${before[0]!.hash}`, undefined, disconnected.signal);
    assert.equal(answer.kind, "refusal");
    assert.deepEqual(
      decided.map(({ answer: { kind } }) => kind),
      ["refusal"],
    );
    assert.deepEqual(await keys(), before);
  });

  it("changes nothing after the account was switched, even if the write is then allowed", async () => {
    const before = await keys();
    const { ask, session } = gateOf({
      async decide() {
        session.end.abort(new ClientEndedError());
        return { allowed: true };
      },
    });
    const answer = await ask("DELETE", `/keys/${before[0]!.hash}`);
    assert.match(JSON.stringify(answer), /"failure".*was switched/);
    assert.deepEqual(await keys(), before);
  });

  it("returns no data for requests to another account or while signed out", async () => {
    const session = sessionOf(account, "b");
    const { ask } = gateOf({ session: async () => session });
    assert.match(JSON.stringify(await ask("GET", "/credits")), /was switched/);
    const signedOut = gateOf({ session: async () => undefined });
    assert.match(JSON.stringify(await signedOut.ask("GET", "/credits")), /was removed.*Set Key/);
  });

  it("says that the account was removed if it is while a request is answered", async () => {
    const session = sessionOf(account);
    let isRemoved = false;
    const { ask } = gateOf({
      session: async () => (isRemoved ? undefined : session),
      onRead() {
        isRemoved = true;
        session.end.abort(new ClientEndedError());
      },
    });
    assert.match(JSON.stringify(await ask("GET", "/credits")), /was removed/);
  });

  it("keeps a new secret and shows it to neither the agent nor the record", async () => {
    const kept: string[] = [];
    const secretKeeper = () => async (created: { key: string }) => void kept.push(created.key);
    const { ask, decided } = gateOf({ secretKeeper });
    const answer = await ask("POST", "/keys", { name: "by agent", limit: 5 });
    assert.match(kept[0]!, SECRET);
    assert.doesNotMatch(JSON.stringify([answer, decided]), SECRET);
    assert.match(JSON.stringify(answer), /"kept":true.*"name":"by agent".*"limit":5/);
  });

  it("passes a new secret to the agent if the setting says so or it can't be kept, and never to the record", async () => {
    for (const secretKeeper of [() => undefined, () => () => Promise.reject(new Error("no storage"))]) {
      const { ask, decided } = gateOf({ secretKeeper });
      assert.match(JSON.stringify(await ask("POST", "/keys", { name: "by agent" })), SECRET);
      assert.doesNotMatch(JSON.stringify(decided), SECRET);
    }
  });

  it("loses no secret if listeners throw", async () => {
    const failing = () => {
      throw new Error("the view is gone");
    };
    for (const options of [
      { onDecided: failing },
      { onDecided: failing, secretKeeper: failing },
      { onDecided: failing, secretKeeper: () => failing },
    ])
      assert.match(JSON.stringify(await gateOf(options).ask("POST", "/keys", { name: "by agent" })), SECRET);
    const kept: string[] = [];
    const { ask } = gateOf({
      onDecided: failing,
      secretKeeper:
        () =>
        async ({ key }) =>
          void kept.push(key),
    });
    assert.doesNotMatch(JSON.stringify(await ask("POST", "/keys", { name: "by agent" })), SECRET);
    assert.match(kept[0]!, SECRET);
  });

  it("tells the secret keeper that the caller has disconnected", async () => {
    const isGoneArguments: boolean[] = [];
    const disconnected = new AbortController();
    const { ask, session } = gateOf({
      secretKeeper(isGone) {
        isGoneArguments.push(isGone);
        return undefined;
      },
    });
    const { request } = session.client;
    Object.assign(session.client, {
      request: (...args: Parameters<typeof request>) => {
        disconnected.abort();
        return request(...args);
      },
    });
    await ask("POST", "/keys", { name: "by agent" }, disconnected.signal);
    assert.deepEqual(isGoneArguments, [true]);
  });

  it("reports a write in flight until its secret is kept and its outcome reported, and reports nothing else", async () => {
    const sent: Promise<unknown>[] = [];
    const kept: string[] = [];
    const options = { onSend: (done: Promise<unknown>) => void sent.push(done) };
    await gateOf({ ...options, mode: "off" }).ask("POST", "/keys", { name: "by agent" });
    await gateOf(options).ask("GET", "/keys");
    assert.equal(sent.length, 0);
    const { ask, decided } = gateOf({
      ...options,
      secretKeeper:
        () =>
        async ({ key }) =>
          void kept.push(key),
    });
    void ask("POST", "/keys", { name: "by agent" });
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(sent);
    assert.deepEqual([kept.length, decided.length], [1, 1]);
  });

  it("records a secret as kept only if it was kept", async () => {
    const { ask, decided } = gateOf();
    await ask("POST", "/keys", { name: "by agent" });
    assert.doesNotMatch(JSON.stringify(decided), /"kept"/);
  });

  it("returns errors of the API as failures of their own kind", async () => {
    const { ask } = gateOf();
    assert.match(JSON.stringify(await ask("GET", "/keys/nothing")), /"kind":"NotFoundError"/);
    assert.match(JSON.stringify(await ask("PATCH", "/keys/nothing", { name: "x" })), /"kind":"NotFoundError"/);
  });

  it("redacts its own key where the API returns it", async () => {
    const { ask } = gateOf();
    const named = await ask("POST", "/guardrails", { name: `for ${account.key}` });
    assert.doesNotMatch(JSON.stringify(named), new RegExp(account.key));
  });

  for (const [what, spell] of [
    ["in a string", (key: string) => ({ name: `for ${key}.` })],
    ["as a field name", (key: string) => ({ [key]: 1 })],
    ["split by line breaks", (key: string) => ({ name: key.replace(/(.{8})/g, "$1\n") })],
    ["split by tabs", (key: string) => ({ name: key.replace(/(.{8})/g, "$1\t") })],
    ["in a list", (key: string) => ({ list: [[key]] })],
  ] as const)
    it(`redacts the key ${what}`, () => {
      const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
      const crossed = JSON.stringify(redactJson(createClient({ key }), { data: spell(key), id: 7, none: null }));
      assert.ok(!crossed.replace(/\\[nt]/g, "").includes("0123456789abcdef"), crossed);
      assert.match(crossed, /"id":7,"none":null/);
    });

  for (const [action, body, grave] of [
    ["deleteKey", undefined, true],
    ["deleteGuardrail", undefined, true],
    ["createKey", { name: "n" }, false],
    ["createKey", { name: "n", limit: null }, false],
    ["updateKey", { limit: null }, true],
    ["updateKey", { limit: 5, name: "n" }, false],
    ["updateKey", { disabled: true }, false],
    ["updateGuardrail", { limit_usd: null }, true],
    ["updateGuardrail", { limit_usd: 0 }, false],
    ["assignKeys", { key_hashes: ["a"] }, false],
    ["assignKeys", { key_hashes: ["a", "b"] }, true],
    ["unassignMembers", { member_user_ids: ["a", "b"] }, true],
    ["unassignMembers", { member_user_ids: ["a"] }, false],
  ] as const)
    it(`${grave ? "treats as grave" : "doesn't treat as grave"}: ${action} ${JSON.stringify(body)}`, () =>
      assert.equal(isGrave({ action, request: { method: "POST", path: "/", body, account: "a", caller } }), grave));
});
