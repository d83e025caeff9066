// The queries sent to analytics, and the handling of truncated responses.
import assert from "node:assert/strict";
import { getCredits } from "../../src/openrouter/index.ts";
import { apiError, type Fault, type Received, reply } from "../support/faults.ts";
import { NOON } from "../support/sdk.ts";
import { onPath, spendForEach } from "../support/spendAccount.ts";
import { assertLedger } from "../support/spendLedger.ts";

const noon = new Date(NOON);
const { read, cutTo } = spendForEach();
const none: Fault = () => undefined;
const queries = (received: readonly Received[]) =>
  received.filter(({ path }) => path === "/analytics/query").map(({ body }) => JSON.parse(body));

describe("readSpend with truncated responses", () => {
  for (const [by, limit] of [
    ["model", 200],
    ["key", 1500],
  ] as const)
    it(`queries again in halves until they are complete: by ${by}`, async () => {
      const { account, table, received } = await read({ range: "90d", dimensions: [by] }, cutTo(limit));
      assertLedger(account, await table, by, noon);
      assert.deepEqual((await table).notes, []);
      assert.ok(queries(received).length > 3);
    });

  it("adds a note if a single hour is truncated, which can't be halved", async () => {
    const { table: reading } = await read({ range: "today", dimensions: ["model"] }, cutTo(1));
    const table = await reading;
    assert.deepEqual(table.notes, [{ kind: "truncated" }]);
    assert.equal(table.unit, "hour");
  });
});

describe("queries of readSpend", () => {
  it("request only metrics that analytics list; others are unknown, not zero", async () => {
    const offered = ["total_usage", "request_count", "tokens_prompt", "tokens_completion", "something_new"];
    const data = { metrics: offered.map((name) => ({ name })), dimensions: [], granularities: [] };
    const fewer: Fault = ({ path, body }, response) => {
      if (path === "/analytics/meta") return reply(response, 200, { data });
      const asked: string[] = path === "/analytics/query" ? JSON.parse(body).metrics : [];
      const unknown = asked.find((metric) => !offered.includes(metric));
      return unknown ? reply(response, 400, apiError(400, `Invalid metrics: ${unknown}`)) : undefined;
    };
    const { table: reading, received } = await read({ range: "365d", dimensions: ["key"] }, fewer);
    const { known, notes } = await reading;
    assert.deepEqual(notes, []);
    // Only the reading of the current day tries all metrics before it asks which ones there are.
    const refused = queries(received).filter(({ metrics }) => metrics.length > 4);
    assert.equal(refused.length, 1);
    assert.ok(queries(received).length > 3);
    assert.ok(!known.reasoning_tokens.includes(true) && !known.byok_cost.includes(true));
    assert.ok(!known.cost.includes(false) && !known.requests.includes(false));
  });

  for (const dimensions of [["key"], ["provider"], ["workspace", "model"], ["key", "provider"]] as const)
    it(`keep to the API's limits: ${dimensions.join(", ")}`, async () => {
      const { account, table, received } = await read({ range: "365d", dimensions }, none);
      await table;
      const sent = queries(received);
      assert.ok(sent.length > 0);
      for (const { dimensions: split, limit, time_range, metrics } of sent) {
        assert.ok(split.length <= 2 && limit <= 10_000 && metrics.length > 0);
        const days = (Date.parse(time_range.end) - Date.parse(time_range.start)) / 86_400_000;
        assert.ok(days > 0 && days <= (split.includes("provider") ? 31 : 365), String(days));
      }
      assert.ok(account.requests.every(({ status }) => status === 200));
    });

  it("end now for today's hours, and at the end of a past day", async () => {
    for (const [request, expected] of [
      [
        { range: "today" },
        [
          // The shared reading of the day, which begins with the week or the month.
          { start: "2026-06-01T00:00:00.000Z", end: NOON },
          { start: "2026-06-10T00:00:00.000Z", end: NOON },
        ],
      ],
      [{ range: "90d", day: "2026-04-01" }, [{ start: "2026-04-01T00:00:00.000Z", end: "2026-04-02T00:00:00.000Z" }]],
    ] as const) {
      const { table, received } = await read({ ...request, dimensions: ["model"] }, none);
      await table;
      const ranges = queries(received).map(({ time_range }) => time_range);
      assert.deepEqual(ranges, expected);
    }
  });
});

describe("aborted readSpend", () => {
  for (const [range, dimensions, path] of [
    ["30d", ["key", "provider"], /api_key_hash/],
    ["365d", ["key"], /^\/analytics\/query/],
  ] as const)
    it(`rejects and sends no more requests: ${range}`, async () => {
      const controller = new AbortController();
      const hangs = onPath(path, () => {
        controller.abort();
        return "done";
      });
      const { table, client, received } = await read({ range, dimensions }, hangs, controller);
      await assert.rejects(table, { name: "AbortError" });
      // Once a later request has arrived, requests already on their way have, too.
      await getCredits(client);
      const sent = received.filter((request) => path.test(request.path));
      assert.ok(sent.length > 0 && sent.length <= 6, String(sent.length));
    });
});
