import assert from "node:assert/strict";
import {
  isGeneratedName,
  isUnconfigured,
  unconfiguredDefaults,
} from "../../src/openrouter/guardrails/defaultGuardrails.ts";
import {
  createClient,
  deleteWorkspaceBudget,
  findOwnerOfDefault,
  getEditableFields,
  listAllGuardrails,
  listWorkspaceBudgets,
  NotFoundError,
  readGuardrail,
  setWorkspaceBudget,
  updateGuardrail,
} from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";

describe("default guardrails and budgets of workspaces", () => {
  let account: SampleAccount;
  const client = () => createClient({ key: account.key, baseUrl: account.baseUrl });

  before(async () => {
    account = await startSampleAccount();
  });
  after(() => account.close());

  it("lists the defaults that the API omits until they are changed", async () => {
    const { guardrails, workspaces } = await listAllGuardrails(client());
    const missing = unconfiguredDefaults(guardrails, workspaces);
    const owner = findOwnerOfDefault(workspaces);
    assert.deepEqual(
      missing.map(({ id }) => owner(id)?.name),
      ["Production", "Sandbox"],
    );
    for (const one of missing) assert.ok(isUnconfigured(one) && isGeneratedName(one.name));
    assert.deepEqual(unconfiguredDefaults([], undefined), []);
  });

  it("tells generated names from the user's", () => {
    assert.ok(isGeneratedName("Workspace 0b0c8f5e-0000-4000-8000-000000000000 Default"));
    for (const name of ["Workspace Default", "Our Workspace x Default", "Workspace x Defaults", ""])
      assert.ok(!isGeneratedName(name), name);
  });

  it("reads a default guardrail as unconfigured although the API says 404, and writes it by PATCH", async () => {
    const { default_guardrail_id: id } = account.state.workspaces[0]!;
    const before = await readGuardrail(client(), id);
    assert.ok(isUnconfigured(before));
    assert.equal(getEditableFields(before).limit_usd, null);
    await updateGuardrail(client(), id, { limit_usd: 5, reset_interval: "daily" });
    const after = await readGuardrail(client(), id);
    assert.ok(!isUnconfigured(after));
    assert.equal(after.limit_usd, 5);
  });

  it("reports any other missing guardrail", () =>
    assert.rejects(readGuardrail(client(), "00000000-0000-4000-8000-000000000000"), NotFoundError));

  it("sets, replaces and removes a budget", async () => {
    const { id, budgets } = account.state.workspaces[0]!;
    const limits = async () =>
      new Map((await listWorkspaceBudgets(client(), id)).data.map((one) => [one.reset_interval, one.limit_usd]));
    const before = budgets.length;
    assert.equal((await setWorkspaceBudget(client(), id, { interval: "weekly", limit_usd: 500.5 })).limit_usd, 500.5);
    await setWorkspaceBudget(client(), id, { interval: "weekly", limit_usd: 600 });
    assert.equal((await limits()).get("weekly"), 600);
    assert.equal((await limits()).size, before + 1);
    await assert.rejects(setWorkspaceBudget(client(), id, { interval: "daily", limit_usd: 600 }), /lifetime > monthly/);
    await deleteWorkspaceBudget(client(), id, "weekly");
    assert.equal((await limits()).has("weekly"), false);
    await assert.rejects(deleteWorkspaceBudget(client(), id, "weekly"), NotFoundError);
  });
});
