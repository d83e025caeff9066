import assert from "node:assert/strict";
import fc from "fast-check";
import { fromFailure, toFailure } from "../../../src/channel/failures.ts";
import { isGrave } from "../../../src/channel/gate.ts";
import { type ChannelRequest, readAnswer, readEntry, readRequest, readState } from "../../../src/channel/protocol.ts";
import { findEndpoint } from "../../../src/openrouter/endpoints/table.ts";
import * as errors from "../../../src/openrouter/errors.ts";

const request: ChannelRequest = {
  method: "GET",
  path: "/keys",
  query: { offset: 100, include_disabled: true, workspace_id: "w" },
  account: "a",
  caller: { client: "test", tool: "or_keys_list", session: "s" },
};
const entry = {
  ...{
    version: 1,
    address: "/tmp/x/s",
    token: "t",
    pid: 1,
    space: "here",
    since: "2026-11-26T05:00:00.000Z",
    writes: "ask",
  },
  account: { id: "a", name: "Name", sample: false },
};

describe("channel protocol", () => {
  it("reads valid messages unchanged", () => {
    assert.deepEqual(readRequest(JSON.parse(JSON.stringify(request))), {
      ...request,
      body: undefined,
      fresh: undefined,
    });
    assert.deepEqual(readEntry(entry), { ...entry, baseUrl: undefined });
    assert.deepEqual(readState({ writes: "off" }), { account: undefined, baseUrl: undefined, writes: "off" });
  });

  it("accepts a window without a selection of tools, or with one that it can't read", () => {
    for (const tools of [undefined, null, "keys", { length: 1 }])
      assert.deepEqual(readState({ writes: "off", tools }), { account: undefined, baseUrl: undefined, writes: "off" });
    for (const tools of [[], ["keys", "or_credits"]]) {
      assert.deepEqual(readState({ writes: "off", tools })?.tools, tools);
      assert.deepEqual(readEntry({ ...entry, tools })?.tools, tools);
    }
    const odd = ["a".repeat(101), 1, null, ...Array(300).fill("keys")];
    const rotation = { hash: "a", startedAt: "2027-01-01" };
    assert.deepEqual(readState({ writes: "off", rotations: [rotation, {}, null] })?.rotations, [rotation]);
    assert.equal(readState({ writes: "off", rotations: {} })?.rotations, undefined);
    for (const policy of [{}, 1, null]) assert.equal(readState({ writes: "off", policy })?.policy, undefined);
    assert.equal(readState({ writes: "off", policy: "{}" })?.policy, "{}");
    assert.equal(readState({ writes: "off", policy: "a".repeat(2_000_000) })?.policy?.length, 1_000_001);
    assert.deepEqual(readState({ writes: "off", tools: odd })?.tools, ["a".repeat(100), ...Array(199).fill("keys")]);
  });

  it("normalizes a body to what will be sent, so that the gate judges the same values", () => {
    const sent = JSON.parse('{"limit":1e999,"limit_usd":-1e999,"name":"n","nested":[{"a":1e400}]}');
    const read = readRequest({ ...request, method: "PATCH", body: sent });
    assert.deepEqual(read?.body, { limit: null, limit_usd: null, name: "n", nested: [{ a: null }] });
    assert.ok(isGrave({ action: "updateKey", request: read! }));
  });

  it("rejects invalid requests and entries", () => {
    for (const change of [
      { method: "PUT" },
      { path: "keys" },
      { path: undefined },
      { path: `/${"a".repeat(3_000)}` },
      { query: { a: {} } },
      { query: [] },
      { body: {} },
      { account: undefined },
      { account: 1 },
      { caller: {} },
      { caller: { ...request.caller, tool: "x".repeat(201) } },
      { fresh: "yes" },
      { cache: 1 },
    ])
      assert.equal(readRequest({ ...request, ...change }), undefined, JSON.stringify(change));
    for (const change of [
      { version: 2 },
      { address: "" },
      { pid: 0 },
      { pid: -1 },
      { pid: 1.5 },
      { since: "yesterday" },
      { writes: "yes" },
      { writes: true },
      { account: null },
      { account: { id: "a" } },
      { token: undefined },
    ])
      assert.equal(readEntry({ ...entry, ...change }), undefined, JSON.stringify(change));
  });

  it("never throws, whatever it reads", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const read of [readRequest, readEntry, readState, readAnswer]) read(value);
      }),
    );
  });

  for (const [name, ErrorClass] of Object.entries(errors)) {
    if (ErrorClass !== errors.OpenRouterError && !(ErrorClass.prototype instanceof errors.OpenRouterError)) continue;
    it(`serializes and restores ${name}`, () => {
      const error = new (ErrorClass as typeof errors.OpenRouterError)("What failed.", "What to do.", {
        status: 429,
        code: "c",
      });
      if (error instanceof errors.RateLimitError) error.retryAt = new Date("2026-11-26T05:00:00Z");
      if (error instanceof errors.AcceptedWriteError) error.isPage = true;
      error.mayHaveTakenEffect = true;
      const restored = fromFailure(JSON.parse(JSON.stringify(toFailure(error))));
      assert.equal(restored.constructor, ErrorClass);
      assert.deepEqual({ ...restored }, { ...error });
      assert.equal(restored.message, error.message);
    });
  }

  it("doesn't serialize the end of a session", () => assert.equal(toFailure(new errors.ClientEndedError()), undefined));
});

describe("endpoint table", () => {
  it("finds an endpoint with any id that a path can contain, and returns the id", () => {
    const ids = fc
      .string({ minLength: 1, unit: "binary" })
      .filter((id) => id.isWellFormed() && !/^\.{1,2}$|[/\\\p{Cc}]/u.test(id));
    fc.assert(
      fc.property(ids, (id) => {
        const found = findEndpoint("PATCH", `/keys/${encodeURIComponent(id)}`);
        assert.equal(found?.parts.hash, id);
      }),
    );
  });

  for (const [method, path] of [
    ["POST", "/auth/keys"],
    ["PUT", "/keys/a"],
    ["GET", "/keys/"],
    ["GET", "/keys/a/b"],
    ["GET", "/keys/.."],
    ["GET", "/keys/%2e%2e"],
    ["GET", "/keys/%2E%2E"],
    ["GET", "/guardrails/../keys"],
    ["DELETE", "/guardrails/../keys/a"],
    ["GET", "//keys"],
    ["GET", "/keys?offset=1"],
    ["GET", "/keys#a"],
    ["GET", "/keys/a%2fb%zz"],
    ["GET", "/keys/a?b"],
    ["DELETE", "/guardrails/..%2Fkeys%2Fa"],
    ["GET", "/keys/a%5Cb"],
    ["GET", "/keys/a%0Ab"],
    ["GET", "/Keys"],
    ["DELETE", "/keys"],
    ["DELETE", "/guardrails"],
    ["POST", "/guardrails/g/assignments"],
    ["POST", "/chat/completions"],
    ["GET", "/keys/a b"],
    ["GET", "/keys\\a"],
    ["POST", "/workspaces"],
    ["DELETE", "/workspaces/w"],
  ] as const)
    it(`doesn't find ${method} ${path}`, () => assert.equal(findEndpoint(method, path), undefined));

  for (const [method, path, action] of [
    ["GET", "/keys", undefined],
    ["POST", "/analytics/query", undefined],
    ["GET", "/guardrails/assignments/keys", undefined],
    ["POST", "/keys", "createKey"],
    ["DELETE", "/keys/assignments", "deleteKey"],
    ["POST", "/guardrails/g/assignments/keys/remove", "unassignKeys"],
    ["POST", "/guardrails/g/assignments/members", "assignMembers"],
  ] as const)
    it(`finds that ${method} ${path} ${action ? "writes" : "reads"}`, () =>
      assert.equal(findEndpoint(method, path)?.endpoint.action, action));
});
