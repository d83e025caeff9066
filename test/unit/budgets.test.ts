import assert from "node:assert/strict";
import { type AccountData, createAccountData } from "../../src/editor/data/accountData.ts";
import { freshBudgets } from "../../src/editor/guardrails/budgets/budgets.ts";
import { ClientEndedError } from "../../src/openrouter/errors.ts";
import { type Client, createClient } from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { resourceHost } from "../support/accountData.ts";

describe("a workspace's budgets in the editor", () => {
  let account: SampleAccount;

  before(async () => {
    account = await startSampleAccount();
  });
  after(() => account.close());

  function dataOf({ request }: Pick<Client, "request">, signal = new AbortController().signal): AccountData {
    return createAccountData({ client: { request }, signal } as Parameters<typeof createAccountData>[0], resourceHost);
  }
  const client = () => createClient({ key: account.key, baseUrl: account.baseUrl });

  it("says that the account was switched while they were read", async () => {
    const lifetime = new AbortController();
    const resource = dataOf(client(), lifetime.signal).budgets(account.state.workspaces[0]!.id);
    const reading = freshBudgets(resource);
    lifetime.abort();
    await assert.rejects(reading, ClientEndedError);
  });

  it("takes from the workspace whether BYOK counts, if the budgets don't say it", async () => {
    const { request } = client();
    const silent: Client["request"] = async (...args) => ({
      ...(await request(...args)),
      include_byok_in_budgets: undefined,
    });
    const { budgets, guardrails } = dataOf({ request: silent });
    await guardrails.load();
    for (const { id, include_byok_in_budgets } of account.state.workspaces)
      assert.equal((await freshBudgets(budgets(id))).includesByok, include_byok_in_budgets);
  });
});
