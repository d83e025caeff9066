// Reads an account's data as the views do; checks the number of requests and of round trips.
import assert from "node:assert/strict";
import type { AccountData } from "../../src/editor/data/accountData.ts";
import { InferenceKeyError } from "../../src/openrouter/errors.ts";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { startAccount } from "../bench/account.ts";
import { makeData } from "../bench/data.ts";
import { dataOf } from "../support/accountData.ts";
import { apiError, startFaultProxy } from "../support/faults.ts";
import { createRequestWaves } from "../support/waves.ts";

const QUIET_MS = 400;
const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

const countOf = (sent: readonly string[], one: string) => sent.filter((other) => other.startsWith(one)).length;

describe("the data of an account", function () {
  this.timeout(30_000);
  const running: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const account of running.splice(0)) await account.close();
  });

  async function start(options?: SampleOptions): Promise<SampleAccount> {
    const account = await startSampleAccount(options);
    running.push(account);
    return account;
  }
  async function startLarge() {
    const account = await startAccount(makeData());
    running.push(account);
    return account;
  }

  const readAll = (data: AccountData, since: number) =>
    Promise.all([data.credits, data.keys, data.guardrails].map((part) => part.load({ fresh: since })));

  it("of 350 keys takes at most 14 requests and 4 round trips to open", async () => {
    const account = await startLarge();
    const waves = createRequestWaves(QUIET_MS);
    account.delayResponses(waves.admit);
    const data = dataOf(account, key);
    await Promise.all([
      data.credits.ensure(),
      data.keys.ensure(),
      data.guardrails.ensure(),
      data.organization.ensure(),
    ]);
    assert.equal(data.keys.current?.value.keys.length, 350);
    assert.equal(data.guardrails.current?.value.guardrails.length, 120);
    assert.equal(data.organization.current?.value, true);
    assert.ok(account.received.length <= 14, account.received.join("\n"));
    assert.ok(waves.sizes.length <= 4, `waves of ${waves.sizes.join(", ")}`);
    assert.equal(countOf(account.received, "GET /api/v1/key?") + countOf(account.received, "GET /api/v1/organ"), 0);
  });

  it("is refreshed with one request of the workspaces for all parts", async () => {
    const account = await startLarge();
    const data = dataOf(account, key);
    await readAll(data, Date.now());
    const mark = account.received.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await readAll(data, Date.now());
    const sent = account.received.slice(mark);
    assert.equal(countOf(sent, "GET /api/v1/workspaces"), 1, sent.join("\n"));
    assert.equal(countOf(sent, "GET /api/v1/credits"), 1);
  });

  it("tells an organization from a personal account, with one member at most", async () => {
    for (const personal of [true, false]) {
      const account = await start({ personal });
      const data = dataOf(account, account.key);
      await data.organization.ensure();
      assert.equal(data.organization.current?.value, !personal);
      assert.deepEqual(
        account.requests.map(({ path, query }) => [path, query.limit]),
        [["/organization/members", "1"]],
      );
    }
  });

  it("asks only once whether it belongs to an organization if the key may not know", async () => {
    const account = await start();
    const network = await startFaultProxy(account.baseUrl, () => ({
      status: 403,
      body: () => JSON.stringify(apiError(403, "Not allowed")),
    }));
    running.push(network);
    const { organization } = dataOf(network, account.key);
    for (let i = 0; i < 3; i++) await organization.ensure();
    assert.deepEqual([organization.current?.value, organization.error], [undefined, undefined]);
    assert.equal(network.received.length, 1);
  });

  it("is refused to an inference key, with the reason", async () => {
    const account = await start();
    const data = dataOf(account, account.inferenceKey);
    await readAll(data, Date.now());
    for (const part of [data.credits, data.keys]) {
      assert.ok(part.error instanceof InferenceKeyError, String(part.error));
      assert.equal(part.current, undefined);
    }
  });

  it("of an empty account is believed only after the key was checked", async () => {
    const account = await start({ keys: 0 });
    const data = dataOf(account, account.key);
    await readAll(data, Date.now());
    assert.deepEqual(data.keys.current?.value.keys, []);
    assert.equal(account.requests.filter(({ path }) => path === "/key").length, 1);
  });
});
