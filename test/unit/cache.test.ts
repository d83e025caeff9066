import assert from "node:assert/strict";
import { createCache } from "../../src/openrouter/http/cache.ts";

/** Creates a `load` whose calls the test settles itself. */
function pending<T>() {
  const calls: { resolve(value: T): void; reject(reason: unknown): void; signal: AbortSignal }[] = [];
  const load = (signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      calls.push({ resolve, reject, signal });
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { calls, load };
}

describe("createCache", () => {
  it("sends one request per key for concurrent callers", async () => {
    const cache = createCache(60_000);
    const { calls, load } = pending<number>();
    const waiting = [cache.get("a", load), cache.get("a", load), cache.get("b", load)];
    assert.equal(calls.length, 2);
    calls[0]!.resolve(1);
    calls[1]!.resolve(2);
    assert.deepEqual(await Promise.all(waiting), [1, 1, 2]);
  });

  it("caches a response until it expires", async () => {
    let now = 1_000;
    const cache = createCache(60_000, () => now);
    let loads = 0;
    const load = async () => ++loads;
    assert.equal(await cache.get("a", load), 1);
    now += 59_999;
    assert.equal(await cache.get("a", load), 1);
    now += 1;
    assert.equal(await cache.get("a", load), 2);
  });

  it("sends a new request with `fresh` and caches its response", async () => {
    const cache = createCache(60_000);
    let loads = 0;
    const load = async () => ++loads;
    assert.equal(await cache.get("a", load), 1);
    assert.equal(await cache.get("a", load, undefined, true), 2);
    assert.equal(await cache.get("a", load), 2);
  });

  it("shares a fresh response among all callers of one refresh", async () => {
    let now = 1_000;
    const cache = createCache(60_000, () => now);
    let loads = 0;
    const load = async () => ++loads;
    const get = (fresh?: boolean | number) => cache.get("a", load, undefined, fresh);
    assert.equal(await get(), 1);
    now += 500;
    const since = now;
    assert.deepEqual(await Promise.all([get(since), get(since)]), [2, 2]);
    now += 20;
    assert.equal(await get(since), 2);
    assert.equal(await get(now), 3);
    assert.equal(await get(true), 4);
  });

  it("does not return a response from before a clear to later callers", async () => {
    const cache = createCache(60_000);
    const { calls, load } = pending<string>();
    const before = cache.get("a", load);
    cache.clear();
    const after = cache.get("a", load);
    assert.equal(calls.length, 2);
    calls[1]!.resolve("new");
    assert.equal(await after, "new");
    calls[0]!.resolve("old");
    assert.equal(await before, "old");
    assert.equal(await cache.get("a", load), "new");
    assert.equal(calls.length, 2);
  });

  it("keeps a new response when an older request fails late", async () => {
    const cache = createCache(60_000);
    const { calls, load } = pending<string>();
    const before = cache.get("a", load);
    cache.clear();
    const after = cache.get("a", load);
    calls[0]!.reject(new Error("late"));
    await assert.rejects(before, /late/);
    calls[1]!.resolve("new");
    assert.equal(await after, "new");
    assert.equal(await cache.get("a", load), "new");
    assert.equal(calls.length, 2);
  });

  it("ends only the wait of the caller who cancels", async () => {
    const cache = createCache(60_000);
    const { calls, load } = pending<string>();
    const impatient = new AbortController();
    const first = cache.get("a", load, impatient.signal);
    const second = cache.get("a", load);
    impatient.abort(new Error("enough"));
    await assert.rejects(first, /enough/);
    assert.equal(calls[0]!.signal.aborted, false);
    calls[0]!.resolve("answer");
    assert.equal(await second, "answer");
  });

  it("aborts the request when its last caller cancels, and sends a new one for the next", async () => {
    const cache = createCache(60_000);
    const { calls, load } = pending<string>();
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [cache.get("a", load, one.signal), cache.get("a", load, two.signal)];
    one.abort();
    two.abort();
    for (const { status } of await Promise.allSettled(waiting)) assert.equal(status, "rejected");
    assert.equal(calls[0]!.signal.aborted, true);
    const next = cache.get("a", load);
    assert.equal(calls.length, 2);
    calls[1]!.resolve("answer");
    assert.equal(await next, "answer");
  });

  it("sends no request for a caller that has already cancelled", async () => {
    const { calls, load } = pending<string>();
    await assert.rejects(createCache(60_000).get("a", load, AbortSignal.abort()));
    assert.equal(calls.length, 0);
  });

  it("does not cache failures", async () => {
    const cache = createCache(60_000);
    await assert.rejects(
      cache.get("a", async () => {
        throw new Error("down");
      }),
      /down/,
    );
    assert.equal(await cache.get("a", async () => "up"), "up");
  });
});
