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

describe("the gate", () => {
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

  it("lets reads pass, whatever the setting", async () => {
    for (const mode of ["off", "ask", "on"] as const) {
      const { ask, decided } = gateOf({ mode, decide: () => assert.fail("asked") });
      const answer = await ask("GET", "/credits");
      assert.equal(answer.kind, "answer");
      assert.deepEqual(decided, []);
    }
  });

  it("refuses what is in no table, without sending it", async () => {
    const { ask } = gateOf({ session: () => assert.fail("opened") });
    assert.deepEqual(await ask("POST", "/auth/keys", {}), {
      kind: "refusal",
      reason: "POST /auth/keys is nothing that agents may ask for.",
    });
  });

  for (const [what, options] of [
    ["the setting is off", { mode: "off" }],
    ["the person refuses", { decide: async (): Promise<Decision> => ({ allowed: false, reason: "No." }) }],
    ["it cannot be decided", { decide: () => Promise.reject(new Error("no window")) }],
  ] as const)
    it(`changes nothing where ${what}`, async () => {
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

  it("changes nothing once whoever asked is gone, though it is allowed then", async () => {
    const before = await keys();
    const gone = new AbortController();
    const { ask, decided } = gateOf({
      async decide() {
        gone.abort();
        return { allowed: true };
      },
    });
    const answer = await ask("DELETE", `/keys/${before[0]!.hash}`, undefined, gone.signal);
    assert.equal(answer.kind, "refusal");
    assert.deepEqual(
      decided.map(({ answer: { kind } }) => kind),
      ["refusal"],
    );
    assert.deepEqual(await keys(), before);
  });

  it("changes nothing once another account is in use, though it is allowed then", async () => {
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

  it("answers nothing of an account that is not the one meant", async () => {
    const session = sessionOf(account, "b");
    const { ask } = gateOf({ session: async () => session });
    assert.match(JSON.stringify(await ask("GET", "/credits")), /was switched/);
    const signedOut = gateOf({ session: async () => undefined });
    assert.match(JSON.stringify(await signedOut.ask("GET", "/credits")), /was switched/);
  });

  it("keeps a new secret, and tells nobody", async () => {
    const kept: string[] = [];
    const secretKeeper = () => async (created: { key: string }) => void kept.push(created.key);
    const { ask, decided } = gateOf({ secretKeeper });
    const answer = await ask("POST", "/keys", { name: "by agent", limit: 5 });
    assert.match(kept[0]!, SECRET);
    assert.doesNotMatch(JSON.stringify([answer, decided]), SECRET);
    assert.match(JSON.stringify(answer), /"kept":true.*"name":"by agent".*"limit":5/);
  });

  it("passes a new secret on where it is to, or could not be kept; never to the record", async () => {
    for (const secretKeeper of [() => undefined, () => () => Promise.reject(new Error("no storage"))]) {
      const { ask, decided } = gateOf({ secretKeeper });
      assert.match(JSON.stringify(await ask("POST", "/keys", { name: "by agent" })), SECRET);
      assert.doesNotMatch(JSON.stringify(decided), SECRET);
    }
  });

  it("loses no secret where those who are told of it fail", async () => {
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

  it("says whether nobody is there any more to be told a secret", async () => {
    const asked: boolean[] = [];
    const gone = new AbortController();
    const { ask, session } = gateOf({
      secretKeeper(isGone) {
        asked.push(isGone);
        return undefined;
      },
    });
    const { request } = session.client;
    Object.assign(session.client, {
      request: (...args: Parameters<typeof request>) => {
        gone.abort();
        return request(...args);
      },
    });
    await ask("POST", "/keys", { name: "by agent" }, gone.signal);
    assert.deepEqual(asked, [true]);
  });

  it("tells of what is being sent until its secret is kept and its outcome is told, and of nothing else", async () => {
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

  it("records a secret as kept only where it is", async () => {
    const { ask, decided } = gateOf();
    await ask("POST", "/keys", { name: "by agent" });
    assert.doesNotMatch(JSON.stringify(decided), /"kept"/);
  });

  it("tells an error of the API as what it is", async () => {
    const { ask } = gateOf();
    assert.match(JSON.stringify(await ask("GET", "/keys/nothing")), /"kind":"NotFoundError"/);
    assert.match(JSON.stringify(await ask("PATCH", "/keys/nothing", { name: "x" })), /"kind":"NotFoundError"/);
  });

  it("never gives its own key away, wherever the API says it", async () => {
    const { ask } = gateOf();
    const named = await ask("POST", "/guardrails", { name: `for ${account.key}` });
    assert.doesNotMatch(JSON.stringify(named), new RegExp(account.key));
  });

  for (const [what, spell] of [
    ["in a text", (key: string) => ({ name: `for ${key}.` })],
    ["as the name of a field", (key: string) => ({ [key]: 1 })],
    ["in lines", (key: string) => ({ name: key.replace(/(.{8})/g, "$1\n") })],
    ["with tabs", (key: string) => ({ name: key.replace(/(.{8})/g, "$1\t") })],
    ["in a list", (key: string) => ({ list: [[key]] })],
  ] as const)
    it(`takes the key out of what crosses: ${what}`, () => {
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
    it(`${grave ? "always asks" : "asks only in ask mode"}: ${action} ${JSON.stringify(body)}`, () =>
      assert.equal(isGrave({ action, request: { method: "POST", path: "/", body, account: "a", caller } }), grave));
});
