import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import {
  createClient,
  createKey,
  deleteKey,
  getActivity,
  getCredits,
  getKey,
  OpenRouterError,
  queryAnalytics,
  updateKey,
} from "../../src/openrouter/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";

const credits = { data: { total_credits: 10, total_usage: 4 } };
const deleted = { deleted: true };
const ended = new Error("the client has ended");

describe("createClient with a lifetime", () => {
  let faults: Awaited<ReturnType<typeof startFaultProxy>>;
  let fault: Fault;
  /** Responses that the server holds back, in the order of their requests. */
  let pending: ServerResponse[];
  let lifetime: AbortController;

  const hold: Fault = (_, response) => {
    pending.push(response);
    return "done";
  };
  const client = () => createClient({ key: "sk-test-lifetime", baseUrl: faults.baseUrl, lifetime: lifetime.signal });
  async function requests(count: number): Promise<void> {
    while (faults.received.length < count) await delay(5);
  }
  const isEnd = (error: unknown) => error === ended;

  beforeEach(async () => {
    pending = [];
    lifetime = new AbortController();
    fault = (_, response) => reply(response, 200, credits);
    faults = await startFaultProxy("http://127.0.0.1:9", (...args) => fault(...args));
  });
  afterEach(() => faults.close());

  it("works until its end, then throws the reason without a request", async () => {
    const own = client();
    assert.equal((await getCredits(own)).total_usage, 4);
    lifetime.abort(ended);
    await assert.rejects(getActivity(own), isEnd);
    await assert.rejects(deleteKey(own, "a"), isEnd);
    await assert.rejects(createKey(own, { name: "a" }), isEnd);
    assert.equal(faults.received.length, 1);
  });

  it("returns no cached response after its end", async () => {
    const own = client();
    await getCredits(own);
    await getCredits(own);
    assert.equal(faults.received.length, 1);
    lifetime.abort(ended);
    await assert.rejects(getCredits(own), isEnd);
    assert.equal(faults.received.length, 1);
  });

  it("throws if it ended before its first request", async () => {
    lifetime.abort(ended);
    await assert.rejects(getCredits(client()), isEnd);
    assert.equal(faults.received.length, 0);
  });

  it("sends nothing if it ends before its first request is sent", async () => {
    const own = client();
    const asked = [getCredits(own), deleteKey(own, "a")];
    lifetime.abort(ended);
    for (const one of asked) await assert.rejects(one, isEnd);
    await delay(50);
    assert.equal(faults.received.length, 0);
  });

  for (const [name, read] of [
    ["a cached read", (own) => getCredits(own)],
    ["a cached read with its own signal", (own) => getCredits(own, { signal: new AbortController().signal })],
    ["a read that is not cached", (own) => getActivity(own)],
    ["a read by POST", (own) => queryAnalytics(own, { metrics: ["total_usage"] })],
  ] as [string, (own: ReturnType<typeof client>) => Promise<unknown>][])
    it(`aborts ${name} in flight`, async () => {
      fault = hold;
      const reading = read(client());
      await requests(1);
      const closed = new Promise((resolve) => pending[0]!.once("close", resolve));
      lifetime.abort(ended);
      await assert.rejects(reading, isEnd);
      await closed;
      assert.equal(pending[0]!.writableFinished, false);
    });

  it("aborts a read whose body is still arriving", async () => {
    fault = (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"data":');
      return "done";
    };
    const reading = getActivity(client());
    await requests(1);
    await delay(50);
    lifetime.abort(ended);
    await assert.rejects(reading, isEnd);
  });

  it("doesn't retry a read after its end", async () => {
    fault = (_, response) => reply(response, 429, apiError(429, "later"), { "retry-after": "1" });
    const reading = getActivity(client());
    await requests(1);
    await delay(50);
    const since = Date.now();
    lifetime.abort(ended);
    await assert.rejects(reading, isEnd);
    assert.ok(Date.now() - since < 500, "waited for the retry");
    await delay(1_200);
    assert.equal(faults.received.length, 1);
  });

  it("lets a write in flight finish", async () => {
    fault = hold;
    const own = client();
    const writing = deleteKey(own, "a");
    await requests(1);
    lifetime.abort(ended);
    await delay(50);
    reply(pending[0]!, 200, deleted);
    await writing;
    await assert.rejects(getCredits(own), isEnd);
  });

  it("lets a write in flight retry", async () => {
    fault = (request, response, n) => (n === 1 ? hold(request, response, n) : reply(response, 200, deleted));
    const writing = deleteKey(client(), "a");
    await requests(1);
    lifetime.abort(ended);
    reply(pending[0]!, 503, apiError(503, "busy"));
    await writing;
    assert.equal(faults.received.length, 2);
  });

  it("reports a write with an unreadable response as accepted", async () => {
    fault = hold;
    const own = client();
    const writing = updateKey(own, "a", { disabled: true });
    await requests(1);
    lifetime.abort(ended);
    reply(pending[0]!, 200, "{}");
    await assert.rejects(writing, (error) => error instanceof OpenRouterError && error.name === "AcceptedWriteError");
    assert.equal(faults.received.length, 1);
  });

  it("doesn't affect other clients", async () => {
    const other = createClient({ key: "sk-test-other", baseUrl: faults.baseUrl });
    lifetime.abort(ended);
    assert.equal((await getCredits(other)).total_credits, 10);
    await assert.rejects(getKey(client(), "a"), isEnd);
  });
});
