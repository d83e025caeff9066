import assert from "node:assert/strict";
import { type ActivityByKey, activityByKey, createClient, getActivity, type Key } from "../../src/openrouter/index.ts";
import { aggregate } from "../../src/openrouter/spend/index.ts";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { forbidden, rateLimited } from "../support/spendAccount.ts";
import { assertNear } from "../support/spendTables.ts";

const none: Fault = () => undefined;
type Row = Record<string, unknown>;
type Answer = { data: { data: Row[]; metadata: { truncated: boolean } } };
type Query = { dimensions?: string[]; filters?: { field: string }[] };

describe("activity by key", () => {
  let account: SampleAccount;
  let network: Awaited<ReturnType<typeof startFaultProxy>>;
  const close = async () => {
    await network?.close();
    await account?.close();
  };
  afterEach(close);

  async function start(fault: Fault = none, options: SampleOptions = {}) {
    account = await startSampleAccount(options);
    network = await startFaultProxy(account.baseUrl, fault);
    return createClient({ ...account, baseUrl: network.baseUrl });
  }

  const byKey = (
    client: ReturnType<typeof createClient>,
    query: Parameters<typeof getActivity>[1] = {},
    options = {},
  ) => activityByKey(client, getActivity(client, query), query, options);
  const asked = () => network.received.filter(({ path }) => path.includes("api_key_hash="));
  const queries = () => network.received.filter(({ path }) => path === "/analytics/query");
  const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

  /** The ledger's completed days; `day` alone where given. */
  const past = (day?: string) => {
    const today = new Date().toISOString().slice(0, 10);
    const first = new Date(Date.parse(today) - 30 * 86_400_000).toISOString().slice(0, 10);
    return account.state.ledger.filter((row) => (day ? row.day === day : row.day >= first && row.day < today));
  };

  /** Every key's cost, BYOK and requests are those of the ledger, and what is left is that of deleted keys. */
  function assertTrue({ spend, keys }: ActivityByKey, rows = past()) {
    const { groups } = aggregate(spend, { groupBy: "key", metric: "cost" });
    const living = new Set(keys.map(({ hash }) => hash));
    const owned = Map.groupBy(rows, ({ key }) => (living.has(key) ? key : null));
    assert.deepEqual(new Set(groups.map(({ id }) => id)), new Set(owned.keys()));
    for (const { id, name, figures } of groups) {
      const own = owned.get(id)!;
      assertNear(figures.cost, own.reduce((sum, row) => sum + row.usage + row.byok, 0) / 1e6, `${name} cost`);
      assertNear(figures.byok_cost, own.reduce((sum, row) => sum + row.byok, 0) / 1e6, `${name} BYOK`);
      assertNear(
        figures.requests,
        own.reduce((sum, row) => sum + row.requests, 0),
        `${name} requests`,
      );
    }
  }

  const sources = ({ spend }: ActivityByKey) => spend.sources.map(({ source }) => source);

  describe("from the analytics", () => {
    it("takes a request for all keys and one to check it with, and agrees with the ledger", async () => {
      const found = await byKey(await start());
      assertTrue(found);
      assert.deepEqual(found.spend.notes, []);
      assert.deepEqual(sources(found), ["activity", "analytics"]);
      assert.equal(asked().length, 0);
      // Keys of one name are asked for apart.
      const namesakes = [...Map.groupBy(found.keys, ({ name }) => name).values()].map(({ length }) => length);
      assert.equal(queries().length, 1 + Math.max(...namesakes));
      assert.ok(!network.received.some(({ path }) => path.startsWith("/models")), "the catalog is not needed");
    });

    it("tells keys of one name apart, a deleted one of that name among them", async () => {
      const client = await start();
      const spenders = [...new Set(past().map(({ key }) => key))];
      const [a, b, c] = spenders
        .filter((hash) => account.state.keys.has(hash))
        .map((hash) => account.state.keys.get(hash)!);
      const deleted = account.state.deletedKeys.values().next().value!;
      b!.name = c!.name = deleted.name = a!.name;
      const found = await byKey(client);
      assertTrue(found);
      assert.deepEqual(sources(found), ["activity", "analytics"]);
      assert.equal(queries().length, 4);
    });

    it("has a single day", async () => {
      const date = yesterday();
      const found = await byKey(await start(), { date });
      assertTrue(found, past(date));
      assert.deepEqual(sources(found), ["activity", "analytics"]);
      assert.deepEqual(found.spend.buckets, [date]);
    });

    it("asks nothing where nothing was spent", async () => {
      const client = await start();
      account.state.ledger = [];
      const { spend } = await byKey(client);
      assert.equal(spend.bucket.length, 0);
      assert.equal(queries().length + asked().length, 0);
    });
  });

  /** The account's own answers to the queries that `concerns` picks, changed. */
  const changed =
    (concerns: (query: Query) => boolean, change: (answer: Answer, query: Query) => void): Fault =>
    async ({ path, body }, response) => {
      if (path !== "/analytics/query" || !concerns(JSON.parse(body))) return undefined;
      const headers = { authorization: `Bearer ${account.key}`, "content-type": "application/json" };
      const answer = await fetch(account.baseUrl + path, { method: "POST", headers, body });
      const json = (await answer.json()) as Answer;
      change(json, JSON.parse(body));
      return reply(response, 200, json);
    };
  const ofKeys = ({ dimensions = [] }: Query) => dimensions.includes("api_key_id");
  const ofAll = (query: Query) => !ofKeys(query);
  const each = (change: (row: Row) => void) => (answer: Answer) => answer.data.data.forEach(change);
  const analytics =
    (fault: Fault, path = /^\/analytics/): Fault =>
    (request, response, n) =>
      path.test(request.path) ? fault(request, response, n) : undefined;
  const scaled = (metric: string, factor: number) =>
    each((row) => {
      row[metric] = Number(row[metric]) * factor;
    });

  for (const [what, fault, cause] of [
    ["are closed", analytics(forbidden), /403/],
    ["are closed but for what they offer", analytics(forbidden, /^\/analytics\/query/), /403/],
    ["are not there", analytics((_, response) => reply(response, 404, apiError(404, "none"))), /404/],
    ["were asked too often", analytics(rateLimited, /^\/analytics\/query/), /429/],
    ["answer with a page", analytics((_, response) => reply(response, 200, "<html>Hello</html>")), /analytics\/meta/],
    [
      "answer with other rows",
      changed(
        ofKeys,
        each((row) => delete row.api_key_id),
      ),
      /not requested/,
    ],
    [
      "answer without days",
      changed(
        () => true,
        each((row) => delete row.date__day),
      ),
      /time/,
    ],
    [
      "have no figures",
      changed(
        ofKeys,
        each((row) => Object.assign(row, { total_usage: null })),
      ),
      /number/,
    ],
    ["count twice", changed(() => true, scaled("total_usage", 2)), /cost/],
    ["count a part", changed(ofAll, scaled("total_usage", 0.9)), /cost/],
    ["count requests otherwise", changed(ofAll, scaled("request_count", 1.1)), /requests/],
    ["do not tell BYOK", changed(ofAll, scaled("byok_usage", 0)), /byok_cost/],
    ["count more by key than in all", changed(ofKeys, scaled("total_usage", 3)), /by key/],
    [
      "name keys otherwise",
      changed(
        ofKeys,
        each((row) => Object.assign(row, { api_key_id: "someone" })),
      ),
      /not requested/,
    ],
  ] satisfies [string, Fault, RegExp][])
    it(`comes from a request a key where the analytics ${what}, and says so`, async () => {
      const found = await byKey(await start(fault));
      assertTrue(found);
      assert.deepEqual(sources(found), ["activity"]);
      assert.equal(asked().length, found.keys.length);
      const [note, ...more] = found.spend.notes;
      assert.ok(note?.kind === "analyticsUnavailable" && more.length === 0, JSON.stringify(found.spend.notes));
      assert.match(note.cause, cause);
    });

  it("does so where the analytics cut a day, which cannot be halved", async () => {
    const cut = changed(ofKeys, ({ data }) => {
      data.data = data.data.slice(0, 1);
      data.metadata.truncated = true;
    });
    const date = yesterday();
    const found = await byKey(await start(cut), { date });
    assertTrue(found, past(date));
    assert.deepEqual(sources(found), ["activity"]);
    assert.match(JSON.stringify(found.spend.notes), /were truncated/);
  });

  it("asks for every key while spend of deleted ones is left, and tells how far it is", async () => {
    const client = await start(none, { analytics: false });
    const progress: number[][] = [];
    const { spend, keys } = await byKey(client, {}, { onProgress: (...far: number[]) => progress.push(far) });
    assert.equal(asked().length, keys.length);
    assert.deepEqual(
      progress,
      keys.map((_: Key, i: number) => [i + 1, keys.length]),
    );
    assert.ok(aggregate(spend, { groupBy: "key", metric: "cost" }).groups.at(-1)?.id === null);
  });

  it("asks no further once nothing is left, and carries the query on", async () => {
    const client = await start(none, { keys: 200 });
    const { state } = account;
    const date = yesterday();
    const row = state.ledger.find(({ day, key, userId }) => day === date && state.keys.has(key) && userId);
    state.ledger = state.ledger.filter(({ key }) => key === row!.key);
    for (const hash of state.ledgerByKey.keys()) if (hash !== row!.key) state.ledgerByKey.set(hash, []);
    const query = { date, user_id: row!.userId! };
    const { spend, keys } = await byKey(client, query);
    assert.ok(asked().length < keys.length, `${asked().length} requests`);
    assert.equal(queries().length, 0, "the analytics are not asked for a member");
    for (const { path } of asked()) {
      const sent = Object.fromEntries(new URLSearchParams(path.split("?")[1]));
      assert.deepEqual({ ...sent, api_key_hash: "" }, { ...query, api_key_hash: "" });
    }
    const { groups } = aggregate(spend, { groupBy: "key", metric: "cost" });
    assert.deepEqual(
      groups.map(({ id }) => id),
      [row!.key],
    );
  });

  it("has one key's activity from the request that is made anyway", async () => {
    const client = await start();
    const { key } = past().find((row) => account.state.keys.has(row.key))!;
    const found = await byKey(client, { api_key_hash: key });
    assertTrue(
      found,
      past().filter((row) => row.key === key),
    );
    assert.equal(asked().length, 1);
    assert.equal(queries().length, 0);
  });

  it("says that rows of the activity could not be read", async () => {
    const client = await start(async ({ path }, response) => {
      if (path !== "/activity") return undefined;
      const headers = { authorization: `Bearer ${account.key}` };
      const json = (await (await fetch(account.baseUrl + path, { headers })).json()) as { data: Row[] };
      json.data[0]!.usage = "much";
      return reply(response, 200, json);
    });
    const { spend } = await byKey(client);
    assert.ok(spend.notes.some((note) => note.kind === "rowsUnreadable" && note.count === 1 && note.field === "usage"));
  });

  it("says where only the default workspace's keys could be listed", async () => {
    const client = await start(({ path }, response) =>
      path.startsWith("/workspaces") ? reply(response, 403, apiError(403, "closed")) : undefined,
    );
    const { spend, workspaces } = await byKey(client);
    assert.equal(workspaces, undefined);
    assert.deepEqual(spend.notes, [{ kind: "workspacesUnavailable" }]);
  });

  it("ends what it asked for once the activity is refused", async () => {
    const client = await start(({ path }) => (path.startsWith("/keys") ? "done" : undefined));
    await assert.rejects(byKey(client, { date: new Date().toISOString().slice(0, 10) }), /400/);
  });
});
