import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { assertNear, assertRefused, NOON, sampleForEach, sdkFor, sumOf, TODAY } from "../support/sdk.ts";

describe("official SDK against the sample account: keys", () => {
  const sample = sampleForEach();

  it("lists a workspace's keys, disabled ones on request, with counters that match the ledger", async () => {
    const hashes = (keys: { hash: string }[]) => keys.map(({ hash }) => hash).sort();
    // The SDK can't request expired keys; see newerThanSdk.ts.
    const expired = (at: string | null) => at !== null && at <= NOON;
    const own = (id: string) =>
      [...sample.account.state.keys.values()].filter((key) => key.workspace_id === id && !expired(key.expires_at));
    const bare = (await sample.sdk.apiKeys.list()).data;
    assert.deepEqual(hashes(bare), hashes(own(sample.workspace(0).id).filter((key) => !key.disabled)));
    const all = (await sample.sdk.apiKeys.list({ includeDisabled: true, workspaceId: sample.workspace(1).id })).data;
    assert.deepEqual(hashes(all), hashes(own(sample.workspace(1).id)));
    const dates = all.map((key) => key.createdAt);
    assert.deepEqual(dates, dates.toSorted().reverse());

    for (const key of [...bare, ...all]) {
      const rows = sample.account.state.ledgerByKey.get(key.hash)!;
      const record = sample.account.state.keys.get(key.hash)!;
      const since = (day: string) =>
        sumOf(
          rows.filter((row) => row.day >= day),
          (row) => row.usage,
        ) / 1e6;
      assertNear(key.usageDaily, since(TODAY));
      assertNear(key.usageWeekly, since("2026-06-08"));
      assertNear(key.usageMonthly, since("2026-06-01"));
      assertNear(key.usage, record.olderUsage / 1e6 + since("2000-01-01"));
      assertNear(key.byokUsage, sumOf(rows, (row) => row.byok) / 1e6);
      const { daily, weekly, monthly } = {
        daily: key.usageDaily,
        weekly: key.usageWeekly,
        monthly: key.usageMonthly,
      };
      const used = { daily, weekly, monthly }[key.limitReset ?? ""] ?? key.usage;
      if (key.limit === null) assert.equal(key.limitRemaining, null);
      else if (!key.includeByokInLimit) assertNear(key.limitRemaining!, Math.max(0, key.limit - used));
    }
  });

  it("lists 10,000 keys in pages of 100", async () => {
    await sample.start({ keys: 10_000 });
    const seen = new Set<string>();
    for (const { id } of sample.account.state.workspaces) {
      for (let offset = 0; ; offset += 100) {
        const { data } = await sample.sdk.apiKeys.list({ offset, includeDisabled: true, workspaceId: id });
        for (const key of data) seen.add(key.hash);
        if (data.length < 100) break;
      }
    }
    // One key has expired.
    assert.equal(seen.size, 9_999);
  });

  it("creates, updates and deletes a key", async () => {
    const requestBody = {
      name: "fresh",
      limit: 5,
      limitReset: "daily" as const,
      expiresAt: new Date("2027-01-01T00:00:00Z"),
      workspaceId: sample.workspace(1).id,
      creatorUserId: sample.account.state.members[1]!.id,
    };
    const { data, key } = await sample.sdk.apiKeys.create({ requestBody });
    assert.match(key, /^sk-or-v1-[0-9a-f]{64}$/);
    assert.equal(data.hash, createHash("sha256").update(key).digest("hex"));
    assert.equal(data.label, `${key.slice(0, 12)}...${key.slice(-4)}`);
    assert.equal(data.limitRemaining, 5);
    const record = sample.account.state.keys.get(data.hash)!;
    assert.equal(record.workspace_id, sample.workspace(1).id);
    assert.equal(record.expires_at, "2027-01-01T00:00:00.000Z");
    assert.ok(!JSON.stringify([...sample.account.state.keys.values()]).includes(key));
    assert.equal((await sdkFor(sample.account, key).apiKeys.getCurrentKeyMetadata()).data.label, data.label);

    const change = { name: "renamed", limit: null, disabled: true };
    const changed = await sample.sdk.apiKeys.update({ hash: data.hash, requestBody: change });
    assert.equal(changed.data.limit, null);
    assert.equal(changed.data.limitReset, "daily");
    assert.ok(record.disabled && record.name === "renamed" && record.updated_at);
    assert.equal((await sample.sdk.apiKeys.get({ hash: data.hash })).data.name, "renamed");
    await assertRefused(sdkFor(sample.account, key).apiKeys.getCurrentKeyMetadata(), 401, /disabled/);

    assert.equal((await sample.sdk.apiKeys.delete({ hash: data.hash })).deleted, true);
    assert.ok(!sample.account.state.keys.has(data.hash));
    await assertRefused(sample.sdk.apiKeys.get({ hash: data.hash }), 404, /not found/);
    await assertRefused(sdkFor(sample.account, key).apiKeys.getCurrentKeyMetadata(), 401, /User not found/);
  });

  it("keeps the account's totals but removes the assignment when a key is deleted", async () => {
    const key = sample.key("support-assistant");
    const before = (await sample.sdk.credits.getCredits()).data.totalUsage;
    const activity = (await sample.sdk.analytics.getUserActivity()).data;
    await sample.sdk.apiKeys.delete({ hash: key.hash });
    assert.equal((await sample.sdk.credits.getCredits()).data.totalUsage, before);
    assert.deepEqual((await sample.sdk.analytics.getUserActivity()).data, activity);
    assert.deepEqual((await sample.sdk.analytics.getUserActivity({ apiKeyHash: key.hash })).data, []);
    assert.ok(!sample.account.state.keyAssignments.some(({ target }) => target === key.hash));
  });

  it("ignores, applies or refuses expires_at in PATCH as configured", async () => {
    const change = { expires_at: "2028-01-01T00:00:00Z", limit: 77 };
    for (const patchExpiresAt of ["ignore", "apply", "refuse"] as const) {
      await sample.start({ patchExpiresAt });
      const { hash } = sample.key("gemini-3-trial");
      const old = sample.account.state.keys.get(hash)!.expires_at;
      const { status } = await sample.raw(`/keys/${hash}`, change, "PATCH");
      assert.equal(status, patchExpiresAt === "refuse" ? 400 : 200);
      const { expires_at, limit } = sample.account.state.keys.get(hash)!;
      assert.equal(expires_at, patchExpiresAt === "apply" ? change.expires_at : old);
      assert.equal(limit, patchExpiresAt === "refuse" ? 10 : 77);
    }
  });
});
