import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, listAllKeys } from "../../src/openrouter/index.ts";
import { askFoundKeys, type FoundKeyAnswer, isManagementKey } from "../../src/openrouter/keys/askFoundKeys.ts";
import { readSpendSince } from "../../src/openrouter/spend/spendSince.ts";
import { MaskedSecret } from "../../src/openrouter/text/maskedSecret.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

async function ask(baseUrl: string, secrets: string[], signal = new AbortController().signal) {
  const answers: FoundKeyAnswer[] = [];
  await askFoundKeys(
    secrets.map((secret) => new MaskedSecret(secret)),
    {
      clientFor: (key) => createClient({ key, baseUrl, lifetime: signal }),
      onAnswer: (_, answer) => void answers.push(answer),
      signal,
    },
  );
  return answers;
}

/** Starts a server that records requests and answers them. */
async function startServer(
  answer: (count: number) => { status: number; headers?: Record<string, string>; body: unknown },
) {
  const seen: { url: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    const { status, headers, body } = answer(seen.length);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    baseUrl: `http://127.0.0.1:${port}/api/v1`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe("asking OpenRouter about found keys", () => {
  let account: SampleAccount;
  before(async () => {
    account = await startSampleAccount({ keys: 3 });
  });
  after(() => account.close());

  it("sends one request for each, and tells working, rejected and management keys apart", async () => {
    const before = account.requests.length;
    const answers = await ask(account.baseUrl, [account.inferenceKey, makeSecret(), account.key]);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ["accepted", "rejected", "accepted"],
    );
    const managing = answers.map((one) => one.kind === "accepted" && one.key !== undefined && isManagementKey(one.key));
    assert.deepEqual(managing, [false, false, true]);
    const sent = account.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(sent, ["GET /key", "GET /key", "GET /key"]);
  });

  it("sends each key only as the authorization of its own request", async () => {
    const server = await startServer(() => ({ status: 503, body: { error: { code: 503, message: "later" } } }));
    const secrets = [makeSecret(), makeSecret()];
    await ask(server.baseUrl, secrets);
    await server.close();
    assert.deepEqual(
      server.seen,
      secrets.map((secret) => ({ url: "/api/v1/key", authorization: `Bearer ${secret}` })),
    );
  });

  it("waits for a rate limit to end, then asks about the same key", async () => {
    const secret = makeSecret();
    const server = await startServer((count) =>
      count === 1
        ? { status: 429, headers: { "retry-after": "1" }, body: { error: { code: 429, message: "slow down" } } }
        : { status: 200, body: { data: { label: new MaskedSecret(secret).label } } },
    );
    const [answer] = await ask(server.baseUrl, [secret]);
    await server.close();
    assert.equal(answer?.kind, "accepted");
    assert.equal(server.seen.length, 2);
  });

  it("takes only OpenRouter's own words for a verdict", async () => {
    const page = "<html>sign in</html>";
    const secret = makeSecret();
    const { label } = new MaskedSecret(secret);
    const cases: [number, unknown, FoundKeyAnswer["kind"], Record<string, string>?][] = [
      [401, page, "unknown"],
      [401, { error: { code: 401, message: "User not found." } }, "rejected"],
      [402, { error: { code: 402, message: "Insufficient credits" } }, "accepted"],
      [403, { error: { code: 403, message: "Forbidden" } }, "unknown"],
      [404, page, "unknown"],
      [200, page, "unknown"],
      [200, { data: { label, limit: "5", is_management_key: "yes" } }, "accepted"],
      [200, { data: { label: `${secret.slice(0, 14)}…${secret.slice(-3)}` } }, "accepted"],
      [200, { data: {} }, "unknown"],
      [200, { data: { label: 5 } }, "unknown"],
      [200, { data: { label: "sk-or-v1-..." } }, "unknown"],
      [200, { data: { label: new MaskedSecret(makeSecret()).label, is_management_key: true } }, "unknown"],
      [200, { data: { label } }, "unknown", { age: "5" }],
      [401, { error: { code: 401, message: "User not found." } }, "unknown", { age: "5" }],
      [401, { error: { code: 401, message: "User not found." } }, "unknown", { "cf-cache-status": "HIT" }],
      [302, "", "unknown"],
    ];
    for (const [status, body, kind, headers] of cases) {
      const server = await startServer(() => ({ status, headers: { location: "/", ...headers }, body }));
      const [answer] = await ask(server.baseUrl, [secret]);
      await server.close();
      assert.equal(answer?.kind, kind, `${status} ${JSON.stringify(body)}`);
      if (answer?.kind === "accepted" && answer.key) assert.equal(isManagementKey(answer.key), false);
    }
  });

  it("repeats the key in no error, even if the response does", async () => {
    const secret = makeSecret();
    const server = await startServer(() => ({ status: 403, body: { error: { code: 403, message: `no: ${secret}` } } }));
    const [answer] = await ask(server.baseUrl, [secret]);
    await server.close();
    assert.equal(answer?.kind, "unknown");
    assert.ok(
      !JSON.stringify(answer, Object.getOwnPropertyNames(Error.prototype).concat("cause", "message", "stack")).includes(
        secret,
      ),
    );
  });

  it("sends no more once it is cancelled", async () => {
    const controller = new AbortController();
    const server = await startServer(() => {
      controller.abort(new Error("cancelled"));
      return { status: 200, body: { data: { label: "x" } } };
    });
    await assert.rejects(ask(server.baseUrl, [makeSecret(), makeSecret()], controller.signal));
    await server.close();
    assert.equal(server.seen.length, 1);
  });

  it("sends nothing to an address that the origin policy refuses", async () => {
    await assert.rejects(ask("https://example.com/api/v1", [makeSecret()]), /refused/);
  });
});

describe("the spend of a key since a time", () => {
  const DAY_MS = 86_400_000;

  /** The key's spend in the ledger from a UTC day on, USD. */
  const ledger = (account: SampleAccount, hash: string, from: string) =>
    account.state.ledger.filter((row) => row.key === hash && row.day >= from).reduce((sum, row) => sum + row.usage, 0) /
    1e6;

  for (const [source, options, days] of [
    ["analytics", {}, 100],
    ["activity", { analytics: false }, 10],
  ] as const)
    it(`comes from ${source}, and is that of the account`, async () => {
      const account = await startSampleAccount(options);
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      const { keys } = await listAllKeys(client);
      const key = keys.find(({ name }) => name === "support-assistant")!;
      const since = new Date(Date.now() - days * DAY_MS);
      const spend = await readSpendSince(client, key, since);
      await account.close();
      assert.equal(spend.source, source);
      assert.equal(spend.from, since.toISOString().slice(0, 10));
      assert.equal(spend.isPart, false);
      const expected = ledger(account, key.hash, spend.from);
      assert.ok(expected > 0 && Math.abs(spend.usd - expected) < 0.01, `${spend.usd} ${expected}`);
    });

  it("is the key's whole spend if the key is not older, without a request", async () => {
    const account = await startSampleAccount();
    const client = createClient({ key: account.key, baseUrl: account.baseUrl });
    const { keys } = await listAllKeys(client);
    const key = keys.find(({ name }) => name === "checkout-assistant")!;
    const before = account.requests.length;
    const spend = await readSpendSince(client, key, new Date(Date.parse(key.created_at) - DAY_MS));
    await account.close();
    assert.deepEqual(
      [spend.source, spend.usd, account.requests.length],
      ["total", key.usage + (key.byok_usage ?? 0), before],
    );
  });

  it("says if the source doesn't go back that far", async () => {
    const account = await startSampleAccount({ analytics: false });
    const client = createClient({ key: account.key, baseUrl: account.baseUrl });
    const { keys } = await listAllKeys(client);
    const key = keys.find(({ name }) => name === "support-assistant")!;
    const spend = await readSpendSince(client, key, new Date(Date.now() - 200 * DAY_MS));
    await account.close();
    assert.equal(spend.isPart, true);
    assert.equal(spend.from, new Date(Date.now() - 30 * DAY_MS).toISOString().slice(0, 10));
  });
});
