import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { assertNear, assertRefused, FIRST_DAY, NOON, sampleForEach, sdkFor, sumOf, TODAY } from "../support/sdk.ts";

describe("official SDK against the sample account: account", () => {
  const sample = sampleForEach();

  it("includes the usage of all keys, also of the deleted one, in the credits", async () => {
    const { data } = await sample.sdk.credits.getCredits();
    const keys = [...sample.account.state.keys.values(), ...sample.account.state.deletedKeys.values()];
    const micros =
      keys.reduce((sum, key) => sum + key.olderUsage, 0) + sumOf(sample.account.state.ledger, (row) => row.usage);
    assertNear(data.totalUsage, micros / 1e6);
    assertNear(data.totalCredits, sample.account.state.totalCredits / 1e6);
    assert.ok(data.totalCredits > data.totalUsage);
    assert.ok(sample.account.state.deletedKeys.size > 0);
  });

  it("returns the permissions of the current key", async () => {
    assert.equal((await sample.sdk.apiKeys.getCurrentKeyMetadata()).data.isManagementKey, true);
    const { data } = await sdkFor(sample.account, sample.account.inferenceKey).apiKeys.getCurrentKeyMetadata();
    assert.equal(data.isManagementKey, false);
    assert.equal(data.label, [...sample.account.state.keys.values()][0]!.label);
  });

  it("lists members, workspaces, budgets and providers", async () => {
    const members = (await sample.sdk.organization.listMembers()).result;
    assert.deepEqual(
      members.data.map(({ id, email, role }) => ({ id, email, role })),
      sample.account.state.members.map(({ id, email, role }) => ({ id, email, role })),
    );
    assert.equal((await sample.sdk.organization.listMembers({ offset: 7, limit: 5 })).result.data.length, 2);

    const workspaces = (await sample.sdk.workspaces.list()).result;
    assert.deepEqual(
      workspaces.data.map(({ id }) => id),
      sample.account.state.workspaces.map(({ id }) => id),
    );
    assert.equal(workspaces.totalCount, 3);
    const { id, slug, name, budgets } = sample.workspace(0);
    assert.equal((await sample.sdk.workspaces.get({ id: slug })).data.id, id);
    assert.equal((await sample.sdk.workspaces.get({ id })).data.name, name);
    const { data } = await sample.sdk.workspaces.listBudgets({ workspaceRef: id });
    assert.deepEqual(
      data.map(({ limitUsd }) => limitUsd),
      budgets.map((budget) => budget.limit_usd),
    );
    assert.deepEqual(
      (await sample.sdk.providers.list()).data.map(({ slug }) => slug),
      sample.account.state.providers.map(({ slug }) => slug),
    );
  });

  it("has no members in a personal account", async () => {
    await sample.start({ personal: true });
    await assertRefused(sample.sdk.organization.listMembers(), 404, /organization/);
    assert.equal((await sample.sdk.guardrails.listMemberAssignments()).result.totalCount, 0);
  });

  it("returns a generation", async () => {
    const [generation] = sample.account.state.generations;
    const { data } = await sample.sdk.generations.getGeneration({ id: generation!.id });
    assert.equal(data.totalCost, generation!.total_cost);
    assert.equal(data.model, generation!.model);
    await assertRefused(sample.sdk.generations.getGeneration({ id: "gen-none" }), 404, /gen-none/);
  });

  it("has the same names and figures at every start on the same day, and other ids", async () => {
    const other = await startSampleAccount({ now: () => new Date(NOON) });
    await other.close();
    // Not deepEqual: the difference of two ledgers of this size would take gigabytes.
    const ledger = (account: SampleAccount) =>
      account.state.ledger.map((row) => JSON.stringify([row.at, row.model, row.provider, row.usage, row.byok]));
    const names = (account: SampleAccount) => [...account.state.keys.values()].map(({ name }) => name);
    assert.ok(ledger(other).join() === ledger(sample.account).join(), "other figures");
    assert.deepEqual(names(other), names(sample.account));
    assert.equal(other.state.totalCredits, sample.account.state.totalCredits);
    assert.notEqual(other.key, sample.account.key);
    assert.equal(other.state.keys.get(sample.key("ci-tests").hash), undefined);
  });

  it("has data for today right after midnight", async () => {
    await sample.start({ now: () => new Date("2026-06-10T00:00:05Z") });
    const rows = sample.account.state.ledger.filter((row) => row.day === TODAY);
    assert.ok(rows.length > 0 && rows.every((row) => row.at <= Date.parse("2026-06-10T00:00:05Z")));
  });

  it("has up to a year of data for each key, with one row per model and day before the last 30 days", () => {
    for (const [hash, rows] of sample.account.state.ledgerByKey) {
      const { created_at } = sample.account.state.keys.get(hash) ?? sample.account.state.deletedKeys.get(hash)!;
      const old = rows.filter((row) => row.day < FIRST_DAY);
      assert.ok(old.every((row) => row.at > Date.parse(created_at) && row.day >= "2025-06-10"));
      assert.equal(new Set(old.map((row) => `${row.day} ${row.model}`)).size, old.length);
    }
    const { hash } = sample.key("support-assistant");
    assert.equal(sample.account.state.ledgerByKey.get(hash)![0]!.day, "2025-06-10");
  });

  it("has 30 days of data for a large account's tenants", async () => {
    await sample.start({ keys: 300 });
    const tenants = [...sample.account.state.keys.values()].filter(({ name }) => name.startsWith("tenant-"));
    assert.ok(tenants.length > 200);
    const rows = tenants.flatMap(({ hash }) => sample.account.state.ledgerByKey.get(hash)!);
    assert.ok(rows.length > 0 && rows.every((row) => row.day >= FIRST_DAY));
  });
});
