import assert from "node:assert/strict";
import { createClient, getPeriods } from "../../src/openrouter/index.ts";
import { periodStarts } from "../../src/openrouter/spend/periods.ts";
import { sum } from "../../src/openrouter/text/figures.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, reply, startFaultProxy } from "../support/faults.ts";

/** Adds up the ledger's spend since a UTC day, in USD with BYOK. */
function spent({ state }: SampleAccount, since: string): number {
  const rows = state.ledger.filter((row) => row.day >= since && row.at <= Date.now());
  return rows.reduce((sum, row) => sum + row.usage + row.byok, 0) / 1e6;
}

describe("getPeriods", () => {
  for (const [at, today, monday, first] of [
    ["2026-06-10T12:00:00Z", "2026-06-10", "2026-06-08", "2026-06-01"],
    ["2026-06-08T00:00:00Z", "2026-06-08", "2026-06-08", "2026-06-01"],
    ["2026-06-07T23:59:59Z", "2026-06-07", "2026-06-01", "2026-06-01"],
    ["2026-07-01T00:30:00+02:00", "2026-06-30", "2026-06-29", "2026-06-01"],
    ["2027-01-01T10:00:00Z", "2027-01-01", "2026-12-28", "2027-01-01"],
  ] as const)
    it(`starts the week of ${at} on ${monday}`, () =>
      assert.deepEqual(periodStarts(new Date(at)), { today, monday, first }));

  for (const analytics of [true, false])
    it(analytics ? "reads from analytics, with BYOK" : "falls back to the keys' counters, and notes why", async () => {
      const account = await startSampleAccount({ analytics });
      try {
        const periods = await getPeriods(createClient(account));
        const { today, monday, first } = periodStarts(new Date());
        assert.equal(periods.source, analytics ? "analytics" : "counters");
        assert.ok(periods.includesByok);
        assert.equal(sum(periods.rows.map(({ cost = 0 }) => cost)), periods.today);
        if (!analytics) assert.match(periods.note ?? "", /analytics unavailable.*403/);
        // Only analytics include deleted keys.
        const deleted = analytics ? new Set<string>() : new Set(account.state.deletedKeys.keys());
        account.state.ledger = account.state.ledger.filter((row) => !deleted.has(row.key));
        for (const [figure, since] of [
          [periods.today, today],
          [periods.week, monday],
          [periods.month, first],
        ] as const)
          assert.ok(Math.abs(figure! - spent(account, since)) < 1e-6, `${since}: ${figure}`);
        assert.ok(periods.month > 0);
      } finally {
        await account.close();
      }
    });

  it("falls back to the counters if a row has no day", async () => {
    const account = await startSampleAccount();
    const rows = { data: [{ total_usage: 5 }, { date__day: null, total_usage: 7 }], metadata: { truncated: false } };
    const faults = await startFaultProxy(account.baseUrl, ({ path }, response) =>
      path === "/analytics/query" ? reply(response, 200, { data: rows }) : undefined,
    );
    try {
      const periods = await getPeriods(createClient({ ...account, baseUrl: faults.baseUrl }));
      assert.equal(periods.source, "counters");
      assert.match(periods.note ?? "", /is not a time/);
    } finally {
      await faults.close();
      await account.close();
    }
  });

  it("notes if only the default workspace could be read", async () => {
    const account = await startSampleAccount({ analytics: false });
    const faults = await startFaultProxy(account.baseUrl, ({ path }, response) =>
      path.startsWith("/workspaces") ? reply(response, 403, apiError(403, "not for you")) : undefined,
    );
    try {
      const periods = await getPeriods(createClient({ ...account, baseUrl: faults.baseUrl }));
      assert.match(periods.note ?? "", /only the default workspace/);
    } finally {
      await faults.close();
      await account.close();
    }
  });
});
