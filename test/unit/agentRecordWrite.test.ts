import assert from "node:assert/strict";
import fc from "fast-check";
import { forwardRequest } from "../../src/channel/forwardRequest.ts";
import type { ChannelAnswer } from "../../src/channel/protocol.ts";
import type { AgentChange } from "../../src/editor/agents/changes/agentChange.ts";
import { nameInBody } from "../../src/editor/agents/changes/nameInBody.ts";
import { createDecider } from "../../src/editor/agents/decide.ts";
import { createWriteRecorder } from "../../src/editor/agents/recordWrite.ts";
import { withKey } from "../../src/editor/data/keyUpdates.ts";
import { findEndpoint } from "../../src/openrouter/endpoints/table.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentWrite, createAgentSession } from "../support/agentSession.ts";
import { createAgentPerson } from "../support/fakeUser.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";

const now = "2026-11-26T05:00:00.000Z";

const limited: Fault = ({ method }, response) =>
  method === "PATCH" ? reply(response, 429, apiError(429, "Slow down"), { "retry-after": "3600" }) : undefined;
const lostThenLimited: Fault = (request, response, n) =>
  request.method === "PATCH" && n === 1 ? "after" : limited(request, response, n);

describe("createWriteRecorder", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof createAgentSession>;
  let recorded: AgentChange[] = [];
  let errors: string[] = [];
  const before = new WeakMap();

  beforeEach(async () => {
    account = await startSampleAccount();
    session = createAgentSession(account);
    await Promise.all([session.data.keys.load(), session.data.guardrails.load()]);
    [recorded, errors] = [[], []];
  });
  afterEach(async () => {
    session.end();
    await account.close();
  });

  const recordWrite = createWriteRecorder(
    {
      changes: { add: async (change) => void recorded.push(change) },
      keys: { showKey: (shownIn, key) => shownIn.data.keys.change(withKey(key)) },
      secrets: { stateOf: () => undefined, async discard() {} },
      targetName: ({ request }) => nameInBody(request.body),
      log: { error: (text) => void errors.push(text) },
      errorText: String,
    },
    before,
  );
  const settled = () => new Promise((resolve) => setTimeout(resolve, 300));
  const keys = () => session.data.keys.current!.value.keys;
  const assignments = () => session.data.guardrails.current!.value.keyAssignments;

  it("updates the lists from the responses without any request", async () => {
    const [key, other] = keys();
    const [guardrail] = session.data.guardrails.current!.value.guardrails;
    const mark = account.requests.length;
    const answers: [ReturnType<typeof agentWrite>, unknown][] = [
      [agentWrite("PATCH", `/keys/${key!.hash}`, { limit: 7 }), { data: { ...key, limit: 7 } }],
      [agentWrite("DELETE", `/keys/${other!.hash}`), undefined],
      [agentWrite("PATCH", `/guardrails/${guardrail!.id}`, { name: "x" }), { data: { ...guardrail, name: "x" } }],
      [
        agentWrite("POST", `/guardrails/${guardrail!.id}/assignments/keys`, { key_hashes: [key!.hash] }),
        { assigned_count: 1 },
      ],
    ];
    for (const [write, json] of answers) {
      recordWrite(write, session, { kind: "answer", json, now });
      await settled();
    }
    assert.equal(keys().find(({ hash }) => hash === key!.hash)?.limit, 7);
    assert.ok(!keys().some(({ hash }) => hash === other!.hash));
    assert.equal(session.data.guardrails.current!.value.guardrails[0]?.name, "x");
    assert.deepEqual(
      assignments()
        .filter((one) => one.key_hash === key!.hash)
        .map((one) => one.guardrail_id),
      [guardrail!.id],
    );
    assert.deepEqual([...session.data.changedByAgents].sort(), [key!.hash, guardrail!.id].sort());
    assert.equal(account.requests.length, mark);
    assert.deepEqual(errors, []);
  });

  for (const [what, answer] of [
    ["an insufficient response", { kind: "answer", json: { data: { odd: true } }, now }],
    [
      "a lost answer",
      {
        kind: "failure",
        failure: { kind: "TimeoutError", message: "late", nextStep: "", mayHaveTakenEffect: true },
        now,
      },
    ],
    [
      "a thing that is gone",
      { kind: "failure", failure: { kind: "NotFoundError", message: "gone", nextStep: "", status: 404 }, now },
    ],
  ] as [string, ChannelAnswer][])
    it(`reloads only the affected list after ${what}`, async () => {
      const mark = account.requests.length;
      recordWrite(agentWrite("PATCH", `/keys/${keys()[0]!.hash}`, { limit: 7 }), session, answer);
      await settled();
      const paths = account.requests.slice(mark).map(({ path }) => path);
      assert.ok(paths.includes("/keys"), paths.join());
      assert.ok(!paths.some((path) => path.startsWith("/guardrails") || path === "/credits"), paths.join());
    });

  for (const [what, fault, outcome] of [
    ["whose response was lost and whose retry hit a rate limit", lostThenLimited, "unknown"],
    ["that hit a rate limit", limited, "failed"],
  ] as const)
    it(`records a change ${what} as “${outcome}”, and shows the current state`, async () => {
      const network = await startFaultProxy(account.baseUrl, fault);
      const proxied = createAgentSession({ key: account.key, baseUrl: network.baseUrl });
      try {
        await proxied.data.keys.load();
        const shown = () => proxied.data.keys.current!.value.keys.find(({ hash }) => hash === key.hash)?.limit;
        const key = proxied.data.keys.current!.value.keys.find(({ disabled }) => !disabled)!;
        const write = agentWrite("PATCH", `/keys/${key.hash}`, { limit: 4321 });
        before.set(write, { key });
        const found = findEndpoint("PATCH", write.request.path)!;
        recordWrite(write, proxied, await forwardRequest(proxied.client, found, write.request));
        await settled();
        const isUnknown = outcome === "unknown";
        assert.equal(recorded[0]?.outcome, outcome);
        assert.deepEqual(
          recorded[0]?.undo,
          isUnknown ? { of: "key", id: key.hash, body: { limit: key.limit } } : undefined,
        );
        assert.equal(shown(), isUnknown ? 4321 : key.limit);
      } finally {
        proxied.end();
        await network.close();
      }
    });

  it("records a failed connection as “failed”", async () => {
    const nowhere = await startFaultProxy(account.baseUrl, () => undefined);
    await nowhere.close();
    const { client } = createAgentSession({ key: account.key, baseUrl: nowhere.baseUrl });
    const write = agentWrite("PATCH", `/keys/${keys()[0]!.hash}`, { limit: 7 });
    recordWrite(
      write,
      session,
      await forwardRequest(client, findEndpoint("PATCH", write.request.path)!, write.request),
    );
    assert.equal(recorded[0]?.outcome, "failed");
  });

  it("records why a write was refused, and reloads nothing", async () => {
    const mark = account.requests.length;
    recordWrite(agentWrite("POST", "/keys", { name: "x" }), session, { kind: "refusal", reason: "off" });
    await settled();
    assert.equal(account.requests.length, mark);
    assert.equal(recorded[0]?.refusal, "off");
  });

  it("never fails to decide on and record unusual requests", async () => {
    const { options, questions } = createAgentPerson();
    const decide = createDecider(options, before);
    const deep = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    const odd = [
      { name: { toString: 1 } },
      { name: ["x"], limit: { valueOf: 1 } },
      { deep },
      { workspace_id: { toString: 1 } },
    ];
    const bodies = [...odd, ...fc.sample(fc.jsonValue(), 100)];
    for (const body of bodies) {
      questions.length = 0;
      const write = agentWrite("POST", "/keys", body);
      const decision = decide(write, session, new AbortController().signal);
      const deadline = Date.now() + 5_000;
      let done = false;
      void decision.then(() => {
        done = true;
      });
      while (questions.length === 0 && !done && Date.now() < deadline) await new Promise(setImmediate);
      questions[0]?.answer("refuse");
      assert.equal((await decision).allowed, false);
      recordWrite(write, session, { kind: "refusal", reason: "no" });
    }
    assert.equal(recorded.length, bodies.length);
    for (const { refusal } of recorded) assert.ok(["person", "malformed"].includes(refusal ?? ""), refusal);
  });
});
