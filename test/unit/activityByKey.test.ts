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

describe("activityByKey", () => {
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
  const keyRequests = () => network.received.filter(({ path }) => path.includes("api_key_hash="));
  const queries = () => network.received.filter(({ path }) => path === "/analytics/query");
  const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

  /** The ledger's completed days, or only `day`. */
  const past = (day?: string) => {
    const today = new Date().toISOString().slice(0, 10);
    const first = new Date(Date.parse(today) - 30 * 86_400_000).toISOString().slice(0, 10);
    return account.state.ledger.filter((row) => (day ? row.day === day : row.day >= first && row.day < today));
  };

  /** Asserts that each key's cost, BYOK and requests match the ledger, and that the rest is that of deleted keys. */
  function assertLedger({ spend, keys }: ActivityByKey, rows = past()) {
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
    it("reads all keys with one query and checks it with another", async () => {
      const found = await byKey(await start());
      assertLedger(found);
      assert.deepEqual(found.spend.notes, []);
      assert.deepEqual(sources(found), ["activity", "analytics"]);
      assert.equal(keyRequests().length, 0);
      // Keys with the same name go into different queries.
      const namesakes = [...Map.groupBy(found.keys, ({ name }) => name).values()].map(({ length }) => length);
      assert.equal(queries().length, 1 + Math.max(...namesakes));
      assert.ok(!network.received.some(({ path }) => path.startsWith("/models")), "the catalog is not needed");
    });

    it("distinguishes keys with the same name, even a deleted one", async () => {
      const client = await start();
      const spenders = [...new Set(past().map(({ key }) => key))];
      const [a, b, c] = spenders
        .filter((hash) => account.state.keys.has(hash))
        .map((hash) => account.state.keys.get(hash)!);
      const deleted = account.state.deletedKeys.values().next().value!;
      b!.name = c!.name = deleted.name = a!.name;
      const found = await byKey(client);
      assertLedger(found);
      assert.deepEqual(sources(found), ["activity", "analytics"]);
      assert.equal(queries().length, 4);
    });

    it("reads a single day", async () => {
      const date = yesterday();
      const found = await byKey(await start(), { date });
      assertLedger(found, past(date));
      assert.deepEqual(sources(found), ["activity", "analytics"]);
      assert.deepEqual(found.spend.buckets, [date]);
    });

    it("sends no queries if there is no spend", async () => {
      const client = await start();
      account.state.ledger = [];
      const { spend } = await byKey(client);
      assert.equal(spend.bucket.length, 0);
      assert.equal(queries().length + keyRequests().length, 0);
    });
  });

  /** Changes the account's responses to the queries that match. */
  const changed =
    (matches: (query: Query) => boolean, change: (answer: Answer, query: Query) => void): Fault =>
    async ({ path, body }, response) => {
      if (path !== "/analytics/query" || !matches(JSON.parse(body))) return undefined;
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

  for (const [failure, fault, cause] of [
    ["are forbidden", analytics(forbidden), /403/],
    ["are forbidden except for their metadata", analytics(forbidden, /^\/analytics\/query/), /403/],
    ["don't exist", analytics((_, response) => reply(response, 404, apiError(404, "none"))), /404/],
    ["are rate limited", analytics(rateLimited, /^\/analytics\/query/), /429/],
    ["return HTML", analytics((_, response) => reply(response, 200, "<html>Hello</html>")), /analytics\/meta/],
    [
      "return rows without keys",
      changed(
        ofKeys,
        each((row) => delete row.api_key_id),
      ),
      /not requested/,
    ],
    [
      "return rows without days",
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
    ["count only a part", changed(ofAll, scaled("total_usage", 0.9)), /cost/],
    ["count other requests", changed(ofAll, scaled("request_count", 1.1)), /requests/],
    ["don't count BYOK", changed(ofAll, scaled("byok_usage", 0)), /byok_cost/],
    ["count more by key than in total", changed(ofKeys, scaled("total_usage", 3)), /by key/],
    [
      "name other keys",
      changed(
        ofKeys,
        each((row) => Object.assign(row, { api_key_id: "someone" })),
      ),
      /not requested/,
    ],
  ] satisfies [string, Fault, RegExp][])
    it(`falls back to one request per key if analytics ${failure}, and notes the cause`, async () => {
      const found = await byKey(await start(fault));
      assertLedger(found);
      assert.deepEqual(sources(found), ["activity"]);
      assert.equal(keyRequests().length, found.keys.length);
      const [note, ...more] = found.spend.notes;
      assert.ok(note?.kind === "analyticsUnavailable" && more.length === 0, JSON.stringify(found.spend.notes));
      assert.match(note.cause, cause);
    });

  it("falls back if analytics truncate a single day, which can't be halved", async () => {
    const truncating = changed(ofKeys, ({ data }) => {
      data.data = data.data.slice(0, 1);
      data.metadata.truncated = true;
    });
    const date = yesterday();
    const found = await byKey(await start(truncating), { date });
    assertLedger(found, past(date));
    assert.deepEqual(sources(found), ["activity"]);
    assert.match(JSON.stringify(found.spend.notes), /were truncated/);
  });

  it("queries every key while a remainder is left, and reports progress", async () => {
    const client = await start(none, { analytics: false });
    const progress: number[][] = [];
    const { spend, keys } = await byKey(client, {}, { onProgress: (...args: number[]) => progress.push(args) });
    assert.equal(keyRequests().length, keys.length);
    assert.deepEqual(
      progress,
      keys.map((_: Key, i: number) => [i + 1, keys.length]),
    );
    assert.ok(aggregate(spend, { groupBy: "key", metric: "cost" }).groups.at(-1)?.id === null);
  });

  it("stops once no remainder is left, and passes the query's filters on", async () => {
    const client = await start(none, { keys: 200 });
    const { state } = account;
    const date = yesterday();
    const row = state.ledger.find(({ day, key, userId }) => day === date && state.keys.has(key) && userId);
    state.ledger = state.ledger.filter(({ key }) => key === row!.key);
    for (const hash of state.ledgerByKey.keys()) if (hash !== row!.key) state.ledgerByKey.set(hash, []);
    const query = { date, user_id: row!.userId! };
    const { spend, keys } = await byKey(client, query);
    assert.ok(keyRequests().length < keys.length, `${keyRequests().length} requests`);
    assert.equal(queries().length, 0, "analytics are queried for a member");
    for (const { path } of keyRequests()) {
      const sent = Object.fromEntries(new URLSearchParams(path.split("?")[1]));
      assert.deepEqual({ ...sent, api_key_hash: "" }, { ...query, api_key_hash: "" });
    }
    const { groups } = aggregate(spend, { groupBy: "key", metric: "cost" });
    assert.deepEqual(
      groups.map(({ id }) => id),
      [row!.key],
    );
  });

  it("needs no further request for a single key", async () => {
    const client = await start();
    const { key } = past().find((row) => account.state.keys.has(row.key))!;
    const found = await byKey(client, { api_key_hash: key });
    assertLedger(
      found,
      past().filter((row) => row.key === key),
    );
    assert.equal(keyRequests().length, 1);
    assert.equal(queries().length, 0);
  });

  it("notes invalid rows of the activity", async () => {
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

  it("notes if only the default workspace's keys could be listed", async () => {
    const client = await start(({ path }, response) =>
      path.startsWith("/workspaces") ? reply(response, 403, apiError(403, "closed")) : undefined,
    );
    const { spend, workspaces } = await byKey(client);
    assert.equal(workspaces, undefined);
    assert.deepEqual(spend.notes, [{ kind: "workspacesUnavailable" }]);
  });

  it("aborts its other requests if the activity fails", async () => {
    const client = await start(({ path }) => (path.startsWith("/keys") ? "done" : undefined));
    await assert.rejects(byKey(client, { date: new Date().toISOString().slice(0, 10) }), /400/);
  });
});
