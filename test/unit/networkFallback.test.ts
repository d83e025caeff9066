import assert from "node:assert/strict";
import { createNetworkFallback } from "../../src/mcp/networkFallback.ts";
import { createClient, getCredits } from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { closedPort } from "../vscode/host/server.ts";

describe("reads through the window", () => {
  let account: SampleAccount;

  before(async () => {
    account = await startSampleAccount();
  });
  after(() => account.close());

  /** Creates a client that counts its attempts. */
  function counting(baseUrl: string) {
    const counter = { attempts: 0 };
    const fetchOptions = () => {
      counter.attempts += 1;
      return {};
    };
    return { counter, client: createClient({ key: account.key, baseUrl, fetchOptions, timeoutMs: 30_000 }) };
  }

  it("start after one attempt of its own connection, which isn't tried again", async () => {
    const own = counting(`http://127.0.0.1:${await closedPort()}/api/v1`);
    const window = counting(account.baseUrl);
    const client = createNetworkFallback()(own.client, window.client);
    await getCredits(client);
    await getCredits(client);
    assert.equal(own.counter.attempts, 1);
  });

  it("end if the window has no connection either", async () => {
    const own = counting(`http://127.0.0.1:${await closedPort()}/api/v1`);
    const window = counting(`http://127.0.0.1:${await closedPort()}/api/v1`);
    const client = createNetworkFallback()(own.client, window.client);
    await assert.rejects(getCredits(client), /no connection/);
    await assert.rejects(getCredits(client), /no connection/);
    assert.equal(own.counter.attempts, 2);
  });
});
