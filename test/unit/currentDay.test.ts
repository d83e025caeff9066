import assert from "node:assert/strict";
import type { AccountSession, CreditsData } from "../../src/editor/data/accountData.ts";
import { isOfToday, renewAfterMidnight } from "../../src/editor/data/currentDay.ts";
import type { Snapshot } from "../../src/editor/data/resource.ts";
import { NetworkError, type Periods } from "../../src/openrouter/index.ts";

/** A reading that ended at `until` by the API's clock, or failed. */
function snapshot(until: string | undefined, readAt = new Date()): Snapshot<CreditsData> {
  const periods = until === undefined ? new NetworkError("offline", "Check the connection.") : ({ until } as Periods);
  return { value: { credits: { total_credits: 1, total_usage: 0 }, periods }, readAt, begunAt: readAt, complete: true };
}

describe("the reading of the current day", () => {
  for (const [until, now, isCurrent] of [
    ["2026-11-25T23:59:58.000Z", "2026-11-26T00:00:03Z", false],
    ["2026-11-26T00:00:00.001Z", "2026-11-26T23:59:59Z", true],
    ["2026-11-25T00:00:00.000Z", "2026-11-26T00:00:00Z", false],
  ] as const) {
    const client = { now: () => new Date(now) } as AccountSession["client"];

    it(`that ended at ${until} is ${isCurrent ? "" : "not "}of today at ${now}`, () =>
      assert.equal(isOfToday({ client }, snapshot(until)), isCurrent));

    for (const isDue of [true, false])
      it(`that ended at ${until} is ${isDue && !isCurrent ? "" : "not "}renewed at ${now} if it is ${isDue ? "" : "not "}due`, () => {
        let count = 0;
        const credits = { current: snapshot(until), isDue: () => isDue, refresh: () => void count++ };
        renewAfterMidnight({ client, data: { credits } } as unknown as AccountSession);
        assert.equal(count, isDue && !isCurrent ? 1 : 0);
      });
  }

  it("that failed is of the day on which that happened", () => {
    const client = { now: () => new Date() } as AccountSession["client"];
    assert.equal(isOfToday({ client }, snapshot(undefined)), true);
    assert.equal(isOfToday({ client }, snapshot(undefined, new Date(Date.now() - 86_400_000))), false);
  });
});
