// What the analytics are asked, and what becomes of answers that are not whole.
import assert from "node:assert/strict";
import { getCredits } from "../../src/openrouter/index.ts";
import { type Fault, type Received, reply } from "../support/faults.ts";
import { NOON } from "../support/sdk.ts";
import { onPath, spendForEach } from "../support/spendAccount.ts";
import { assertLedger } from "../support/spendLedger.ts";

const noon = new Date(NOON);
const { read, cutTo } = spendForEach();
const none: Fault = () => undefined;
const queries = (received: readonly Received[]) =>
  received.filter(({ path }) => path === "/analytics/query").map(({ body }) => JSON.parse(body));

describe("readSpend of answers that are cut", () => {
  for (const [by, limit] of [
    ["model", 100],
    ["key", 1500],
  ] as const)
    it(`asks again in halves until they are whole: by ${by}`, async () => {
      const { account, table, received } = await read({ range: "90d", dimensions: [by] }, cutTo(limit));
      assertLedger(account, await table, by, noon);
      assert.deepEqual((await table).notes, []);
      assert.ok(queries(received).length > 3);
    });

  it("says so where a single hour is cut, which cannot be halved", async () => {
    const { table: reading } = await read({ range: "today", dimensions: ["model"] }, cutTo(1));
    const table = await reading;
    assert.deepEqual(table.notes, [{ kind: "truncated" }]);
    assert.equal(table.unit, "hour");
  });
});

describe("readSpend of what the analytics offer", () => {
  it("asks for no metric that they do not name, and takes none of those for zero", async () => {
    const offered = ["total_usage", "request_count", "tokens_prompt", "tokens_completion", "something_new"];
    const data = { metrics: offered.map((name) => ({ name })), dimensions: [], granularities: [] };
    const fewer = onPath(/^\/analytics\/meta/, (_, response) => reply(response, 200, { data }));
    const { table: reading, received } = await read({ range: "365d", dimensions: ["key"] }, fewer);
    const { known } = await reading;
    assert.ok(queries(received).length > 1);
    for (const { metrics } of queries(received)) assert.deepEqual(metrics, offered.slice(0, 4));
    assert.ok(!known.reasoning_tokens.includes(true) && !known.byok_cost.includes(true));
    assert.ok(!known.cost.includes(false) && !known.requests.includes(false));
  });

  for (const dimensions of [["key"], ["provider"], ["workspace", "model"], ["key", "provider"]] as const)
    it(`asks for what the document allows: ${dimensions.join(", ")}`, async () => {
      const { account, table, received } = await read({ range: "365d", dimensions }, none);
      await table;
      const asked = queries(received);
      assert.ok(asked.length > 0);
      for (const { dimensions: told, limit, time_range, metrics } of asked) {
        assert.ok(told.length <= 2 && limit <= 10_000 && metrics.length > 0);
        const days = (Date.parse(time_range.end) - Date.parse(time_range.start)) / 86_400_000;
        assert.ok(days > 0 && days <= (told.includes("provider") ? 31 : 365), String(days));
      }
      assert.ok(account.requests.every(({ status }) => status === 200));
    });

  it("is told today's hours until now, and a day's until it ends", async () => {
    for (const [request, range] of [
      [{ range: "today" }, { start: "2026-06-10T00:00:00.000Z", end: NOON }],
      [
        { range: "90d", day: "2026-04-01" },
        { start: "2026-04-01T00:00:00.000Z", end: "2026-04-02T00:00:00.000Z" },
      ],
    ] as const) {
      const { table, received } = await read({ ...request, dimensions: ["model"] }, none);
      await table;
      const ranges = queries(received).map(({ time_range }) => time_range);
      assert.deepEqual(ranges, [range]);
    }
  });
});

describe("readSpend that is cancelled", () => {
  for (const [range, path] of [
    ["30d", /api_key_hash/],
    ["365d", /^\/analytics\/query/],
  ] as const)
    it(`rejects, and asks no further: ${range}`, async () => {
      const controller = new AbortController();
      const hangs = onPath(path, () => {
        controller.abort();
        return "done";
      });
      const { table, client, received } = await read({ range, dimensions: ["key"] }, hangs, controller);
      await assert.rejects(table, { name: "AbortError" });
      // Whatever was on its way then has arrived when a later request has.
      await getCredits(client);
      const asked = received.filter((request) => path.test(request.path));
      assert.ok(asked.length > 0 && asked.length <= 6, String(asked.length));
    });
});
