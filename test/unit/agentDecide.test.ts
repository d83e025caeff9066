import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createCompletions } from "../../src/editor/agents/ask/completions.ts";
import type { TargetStates } from "../../src/editor/agents/ask/targetState.ts";
import { createDecider } from "../../src/editor/agents/decide.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentWrite, createAgentSession } from "../support/agentSession.ts";
import { createAgentPerson, waitUntil } from "../support/fakeUser.ts";
import { randomKey } from "../support/mcp.ts";

describe("createDecider", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof createAgentSession>;
  let user: ReturnType<typeof createAgentPerson>;
  const never = new AbortController().signal;

  before(async () => {
    account = await startSampleAccount();
  });
  beforeEach(() => {
    session = createAgentSession(account);
    user = createAgentPerson();
  });
  afterEach(() => session.end());
  after(() => account.close());

  const decider = (ms?: number) => createDecider(user.options, new WeakMap(), ms);
  const create = (name = "new", asking = {}) => agentWrite("POST", "/keys", { name }, asking);
  const someKey = () => [...account.state.keys.keys()][0]!;

  for (const [answer, allowed] of [
    ["allow", true],
    ["allowSession", true],
    ["refuse", false],
  ] as const)
    it(`${allowed ? "allows" : "refuses"} a write if the answer is ${answer}`, async () => {
      const decision = decider()(create(), session, never);
      await user.waitForQuestions(1);
      assert.equal(user.questions[0]?.forSession, true);
      user.questions[0]?.answer(answer);
      assert.equal((await decision).allowed, allowed);
    });

  it("allows all writes of an allowed server process, but asks about other processes and account sessions", async () => {
    const decide = decider();
    const first = decide(create(), session, never);
    await user.waitForQuestions(1);
    user.questions[0]?.answer("allowSession");
    await first;
    assert.deepEqual(await decide(create(), session, never), { allowed: true });
    const other = decide(create("x", { session: "two" }), session, never);
    await user.waitForQuestions(2);
    user.questions[1]?.answer("refuse");
    assert.equal((await other).allowed, false);
    const next = createAgentSession(account);
    const again = decide(create(), next, never);
    await user.waitForQuestions(3);
    user.questions[2]?.answer("refuse");
    assert.equal((await again).allowed, false);
    next.end();
  });

  it("forgets allowed server processes when writes are turned off", async () => {
    const decide = decider();
    const first = decide(create(), session, never);
    await user.waitForQuestions(1);
    user.questions[0]?.answer("allowSession");
    await first;
    user.setMode("off");
    user.setMode("ask");
    const again = decide(create(), session, never);
    await user.waitForQuestions(2);
    user.questions[1]?.answer("refuse");
    assert.equal((await again).allowed, false);
  });

  it("allows the waiting writes of a server process that was allowed", async () => {
    const decide = decider();
    const decisions = ["a", "b", "c"].map((name) => decide(create(name), session, never));
    await user.waitForQuestions(1);
    user.questions[0]?.answer("allowSession");
    assert.deepEqual(await Promise.all(decisions), [{ allowed: true }, { allowed: true }, { allowed: true }]);
    assert.equal(user.questions.length, 1);
  });

  it("with writes on, asks only about grave writes, unless the setting turns that off", async () => {
    user.setMode("on");
    const decide = decider();
    assert.deepEqual(await decide(create(), session, never), { allowed: true });
    const unlimited = agentWrite("PATCH", `/keys/${someKey()}`, { limit: null });
    const decision = decide(unlimited, session, never);
    await user.waitForQuestions(1);
    assert.equal(user.questions[0]?.forSession, false);
    user.questions[0]?.answer("allow");
    assert.deepEqual(await decision, { allowed: true });
    user.settings.asksForGrave = false;
    assert.deepEqual(await decide(unlimited, session, never), { allowed: true });
    assert.equal(user.questions.length, 1);
  });

  it("refuses a write without an answer in time (including waiting time) and ignores late answers", async () => {
    const decide = decider(100);
    const decisions = [decide(create("a"), session, never), decide(create("b"), session, never)];
    for (const one of await Promise.all(decisions)) assert.match(JSON.stringify(one), /within two minutes/);
    assert.equal(user.questions.length, 1);
    const [first] = user.questions;
    first?.answer("allowSession");
    await waitUntil(() => user.lateAnswers.length > 0, "the message about the late answer");
    assert.deepEqual(user.lateAnswers, [first?.write]);
    // The late answer didn't allow the server process, either.
    const next = decide(create(), session, never);
    await user.waitForQuestions(2);
    assert.equal((await next).allowed, false);
    user.questions[1]?.answer("refuse");
    await new Promise(setImmediate);
    assert.equal(user.lateAnswers.length, 1);
  });

  for (const [end, reason] of [
    ["caller", /client disconnected/],
    ["session", /was switched or removed/],
    ["mode", /were turned off/],
  ] as const)
    it(`refuses a write after the end of the ${end}`, async () => {
      const caller = new AbortController();
      const decision = decider()(create(), session, caller.signal);
      await user.waitForQuestions(1);
      if (end === "caller") caller.abort();
      if (end === "session") session.end();
      if (end === "mode") user.setMode("off");
      user.questions[0]?.answer("allow");
      assert.match(JSON.stringify(await decision), reason);
    });

  it("reads the target again for a question that waited, once the previous write is completed", async () => {
    const key = [...account.state.keys.values()].find(({ name }) => name === "ci-tests")!;
    const { limit } = key;
    const before: TargetStates = new WeakMap();
    const { wait, done } = createCompletions();
    const decide = createDecider({ ...user.options, whenCompleted: wait }, before);
    const writes = [50, 60, 70].map((asked) => agentWrite("PATCH", `/keys/${key.hash}`, { limit: asked }));
    const decided = Promise.all(writes.map((write) => decide(write, session, never)));
    await user.waitForQuestions(1);
    // The order of the questions depends on which target was read first.
    const lastQuestion = () => user.questions.at(-1)!;
    lastQuestion().answer("allow");
    await sleep(50);
    assert.equal(user.questions.length, 1);
    key.limit = 50;
    done(lastQuestion().write);
    await user.waitForQuestions(2);
    assert.equal(lastQuestion().known.key?.limit, 50);
    assert.equal(before.get(lastQuestion().write)?.key?.limit, 50);
    lastQuestion().answer("allow");
    await sleep(50);
    account.state.keys.delete(key.hash);
    done(lastQuestion().write);
    const decisions = await decided;
    assert.equal(decisions.filter(({ allowed }) => allowed).length, 2);
    assert.match(JSON.stringify(decisions), /no key or guardrail with this hash or id/);
    assert.equal(user.questions.length, 2);
    account.state.keys.set(key.hash, { ...key, limit });
  });

  it("waits for a write's completion only for a limited time", async () => {
    await createCompletions(10).wait(create());
  });

  it("one refusal refuses all waiting writes of the same server process, and no others", async () => {
    const decide = decider();
    const flood = ["a", "b", "c"].map((name) => decide(create(name), session, never));
    const other = decide(create("d", { session: "two" }), session, never);
    await user.waitForQuestions(1);
    user.questions[0]?.answer("refuse");
    for (const one of await Promise.all(flood)) assert.match(JSON.stringify(one), /The user refused this change/);
    await user.waitForQuestions(2);
    assert.equal(user.questions[1]?.write.request.caller.session, "two");
    user.questions[1]?.answer("allow");
    assert.deepEqual(await other, { allowed: true });
    const later = decide(create("e"), session, never);
    await user.waitForQuestions(3);
    user.questions[2]?.answer("allow");
    assert.deepEqual(await later, { allowed: true });
  });

  it("asks no waiting question after writes are turned off, and ignores an open one's answer", async () => {
    const decide = decider();
    const decisions = ["a", "b"].map((name) => decide(create(name), session, never));
    await user.waitForQuestions(1);
    user.setMode("off");
    user.questions[0]?.answer("allowSession");
    for (const one of await Promise.all(decisions)) assert.match(JSON.stringify(one), /were turned off/);
    assert.equal(user.questions.length, 1);
    user.setMode("ask");
    const next = decide(create(), session, never);
    await user.waitForQuestions(2);
    user.questions[1]?.answer("refuse");
    assert.equal((await next).allowed, false);
  });

  it("refuses to change a missing key without asking", async () => {
    const decision = await decider()(agentWrite("PATCH", `/keys/${"0".repeat(64)}`, { name: "x" }), session, never);
    assert.match(JSON.stringify(decision), /no key or guardrail with this hash or id/);
    assert.equal(user.questions.length, 0);
  });

  it("still asks if the target can't be read, and shows the error", async () => {
    const broken = createAgentSession({ ...account, key: randomKey() });
    const decision = decider()(agentWrite("DELETE", `/keys/${someKey()}`), broken, never);
    await user.waitForQuestions(1);
    assert.ok(user.questions[0]?.known.failure instanceof Error);
    assert.equal(user.questions[0]?.known.isMissing, false);
    user.questions[0]?.answer("refuse");
    await decision;
    broken.end();
  });

  it("refuses a write if the question can't be shown, logs why, and asks the next one", async () => {
    const decide = decider();
    const decisions = [decide(create("a"), session, never), decide(create("b"), session, never)];
    await user.waitForQuestions(1);
    user.questions[0]?.fail(new Error("no window"));
    assert.match(JSON.stringify(await decisions[0]), /couldn.t ask the user/);
    assert.deepEqual(user.errors, ["Agents: Error: no window"]);
    await user.waitForQuestions(2);
    user.questions[1]?.answer("allow");
    assert.deepEqual(await decisions[1], { allowed: true });
  });

  it("refuses a request that a question can't show completely", async () => {
    const guardrail = [...account.state.guardrails.keys()][0]!;
    const assign = `/guardrails/${guardrail}/assignments/keys`;
    const odd = [
      agentWrite("POST", "/keys", ["name"]),
      agentWrite("POST", "/keys"),
      agentWrite("DELETE", `/keys/${someKey()}`, { also: "this" }),
      agentWrite("POST", assign, { key_hashes: [someKey()], more: 1 }),
      agentWrite("POST", assign, { key_hashes: [{ hash: 1 }] }),
      agentWrite("POST", assign, { member_user_ids: ["a"] }),
      { ...create(), request: { ...create().request, query: { force: true } } },
    ];
    for (const write of odd)
      assert.match(JSON.stringify(await decider()(write, session, never)), /can.t show the user/);
    assert.equal(user.questions.length, 0);
  });
});
