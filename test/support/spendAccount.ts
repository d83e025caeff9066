import { createClient } from "../../src/openrouter/index.ts";
import { readSpend, type SpendRequest } from "../../src/openrouter/spend/index.ts";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "./faults.ts";
import { NOON } from "./sdk.ts";

interface ReadOptions extends Pick<SampleOptions, "analytics" | "keys"> {
  signal?: AbortSignal;
}

/** The seed of the accounts, so that a test knows their ids before it reads. */
export const SPEND_SEED = "spend";

/** Reads spend through a network with a fault, each time from a new account whose clock is stopped at noon. */
export function spendForEach() {
  let account: SampleAccount | undefined;
  let faults: Awaited<ReturnType<typeof startFaultProxy>> | undefined;

  async function close() {
    await faults?.close();
    await account?.close();
    faults = account = undefined;
  }

  afterEach(close);

  async function read(request: SpendRequest, fault: Fault, { signal, ...options }: ReadOptions = {}) {
    await close();
    const now = new Date(NOON);
    const started = await startSampleAccount({ ...options, seed: SPEND_SEED, now: () => now });
    account = started;
    const network = await startFaultProxy(started.baseUrl, fault);
    faults = network;
    const client = createClient({ key: started.key, baseUrl: network.baseUrl });
    const table = readSpend(client, request, { now, signal });
    // Tests that only count requests don't await it.
    table.catch(() => {});
    return { account: started, client, received: network.received, table };
  }

  /** Lowers the row limit of the account's responses. */
  const cutTo = (limit: number): Fault =>
    onPath(/^\/analytics\/query/, ({ path, body }, response) => {
      const headers = { authorization: `Bearer ${account!.key}`, "content-type": "application/json" };
      const lower = JSON.stringify({ ...JSON.parse(body), limit });
      void fetch(account!.baseUrl + path, { method: "POST", headers, body: lower }).then(async (answer) =>
        reply(response, answer.status, await answer.text()),
      );
      return "done";
    });

  return { read, cutTo };
}

/** A rate limit with a `Retry-After` too long to wait for. */
export const rateLimited: Fault = (_request, response) =>
  reply(response, 429, apiError(429, "Rate limit exceeded"), { "retry-after": "300" });

export const forbidden: Fault = (_request, response) => reply(response, 403, apiError(403, "closed"));

/** Applies a fault to requests whose path, and optionally body, matches. */
export const onPath =
  (path: RegExp, fault: Fault, body = /^/): Fault =>
  (request, response, n) =>
    path.test(request.path) && body.test(request.body) ? fault(request, response, n) : undefined;
