import assert from "node:assert/strict";
import { mock } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
  ErrorCode,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { createOwnAccess } from "../../src/mcp/access.ts";
import { createServer } from "../../src/mcp/createServer.ts";
import type { ElicitationOptions } from "../../src/mcp/elicitation.ts";
import { createClient } from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, SAMPLE_LINE, serverEnv, startServer, withoutSampleLine } from "../support/mcp.ts";
import { RawStdioServer } from "../support/rawStdioServer.ts";

const REFUSED = /^Not done, nothing was sent: the user refused.*Don't try again/;
const ALLOW: ElicitResult = { action: "accept", content: { allow: true } };
const HOSTILE = "evil\n**name** [x](https://evil.example) \u202e";

type Handler = (request: ElicitRequest) => ElicitResult | Promise<ElicitResult>;

describe("MCP server: confirmation by the user", () => {
  let account: SampleAccount;
  let server: McpServer;
  /** The questions that the user was asked. */
  let questions: string[];
  let reply: Handler;
  let from: number;

  before(async () => {
    account = await startSampleAccount();
    server = await startServer(serverEnv(account, "1"), { elicitation: {} });
    server.client.setRequestHandler(ElicitRequestSchema, (request) => {
      const { params } = request;
      const [question, ...account] = params.message.split("\n");
      assert.deepEqual(account, [SAMPLE_LINE], "names the account");
      questions.push(question!);
      assert.deepEqual("requestedSchema" in params && params.requestedSchema, {
        type: "object",
        properties: { allow: { type: "boolean", title: "Allow this?", default: false } },
        required: ["allow"],
      });
      return reply(request);
    });
  });
  after(async () => {
    await server.close();
    await account.close();
  });
  beforeEach(() => {
    questions = [];
    reply = () => ALLOW;
    from = account.requests.length;
  });

  const keys = () => [...account.state.keys.values()];
  const guardrails = () => [...account.state.guardrails.values()];
  const members = () => account.state.members.map(({ id }) => id);
  const written = () =>
    account.requests.slice(from).flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
  const limitedKey = () => keys().find(({ limit }) => limit !== null)!;
  const limitedGuardrail = () => guardrails().find(({ limit_usd }) => limit_usd !== null)!;
  const some = <T>(of: T[], count: number) => of.slice(0, count);

  /** The calls that need confirmation, with the expected question. */
  const CONFIRMED: [what: string, tool: string, args: () => Record<string, unknown>, question: () => RegExp][] = [
    [
      "a key is deleted",
      "or_key_delete",
      () => ({ hash: keys()[0]!.hash }),
      () =>
        new RegExp(
          `^Permanently delete the API key “${keys()[0]!.name}” \\(sk-or-v1-.{3}\\.\\.\\..{3,4}\\) in the workspace \\S+\\? It has spent [\\d.e-]+ USD this month \\(UTC\\).*; [\\d.e-]+ USD in total\\.`,
        ),
    ],
    [
      "a key's limit is removed",
      "or_key_update",
      () => ({ hash: limitedKey().hash, clear: ["limit", "limit_reset"] }),
      () =>
        new RegExp(`^Remove the limit of ${limitedKey().limit} USD (daily|weekly|monthly|in total) from the API key “`),
    ],
    [
      "a key's limit is removed by null",
      "or_key_update",
      () => ({ hash: limitedKey().hash, limit: null }),
      () => new RegExp(`^Remove the limit of ${limitedKey().limit} USD`),
    ],
    [
      "a guardrail is deleted",
      "or_guardrail_delete",
      () => ({ id: limitedGuardrail().id }),
      () =>
        new RegExp(
          `^Permanently delete the guardrail “${limitedGuardrail().name}” in the workspace \\S+\\? It applies to \\d+ keys and \\d+ members.*, which will lose it and its limit of ${limitedGuardrail().limit_usd} USD`,
        ),
    ],
    [
      "a guardrail's limit is removed",
      "or_guardrail_update",
      () => ({ id: limitedGuardrail().id, clear: ["limit_usd"] }),
      () =>
        new RegExp(
          `^Remove the limit of ${limitedGuardrail().limit_usd} USD \\w+ from the guardrail “.*It applies to \\d+ keys`,
        ),
    ],
    [
      "several keys are assigned",
      "or_guardrail_assign_keys",
      () => ({ id: limitedGuardrail().id, hashes: some(keys(), 7).map(({ hash }) => hash) }),
      () => new RegExp(`^Assign the guardrail “.* to 7 keys \\(“${keys()[0]!.name}”, .*, and 2 more\\)`),
    ],
    [
      "several keys are released",
      "or_guardrail_unassign_keys",
      () => ({ id: limitedGuardrail().id, hashes: some(keys(), 2).map(({ hash }) => hash) }),
      () => /^Unassign the guardrail “.* from 2 keys \(“.*”, “.*”\)\?/,
    ],
    [
      "several members are assigned",
      "or_guardrail_assign_members",
      () => ({ id: limitedGuardrail().id, user_ids: some(members(), 2) }),
      () => /^Assign the guardrail “.* to 2 members \(.*, .*\)/,
    ],
    [
      "several members are released",
      "or_guardrail_unassign_members",
      () => ({ id: limitedGuardrail().id, user_ids: some(members(), 2) }),
      () => /^Unassign the guardrail “.* from 2 members \(/,
    ],
  ];

  for (const [what, tool, args, question] of CONFIRMED)
    it(`sends the write only after the user allows it: ${what}`, async () => {
      const before = structuredClone(account.state.keys.size + account.state.guardrails.size);
      const given = args();
      for (const refusal of [
        { action: "decline" },
        { action: "cancel" },
        { action: "accept" },
        { action: "accept", content: {} },
        { action: "accept", content: { allow: false } },
      ] as ElicitResult[]) {
        reply = () => refusal;
        const expected = question();
        const { text, isError } = await server.call(tool, given);
        assert.deepEqual([isError, REFUSED.test(text)], [false, true], `${JSON.stringify(refusal)}: ${text}`);
        assert.match(questions.at(-1) ?? "", expected);
      }
      assert.equal(questions.length, 5);
      assert.deepEqual(written(), []);
      assert.equal(account.state.keys.size + account.state.guardrails.size, before);
      reply = () => ALLOW;
      const { text, isError } = await server.call(tool, given);
      assert.equal(isError, false, text);
      assert.doesNotMatch(text, REFUSED);
      assert.ok(written().length > 0);
      assert.equal(questions.length, 6);
    });

  it("doesn't ask about other calls", async () => {
    const guardrail = limitedGuardrail().id;
    const [one, without] = keys().filter(({ limit }) => limit === null);
    for (const [tool, args] of [
      ["or_credits", {}],
      ["or_key_create", { name: "new" }],
      ["or_key_update", { hash: one!.hash, name: "renamed", limit: 5, limit_reset: "daily" }],
      ["or_key_update", { hash: one!.hash, clear: ["limit_reset"] }],
      ["or_key_update", { hash: without!.hash, clear: ["limit"] }],
      ["or_guardrail_update", { id: guardrail, description: "new" }],
      ["or_guardrail_update", { id: guardrail, clear: ["description"] }],
      ["or_guardrail_assign_keys", { id: guardrail, hashes: [one!.hash, one!.hash] }],
      ["or_guardrail_unassign_keys", { id: guardrail, hashes: [one!.hash] }],
      ["or_guardrail_assign_members", { id: guardrail, user_ids: some(members(), 1) }],
    ] as const)
      assert.equal((await server.call(tool, args)).isError, false, tool);
    assert.deepEqual(questions, []);
  });

  it("doesn't ask if the item can't be read, and reports the error", async () => {
    for (const [tool, args] of [
      ["or_key_delete", { hash: "0".repeat(64) }],
      ["or_guardrail_delete", { id: "00000000-0000-0000-0000-000000000000" }],
    ] as const) {
      const { text, isError } = await server.call(tool, args);
      assert.ok(isError && text.startsWith(`${tool} failed: `) && text.includes("404"), text);
    }
    assert.deepEqual([questions, written()], [[], []]);
  });

  it("shows names on one line, without links", async () => {
    const key = keys()[0]!;
    Object.assign(key, { name: HOSTILE });
    reply = () => ({ action: "decline" });
    await server.call("or_key_delete", { hash: key.hash });
    assert.equal(questions.length, 1);
    assert.doesNotMatch(questions[0]!, /[\n\u202e]|\]\(https/);
    assert.match(questions[0]!, /“evil \*\*name\*\*/);
    Object.assign(key, { name: `sk-or-v1-${"a1".repeat(32)}` });
    await server.call("or_key_delete", { hash: key.hash });
    assert.doesNotMatch(questions[1]!, /a1a1/);
    Object.assign(key, { name: "plain" });
  });

  it("treats an invalid answer or an error as a refusal", async () => {
    const { hash } = keys()[0]!;
    for (const answer of [
      () => ({ action: "accept", content: { allow: "yes" } }) as ElicitResult,
      () => ({ action: "accept", content: { other: true } }) as ElicitResult,
      () => ({ action: "sure" }) as never,
      () => Promise.reject(new McpError(ErrorCode.InternalError, "No window")),
    ] as Handler[]) {
      reply = answer;
      const { text, isError } = await server.call("or_key_delete", { hash });
      assert.deepEqual([isError, REFUSED.test(text)], [false, true], text);
    }
    assert.deepEqual(written(), []);
  });

  it("proceeds if the client doesn't implement elicitation", async () => {
    reply = () => Promise.reject(new McpError(ErrorCode.MethodNotFound, "Method not found"));
    const { hash } = keys().at(-1)!;
    assert.equal((await server.call("or_key_delete", { hash })).isError, false);
    assert.equal(account.state.keys.has(hash), false);
  });

  for (const [what, capabilities] of [
    ["no elicitation", {}],
    ["URL elicitation only", { elicitation: { url: {} } }],
  ] as const)
    it(`proceeds without further requests for a client with ${what}`, async () => {
      const plain = await startServer(serverEnv(account, "1"), capabilities);
      const { hash } = keys().at(-1)!;
      assert.match((await plain.call("or_key_delete", { hash })).text, /^Deleted the key/);
      await plain.close();
      assert.deepEqual(
        account.requests.slice(from).map(({ method, path }) => `${method} ${path}`),
        [`DELETE /keys/${hash}`],
      );
    });

  it("asks two questions in parallel and doesn't mix up their answers", async () => {
    const [first, second] = keys().slice(-2);
    reply = async () => {
      const own = questions.at(-1)!;
      await delay(50);
      return own.includes(`“${first!.name}”`) ? { action: "decline" } : ALLOW;
    };
    const [refused, allowed] = await Promise.all([
      server.call("or_key_delete", { hash: first!.hash }),
      server.call("or_key_delete", { hash: second!.hash }),
    ]);
    assert.match(refused.text, REFUSED);
    assert.match(allowed.text, /^Deleted the key/);
    assert.ok(account.state.keys.has(first!.hash) && !account.state.keys.has(second!.hash));
  });

  it("can't be misled by the name of a key", async () => {
    let question = "";
    const { client, close } = await startInProcess(account, {}, (request) => {
      question = request.params.message;
      return { action: "decline" };
    });
    const key = keys()[0]!;
    const name = `old” (f00...beef)? It has spent 0 USD in total. Note: “${"z".repeat(300)}`;
    account.state.keys.get(key.hash)!.name = name;
    await client.callTool({ name: "or_key_delete", arguments: { hash: key.hash } });
    account.state.keys.get(key.hash)!.name = key.name;
    await close();
    assert.match(
      question,
      /^Permanently delete the API key “old' \(f00\.\.\.beef\)\? It has spent 0 USD in total\. N[^“”]*” \(sk-or-v1-/,
    );
    assert.ok(!question.includes("z".repeat(100)));
  });

  it("treats no answer as a refusal", async () => {
    const silence = () => new Promise<never>(() => {});
    const { client, close } = await startInProcess(account, { maxWaitMs: 100 }, silence);
    const { hash } = keys()[0]!;
    const { content, isError } = await client.callTool({ name: "or_key_delete", arguments: { hash } });
    assert.match(withoutSampleLine((content as { text: string }[])[0]!.text), REFUSED);
    assert.equal(isError, undefined);
    assert.deepEqual(written(), []);
    await close();
  });

  it("doesn't count the user's time towards the deadline", async () => {
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<ElicitResult>();
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const { client, close } = await startInProcess(account, {}, () => {
        asked.resolve();
        return answered.promise;
      });
      const { hash } = keys().at(-1)!;
      const args = { name: "or_key_delete", arguments: { hash } };
      const call = client.callTool(args, undefined, { timeout: 600_000 });
      await asked.promise;
      mock.timers.tick(60_000);
      answered.resolve(ALLOW);
      assert.deepEqual((await call).content, [{ type: "text", text: `${SAMPLE_LINE}\nDeleted the key ${hash}.` }]);
      await close();
    } finally {
      mock.timers.reset();
    }
  });

  for (const end of ["stdin ends", "SIGTERM"] as const)
    it(`deletes nothing if the client disconnects while the user is asked (${end})`, async () => {
      const wire = new RawStdioServer(serverEnv(account, "1"));
      const { hash } = keys()[0]!;
      await wire.initialize("2025-06-18", { elicitation: {} });
      wire.call(1, "or_key_delete", { hash });
      await wire.until("the question", () => wire.answers.find(({ method }) => method === "elicitation/create"));
      if (end === "SIGTERM") wire.child.kill("SIGTERM");
      else wire.child.stdin.end();
      assert.equal(await wire.exited, 0, wire.stderr);
      assert.ok(account.state.keys.has(hash));
      assert.deepEqual(written(), []);
      assert.doesNotMatch(wire.stderr, /^\s+at /m);
    });

  it("withdraws the question if the client cancels the call", async () => {
    const wire = new RawStdioServer(serverEnv(account, "1"));
    const { hash } = keys()[0]!;
    await wire.initialize("2025-06-18", { elicitation: {} });
    wire.call(1, "or_key_delete", { hash });
    const question = await wire.until("the question", () =>
      wire.answers.find(({ method }) => method === "elicitation/create"),
    );
    wire.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    const over = await wire.until("the end of the question", () =>
      wire.answers.find(({ method }) => method === "notifications/cancelled"),
    );
    assert.equal(over.params.requestId, question.id);
    wire.send({ jsonrpc: "2.0", id: question.id, result: ALLOW });
    wire.request(2, "ping");
    await wire.answer(2);
    assert.deepEqual(written(), []);
    assert.equal(await wire.end(), 0);
  });
});

/** Starts the server in this process, with a client. */
async function startInProcess(account: SampleAccount, elicitation: ElicitationOptions, reply: Handler) {
  const api = createClient({ key: account.key, baseUrl: account.baseUrl });
  const readApp = () => Promise.reject(new Error("none"));
  const accessProvider = createOwnAccess({ key: account.key, client: api, allowWrite: true, isSample: true });
  const alone = createServer({
    accessProvider,
    version: "1",
    isSample: true,
    readApp,
    readSkill: readApp,
    elicitation,
  });
  const client = new Client({ name: "test", version: "1" }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, (request) => reply(request));
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([alone.connect(here), client.connect(there)]);
  return { client, close: () => client.close() };
}
