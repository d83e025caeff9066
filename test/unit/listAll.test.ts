// Lists over all workspaces, from APIs that deviate from the documentation.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  collectCounted,
  createClient,
  listAllGuardrails,
  listAllKeys,
  listMembersPage,
  SchemaError,
  updateKey,
} from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { makeKey } from "../support/makeKey.ts";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("listAllKeys", () => {
  let account: SampleAccount;
  let network: Awaited<ReturnType<typeof startFaultProxy>>;
  afterEach(async () => {
    await network?.close();
    await account.close();
  });

  async function start(fault: Fault = () => undefined, keys?: number) {
    account = await startSampleAccount({ keys });
    network = await startFaultProxy(account.baseUrl, fault);
    return createClient({ ...account, baseUrl: network.baseUrl });
  }
  const requestsTo = (path: string) => network.received.filter((request) => request.path.startsWith(path));
  const hashes = (keys: readonly { hash: string }[]) => keys.map(({ hash }) => hash).toSorted();
  const all = () => hashes([...account.state.keys.values()]);

  it("reads the default workspace once, in parallel with the list of workspaces", async () => {
    const { keys, workspaces } = await listAllKeys(await start());
    assert.deepEqual(hashes(keys), all());
    assert.deepEqual(
      workspaces?.map(({ id }) => id).toSorted(),
      account.state.workspaces.map(({ id }) => id).toSorted(),
    );
    assert.equal(requestsTo(`/keys?`).filter(({ path }) => path.includes(account.state.defaultWorkspaceId)).length, 0);
    const others = account.state.workspaces.length - 1;
    assert.ok(
      requestsTo("/keys").length <= 2 * (1 + others),
      requestsTo("/keys")
        .map(({ path }) => path)
        .join("\n"),
    );
  });

  /** Changes each key in lists of keys. */
  const withKeys =
    (change: (key: Record<string, unknown>, path: string) => void): Fault =>
    async ({ path }, response) => {
      if (!path.startsWith("/keys?")) return undefined;
      const headers = { authorization: `Bearer ${account.key}` };
      const { data } = (await (await fetch(account.baseUrl + path, { headers })).json()) as {
        data: Record<string, unknown>[];
      };
      for (const each of data) change(each, path);
      return reply(response, 200, { data });
    };

  for (const [what, change] of [
    ["no workspace", (each) => delete each.workspace_id],
    ["null for one", (each) => Object.assign(each, { workspace_id: null })],
    ["a different one each", (each) => Object.assign(each, { workspace_id: `of ${each.hash}` })],
  ] satisfies [string, (each: Record<string, unknown>) => unknown][])
    it(`reads every workspace if the keys name ${what}`, async () => {
      const { keys } = await listAllKeys(await start(withKeys(change)));
      assert.deepEqual(hashes(keys), all());
      for (const { id } of account.state.workspaces)
        assert.ok(
          requestsTo("/keys").some(({ path }) => path.includes(id)),
          id,
        );
    });

  it("returns the keys of other workspaces if the default one has none", async () => {
    const client = await start();
    for (const [hash, one] of account.state.keys)
      if (one.workspace_id === account.state.defaultWorkspaceId) account.state.keys.delete(hash);
    const { keys } = await listAllKeys(client);
    assert.ok(keys.length > 0);
    assert.deepEqual(hashes(keys), all());
  });

  it("returns the default workspace only if workspaces can't be listed", async () => {
    const client = await start(({ path }, response) =>
      path.startsWith("/workspaces") ? reply(response, 403, apiError(403, "closed")) : undefined,
    );
    const { keys, workspaces } = await listAllKeys(client);
    assert.equal(workspaces, undefined);
    assert.ok(keys.length > 0 && keys.every((one) => one.workspace_id === account.state.defaultWorkspaceId));
  });

  it("counts an unreadable row once, even if every workspace is read", async () => {
    const unreadableName = "code-review";
    const client = await start(
      withKeys((each) => {
        delete each.workspace_id;
        if (each.name === unreadableName) each.usage = "much";
      }),
    );
    const { keys, unreadable } = await listAllKeys(client);
    assert.deepEqual(unreadable, { count: 1, of: account.state.keys.size, field: "usage" });
    assert.equal(keys.length, account.state.keys.size - 1);
  });

  it("returns each key once, with its workspaces", async () => {
    const client = await start(undefined, 500);
    const reported: string[] = [];
    const { keys } = await listAllKeys(client, {
      onPage(page) {
        assert.equal(page.workspaces?.length, account.state.workspaces.length);
        reported.push(...hashes(page.keys));
      },
    });
    assert.deepEqual(reported.toSorted(), hashes(keys));
    assert.deepEqual(hashes(keys), all());
  });

  it("lists the workspaces once for 200 concurrent calls, and again after a write", async () => {
    const client = await start();
    const calls = Array.from({ length: 200 }, (_, i) => (i % 2 ? listAllKeys(client) : listAllGuardrails(client)));
    await Promise.all(calls);
    assert.equal(requestsTo("/workspaces").length, 1);
    await listAllKeys(client);
    assert.equal(requestsTo("/workspaces").length, 1);
    await updateKey(client, all()[0]!, { name: "other" });
    await listAllKeys(client);
    assert.equal(requestsTo("/workspaces").length, 2);
  });
});

describe("endless list", () => {
  let server: Server;
  let requests = 0;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function endless(answer: (offset: number) => unknown) {
    requests = 0;
    server = createServer((request, response) => {
      requests += 1;
      const url = new URL(request.url ?? "", "http://localhost");
      const given = answer(Number(url.searchParams.get("offset") ?? 0));
      reply(response, 200, url.pathname.endsWith("/workspaces") ? { data: [], total_count: 0 } : given);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return createClient({ key, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1` });
  }

  const keysAt = (offset: number, count: number) =>
    Array.from({ length: count }, (_, i) => makeKey({ hash: `${offset}-${i}`, name: "again" }));

  for (const [what, count] of [
    ["one row per page", 1],
    ["thousands of rows per page", 5000],
  ] as const)
    it(`is rejected: ${what}`, async function () {
      this.timeout(60_000);
      const client = await endless((offset) => ({ data: keysAt(offset, count) }));
      await assert.rejects(
        listAllKeys(client),
        (error) => error instanceof SchemaError && /does not end/.test(error.message),
      );
      assert.ok(requests < 2600, String(requests));
    });

  const member = (i: number) => ({
    id: `user_${i}`,
    first_name: "A",
    last_name: "B",
    email: "a@example.com",
    role: "org:member",
  });
  for (const total of [1e9, Number.MAX_VALUE, -5, 0, 3, 1.5, null, "250", {}, undefined])
    it(`is read to its end with total_count ${JSON.stringify(total)}`, async () => {
      const client = await endless((offset) => ({
        data: Array.from({ length: Math.max(0, Math.min(100, 250 - offset)) }, (_, i) => member(offset + i)),
        total_count: total,
      }));
      const { data } = await collectCounted(
        (query) => listMembersPage(client, query),
        ({ id }) => id,
      );
      assert.equal(data.length, 250);
      assert.ok(requests <= 9, String(requests));
    });
});
