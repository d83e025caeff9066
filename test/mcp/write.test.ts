import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

type Options = Parameters<typeof startSampleAccount>[0];

describe("MCP server: the ten write tools", () => {
  let account: SampleAccount;
  let server: McpServer;

  async function start(options?: Options): Promise<void> {
    account = await startSampleAccount(options);
    server = await startServer(serverEnv(account, "1"));
  }
  afterEach(async () => {
    await server.close();
    await account.close();
  });
  async function ok(name: string, args: Record<string, unknown>): Promise<string> {
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, false, text);
    return text;
  }
  const key = (hash: string) => account.state.keys.get(hash);
  const guardrail = (id: string) => account.state.guardrails.get(id);

  it("or_key_create sends all fields and returns the secret once", async () => {
    await start();
    const args = {
      name: "CI 🤖",
      limit: 12.5,
      limit_reset: "weekly",
      expires_at: "2030-01-02T03:04:05Z",
      include_byok_in_limit: true,
    };
    const text = await ok("or_key_create", args);
    const secrets = text.match(/sk-or-v1-[0-9a-f]{64}/g) ?? [];
    assert.equal(secrets.length, 1);
    const hash = createHash("sha256")
      .update(secrets[0] ?? "")
      .digest("hex");
    const { name, limit, limit_reset, expires_at, include_byok_in_limit } =
      key(hash) ?? assert.fail("not in the account");
    assert.equal(Date.parse(expires_at ?? ""), Date.parse(args.expires_at));
    assert.deepEqual({ ...args, expires_at }, { name, limit, limit_reset, expires_at, include_byok_in_limit });
    for (const call of ["or_keys_list", "or_overview"]) assert.ok(!(await ok(call, {})).includes("sk-or-"));
    assert.ok(
      rowsOf(await ok("or_keys_list", { limit: 1000 })).some((row) => row.hash === hash),
      "the cached list was invalidated",
    );
  });

  it("or_key_update sets and clears fields and leaves the others", async () => {
    await start();
    const { hash } = [...account.state.keys.values()].find((item) => item.limit !== null) ?? assert.fail();
    await ok("or_key_update", { hash, name: "renamed", disabled: true, clear: ["limit", "limit_reset"] });
    const changed = key(hash);
    assert.deepEqual(
      [changed?.name, changed?.disabled, changed?.limit, changed?.limit_reset],
      ["renamed", true, null, null],
    );
    await ok("or_key_update", { hash, disabled: false });
    assert.deepEqual([key(hash)?.name, key(hash)?.disabled], ["renamed", false]);
  });

  for (const patchExpiresAt of ["refuse", "ignore"] as const)
    it(`or_key_update reports that expires_at is unchanged if the API would ${patchExpiresAt} it`, async () => {
      await start({ patchExpiresAt });
      const { hash, expires_at } = [...account.state.keys.values()][0] ?? assert.fail();
      const alone = await server.call("or_key_update", { hash, expires_at: "2031-01-01T00:00:00Z" });
      assert.equal(alone.isError, true, "nothing requested took effect");
      assert.match(alone.text, /expires_at (did NOT change|and all other fields are unchanged)/);
      const text = await ok("or_key_update", { hash, name: "with more", expires_at: "2031-01-01T00:00:00Z" });
      assert.match(text, /expires_at did NOT change/);
      assert.equal(key(hash)?.name, "with more");
      assert.equal(key(hash)?.expires_at, expires_at);
    });

  it("or_key_update changes expires_at if the API applies it", async () => {
    await start({ patchExpiresAt: "apply" });
    const { hash } = [...account.state.keys.values()][0] ?? assert.fail();
    const text = await ok("or_key_update", { hash, expires_at: "2031-01-01T00:00:00Z" });
    assert.ok(!/did NOT change/.test(text));
    assert.equal(Date.parse(key(hash)?.expires_at ?? ""), Date.parse("2031-01-01T00:00:00Z"));
  });

  it("or_key_delete deletes a key, and reports an error the second time", async () => {
    await start();
    const { hash } = [...account.state.keys.values()][0] ?? assert.fail();
    await ok("or_key_delete", { hash });
    assert.equal(key(hash), undefined);
    assert.equal((await server.call("or_key_delete", { hash })).isError, true);
  });

  it("or_guardrail_create, or_guardrail_update and or_guardrail_delete change the account", async () => {
    await start();
    const before = new Set([...account.state.guardrails.values()].map((item) => item.id));
    await ok("or_guardrail_create", {
      name: "Safe",
      description: "d",
      limit_usd: 7.25,
      reset_interval: "daily",
      allowed_providers: ["openai"],
      enforce_zdr: true,
    });
    const created =
      [...account.state.guardrails.values()].find((item) => !before.has(item.id)) ?? assert.fail("not created");
    assert.deepEqual(
      [created.name, created.limit_usd, created.reset_interval, created.allowed_providers],
      ["Safe", 7.25, "daily", ["openai"]],
    );
    assert.equal(created.enforce_zdr_anthropic && created.enforce_zdr_other, true);
    await ok("or_guardrail_update", {
      id: created.id,
      name: "Safer",
      clear: ["limit_usd", "allowed_providers"],
    });
    const changed = guardrail(created.id);
    assert.deepEqual(
      [changed?.name, changed?.limit_usd, changed?.allowed_providers, changed?.description],
      ["Safer", null, null, "d"],
    );
    await ok("or_guardrail_delete", { id: created.id });
    assert.equal(guardrail(created.id), undefined);
  });

  it("or_guardrail_assign_keys replaces a key's guardrail, or_guardrail_unassign_keys removes it", async () => {
    await start();
    const hashes = [...account.state.keys.values()].slice(0, 3).map((item) => item.hash);
    const holders = () =>
      hashes.map((hash) =>
        account.state.keyAssignments.filter((item) => item.target === hash).map((item) => item.guardrail_id),
      );
    for (const { id } of [...account.state.guardrails.values()].slice(0, 2)) {
      await ok("or_guardrail_assign_keys", { id, hashes });
      assert.deepEqual(holders(), [[id], [id], [id]], "at most one guardrail a key");
    }
    const id = [...account.state.guardrails.values()][1]?.id;
    assert.match(await ok("or_guardrail_unassign_keys", { id, hashes }), /unassigned 3 of 3 keys/);
    assert.deepEqual(holders(), [[], [], []]);
  });

  it("or_guardrail_assign_members takes the ids of or_org_members", async () => {
    await start();
    const id = [...account.state.guardrails.values()][0]?.id ?? "";
    const user_ids = rowsOf(await ok("or_org_members", {}))
      .slice(0, 2)
      .map((row) => row.id ?? "");
    await ok("or_guardrail_assign_members", { id, user_ids });
    const bound = () =>
      account.state.memberAssignments.filter((item) => item.guardrail_id === id && user_ids.includes(item.target));
    assert.equal(bound().length, 2);
    await ok("or_guardrail_unassign_members", { id, user_ids });
    assert.equal(bound().length, 0);
  });

  it("or_keys_list shows a name with line breaks, escapes and tabs in one row", async () => {
    await start();
    const name = "a\tb\nc\u001b[31mred\u202e";
    await ok("or_key_create", { name });
    const rows = rowsOf(await ok("or_keys_list", { limit: 1000 }));
    assert.equal(rows.length, account.state.keys.size);
    assert.ok(rows.every((row) => /^[0-9a-f]{64}$/.test(row.hash ?? "")));
  });
});
