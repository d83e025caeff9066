import assert from "node:assert/strict";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

describe("MCP server: expired, idle and never used keys", () => {
  let account: SampleAccount;
  let server: McpServer;
  async function start(options: SampleOptions = {}, baseUrl?: string): Promise<void> {
    account = await startSampleAccount(options);
    server = await startServer(serverEnv({ ...account, baseUrl: baseUrl ?? account.baseUrl }));
  }
  afterEach(async () => {
    await server.close();
    await account.close();
  });

  async function ok(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, false, text);
    return text;
  }
  const byName = async () => {
    const rows = rowsOf(await ok("or_keys_list", { limit: 1000 }));
    return new Map(rows.map((row) => [row.name, row]));
  };
  const isPast = (at: string | null) => at !== null && Date.parse(at) <= Date.now();
  const hashOf = (name: string) => [...account.state.keys.values()].find((key) => key.name === name)?.hash ?? "";

  it("or_keys_list shows and counts the states of keys", async () => {
    await start();
    const keys = [...account.state.keys.values()];
    const states = keys.map((key) => (key.disabled ? "disabled" : isPast(key.expires_at) ? "expired" : "active"));
    const count = (state: string) => states.filter((one) => one === state).length;
    assert.ok(count("expired") > 0 && count("disabled") > 0);
    const text = await ok("or_keys_list", { limit: 1000 });
    const head = `${keys.length} keys (${count("active")} active, ${count("disabled")} disabled, ${count("expired")} expired) in 3 workspaces.`;
    assert.ok(text.startsWith(head), text.slice(0, 200));
    const rows = new Map(rowsOf(text).map((row) => [row.hash, row]));
    for (const key of keys) {
      const { disabled, expired } = rows.get(key.hash) ?? assert.fail(key.name);
      assert.deepEqual([disabled, expired], [`${key.disabled}`, `${isPast(key.expires_at)}`], key.name);
    }
    assert.match(await ok("or_overview"), new RegExp(`in 3 workspaces; expired: ${count("expired")}$`, "m"));
  });

  it("or_keys_list excludes expired keys on request, including disabled ones", async () => {
    await start();
    const { hash } = [...account.state.keys.values()].find((key) => key.disabled) ?? assert.fail();
    account.state.keys.get(hash)!.expires_at = "2026-01-01T00:00:00.000Z";
    const without = rowsOf(await ok("or_keys_list", { include_expired: false, limit: 1000 }));
    const remaining = [...account.state.keys.values()].filter((key) => !isPast(key.expires_at));
    assert.deepEqual(without.map((row) => row.hash).sort(), remaining.map((key) => key.hash).sort());
    assert.match(await ok("or_keys_list", { include_expired: false }), /expired excluded/);
  });

  it("or_keys_list and or_key_get distinguish idle from never used", async () => {
    await start();
    const rows = await byName();
    assert.equal(rows.get("workshop-2024")?.last_used_at, "idle");
    assert.equal(rows.get("unused-spare")?.last_used_at, "never used");
    const { hash } = [...account.state.keys.values()][0] ?? assert.fail();
    const last = new Date(account.state.ledgerByKey.get(hash)!.at(-1)!.at).toISOString();
    assert.equal(rows.get("support-assistant")?.last_used_at, last);
    assert.match(
      await ok("or_keys_list", { limit: 1000 }),
      /idle: used before, but no use recorded since the end of 2025/,
    );

    const get = (name: string) => ok("or_key_get", { hash: hashOf(name) });
    const idle = await get("workshop-2024");
    assert.match(idle, /^last_used_at: null$/m);
    assert.match(idle, /^last use: idle: used before, but no use recorded since the end of 2025$/m);
    assert.match(await get("unused-spare"), /^last use: never used$/m);
    assert.match(await get("support-assistant"), new RegExp(`^last use: ${last}$`, "m"));
    assert.match(await get("seasonal-campaign"), /^state: expired$/m);
    assert.match(await get("partner-contoso"), /^external_user: contoso$/m);
  });

  const spoiled: [what: string, put: string][] = [
    ["older than last_used_at", ""],
    ["that sends another type of last_used_at", '"last_used_at":1764000000,'],
    ["that sends an empty last_used_at", '"last_used_at":"",'],
  ];
  for (const [what, put] of spoiled)
    it(`shows an unknown last use, not never, for a deployment ${what}`, async () => {
      account = await startSampleAccount();
      const between = await startFaultProxy(account.baseUrl, async ({ path }, response) => {
        if (!path.startsWith("/keys")) return undefined;
        const headers = { authorization: `Bearer ${account.key}` };
        const body = await (await fetch(`${account.baseUrl}${path}`, { headers })).text();
        return reply(response, 200, body.replace(/"last_used_at":(null|"[^"]*"),/g, put));
      });
      server = await startServer(serverEnv({ key: account.key, baseUrl: between.baseUrl }));
      try {
        const rows = await byName();
        assert.ok(rows.size > 30 && [...rows.values()].every((row) => row.last_used_at === "-"));
        const text = await ok("or_key_get", { hash: hashOf("unused-spare") });
        assert.match(text, /^last use: unknown: this API does not report it$/m);
        assert.doesNotMatch(text, /never/);
      } finally {
        await between.close();
      }
    });

  for (const includeExpired of ["ignore", "refuse"] as const)
    it(`lists every key of a deployment that would ${includeExpired} include_expired`, async () => {
      await start({ includeExpired });
      const text = await ok("or_keys_list", { limit: 1000 });
      assert.deepEqual(
        rowsOf(text)
          .map((row) => row.hash)
          .sort(),
        [...account.state.keys.keys()].sort(),
      );
      assert.equal(/Expired keys may be missing/.test(text), includeExpired === "refuse");
      assert.doesNotMatch(await ok("or_keys_list", { include_expired: false }), /may be missing/);
      assert.equal((await server.call("or_overview")).isError, false);
    });

  it("doesn't blame include_expired for a 400 with another reason", async () => {
    const real = await startSampleAccount({ keys: 3 });
    account = real;
    const between = await startFaultProxy(real.baseUrl, ({ path }, response) =>
      path.startsWith("/keys?") ? reply(response, 400, apiError(400, "Something else is wrong")) : undefined,
    );
    server = await startServer(serverEnv({ key: real.key, baseUrl: between.baseUrl }));
    try {
      const { text, isError } = await server.call("or_keys_list");
      assert.equal(isError, true);
      assert.match(text, /400: Something else is wrong/);
    } finally {
      await between.close();
    }
  });
});
