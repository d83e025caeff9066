import assert from "node:assert/strict";
import { auditInputs, readForAudit } from "../../src/editor/safety/auditInputs.ts";
import type { PolicyState } from "../../src/editor/safety/policy/policyState.ts";
import { toPolicy } from "../../src/openrouter/safety/policy.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { dataOf } from "../support/accountData.ts";

describe("what an audit is made of", () => {
  let account: SampleAccount;
  beforeEach(async () => {
    account = await startSampleAccount({ keys: 3 });
  });
  afterEach(() => account.close());

  it("is read again for a command after a minute", async () => {
    const data = dataOf(account, account.key);
    await readForAudit({ data });
    for (const part of [data.keys, data.guardrails]) {
      const first = part.current;
      assert.ok(first);
      await readForAudit({ data });
      assert.equal(part.current, first);
      first.readAt.setTime(Date.now() - 61_000);
      await readForAudit({ data });
      assert.notEqual(part.current, first);
    }
  });

  it("changes with the UTC day of the API's clock, and not before", async () => {
    const data = dataOf(account, account.key);
    await readForAudit({ data });
    const policy: PolicyState = { origin: { kind: "defaults" }, policy: toPolicy({}), unused: [] };
    const inputs = (now: string) => {
      const client = { now: () => new Date(now) } as Parameters<typeof auditInputs>[0]["client"];
      return auditInputs({ client, data }, policy, []);
    };
    const [first, later, next] = [
      inputs("2026-06-01T00:00:00Z"),
      inputs("2026-06-01T23:59:59Z"),
      inputs("2026-06-02T00:00:00Z"),
    ];
    const isSame = (one: readonly unknown[]) => one.every((input, i) => input === first[i]);
    assert.deepEqual([isSame(later), isSame(next)], [true, false]);
  });
});
