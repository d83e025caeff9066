import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

type Faults = Awaited<ReturnType<typeof startFaultProxy>>;

describe("MCP server: network and API faults", () => {
  let account: SampleAccount;
  let faults: Faults;
  let server: McpServer;

  async function withFault(fault: Fault): Promise<void> {
    account = await startSampleAccount();
    faults = await startFaultProxy(account.baseUrl, fault);
    server = await startServer(serverEnv({ key: account.key, baseUrl: faults.baseUrl }, "1"));
  }

  afterEach(async () => {
    await server.close();
    await faults.close();
    await account.close();
  });

  const on =
    (method: string, path: string, act: Fault): Fault =>
    (request, response, n) =>
      request.method === method && request.path.split("?")[0] === path ? act(request, response, n) : undefined;
  const credits = (act: Fault) => on("GET", "/credits", act);

  /** A fault of the requests for single keys, which are sent when analytics is unavailable. */
  const keyByKey =
    (act: Fault): Fault =>
    (request, response, n) => {
      if (request.path.startsWith("/analytics")) return reply(response, 403, apiError(403, "no analytics"));
      return request.path.includes("api_key_hash=") ? act(request, response, n) : undefined;
    };

  const sent = (path: string) => faults.received.filter((request) => request.path === path).length;

  async function creditsAreTrue(): Promise<void> {
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, false, text);
    const response = await fetch(`${account.baseUrl}/credits`, { headers: { authorization: `Bearer ${account.key}` } });
    const { data } = (await response.json()) as { data: { total_usage: number } };
    assert.match(text, new RegExp(`^total_usage: ${data.total_usage}$`, "m"));
  }

  it("waits for a 429 with Retry-After in seconds", async () => {
    await withFault(
      credits((_, response, n) =>
        n === 1 ? reply(response, 429, apiError(429, "slow"), { "retry-after": "1" }) : undefined,
      ),
    );
    await creditsAreTrue();
    assert.equal(sent("/credits"), 2);
  });

  it("waits for a 429 with Retry-After as a date", async () => {
    await withFault(
      credits((_, response, n) =>
        n === 1
          ? reply(response, 429, apiError(429, "slow"), { "retry-after": new Date(Date.now() + 2000).toUTCString() })
          : undefined,
      ),
    );
    await creditsAreTrue();
    assert.equal(sent("/credits"), 2);
  });

  it("reports Retry-After: 3600 immediately, with the time to try again", async () => {
    await withFault(credits((_, response) => reply(response, 429, apiError(429, "slow"), { "retry-after": "3600" })));
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /429/);
    const at = text.match(/Try again at (\S+)/)?.[1] ?? "";
    const seconds = (Date.parse(at) - Date.now()) / 1000;
    assert.ok(seconds > 3000 && seconds <= 3600, text);
    assert.equal(sent("/credits"), 1);
  });

  it("retries after two 503 responses", async () => {
    await withFault(credits((_, response, n) => (n <= 2 ? reply(response, 503, apiError(503, "down")) : undefined)));
    await creditsAreTrue();
    assert.equal(sent("/credits"), 3);
  });

  for (const [status, words] of [
    [401, /wrong, revoked or expired.*management-keys/],
    [403, /Provisioning \(Management\) key/],
  ] as const)
    it(`doesn't retry a ${status} and says what to do`, async () => {
      await withFault(credits((_, response) => reply(response, status, apiError(status, "no"))));
      const { text, isError } = await server.call("or_credits");
      assert.equal(isError, true);
      assert.match(text, new RegExp(String(status)));
      assert.match(text, words);
      assert.equal(sent("/credits"), 1);
    });

  it("retries after a dropped connection", async () => {
    await withFault(
      credits((_, response, n) => {
        if (n > 1) return undefined;
        response.destroy();
        return "done";
      }),
    );
    await creditsAreTrue();
  });

  it("retries after a truncated body", async () => {
    await withFault(
      credits((_, response, n) => {
        if (n > 1) return undefined;
        response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
        response.write('{"data":');
        setTimeout(() => response.destroy(), 50);
        return "done";
      }),
    );
    await creditsAreTrue();
  });

  it("reports a connection that is dropped every time", async () => {
    await withFault(
      credits((_, response) => {
        response.destroy();
        return "done";
      }),
    );
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /no connection to 127\.0\.0\.1/);
    assert.match(text, /Next: /);
  });

  it("reports a request without a response within 35 s and keeps working", async function () {
    this.timeout(60_000);
    let hanging = true;
    await withFault(credits(() => (hanging ? "done" : undefined)));
    const started = Date.now();
    const { text, isError } = await server.call("or_overview");
    assert.equal(isError, true);
    assert.match(text, /GET \/credits: no response within 30 s/);
    // This bound is a promise of the product, not a performance test.
    assert.ok(Date.now() - started < 35_000, `${Date.now() - started} ms`);
    hanging = false;
    await creditsAreTrue();
  });

  it("counts keys that could not be read and shows their spend as unattributed", async () => {
    await withFault(keyByKey((_, response) => reply(response, 400, apiError(400, "not this one"))));
    const { text, isError } = await server.call("or_activity", { aggregate: "by_key", limit: 1000 });
    assert.equal(isError, false, text);
    const keys = account.state.keys.size;
    assert.match(text, new RegExp(`^${keys} of ${keys} keys could not be read: GET /activity returned 400`, "m"));
    const [, whole] = text.match(/^Total usage ([\d.]+) USD/) ?? [];
    assert.match(text, new RegExp(`^Unattributed: usage ${whole} USD`, "m"));
    assert.equal(rowsOf(text).length, 0);
  });

  it("shows the spend of the other keys if one could not be read", async () => {
    let missing = "";
    await withFault(
      keyByKey((request, response) =>
        missing && request.path.includes(missing) ? reply(response, 400, apiError(400, "not this one")) : undefined,
      ),
    );
    const whole = await server.call("or_activity", { aggregate: "by_key", limit: 1000 });
    const all = rowsOf(whole.text);
    missing = all[0]?.api_key_hash ?? assert.fail(whole.text);
    const { text } = await server.call("or_activity", { aggregate: "by_key", limit: 1000 });
    assert.match(text, /^\d+ of \d+ keys could not be read: GET \/activity returned 400/m);
    const rows = rowsOf(text);
    assert.ok(rows.length > 0 && rows.every(({ api_key_hash }) => api_key_hash !== missing));
    const rest = Number(text.match(/^Unattributed: usage ([\d.e-]+) USD/m)?.[1]);
    const total = Number(text.match(/^Total usage ([\d.]+) USD/)?.[1]);
    const sum = rows.reduce((usage, row) => usage + Number(row.usage), rest);
    assert.ok(Math.abs(sum - total) < 1e-6, `${sum} is not ${total}`);
    for (const row of rows) assert.equal(row.usage, all.find((one) => one.api_key_hash === row.api_key_hash)?.usage);
  });

  it("sends no more requests after a call is cancelled", async () => {
    await withFault(keyByKey(() => "done"));
    const controller = new AbortController();
    const call = server.client.callTool({ name: "or_activity", arguments: { aggregate: "by_key" } }, undefined, {
      signal: controller.signal,
    });
    const asked = () => faults.received.filter(({ path }) => path.includes("api_key_hash=")).length;
    while (asked() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    await assert.rejects(call);
    await creditsAreTrue();
    const before = asked();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(asked(), before);
  });

  it("names the endpoint of malformed JSON", async () => {
    await withFault(credits((_, response) => reply(response, 200, '{"data": {')));
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /GET \/credits: the response is not JSON/);
  });

  it("names the endpoint and the field if a field is missing", async () => {
    await withFault(credits((_, response) => reply(response, 200, { data: { total_credits: 5 } })));
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /GET \/credits.*data\.total_usage/);
  });

  it("refuses a redirect to another host and sends nothing there", async () => {
    let visits = 0;
    const other = createServer((_, response) => {
      visits += 1;
      response.end("{}");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const target = `http://localhost:${(other.address() as AddressInfo).port}/api/v1/credits`;
    await withFault(credits((_, response) => reply(response, 302, "", { location: target })));
    const { text, isError } = await server.call("or_credits");
    other.close();
    assert.equal(isError, true);
    assert.match(text, /redirected \(302\) to localhost:\d+\. Redirects aren't followed/);
    assert.equal(visits, 0);
  });

  it("redacts the key in an error body", async () => {
    await withFault(
      credits((_, response) =>
        reply(response, 400, apiError(400, `Bad key ${account.key} and ${account.inferenceKey}`)),
      ),
    );
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /Bad key \[redacted\] and \[redacted\]/);
    assert.ok(!text.includes(account.key) && !/sk-or-/.test(text));
  });

  for (const [title, fault] of [
    ["answered 500 after it took effect", (response) => reply(response, 500, apiError(500, "oops"))],
    ["dropped after it took effect", () => undefined],
  ] as const satisfies [string, (response: Parameters<Fault>[1]) => unknown][])
    for (const [tool, path, state] of [
      ["or_key_create", "/keys", () => account.state.keys.values()],
      ["or_guardrail_create", "/guardrails", () => account.state.guardrails.values()],
    ] as const)
      it(`${tool} ${title}: creates exactly one and says how to find it`, async () => {
        await withFault(
          on("POST", path, (_, response) => {
            fault(response);
            return "after";
          }),
        );
        const name = "Lost & found 🔑";
        const { text, isError } = await server.call(tool, { name });
        assert.equal(isError, true);
        assert.match(
          text,
          /Even so, the (key|guardrail) "Lost & found 🔑" may have been created; the request was not sent again/,
        );
        assert.match(text, /look for the (key|guardrail) "Lost & found 🔑" in the list/);
        await new Promise((resolve) => setTimeout(resolve, 500));
        const named = [...(state() as Iterable<unknown>)].filter((item) => JSON.stringify(item).includes(name));
        assert.equal(named.length, 1);
        const list = text.match(/List them with (\w+)/)?.[1] ?? assert.fail(text);
        const listed = await server.call(list, { limit: 1000 });
        assert.equal(listed.text.split(name).length - 1, 1, "the list that the text points to shows it");
      });

  it("reports a DELETE of an unknown id as an error, also after a 503", async () => {
    await withFault((request, response, n) =>
      request.method === "DELETE" && n === 1 ? reply(response, 503, apiError(503, "down")) : undefined,
    );
    const { text, isError } = await server.call("or_key_delete", { hash: "0".repeat(64) });
    assert.equal(isError, true, text);
    assert.match(text, /404/);
  });

  it("says that a change may have taken effect if its responses are lost", async () => {
    await withFault((request, response) => {
      if (request.method !== "PATCH") return undefined;
      response.destroy();
      return "done";
    });
    const hash = [...account.state.keys.keys()][0];
    const { text, isError } = await server.call("or_key_update", { hash, name: "n" });
    assert.equal(isError, true);
    assert.match(text, /may have taken effect anyway/);
  });

  it("redacts the key without its prefix and strips control characters from an error body", async () => {
    await withFault(
      credits((_, response) => reply(response, 400, apiError(400, `Bad \u001b[31m${account.key.slice(9)}\u202e`))),
    );
    const { text } = await server.call("or_credits");
    assert.ok(!text.includes(account.key.slice(9)));
    assert.ok(!/[\u001b\u202e]/.test(text), JSON.stringify(text));
  });

  it("rejects path segments that lead to another endpoint without sending anything", async () => {
    await withFault(() => undefined);
    for (const id of ["../keys", "a/..", "./x"])
      assert.equal((await server.call("or_model_get", { id })).isError, true, id);
    assert.equal((await server.call("or_model_endpoints", { author: "..", slug: "keys" })).isError, true);
    assert.equal(faults.received.length, 0);
  });

  it("reports an inference key instead of an empty account", async () => {
    await withFault((request, response) => {
      if (request.path === "/credits") return reply(response, 200, { data: { total_credits: 0, total_usage: 0 } });
      return undefined;
    });
    const other = await startServer(serverEnv({ key: account.inferenceKey, baseUrl: faults.baseUrl }));
    const { text, isError } = await other.call("or_credits");
    await other.close();
    assert.equal(isError, true);
    assert.match(text, /This is an inference key/);
  });

  it("retries a DELETE whose response was lost and treats its 404 as success", async () => {
    await withFault((request, response, n) => {
      if (request.method !== "DELETE" || n > 1) return undefined;
      void response;
      return "after";
    });
    const hash = [...account.state.keys.values()][0]?.hash;
    const { text, isError } = await server.call("or_key_delete", { hash });
    assert.equal(isError, false, text);
    assert.ok(![...account.state.keys.values()].some((key) => key.hash === hash));
  });
});
