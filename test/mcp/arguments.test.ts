import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

type Args = Record<string, unknown>;

const CLEARABLE_KEY = ["limit", "limit_reset", "expires_at"];
const LISTS = ["allowed_providers", "ignored_providers", "allowed_models", "ignored_models"];
const ZDR = ["", "_anthropic", "_openai", "_google", "_xai", "_other"].map((provider) => `enforce_zdr${provider}`);
const CLEARABLE_GUARDRAIL = ["description", "limit_usd", "reset_interval", ...LISTS, ...ZDR];
/** What a strict client sends: null for each omitted property. */
const nulls = (fields: string[]) => Object.fromEntries(fields.map((field) => [field, null]));

describe("MCP server: arguments as clients send them", () => {
  let account: SampleAccount;
  let server: McpServer;
  let hash: string;
  let id: string;

  before(async () => {
    account = await startSampleAccount();
    server = await startServer(serverEnv(account, "1"));
    hash = [...account.state.keys.keys()][0]!;
    id = [...account.state.guardrails.keys()][0]!;
  });
  after(async () => {
    await server.close();
    await account.close();
  });

  /** Calls a tool; returns its text and the bodies of its writes. */
  async function call(tool: string, args: Args): Promise<{ text: string; isError: boolean; sent: unknown[] }> {
    const before = account.requests.length;
    const { text, isError } = await server.call(tool, args);
    const writes = account.requests.slice(before).filter(({ method }) => method !== "GET");
    return { text, isError, sent: writes.map(({ body }) => body) };
  }
  const updateKey = (args: Args) => call("or_key_update", { hash, ...args });
  const updateGuardrail = (args: Args) => call("or_guardrail_update", { id, ...args });

  for (const [args, body] of [
    [{ limit: "10" }, { limit: 10 }],
    [{ limit: " 1e3 " }, { limit: 1000 }],
    [
      { limit: "0.5", include_byok_in_limit: "TRUE" },
      { limit: 0.5, include_byok_in_limit: true },
    ],
    [{ disabled: "false" }, { disabled: false }],
    [{ limit_reset: " Weekly" }, { limit_reset: "weekly" }],
    [{ name: 123 }, { name: "123" }],
    [{ name: "a", limit: "", limit_reset: " " }, { name: "a" }],
    [{ name: "a", clear: null }, { name: "a" }],
    [{ name: "a", clear: [] }, { name: "a" }],
    [{ name: "a", clear: "" }, { name: "a" }],
    [{ clear: ["limit", "limit_reset"] }, { limit: null, limit_reset: null }],
    [{ clear: '["limit"]' }, { limit: null }],
    [{ clear: "limit" }, { limit: null }],
    [{ clear: ["limitReset"] }, { limit_reset: null }],
    [{ limit: null }, { limit: null }],
    [{ limit_reset: null, wait_for_previous: true }, { limit_reset: null }],
    [{ limitReset: "daily" }, { limit_reset: "daily" }],
    [{ "include-byok-in-limit": true }, { include_byok_in_limit: true }],
    [{ limit: null, Limit: 5 }, { limit: 5 }],
    [{ name: "a", ...nulls(["disabled", ...CLEARABLE_KEY, "include_byok_in_limit", "clear"]) }, { name: "a" }],
    [{ limit: 5, ...nulls(["name", "disabled", "limit_reset", "expires_at", "include_byok_in_limit"]) }, { limit: 5 }],
  ] as [Args, Args][])
    it(`or_key_update ${JSON.stringify(args)} sends ${JSON.stringify(body)}`, async () => {
      const { text, isError, sent } = await updateKey(args);
      assert.deepEqual([isError, sent], [false, [body]], text);
      assert.doesNotMatch(text, /null means not given/);
    });

  for (const [args, body] of [
    [{ allowed_models: '["openai/gpt-5","x-ai/grok-4"]' }, { allowed_models: ["openai/gpt-5", "x-ai/grok-4"] }],
    [{ allowed_providers: "openai" }, { allowed_providers: ["openai"] }],
    [{ enforce_zdr_openai: "True" }, { enforce_zdr_openai: true }],
    [{ enforceZdr: false }, { enforce_zdr: false }],
    [{ description: "", name: "g" }, { name: "g" }],
    [{ clear: CLEARABLE_GUARDRAIL }, nulls(CLEARABLE_GUARDRAIL)],
    [{ allowed_models: null }, { allowed_models: null }],
    [{ name: "g", ...nulls(CLEARABLE_GUARDRAIL) }, { name: "g" }],
    [{ ...nulls(["name", ...CLEARABLE_GUARDRAIL]), description: "d" }, { description: "d" }],
    [{ ...nulls(["name", "clear", ...CLEARABLE_GUARDRAIL]), enforce_zdr: true }, { enforce_zdr: true }],
  ] as [Args, Args][])
    it(`or_guardrail_update ${JSON.stringify(args).slice(0, 80)} sends ${JSON.stringify(body).slice(0, 80)}`, async () => {
      const { text, isError, sent } = await updateGuardrail(args);
      assert.deepEqual([isError, sent], [false, [body]], text);
      assert.doesNotMatch(text, /null means not given/);
    });

  it("ignores a single null beside other fields and says so", async () => {
    for (const [answer, body, ignored] of [
      [await updateKey({ name: "b", limit: null }), { name: "b" }, ["limit"]],
      [await updateKey({ name: "b", limit: null, expires_at: null }), { name: "b" }, ["limit", "expires_at"]],
      [await updateKey({ limit: null, clear: ["limit_reset"] }), { limit_reset: null }, ["limit"]],
      [await updateGuardrail({ name: "h", allowed_models: null }), { name: "h" }, ["allowed_models"]],
    ] as const) {
      assert.deepEqual([answer.isError, answer.sent], [false, [body]], answer.text);
      const notes = answer.text.split("\n").filter((line) => line.includes("null means not given"));
      assert.equal(notes.length, 1);
      assert.ok(notes[0]!.includes(`${ignored.join(", ")} did not change`), notes[0]);
      assert.ok(notes[0]!.endsWith(`clear=${JSON.stringify(ignored)}.`), notes[0]);
    }
  });

  it("rejects an update without changes and says how to clear fields", async () => {
    for (const answer of [
      await updateKey({}),
      await updateKey({ name: null }),
      await updateKey({ limit: null, limit_reset: null }),
      await updateKey({ name: "", limit: null }),
      await updateKey({ clear: [] }),
      await updateKey({ task_progress: "- [ ] look" }),
      await updateKey(nulls(["name", "disabled", ...CLEARABLE_KEY, "include_byok_in_limit", "clear"])),
      await updateGuardrail(nulls(["name", ...CLEARABLE_GUARDRAIL, "clear"])),
    ]) {
      assert.deepEqual([answer.isError, answer.sent], [true, []], answer.text);
      assert.match(answer.text, /no change was requested.*Next: .*clear=\["limit(_usd)?"\]/i);
    }
  });

  it("rejects clear for unknown fields and for fields that are also set", async () => {
    for (const [args, expected] of [
      [{ limit: 5, clear: ["limit"] }, /limit is both set and cleared; choose one/],
      [{ limit: "5", name: "a", clear: "limit" }, /limit is both set and cleared/],
      [{ clear: ["name"] }, /clear\.0: expected one of limit, limit_reset, expires_at/],
      [{ clear: ["limit", null] }, /clear\.1: expected one of/],
      [{ clear: true }, /clear: expected a list of field names/],
      [{ clear: "limit, limit_reset" }, /clear: expected a list of field names/],
    ] as [Args, RegExp][]) {
      const { text, isError, sent } = await updateKey(args);
      assert.deepEqual([isError, sent], [true, []], text);
      assert.match(text, expected);
    }
  });

  it("sends no nulls and no clear in a create", async () => {
    const given = { name: "plain", limit: "7", expires_at: null, limit_reset: "", workspace_id: null };
    assert.deepEqual((await call("or_key_create", given)).sent, [{ name: "plain", limit: 7 }]);
    const guardrail = { name: "plain", ...nulls([...CLEARABLE_GUARDRAIL, "workspace_id"]) };
    assert.deepEqual((await call("or_guardrail_create", guardrail)).sent, [{ name: "plain" }]);
    assert.match((await call("or_key_create", { name: "a", clear: ["limit"] })).text, /unknown argument clear/);
  });

  for (const [tool, args, expected] of [
    ["or_keys_list", { limt: 3 }, /unknown argument limt; did you mean limit\?$/],
    ["or_keys_list", { offest: 3 }, /did you mean offset\?/],
    ["or_keys_list", { include_disable: true }, /did you mean include_disabled\?/],
    ["or_activity", { agregate: "by_day" }, /did you mean aggregate\?/],
    ["or_activity", { hash: "x" }, /did you mean api_key_hash\?/],
    ["or_guardrail_create", { name: "g", limit: 5 }, /did you mean limit_usd\?/],
    ["or_guardrail_assign_keys", { id: "x", hash: "y" }, /did you mean hashes\?/],
    [
      "or_keys_list",
      { page: 2 },
      /unknown argument page; available: include_disabled, include_expired, offset, limit\.$/,
    ],
    ["or_credits", { currency: "EUR" }, /unknown argument currency; this tool takes no arguments\.$/],
    ["or_keys_list", { limit: 2, Limit: 3 }, /Limit and limit are the same argument; pass only one/],
    ["or_key_get", {}, /hash is missing/],
    ["or_key_get", { hash: null }, /hash is missing/],
    ["or_key_get", { hash: "" }, /hash: expected a key hash/],
    ["or_guardrail_assign_keys", { id: null, hashes: null }, /id is missing; hashes is missing/],
    ...["10abc", "0x10", "Infinity", "1e999", "1,000", "ten", "null", "- 1", true, [3], {}].map((limit) => [
      "or_keys_list",
      { limit },
      /limit: /,
    ]),
    ...["yes", "1", 1, 0, "null", []].map((value) => [
      "or_keys_list",
      { include_disabled: value },
      /include_disabled: /,
    ]),
    ...["openai,anthropic", "[openai]", '["a"', "null", '{"a":1}', [], [""], [null], { a: 1 }, true].map((list) => [
      "or_guardrail_create",
      { name: "g", allowed_providers: list },
      /allowed_providers(\.0)?: expected/,
    ]),
    ["or_key_create", { name: true }, /name: /],
    ["or_key_create", { name: 1.5 }, /name: /],
    ["or_key_create", { name: ["a"] }, /name: /],
  ] as [string, Args, RegExp][])
    it(`rejects ${tool} ${JSON.stringify(args)}: ${expected.source}`, async () => {
      const before = account.requests.length;
      const { text, isError } = await server.call(tool, args);
      assert.equal(isError, true, text);
      assert.match(text, expected);
      assert.equal(account.requests.length, before, "something was sent");
    });

  it("ignores the extra arguments of known clients", async () => {
    const extras = {
      ...{ wait_for_previous: true, waitForPreviousTools: false, toolAction: "Reading", toolSummary: "Credits" },
      ...{ task_progress: "- [x] read", random_string: "dummy", explanation: "to see credits", reason: "asked" },
      ...{ toolCallId: "call_1", tool: "or_credits", sessionId: "s", action: "sendMessage", chatInput: "credits?" },
      ...{ security_risk: "LOW", summary: "reads", security_context: {}, request_heartbeat: true, cwd: "/home/me" },
      ...{ thought: "hm", thinking: "hm", reasoning: "hm", tool_call_id: "call_1" },
      ...{ _meta: { progressToken: 1 }, _anything: [] },
    };
    for (const [name, value] of Object.entries(extras)) {
      const { isError, text } = await server.call("or_credits", { [name]: value });
      assert.equal(isError, false, text);
    }
    const listed = await server.call("or_keys_list", { ...extras, limit: "2" });
    assert.match(listed.text, /Rows 1-2 of/);
  });

  it("accepts a list for a comma-separated argument", async () => {
    for (const output_modalities of [["text", "image"], '["text","image"]', "text,image"]) {
      const before = account.requests.length;
      assert.equal((await server.call("or_models", { output_modalities })).isError, false);
      assert.equal(account.requests.slice(before).at(-1)?.query.output_modalities, "text,image");
    }
    assert.equal((await server.call("or_models", { output_modalities: [1, {}] })).isError, true);
  });
});
