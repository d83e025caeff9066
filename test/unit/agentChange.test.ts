import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import type { ChannelAnswer } from "../../src/channel/protocol.ts";
import { createAgentChange, isAgentChange, type Outcome } from "../../src/editor/agents/changes/agentChange.ts";
import { createRedactor } from "../../src/openrouter/index.ts";
import { agentWrite } from "../support/agentSession.ts";

const now = "2026-11-26T05:00:00.000Z";
const account = { id: "a", name: "Test" };
const redact = (text: string) => text;
const failure = (kind: string, status?: number, mayHaveTakenEffect?: boolean): ChannelAnswer => ({
  kind: "failure",
  failure: { kind, message: `${kind}!`, nextStep: "", status, mayHaveTakenEffect },
  now,
});

describe("createAgentChange and isAgentChange", () => {
  const write = agentWrite("PATCH", `/keys/${"a".repeat(64)}`, { limit: 5 });
  const undo = { of: "key" as const, id: write.id!, body: { limit: 1 } };
  const record = (answer: ChannelAnswer) => createAgentChange(write, answer, { account, name: "ci", undo, redact });

  for (const [what, tampered] of [
    ["an undo of another key", { undo: { ...undo, id: "b".repeat(64) } }],
    ["an undo of a guardrail", { undo: { of: "guardrail", id: write.id, body: {} } }],
    ["an undo of an action that has none", { action: "deleteKey" }],
    ["an invalid time", { at: "soon" }],
  ] as const)
    it(`rejects a record with ${what}`, () => {
      const change = JSON.parse(JSON.stringify(record({ kind: "answer", now })));
      assert.ok(isAgentChange(change));
      assert.ok(!isAgentChange({ ...change, ...tampered }));
    });

  for (const [what, answer, outcome] of [
    ["an answer", { kind: "answer", now }, "done"],
    ["a refusal", { kind: "refusal", reason: "no" }, "refused"],
    ["an accepted change with an unreadable response", failure("AcceptedWriteError"), "done"],
    ["a refusal by the API", failure("BadRequestError", 400), "failed"],
    ["a missing key", failure("NotFoundError", 404), "failed"],
    ["a rate limit", failure("RateLimitError", 429), "failed"],
    ["a failed connection", failure("NetworkError"), "failed"],
    ["a create whose response was lost", failure("UncertainWriteError", undefined, true), "unknown"],
    ["no response", failure("NetworkError", undefined, true), "unknown"],
    ["a rate limit on the retry after a lost response", failure("RateLimitError", 429, true), "unknown"],
  ] as [string, ChannelAnswer, Outcome][])
    it(`records ${what} as “${outcome}” in a valid record`, () => {
      const change = record(answer);
      assert.equal(change.outcome, outcome);
      assert.equal(change.undo !== undefined, outcome === "done" || outcome === "unknown");
      if (answer.kind === "failure") assert.equal(change.status, answer.failure.status);
      const stored = JSON.parse(JSON.stringify(change));
      assert.ok(isAgentChange(stored));
      assert.deepEqual(stored, JSON.parse(JSON.stringify(change)));
    });

  it("finds the id of a created key or guardrail", () => {
    const create = agentWrite("POST", "/keys", { name: "x" });
    const answers = [{ data: { hash: "h" } }, { kept: true, hash: "h", data: {} }, { data: { id: "h" } }];
    for (const json of answers)
      assert.equal(
        createAgentChange(create, { kind: "answer", json, now }, { account, name: "x", redact }).target,
        "h",
      );
  });

  it("contains no secret, wherever an agent or a response puts one", () => {
    const key = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    const clean = createRedactor([key]);
    const place = fc.constantFrom("name", "field", "value", "nested", "client", "tool", "message", "target");
    fc.assert(
      fc.property(
        place,
        fc.constantFrom(key, key.slice(9), key.toUpperCase(), `sk-or-v1-${"b".repeat(64)}`),
        fc.string({ maxLength: 20 }),
        (where, secret, around) => {
          const at = (one: string) => (where === one ? `${around}${secret}${around}` : "plain");
          const body = { name: at("name"), [at("field")]: at("value"), list: [{ deep: at("nested") }] };
          const asked = agentWrite("POST", "/keys", body, { client: at("client"), tool: at("tool") });
          const answer: ChannelAnswer = {
            kind: "failure",
            failure: { kind: "BadRequestError", message: at("message"), nextStep: "" },
            now,
          };
          const text = JSON.stringify(
            createAgentChange(asked, answer, { account, name: at("target"), redact: (one) => clean(one) }),
          );
          assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), text);
        },
      ),
    );
  });

  it("has no undo if a secret was removed from it", () => {
    const secret = `sk-or-v1-${"b".repeat(64)}`;
    const named = { ...undo, body: { name: secret } };
    const change = createAgentChange(
      write,
      { kind: "answer", now },
      {
        ...{ account, name: "x", undo: named },
        redact: (text) => text.replaceAll(secret, "[redacted]"),
      },
    );
    assert.equal(change.undo, undefined);
  });

  it("limits the size of a record, whatever an agent sends", () => {
    const huge = agentWrite("POST", "/keys", { name: "x".repeat(900_000), list: Array(1000).fill("y".repeat(500)) });
    const change = createAgentChange(huge, { kind: "answer", now }, { account, name: "x".repeat(900_000), redact });
    assert.ok(JSON.stringify(change).length < 15_000);
  });

  it("rejects records that were tampered with", () => {
    const change = record({ kind: "answer", now });
    for (const odd of [
      { ...change, version: 2 },
      { ...change, outcome: "splendid" },
      { ...change, undo: { of: "key", id: "x", body: { workspace_id: "y" } } },
      { ...change, undo: { of: "everything", id: "x", body: {} } },
      { ...change, undo: { of: "keys", id: "x", bound: { a: 1 } } },
      { ...change, account: undefined },
      [change],
      null,
    ])
      assert.equal(isAgentChange(odd), false);
  });
});
