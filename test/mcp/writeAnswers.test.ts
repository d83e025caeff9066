import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

const PAGE = "<!DOCTYPE html><html><head><title>Access portal</title></head><body>Hello</body></html>";
const html = { "content-type": "text/html" };
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("MCP server: undocumented responses to writes", () => {
  let account: SampleAccount;
  let faults: Awaited<ReturnType<typeof startFaultProxy>>;
  let server: McpServer;
  let fault: Fault | undefined;

  beforeEach(async () => {
    account = await startSampleAccount();
    faults = await startFaultProxy(account.baseUrl, (...request) => fault?.(...request));
    server = await startServer(serverEnv({ key: account.key, baseUrl: faults.baseUrl }, "1"));
  });
  afterEach(async () => {
    fault = undefined;
    await server.close();
    await faults.close();
    await account.close();
  });

  /** Changes the responses to the first `count` requests with a method. */
  const answers = (method: string, act: Fault, count = Number.POSITIVE_INFINITY): Fault => {
    let remaining = count;
    return (request, response, n) =>
      request.method === method && remaining-- > 0 ? act(request, response, n) : undefined;
  };
  const anyKey = () => [...account.state.keys.values()].find((key) => !key.disabled && key.limit === null)!;
  const anyGuardrail = () => [...account.state.guardrails.values()].find((one) => one.limit_usd !== null)!;

  describe("secret of a new key", () => {
    async function created(name: string, body: (answer: { data: Record<string, unknown>; key: string }) => string) {
      fault = answers("POST", () => ({ status: 201, body: (text) => body(JSON.parse(text)) }));
      const { text, isError } = await server.call("or_key_create", { name });
      const createdKeys = [...account.state.keys.values()].filter((key) => key.name === name);
      assert.equal(createdKeys.length, 1, `${createdKeys.length} keys ${name}`);
      const [secret] = text.match(/sk-or-v1-[0-9a-f]{64}/) ?? [];
      assert.ok(secret, `${name}: no secret in ${text}`);
      assert.equal(sha256(secret), createdKeys[0]!.hash);
      assert.equal(isError, false, text);
      assert.ok(text.includes("Created."), text);
      return { text, hash: createdKeys[0]!.hash };
    }

    it("is returned even if any other field is missing, null or of another type", async () => {
      const fields = Object.keys(await firstKey());
      assert.ok(fields.length > 15);
      for (const field of fields)
        for (const [how, value] of [
          ["missing", undefined],
          ["null", null],
          ["object", {}],
          ["number or text", "retyped"],
        ] as const) {
          const other = value === "retyped" ? (was: unknown) => (typeof was === "string" ? 7 : "seven") : () => value;
          const { text, hash } = await created(`${field} ${how}`, ({ data, key }) =>
            JSON.stringify({ data: { ...data, [field]: other(data[field]) }, key }),
          );
          assert.ok(text.includes(hash), `${field} ${how}: the key's hash is missing in ${text}`);
        }
    });

    for (const [what, body] of [
      ["without data", ({ key }) => JSON.stringify({ key })],
      ["with data of another type", ({ key }) => JSON.stringify({ data: "created", key })],
      ["with the secret inside data", ({ data, key }) => JSON.stringify({ data: { ...data, key } })],
      ["cut after the secret", (answer) => JSON.stringify(answer).slice(0, -1)],
      [
        "with an error object beside the secret",
        ({ key }) => JSON.stringify({ key, error: { code: 500, message: "odd" } }),
      ],
      [
        "with an error object beside it",
        (answer) => JSON.stringify({ ...answer, error: { code: 500, message: "odd" } }),
      ],
    ] as const satisfies [string, (answer: { data: Record<string, unknown>; key: string }) => string][])
      it(`is returned from a response ${what}, with the key found by its label`, async () => {
        const { text, hash } = await created(`answer ${what}`, body);
        assert.ok(text.includes(hash), text);
      });

    it("is returned even if the key can't be read again", async () => {
      fault = (request) => {
        if (request.method === "POST") return { body: (text) => JSON.stringify({ key: JSON.parse(text).key }) };
        return { status: 500, body: () => JSON.stringify(apiError(500, "no")) };
      };
      const { text, isError } = await server.call("or_key_create", { name: "not readable" });
      assert.equal(isError, false);
      assert.match(text, /sk-or-v1-[0-9a-f]{64}$/);
      assert.match(text, /Find "not readable" in or_keys_list/);
    });

    it("is never the server's own key, which a proxy may echo", async () => {
      const own = account.key;
      for (const body of [
        `{"key":"${own}"}`,
        `{"key":"${own.toUpperCase()}"}`,
        `{"key":"\\u0073${own.slice(1)}"}`,
        `{"data":{},"key":"${own}`,
        `<pre>"key": "${own}"</pre>`,
        `{"data":"${own}"}`,
      ]) {
        fault = answers("POST", () => ({ status: 201, body: () => body }));
        const { text, isError } = await server.call("or_key_create", { name: "echoed" });
        assert.equal(isError, true);
        assert.ok(!text.includes(own) && !text.includes(own.slice(20)), text);
        assert.match(text, /may have been created/);
      }
    });

    it("is returned even if it starts with the server's own key", async () => {
      fault = answers("POST", () => ({ status: 201, body: () => JSON.stringify({ key: `${account.key}-child` }) }));
      const { text, isError } = await server.call("or_key_create", { name: "alike" });
      assert.equal(isError, false, text);
      assert.ok(text.endsWith(`${account.key}-child`));
    });

    it("is not invented: without one, the result says that the key may exist", async () => {
      for (const body of ["", "{}", PAGE, '{"data":{},"key":""}', '{"data":{},"key":null}']) {
        fault = answers("POST", () => ({ status: 201, body: () => body }));
        const { text, isError } = await server.call("or_key_create", { name: "no secret" });
        assert.equal(isError, true);
        assert.match(text, /may have been created; the request was not sent again/, body);
      }
    });

    it("may exist if a proxy says that there were too many requests, and is not if OpenRouter does", async () => {
      for (const [body, isUncertain] of [
        [PAGE, true],
        ["", true],
        [JSON.stringify(apiError(429, "slow down")), false],
      ] as const) {
        let sent = 0;
        fault = answers("POST", (_, response) => {
          sent += 1;
          return reply(response, 429, body, html);
        });
        const { text, isError } = await server.call("or_key_create", { name: "limited" });
        assert.equal(isError, true);
        assert.equal(/may have been created; the request was not sent again/.test(text), isUncertain, text);
        assert.equal(sent, 1);
      }
    });

    async function firstKey(): Promise<object> {
      const headers = { authorization: `Bearer ${account.key}` };
      const { data } = (await (await fetch(`${account.baseUrl}/keys`, { headers })).json()) as { data: object[] };
      return data[0]!;
    }
  });

  /** Successful responses that do not show the current state. */
  const unreadable = [
    ["204", { status: 204, body: () => "" }],
    ["an empty 200", { status: 200, body: () => "" }],
    ["an empty object", { status: 200, body: () => "{}" }],
    ["null", { status: 200, body: () => "null" }],
    ["a page with 200", { status: 200, headers: html, body: () => PAGE }],
    ["cut JSON", { status: 200, body: (text: string) => text.slice(0, -5) }],
    ["fields gone", { status: 200, body: () => JSON.stringify({ data: { name: "n" } }) }],
  ] as const;

  type Args = Record<string, unknown>;
  /** Each tool that changes something, with its arguments and a check that it took effect. */
  const changes: [tool: string, method: string, args: () => Args, done: (args: Args) => boolean][] = [
    ["or_key_update", "PATCH", () => ({ hash: anyKey().hash, name: "renamed" }), () => names().includes("renamed")],
    ["or_key_delete", "DELETE", () => ({ hash: anyKey().hash }), ({ hash }) => !account.state.keys.has(String(hash))],
    [
      "or_guardrail_update",
      "PATCH",
      () => ({ id: anyGuardrail().id, description: "changed" }),
      () => [...account.state.guardrails.values()].some((one) => one.description === "changed"),
    ],
    [
      "or_guardrail_delete",
      "DELETE",
      () => ({ id: anyGuardrail().id }),
      ({ id }) => !account.state.guardrails.has(String(id)),
    ],
    ["or_guardrail_assign_keys", "POST", () => binding({ hashes: [anyKey().hash] }), () => isBound(anyKey().hash)],
    ["or_guardrail_unassign_keys", "POST", () => binding({ hashes: [anyKey().hash] }), () => !isBound(anyKey().hash)],
    ["or_guardrail_assign_members", "POST", () => binding({ user_ids: [member()] }), () => isBound(member())],
    ["or_guardrail_unassign_members", "POST", () => binding({ user_ids: [member()] }), () => !isBound(member())],
  ];
  const names = () => [...account.state.keys.values()].map((key) => key.name);
  const member = () => account.state.members[1]!.id;
  const binding = (targets: object) => ({ id: [...account.state.guardrails.keys()][0], ...targets });
  const isBound = (target: string) => {
    const [first] = account.state.guardrails.keys();
    return [...account.state.keyAssignments, ...account.state.memberAssignments].some(
      (one) => one.target === target && one.guardrail_id === first,
    );
  };

  for (const [tool, method, args, done] of changes)
    for (const [what, rewrite] of unreadable)
      it(`${tool} reports success if it took effect and the response was ${what}`, async () => {
        await bindBefore(tool);
        const given = args();
        fault = answers(method, () => rewrite, 1);
        const { text, isError } = await server.call(tool, given);
        assert.ok(done(given), "it took effect");
        assert.equal(isError, false, text);
        assert.doesNotMatch(text, /failed|try again/i);
      });

  for (const [tool, method, args, done] of changes)
    for (const [what, body] of [
      ["a sign-in page", PAGE],
      ["an empty response", ""],
    ] as const)
      it(`${tool} reports no success if ${what} returned 200 instead of OpenRouter`, async () => {
        await bindBefore(tool);
        const given = args();
        fault = answers(method, (_, response) => reply(response, 200, body, html), 1);
        const { text, isError } = await server.call(tool, given);
        assert.ok(!done(given), "it never reached the account");
        assert.equal(isError, true, text);
        assert.doesNotMatch(text, /^(Deleted|Updated|Done)/m);
      });

  for (const [tool, method, args] of changes)
    it(`${tool} says that it was accepted, not that it failed, if nothing can be read`, async () => {
      await bindBefore(tool);
      let sent = 0;
      fault = (request, response) => {
        if (request.method === method && sent++ === 0) return { body: () => "{}" };
        return reply(response, 500, apiError(500, "no"));
      };
      const { text, isError } = await server.call(tool, args());
      assert.equal(isError, false, text);
      assert.match(text, /OpenRouter accepted it \(200\), but the response could not be read/);
      assert.doesNotMatch(text, /^\w+ failed/);
      assert.equal(sent, 1);
    });

  /** Assigns what the tool unassigns, and the other way round. */
  async function bindBefore(tool: string) {
    if (!tool.includes("assign")) return;
    const verb = tool.includes("unassign") ? "assign" : "unassign";
    await server.call(`or_guardrail_${verb}_keys`, binding({ hashes: [anyKey().hash] }));
    await server.call(`or_guardrail_${verb}_members`, binding({ user_ids: [member()] }));
  }

  it("doesn't treat a 404 page after a lost DELETE as a deletion", async () => {
    const { hash } = anyKey();
    let sent = 0;
    fault = answers("DELETE", (_, response) => {
      if (sent++ > 0) return reply(response, 404, PAGE, html);
      response.destroy();
      return "done";
    });
    const { text, isError } = await server.call("or_key_delete", { hash });
    assert.equal(isError, true, text);
    assert.ok(account.state.keys.has(hash));
    assert.match(text, /something between this computer and OpenRouter returned 404/);
    assert.match(text, /may have taken effect/);
    assert.doesNotMatch(text, /Deleted/);
  });

  it("concludes from a 404 page neither that a key is deleted nor that its hash is wrong", async () => {
    fault = answers("DELETE", (_, response) => reply(response, 404, PAGE, html));
    const { text, isError } = await server.call("or_key_delete", { hash: anyKey().hash });
    assert.equal(isError, true);
    assert.doesNotMatch(text, /Check the id|Deleted/);
  });

  for (const status of [408, 500, 502, 504, 520, 522, 524])
    it(`says that a change with only ${status} responses may have taken effect, and sends a create once`, async () => {
      for (const body of [JSON.stringify(apiError(status, "late")), PAGE]) {
        fault = answers("PATCH", () => ({ status, body: () => body }));
        const { text, isError } = await server.call("or_key_update", { hash: anyKey().hash, name: "before" });
        assert.equal(isError, true);
        assert.match(text, /may have taken effect anyway/);
        const before = account.state.keys.size;
        fault = answers("POST", () => ({ status, body: () => body }));
        const create = await server.call("or_key_create", { name: `lost ${status}` });
        assert.match(create.text, /may have been created; the request was not sent again/);
        assert.equal(account.state.keys.size, before + 1);
      }
    }).timeout(120_000);

  it("says that an earlier attempt may have taken effect if a retry is refused", async () => {
    let sent = 0;
    fault = answers("PATCH", (_, response) =>
      sent++ === 0 ? "after" : reply(response, 401, apiError(401, "User not found.")),
    );
    const { text, isError } = await server.call("or_key_update", { hash: anyKey().hash, name: "renamed" });
    assert.equal(isError, true);
    assert.ok(names().includes("renamed"));
    assert.match(text, /may have taken effect anyway/);
  });

  describe("response that contradicts the request", () => {
    const contradicted = (field: string, value: unknown) =>
      answers("PATCH", () => ({
        body: (text) => JSON.stringify({ data: { ...JSON.parse(text).data, [field]: value } }),
      }));

    for (const [field, asked, answered] of [
      ["limit", 5, 10],
      ["limit", 5, null],
      ["limit_reset", "daily", "monthly"],
      ["disabled", true, false],
      ["name", "new", "old"],
      ["include_byok_in_limit", true, false],
    ] as const)
      it(`is reported: ${field} ${asked} requested, ${answered} returned`, async () => {
        fault = contradicted(field, answered);
        const { hash } = anyKey();
        const alone = await server.call("or_key_update", { hash, [field]: asked });
        assert.equal(alone.isError, true, alone.text);
        assert.ok(alone.text.startsWith("or_key_update: "), alone.text);
        assert.match(alone.text, new RegExp(`${field} was NOT set to ${asked}: it is ${answered ?? "-"}`));
        const other = field === "name" ? { disabled: false } : { name: "before" };
        const { text, isError } = await server.call("or_key_update", { hash, [field]: asked, ...other });
        assert.equal(isError, false, "the other field took");
        assert.match(text, new RegExp(`${field} was NOT set to`));
        fault = undefined;
        await server.call("or_key_update", { hash, disabled: false, limit: null });
      });

    it("is reported for guardrails and for creates", async () => {
      fault = contradicted("limit_usd", 99);
      const { id } = anyGuardrail();
      const changed = await server.call("or_guardrail_update", { id, limit_usd: 7, reset_interval: "daily" });
      assert.match(changed.text, /limit_usd was NOT set to 7: it is 99/);
      fault = answers("POST", () => ({
        body: (text) => {
          const answer = JSON.parse(text);
          return JSON.stringify({ ...answer, data: { ...answer.data, limit: 50 } });
        },
      }));
      const created = await server.call("or_key_create", { name: "five", limit: 5 });
      assert.match(created.text, /limit was NOT set to 5: it is 50/);
      assert.match(created.text, /sk-or-v1-[0-9a-f]{64}$/);
    });

    it("is not reported if the API only formats the value differently", async () => {
      const { id } = anyGuardrail();
      fault = answers("PATCH", () => ({
        body: (text) => {
          const { data } = JSON.parse(text);
          return JSON.stringify({ data: { ...data, allowed_models: ["openai/gpt-4o-2024-08-06"] } });
        },
      }));
      const { text } = await server.call("or_guardrail_update", { id, allowed_models: ["openai/gpt-4o"], name: " n " });
      assert.doesNotMatch(text, /did NOT/);
    });
  });
});
