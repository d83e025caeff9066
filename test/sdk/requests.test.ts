import assert from "node:assert/strict";
import { createClient } from "../../src/openrouter/index.ts";
import { type RecordedRequest, type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { sdkFor } from "../support/sdk.ts";
import { operations } from "./operations.ts";

describe("our client sends the same requests as the official SDK", () => {
  for (const { name, sdk, ours, sdkDefaults, newerParameters = {} } of operations) {
    it(name, async () => {
      const theirs = await requestsOf((account) => sdk(sdkFor(account), account));
      const own = await requestsOf((account) =>
        ours(createClient({ key: account.key, baseUrl: account.baseUrl }), account),
      );
      assert.equal(own.length, 1);
      const asked = Object.entries(own[0]!.query);
      const known = Object.fromEntries(asked.filter(([field]) => !(field in newerParameters)));
      assert.deepEqual([{ ...own[0], query: { ...known, ...sdkDefaults } }], theirs);
      assert.deepEqual(Object.fromEntries(asked.filter(([field]) => field in newerParameters)), newerParameters);
      assert.ok(own[0]!.status < 300, `the sample account answered ${own[0]!.status}`);
    });
  }
});

async function requestsOf(run: (account: SampleAccount) => Promise<unknown>): Promise<RecordedRequest[]> {
  // At a fixed time, so that both clients have the same account.
  const account = await startSampleAccount({ seed: "requests", keys: 3, now: () => new Date("2026-06-10T12:00:00Z") });
  try {
    await run(account);
    return account.requests;
  } finally {
    await account.close();
  }
}
