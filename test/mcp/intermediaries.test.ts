import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

const PAGE =
  "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>blocked</body></html>";
const html = { "content-type": "text/html" };

/** Conclusions that only a response of the API itself allows. */
const VERDICTS =
  /inference key|create a Provisioning|wrong, revoked|personal account|cannot list workspaces|Check the id|is gone|not exist|\b0 keys\b|empty/i;

describe("MCP server: responses of proxies and other intermediaries", () => {
  let account: SampleAccount;
  let faults: Awaited<ReturnType<typeof startFaultProxy>>;
  let server: McpServer;
  let fault: Fault | undefined;

  before(async () => {
    account = await startSampleAccount();
    faults = await startFaultProxy(account.baseUrl, (...request) => fault?.(...request));
    server = await startServer(serverEnv({ key: account.key, baseUrl: faults.baseUrl }, "1"));
  });
  afterEach(() => {
    fault = undefined;
  });
  after(async () => {
    await server.close();
    await faults.close();
    await account.close();
  });

  /** An empty write clears the cache, so that each test sends its own requests. */
  const forget = () => server.call("or_key_delete", { hash: "0".repeat(64) });

  const bodies = [
    ["a page", PAGE, html],
    ["plain text", "error code: 1020", { "content-type": "text/plain" }],
    ["nothing", "", {}],
    ["a page that claims to be JSON", PAGE, { "content-type": "application/json" }],
    ["a gateway's JSON", '{"message":"Forbidden by policy 17"}', {}],
    ["a gateway's error text", '{"error":"denied by gateway"}', {}],
    ["an error object without a code", '{"error":{"message":"denied by gateway"}}', {}],
  ] as const;
  const hash = "f".repeat(64);
  const tools: [string, Record<string, unknown>][] = [
    ["or_credits", {}],
    ["or_current_key", {}],
    ["or_overview", {}],
    ["or_keys_list", {}],
    ["or_key_get", { hash }],
    ["or_activity", {}],
    ["or_generation", { id: "gen-1" }],
    ["or_model_get", { id: "openai/gpt-4o" }],
    ["or_models", {}],
    ["or_guardrails_list", {}],
    ["or_guardrails_assignments", {}],
    ["or_org_members", {}],
    ["or_key_update", { hash, name: "n" }],
    ["or_key_delete", { hash }],
    ["or_guardrail_delete", { id: "00000000-0000-0000-0000-000000000000" }],
  ];

  for (const status of [401, 403, 404, 407])
    for (const [what, body, headers] of bodies)
      it(`concludes nothing about the key, the account or an id from a ${status} with ${what}`, async () => {
        await forget();
        fault = (_, response) => reply(response, status, body, headers);
        for (const [name, args] of tools) {
          const { text, isError } = await server.call(name, args);
          assert.equal(isError, true, `${name}: ${text}`);
          assert.match(text, /something between this computer and OpenRouter returned/, name);
          assert.match(text, new RegExp(`returned ${status}`), name);
          assert.match(text, /Next: /, name);
          assert.doesNotMatch(text, VERDICTS, name);
          // `fetch` does not expose the body of a 407.
          if (body.startsWith("{") && status !== 407)
            assert.match(text, /Forbidden by policy 17|denied by gateway/, name);
        }
      });

  for (const status of [200, 203])
    it(`doesn't treat a page with ${status} as a response of the API`, async () => {
      await forget();
      fault = (_, response) => reply(response, status, PAGE, html);
      for (const [name, args] of tools) {
        const { text, isError } = await server.call(name, args);
        assert.equal(isError, true, `${name}: ${text}`);
        assert.match(text, /something between|perhaps not from OpenRouter/, name);
        assert.doesNotMatch(text, VERDICTS, name);
      }
    });

  for (const status of [500, 502, 503, 520, 521, 522, 523, 524])
    it(`retries a ${status} with Cloudflare's page, then reports it as one`, async () => {
      await forget();
      let asked = 0;
      fault = (request, response) => {
        if (request.path !== "/credits") return undefined;
        asked += 1;
        return reply(response, status, PAGE, html);
      };
      const { text } = await server.call("or_credits");
      assert.equal(asked, 4);
      assert.match(text, new RegExp(`something between this computer and OpenRouter returned ${status}`));
      assert.match(text, /Attention Required/);
      fault = (request, response, n) =>
        request.path === "/credits" && n <= asked + 1 ? reply(response, status, PAGE, html) : undefined;
      assert.equal((await server.call("or_credits")).isError, false);
    }).timeout(60_000);

  it("trusts errors of the API, whatever their content type", async () => {
    for (const [status, words] of [
      [401, /wrong, revoked or expired/],
      [402, /out of credits/],
      [403, /Provisioning \(Management\) key/],
      [404, /Check the id/],
    ] as const) {
      await forget();
      fault = (_, response) => reply(response, status, apiError(status, "no"), { "content-type": "text/plain" });
      assert.match((await server.call("or_key_get", { hash })).text, words);
    }
  });

  for (const [code, status] of [
    [403, 403],
    ["404", 404],
    [402, 402],
    ["internal", 500],
  ] as const)
    it(`treats a 200 with an error object of the API (code ${JSON.stringify(code)}) as that error`, async () => {
      await forget();
      fault = (_, response) => reply(response, 200, { error: { code, message: "Said inside." } });
      for (const [name, args] of tools) {
        if (status === 500 && !["or_credits", "or_key_get"].includes(name)) continue;
        const { text, isError } = await server.call(name, args);
        assert.equal(isError, true, name);
        if (name === "or_org_members" && status === 404) assert.match(text, /personal account/);
        else assert.match(text, new RegExp(`returned ${status}: Said inside\\.`), name);
      }
    }).timeout(60_000);

  it("treats an error object in a 200 to a create as an error, not as a lost response", async () => {
    fault = (request, response) =>
      request.method === "POST" ? reply(response, 200, apiError(400, "Bad name")) : undefined;
    const { text } = await server.call("or_key_create", { name: "refused" });
    assert.match(text, /returned 400: Bad name\./);
    assert.doesNotMatch(text, /may have been created/);
  });

  it("reports when to try again for a 429 page with Retry-After", async () => {
    await forget();
    fault = (_, response) => reply(response, 429, PAGE, { ...html, "retry-after": "3600" });
    const { text } = await server.call("or_credits");
    assert.match(text, /Try again at \S+ \(in 3\d\d\d s\)/);
  });

  describe("limits", () => {
    const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) / 1024;

    it("aborts the download of a body of 600 MB in 600 kB of gzip", async function () {
      if (process.platform !== "linux") this.skip();
      await forget();
      const megabytes = Buffer.alloc(600_000_000, " ");
      const bomb = gzipSync(megabytes);
      assert.ok(bomb.length < 1_000_000);
      fault = (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb);
        return "done";
      };
      const before = peak();
      for (const name of ["or_credits", "or_keys_list", "or_models"]) {
        const { text, isError } = await server.call(name);
        assert.equal(isError, true);
        assert.match(text, /larger than 50 MB; the download was aborted/);
      }
      assert.ok(peak() - before < 400, `${peak() - before} MB more`);
    });

    it("aborts the download of an endless body", async () => {
      await forget();
      fault = (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const chunk = Buffer.alloc(1_000_000, " ");
        const more = () => {
          while (!response.destroyed && response.write(chunk));
          if (!response.destroyed) response.once("drain", more);
        };
        more();
        return "done";
      };
      const { text, isError } = await server.call("or_credits");
      assert.equal(isError, true);
      assert.match(text, /GET \/(credits|key): The response is larger than 50 MB/);
    });

    it("says that a create may have taken effect if its response is too large", async () => {
      fault = (request, response) =>
        request.method === "POST" ? reply(response, 200, " ".repeat(51_000_000)) : undefined;
      assert.match((await server.call("or_key_create", { name: "n" })).text, /may have been created/);
    });

    it("rejects deeply nested JSON and keeps working", async () => {
      await forget();
      for (const open of ['{"data":', "["]) {
        fault = (_, response) => reply(response, 200, open.repeat(300_000));
        const { text, isError } = await server.call("or_credits");
        assert.equal(isError, true);
        assert.match(text, /is not JSON/);
      }
      fault = undefined;
      await forget();
      assert.equal((await server.call("or_credits")).isError, false);
    });

    it("stops reading a list after 1,000 unreadable rows", async () => {
      await forget();
      fault = (request, response) =>
        request.path.startsWith("/keys?") ? reply(response, 200, { data: Array(400_000).fill({}) }) : undefined;
      const { text, isError } = await server.call("or_keys_list");
      assert.equal(isError, true);
      assert.match(text, /more than 1000 rows could not be read, the first for its field hash/);
    });
  });

  describe("lists with unreadable rows", () => {
    /** Changes one row on each page of a list. */
    const spoil =
      (path: string, change: object): Fault =>
      (request) =>
        request.path.startsWith(path)
          ? {
              body(text) {
                const answer = JSON.parse(text);
                if (answer.data[0]) answer.data[0] = { ...answer.data[0], ...change };
                return JSON.stringify(answer);
              },
            }
          : undefined;

    for (const [tool, path, change, field] of [
      ["or_keys_list", "/keys?", { usage: "much" }, "usage"],
      ["or_keys_list", "/keys?", { disabled: null }, "disabled"],
      ["or_guardrails_list", "/guardrails?", { name: 7 }, "name"],
      ["or_org_members", "/organization/members", { email: null }, "email"],
      ["or_models", "/models", { pricing: null }, "pricing"],
      ["or_zdr_endpoints", "/endpoints/zdr", { tag: {} }, "tag"],
      ["or_activity", "/activity", { usage: null }, "usage"],
      ["or_guardrails_assignments", "/guardrails/assignments/keys", { key_hash: null }, "key_hash"],
    ] as const)
      it(`${tool} omits and counts a row without ${field}`, async () => {
        await forget();
        fault = spoil(path, change);
        const { text, isError } = await server.call(tool, tool === "or_org_members" ? { limit: 100 } : { limit: 1000 });
        assert.equal(isError, false, text);
        assert.match(
          text,
          new RegExp(
            `^[1-9]\\d* of [1-9]\\d* rows could not be read and are omitted; first invalid field: ${field}`,
            "m",
          ),
        );
        assert.ok(rowsOf(text).length > 0);
      });

    it("says in each list over workspaces that one could not be read", async () => {
      for (const [name, args] of [
        ["or_keys_list", {}],
        ["or_guardrails_list", {}],
        ["or_overview", {}],
        ["or_activity", { aggregate: "by_key" }],
      ] as const) {
        await forget();
        fault = (request) =>
          request.path.startsWith("/workspaces?")
            ? {
                body(text) {
                  const { data, ...page } = JSON.parse(text);
                  return JSON.stringify({ ...page, data: [...data.slice(0, -1), { ...data.at(-1), id: 7 }] });
                },
              }
            : undefined;
        const { text, isError } = await server.call(name, args);
        assert.equal(isError, false, text);
        assert.match(text, /^1 of 3 workspaces could not be read and are omitted \(id\)\.$/m, name);
      }
    });

    it("accepts a row without a field that no result shows", async () => {
      await forget();
      const complete = rowsOf((await server.call("or_keys_list", { limit: 1000 })).text);
      for (const field of ["label", "created_at", "updated_at", "creator_user_id", "usage_weekly", "byok_usage_weekly"])
        for (const value of [null, undefined, {}]) {
          await forget();
          fault = spoil("/keys?", { [field]: value });
          const { text } = await server.call("or_keys_list", { limit: 1000 });
          assert.doesNotMatch(text, /could not be read/, field);
          assert.deepEqual(rowsOf(text), complete, field);
        }
    });

    it("shows unknown instead of a sum if one key's figure is missing", async () => {
      await forget();
      fault = spoil("/keys?", { usage_weekly: null });
      assert.match((await server.call("or_overview")).text, /usage_weekly unknown/);
    });
  });
});
