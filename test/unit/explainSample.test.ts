// Explanations of any two periods of the sample account, compared with its ledger.
import assert from "node:assert/strict";
import fc from "fast-check";
import { factors } from "../../src/openrouter/foresight/explain/model.ts";
import { readExplanation } from "../../src/openrouter/foresight/explain/read.ts";
import { createClient } from "../../src/openrouter/index.ts";
import { dayAfter } from "../../src/openrouter/spend/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { NOON, TODAY } from "../support/sdk.ts";
import { SPEND_SEED } from "../support/spendAccount.ts";
import { assertNear } from "../support/spendTables.ts";

describe("readExplanation, of any two periods", () => {
  const now = new Date(NOON);
  let account: SampleAccount;
  before(async () => {
    account = await startSampleAccount({ seed: SPEND_SEED, now: () => now, analyticsPerMinute: 10_000 });
  });
  after(() => account.close());

  const spent = (from: string, to: string) =>
    account.state.ledger
      .filter((row) => row.day >= from && row.day <= to && row.at < now.getTime())
      .reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;

  it("adds up to the ledger, and the price explains nothing, because no price changed", async () => {
    const client = createClient({ key: account.key, baseUrl: account.baseUrl });
    const days = (max: number) => fc.integer({ min: 1, max });
    await fc.assert(
      fc.asyncProperty(days(20), days(14), days(14), fc.integer({ min: 0, max: 30 }), async (ago, length, own, gap) => {
        const to = dayAfter(TODAY, 1 - ago);
        const after = { from: dayAfter(to, 1 - length), to };
        const last = dayAfter(after.from, -1 - gap);
        const previous = { from: dayAfter(last, 1 - own), to: last };
        const { explanation } = await readExplanation(client, { before: previous, after }, { now });
        const { difference, parts, causes } = explanation;
        assertNear(explanation.before.cost, spent(previous.from, previous.to));
        assertNear(explanation.after.cost, spent(after.from, after.to));
        const sum = factors.reduce((total, factor) => total + parts[factor], 0);
        assertNear(sum, difference, "parts");
        const ofCauses = causes.reduce((total, cause) => total + cause.difference, 0);
        assertNear(ofCauses, difference, "causes");
        // Costs and cached tokens are rounded, and a free model has the name of the paid one.
        const cost = explanation.before.cost + explanation.after.cost;
        assert.ok(Math.abs(parts.price) < 0.02 * cost, `price explains ${parts.price} of ${cost}`);
        assertNear(parts.unattributed, 0, "unattributed");
      }),
      { numRuns: 20 },
    );
  });
});
