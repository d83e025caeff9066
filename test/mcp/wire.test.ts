import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { randomKey, serverEnv, withoutSampleLine } from "../support/mcp.ts";
import { type RawResponse, RawStdioServer } from "../support/rawStdioServer.ts";

const PING = { jsonrpc: "2.0", id: "p", method: "ping" };
const INITIALIZE = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
const errorOf = ({ id, error }: RawResponse) => [id, error?.code];

/** Invalid lines, with the code and id of the error response. */
const REFUSED: [what: string, line: string, code: number, id: unknown][] = [
  ["text", "hello", -32700, null],
  ["a truncated message", '{"jsonrpc":"2.0","id":1,"method":', -32700, null],
  ["a header of another protocol", "Content-Length: 52", -32700, null],
  ["single quotes", "{'jsonrpc':'2.0'}", -32700, null],
  ["a comment", "// hi", -32700, null],
  ["NUL bytes", "\u0000\u0000", -32700, null],
  ["NaN", '{"jsonrpc":"2.0","id":NaN,"method":"ping"}', -32700, null],
  ["a number", "5", -32600, null],
  ["null", "null", -32600, null],
  ["a string", '"ping"', -32600, null],
  ["an empty object", "{}", -32600, null],
  ["an empty array", "[]", -32600, null],
  ["a batch, which this version doesn't support", JSON.stringify([PING]), -32600, null],
  ["no jsonrpc", '{"id":7,"method":"ping"}', -32600, 7],
  ["jsonrpc 1.0", '{"jsonrpc":"1.0","id":"a","method":"ping"}', -32600, "a"],
  ["jsonrpc as a number", '{"jsonrpc":2.0,"id":8,"method":"ping"}', -32600, 8],
  ["no method", '{"jsonrpc":"2.0","id":9}', -32600, 9],
  ["method null", '{"jsonrpc":"2.0","id":9,"method":null}', -32600, 9],
  ["a method that is not a string", '{"jsonrpc":"2.0","id":10,"method":5}', -32600, 10],
  ["id null", '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
  ["id true", '{"jsonrpc":"2.0","id":true,"method":"ping"}', -32600, null],
  ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, null],
  ["a fraction as id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, 1.5],
  ["params that are a list", '{"jsonrpc":"2.0","id":11,"method":"tools/call","params":["or_credits"]}', -32602, 11],
  ["params that are text", '{"jsonrpc":"2.0","id":12,"method":"tools/list","params":"x"}', -32602, 12],
  ["an unknown method", '{"jsonrpc":"2.0","id":13,"method":"tools/destroy"}', -32601, 13],
  ["a method without a handler", '{"jsonrpc":"2.0","id":14,"method":"completion/complete","params":null}', -32601, 14],
  ["__proto__ as a method", '{"jsonrpc":"2.0","id":15,"method":"__proto__"}', -32601, 15],
  ["constructor as a method", '{"jsonrpc":"2.0","id":16,"method":"constructor","params":{}}', -32601, 16],
  ["tools/call without a name", '{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{}}', -32602, 17],
  ["tools/call without params", '{"jsonrpc":"2.0","id":18,"method":"tools/call"}', -32602, 18],
  ["a tool's name null", '{"jsonrpc":"2.0","id":19,"method":"tools/call","params":{"name":null}}', -32602, 19],
  [
    "arguments that are a list",
    JSON.stringify({ ...PING, id: 20, method: "tools/call", params: { name: "or_credits", arguments: [1] } }),
    -32602,
    20,
  ],
  [
    "arguments that are text",
    JSON.stringify({ ...PING, id: 21, method: "tools/call", params: { name: "or_credits", arguments: "all" } }),
    -32602,
    21,
  ],
  [
    "resources/read without a uri",
    '{"jsonrpc":"2.0","id":22,"method":"resources/read","params":{"_meta":{}}}',
    -32602,
    22,
  ],
];

/** Unusual but unambiguous requests, which get a result. */
const TAKEN: [what: string, fields: Record<string, unknown>][] = [
  ["params null", { method: "tools/list", params: null }],
  ["a cursor that is null", { method: "tools/list", params: { cursor: null } }],
  ["_meta null", { method: "tools/list", params: { _meta: null } }],
  ["_meta that is text", { method: "tools/list", params: { _meta: "x" } }],
  ["_meta that is a list", { method: "ping", params: { _meta: [] } }],
  ...[null, true, 1.5, {}, [], { a: 1 }].map(
    (progressToken) =>
      [
        `a progress token ${JSON.stringify(progressToken)}`,
        { method: "tools/call", params: { name: "or_credits", _meta: { progressToken } } },
      ] as [string, Record<string, unknown>],
  ),
  ["a malformed task id", { method: "ping", params: { _meta: { "io.modelcontextprotocol/related-task": 5 } } }],
  ["a task request", { method: "tools/call", params: { name: "or_credits", arguments: {}, task: { ttl: 1000 } } }],
  ["extra top-level fields", { method: "ping", extra: 1, result: null, error: null, meta: {} }],
  ["extra params", { method: "tools/list", params: { limit: 5, filter: null } }],
  ["arguments null", { method: "tools/call", params: { name: "or_credits", arguments: null } }],
  ["arguments absent", { method: "tools/call", params: { name: "or_credits" } }],
  ["arguments as JSON text", { method: "tools/call", params: { name: "or_keys_list", arguments: '{"limit":"2"}' } }],
  ["arguments that are an empty list", { method: "tools/call", params: { name: "or_credits", arguments: [] } }],
  ["params that are an empty list", { method: "tools/list", params: [] }],
  ["arguments as empty text", { method: "tools/call", params: { name: "or_credits", arguments: "" } }],
  ["id 0", { id: 0, method: "ping" }],
  ["an empty id", { id: "", method: "ping" }],
];

describe("MCP server: lines on stdin", () => {
  let account: SampleAccount;
  let wire: RawStdioServer;
  before(async () => {
    account = await startSampleAccount();
    wire = new RawStdioServer(serverEnv(account));
    await wire.initialize();
  });
  after(async () => {
    await wire.kill();
    await account.close();
  });
  afterEach(async () => {
    wire.answers.length = 0;
    wire.request("alive", "ping");
    await wire.answer("alive");
    assert.equal(wire.answers.length, 1, `one line too many: ${JSON.stringify(wire.answers)}`);
    wire.answers.length = 0;
  });

  for (const [what, line, code, id] of REFUSED)
    it(`responds to ${what} with ${code}`, async () => {
      const logged = wire.stderr.split("\n").length;
      wire.write(`${line}\n`);
      const answer = await wire.answer(id);
      assert.deepEqual([answer.jsonrpc, ...errorOf(answer)], ["2.0", id, code]);
      assert.ok(answer.error.message.length < 120, answer.error.message);
      assert.doesNotMatch(answer.error.message, /[[{]\s*"(code|expected)"|ZodError/);
      if (code === -32601) return;
      await wire.until("the line on stderr", () => wire.stderr.split("\n").length === logged + 1);
      assert.match(wire.stderr, /Rejected a line on stdin \(-32\d+\): .*\n$/);
    });

  it("doesn't log a rejected line, which could contain a secret", async () => {
    const secret = "sk-or-v1-not-for-a-log";
    wire.write(`{"key": "${secret}\n`).send({ jsonrpc: "2.0", id: secret, key: secret });
    await wire.answer(null);
    await wire.answer(secret);
    assert.ok(!wire.stderr.includes(secret));
  });

  for (const [what, fields] of TAKEN)
    it(`returns a result for ${what}`, async () => {
      const message = { jsonrpc: "2.0", id: `t ${what}`, ...fields };
      wire.send(message);
      const answer = await wire.answer(message.id);
      assert.ok(answer.result, JSON.stringify(answer));
      assert.notEqual(answer.result.isError, true, JSON.stringify(answer));
    });

  for (const [what, bytes] of [
    ["a byte order mark", `\uFEFF${JSON.stringify(PING)}\n`],
    ["CRLF", `${JSON.stringify(PING)}\r\n`],
    ["blank lines", `\n\r\n  \n${JSON.stringify(PING)}\n\n`],
    ["surrounding spaces", `  \t${JSON.stringify(PING)}  \n`],
  ] as const)
    it(`reads a line with ${what}`, async () => {
      wire.write(bytes);
      assert.deepEqual((await wire.answer("p")).result, {});
    });

  it("reads characters that are split across chunks", async () => {
    const bytes = Buffer.from(`${JSON.stringify({ ...PING, id: "ключ 🔑 é" })}\n`);
    for (const byte of bytes) {
      wire.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual((await wire.answer("ключ 🔑 é")).result, {});
  });

  it("rejects bytes that are not UTF-8", async () => {
    wire.write(
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}\n'),
      ]),
    );
    assert.deepEqual(errorOf(await wire.answer(null)), [null, -32700]);
  });

  it("reads a line of 9 MB, rejects one of 11 MB and reads the next", async () => {
    wire.send({ ...PING, id: "long", params: { text: "x".repeat(9_000_000) } });
    assert.deepEqual((await wire.answer("long")).result, {});
    wire.send({ ...PING, id: "too long", params: { text: "x".repeat(11_000_000) } }).send(PING);
    assert.deepEqual((await wire.answer("p")).result, {});
    assert.deepEqual(wire.answers.map(errorOf), [
      ["long", undefined],
      [null, -32600],
      ["p", undefined],
    ]);
  });

  it("responds to JSON with a million levels", async () => {
    const deep = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`;
    const nested = `${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}`;
    for (const [id, params] of [
      ["list", `{"name":"or_keys_list","arguments":{"limit":${deep}}}`],
      ["object", `{"name":"or_keys_list","arguments":${nested}}`],
      ["metadata", `{"name":"or_credits","_meta":${nested}}`],
      ["beside", `{"name":"or_credits","task":${nested}}`],
    ] as const) {
      wire.write(`{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":${params}}\n`);
      const answer = await wire.answer(id);
      assert.ok(answer.result ?? answer.error, id);
    }
    wire.write(`${deep}\n`).write(`{"jsonrpc":"2.0","id":"first","method":"initialize","params":${nested}}\n`);
    assert.equal((await wire.answer("first")).error.code, -32602);
    assert.equal((await wire.answer(null)).error.code, -32600);
    wire.answers.length = 0;
  });

  it("doesn't respond to notifications, valid or not", async () => {
    for (const [method, params] of [
      ["notifications/initialized", null],
      ["notifications/cancelled", { requestId: 12345, reason: null }],
      ["notifications/cancelled", {}],
      ["notifications/cancelled", { requestId: {} }],
      ["notifications/unheard-of", { a: 1 }],
      ["notifications/progress", { progressToken: 1, progress: "x" }],
      ["notifications/initialized", [1]],
      ["tools/list", {}],
      ["__proto__", {}],
    ])
      wire.send({ jsonrpc: "2.0", method, params });
  });

  it("ignores responses to unknown requests", async () => {
    wire.send({ jsonrpc: "2.0", id: 99, result: {} });
    wire.send({ jsonrpc: "2.0", id: 99, error: { code: 1, message: "x" } });
    wire.send({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "Parse error" } });
  });

  it("names an unknown tool without links, invisible characters and keys", async () => {
    const name = `or_\u202ex [here](command:a.b) <https://example.com> ${randomKey()}`;
    const { result } = await wire.call("unknown", name, {}).answer("unknown");
    const text = 'Unknown tool "or_x [here] (command:a.b) < https://example.com> [redacted]". See tools/list.';
    assert.equal(withoutSampleLine(result.content[0].text), text);
  });

  it("accepts __proto__ and constructor neither as tools nor as arguments", async () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const { result } = await wire.call(`tool ${name}`, name, {}).answer(`tool ${name}`);
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /Unknown tool/);
      const args = JSON.parse(`{"limit": 1, "${name}": {"limit": 2}}`);
      const refused = (await wire.call(`argument ${name}`, "or_keys_list", args).answer(`argument ${name}`)).result;
      assert.equal(refused.isError, true);
      assert.match(refused.content[0].text, /unknown argument .*available: include_disabled/);
    }
  });

  it("responds to both of two requests with the same id", async () => {
    wire.request("same", "ping").request("same", "ping");
    assert.ok((await wire.answer("same", 1)).result);
  });
});

describe("MCP server: first line", () => {
  const env = serverEnv({ key: "sk-or-v1-unused", baseUrl: "http://127.0.0.1:9/api/v1" });
  let wire: RawStdioServer;
  beforeEach(() => {
    wire = new RawStdioServer(env);
  });
  afterEach(() => wire.kill());

  const without = (part: string) => Object.fromEntries(Object.entries(INITIALIZE).filter(([name]) => name !== part));
  const parts = Object.keys(INITIALIZE);
  for (const [what, params, named] of [
    ["no params", undefined, "params"],
    ["params null", null, "params"],
    ...parts.map((part) => [`no ${part}`, without(part), part]),
    ...parts.map((part) => [`${part} null`, { ...INITIALIZE, [part]: null }, part]),
    ["a version that is a number", { ...INITIALIZE, protocolVersion: 1 }, "protocolVersion"],
    ["capabilities that are a list", { ...INITIALIZE, capabilities: [] }, "capabilities"],
    ["clientInfo without a name", { ...INITIALIZE, clientInfo: { version: "1" } }, "clientInfo.name"],
    [
      "clientInfo with a version that is null",
      { ...INITIALIZE, clientInfo: { name: "t", version: null } },
      "clientInfo.version",
    ],
    ["clientInfo that is text", { ...INITIALIZE, clientInfo: "t" }, "clientInfo"],
  ] as const)
    it(`rejects initialize with ${what}, naming the field in a short error`, async () => {
      wire.request(1, "initialize", params);
      const { error } = await wire.answer(1);
      assert.equal(error.code, -32602);
      assert.ok(error.message.startsWith(`Invalid params of initialize: ${named}`), error.message);
      assert.ok(error.message.length < 120 && error.data === undefined, error.message);
      assert.ok((await wire.initialize()).result.serverInfo, "a second try is answered");
    });

  it("may start with a byte order mark", async () => {
    wire.write("\uFEFF").request(1, "initialize", INITIALIZE);
    assert.equal((await wire.answer(1)).result.protocolVersion, INITIALIZE.protocolVersion);
  });

  it("may contain null for all omitted fields", async () => {
    const clientInfo = { name: "t", version: "1", title: null, websiteUrl: null, icons: null, description: null };
    const capabilities = { roots: { listChanged: null }, sampling: null, elicitation: null, experimental: null };
    wire.request(1, "initialize", { ...INITIALIZE, capabilities, clientInfo, _meta: null });
    assert.equal((await wire.answer(1)).result.protocolVersion, INITIALIZE.protocolVersion);
  });

  it("gets the newest protocol version for an unknown one", async () => {
    const { result } = await wire.initialize("1999-01-01");
    assert.match(result.protocolVersion, /^20\d\d-\d\d-\d\d$/);
  });

  it("may be the last line, without a line feed", async () => {
    wire.write(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: INITIALIZE }));
    assert.equal(await wire.end(), 0);
    assert.ok((await wire.answer(1)).result);
  });
});

describe("MCP server: batches", () => {
  let account: SampleAccount;
  let wire: RawStdioServer;
  beforeEach(async () => {
    account = await startSampleAccount();
    wire = new RawStdioServer(serverEnv(account));
    await wire.initialize("2025-03-26");
    wire.answers.length = 0;
  });
  afterEach(async () => {
    await wire.kill();
    await account.close();
  });
  const one = () => wire.until("the answer", () => wire.answers[0]);

  it("returns one array with a response to each request", async () => {
    wire.send([
      { jsonrpc: "2.0", id: "a", method: "ping" },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      5,
      [],
      { jsonrpc: "2.0", id: "b", method: "tools/call", params: { name: "or_credits" } },
      { jsonrpc: "2.0", id: "c", method: "unheard/of" },
      { jsonrpc: "2.0", id: "d", method: "tools/call" },
      { id: "e" },
    ]);
    const answers = await one();
    const byId = (id: string) => answers.find((answer: RawResponse) => answer.id === id);
    assert.equal(answers.length, 7);
    assert.deepEqual(byId("a").result, {});
    assert.equal(byId("b").result.isError, undefined);
    assert.deepEqual(
      ["c", "d", "e"].map((id) => byId(id).error.code),
      [-32601, -32602, -32600],
    );
    assert.equal(answers.filter((answer: RawResponse) => answer.id === null && answer.error.code === -32600).length, 2);
    wire.request("next", "ping");
    await wire.answer("next");
    assert.equal(wire.answers.length, 2);
  });

  it("rejects a batch with too many messages", async () => {
    wire.send(Array(100_000).fill(1));
    assert.deepEqual(errorOf(await one()), [null, -32600]);
  });

  it("rejects an empty batch", async () => {
    wire.send([]);
    assert.deepEqual(errorOf(await one()), [null, -32600]);
  });

  it("doesn't respond to a batch of notifications", async () => {
    wire.send([{ jsonrpc: "2.0", method: "notifications/initialized" }]).request("next", "ping");
    assert.equal((await one()).id, "next");
  });

  it("responds although one request was cancelled", async () => {
    wire.send([
      { jsonrpc: "2.0", id: "a", method: "ping" },
      { jsonrpc: "2.0", id: "b", method: "tools/call", params: { name: "or_overview" } },
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "b" } },
    ]);
    assert.deepEqual(
      (await one()).map((answer: RawResponse) => answer.id),
      ["a"],
    );
  });
});
