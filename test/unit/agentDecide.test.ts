import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentSession, agentWrite } from "../support/agentSession.ts";
import { randomKey } from "../support/mcp.ts";
import { set, settings, shown } from "../support/vscode/api.ts";

const { createDecider } = await import("../../src/editor/agents/decide.ts");
type Services = Parameters<typeof createDecider>[0];

const MODE = "openrouterAdmin.allowWriteTools";
const services = { log: { error() {} }, context: { subscriptions: [] } } as unknown as Services;

describe("deciding on what agents write", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof agentSession>;
  const never = new AbortController().signal;

  before(async () => {
    account = await startSampleAccount();
  });
  beforeEach(() => {
    session = agentSession(account);
    shown.length = 0;
    set(MODE, "ask");
  });
  afterEach(() => {
    session.end();
    for (const id of Object.keys(settings)) delete settings[id];
  });
  after(() => account.close());

  const decider = (ms?: number) => createDecider(services, new WeakMap(), ms);
  const create = (name = "new", asking = {}) => agentWrite("POST", "/keys", { name }, asking);
  const someKey = () => [...account.state.keys.keys()][0]!;

  async function until(count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (shown.length < count) {
      assert.ok(Date.now() < deadline, `${shown.length} of ${count} were shown`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  for (const [button, allowed] of [
    ["Allow", true],
    ["Allow for This Session", true],
    ["Refuse", false],
    [undefined, false],
  ] as const)
    it(`${button ?? "closing the question"} ${allowed ? "allows" : "refuses"}`, async () => {
      const decision = decider()(create(), session, never);
      await until(1);
      assert.equal(shown[0]?.modal, true);
      assert.equal(shown[0]?.buttons[0], "Refuse");
      shown[0]?.answer(button);
      assert.equal((await decision).allowed, allowed);
    });

  it("asks no more for the rest of an allowed session, but another server process and another session of the account", async () => {
    const decide = decider();
    const first = decide(create(), session, never);
    await until(1);
    shown[0]?.answer("Allow for This Session");
    await first;
    assert.deepEqual(await decide(create(), session, never), { allowed: true });
    const other = decide(create("x", { session: "two" }), session, never);
    await until(2);
    shown[1]?.answer("Refuse");
    assert.equal((await other).allowed, false);
    const next = agentSession(account);
    const again = decide(create(), next, never);
    await until(3);
    shown[2]?.answer("Refuse");
    assert.equal((await again).allowed, false);
    next.end();
  });

  it("forgets whom it allowed once writes were off", async () => {
    const decide = decider();
    const first = decide(create(), session, never);
    await until(1);
    shown[0]?.answer("Allow for This Session");
    await first;
    set(MODE, "off");
    set(MODE, "ask");
    const again = decide(create(), session, never);
    await until(2);
    shown[1]?.answer("Refuse");
    assert.equal((await again).allowed, false);
  });

  it("asks once for those who waited behind the question that allowed their session", async () => {
    const decide = decider();
    const decisions = ["a", "b", "c"].map((name) => decide(create(name), session, never));
    await until(1);
    shown[0]?.answer("Allow for This Session");
    assert.deepEqual(await Promise.all(decisions), [{ allowed: true }, { allowed: true }, { allowed: true }]);
    assert.equal(shown.length, 1);
  });

  it("with writes on, asks only for what is grave, unless the person wants no question at all", async () => {
    set(MODE, "on");
    const decide = decider();
    assert.deepEqual(await decide(create(), session, never), { allowed: true });
    const unlimited = agentWrite("PATCH", `/keys/${someKey()}`, { limit: null });
    const decision = decide(unlimited, session, never);
    await until(1);
    assert.deepEqual(shown[0]?.buttons, ["Refuse", "Allow"]);
    shown[0]?.answer("Allow");
    assert.deepEqual(await decision, { allowed: true });
    set("openrouterAdmin.mcp.askForGraveWrites", false);
    assert.deepEqual(await decide(unlimited, session, never), { allowed: true });
    assert.equal(shown.length, 1);
  });

  it("refuses what nobody answers in time, and takes no later answer; the time of others' questions counts", async () => {
    const decide = decider(100);
    const decisions = [decide(create("a"), session, never), decide(create("b"), session, never)];
    for (const one of await Promise.all(decisions)) assert.match(JSON.stringify(one), /within two minutes/);
    assert.equal(shown.length, 1);
    shown[0]?.answer("Allow for This Session");
    await until(2);
    assert.equal(shown[1]?.message, "Nothing was changed: “Test Agent” no longer waits for the answer.");
    // It allowed nothing for the session either.
    const next = decide(create(), session, never);
    await until(3);
    assert.equal(shown[2]?.modal, true);
    assert.equal((await next).allowed, false);
    shown[2]?.answer("Refuse");
  });

  for (const [end, reason] of [
    ["caller", /gone before it was decided/],
    ["session", /was switched/],
    ["mode", /were turned off/],
  ] as const)
    it(`refuses once the ${end} has ended`, async () => {
      const caller = new AbortController();
      const decision = decider()(create(), session, caller.signal);
      await until(1);
      if (end === "caller") caller.abort();
      if (end === "session") session.end();
      if (end === "mode") set(MODE, "off");
      shown[0]?.answer("Allow");
      assert.match(JSON.stringify(await decision), reason);
    });

  it("refuses to change what is gone, without a question", async () => {
    const decision = await decider()(agentWrite("PATCH", `/keys/${"0".repeat(64)}`, { name: "x" }), session, never);
    assert.match(JSON.stringify(decision), /no key or guardrail with this hash or id/);
    assert.equal(shown.length, 0);
  });

  it("asks all the same about what cannot be read, and says so", async () => {
    const broken = agentSession({ ...account, key: randomKey() });
    const decision = decider()(agentWrite("DELETE", `/keys/${someKey()}`), broken, never);
    await until(1);
    assert.match(shown[0]?.detail ?? "", /What is there now could not be read: “/);
    shown[0]?.answer("Refuse");
    await decision;
    broken.end();
  });

  it("refuses a request that a question cannot show", async () => {
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
      assert.match(JSON.stringify(await decider()(write, session, never)), /cannot show the person/);
    assert.equal(shown.length, 0);
  });
});
