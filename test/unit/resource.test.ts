import assert from "node:assert/strict";
import { createResource, type ReadOptions, type ResourceHost } from "../../src/editor/data/resource.ts";
import { RateLimitError } from "../../src/openrouter/errors.ts";

const host: ResourceHost = {
  log: { error() {} },
  errorTexts: async () => ({ errorText: String, errorLogText: String }),
  createEmitter: () => ({ event: () => ({ dispose() {} }), fire() {}, dispose() {} }),
};

/** A resource whose n-th read (from 1) is the n-th of these; the last one is repeated. */
function resourceOf(...reads: ((options: ReadOptions<number[]>) => Promise<number[]>)[]) {
  let count = 0;
  const read = (options: ReadOptions<number[]>) => {
    count++;
    return (reads[count - 1] ?? reads.at(-1))!(options);
  };
  const resource = createResource<number[]>({ name: "numbers", read }, new AbortController().signal, host);
  return { resource, reads: () => count };
}

const fails = async () => {
  throw new Error("500");
};
const succeeds = async () => [1, 2];
/** Publishes a part, and then waits until it is superseded. */
const waits = ({ partial, signal }: ReadOptions<number[]>) => {
  partial([1]);
  return new Promise<number[]>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
};

describe("a resource", () => {
  it("isn't read again during a rate limit, unless the user asks for it", async () => {
    const limited = async () => {
      throw Object.assign(new RateLimitError("429", ""), { retryAt: new Date(Date.now() + 60_000) });
    };
    const { resource, reads } = resourceOf(limited, limited, succeeds);
    for (let i = 0; i < 3; i++) await resource.ensure();
    assert.equal(reads(), 1);
    await resource.load({ fresh: true });
    assert.equal(reads(), 2);
    await resource.load({ fresh: true });
    assert.deepEqual(resource.current?.value, [1, 2]);
    assert.equal(resource.notBefore, undefined);
  });

  it("knows when its reading began, of which its pages are, too", async () => {
    const began: number[] = [];
    const slow = async ({ partial }: ReadOptions<number[]>) => {
      began.push(Date.now());
      await new Promise((resolve) => setTimeout(resolve, 20));
      partial([1]);
      began.push(resource.current!.begunAt.getTime());
      return [1, 2];
    };
    const { resource } = resourceOf(slow);
    await resource.load();
    const { begunAt, readAt } = resource.current!;
    assert.deepEqual(
      began.map((at) => at >= begunAt.getTime() && at < readAt.getTime()),
      [true, true],
    );
  });

  it("waits ten minutes at most, whatever a proxy asks for", async () => {
    const limited = async () => {
      throw Object.assign(new RateLimitError("429", ""), { retryAt: new Date("2999-01-01") });
    };
    const { resource } = resourceOf(limited);
    await resource.ensure();
    const wait = resource.notBefore!.getTime() - resource.errorAt!.getTime();
    assert.ok(wait > 0 && wait <= 610_000, `${wait}`);
  });

  it("isn't read again soon after an error, unless something needs it", async () => {
    const { resource, reads } = resourceOf(fails, succeeds);
    for (let i = 0; i < 3; i++) await resource.ensureQuietly();
    assert.equal(reads(), 1);
    await resource.ensure();
    assert.deepEqual(resource.current?.value, [1, 2]);
  });

  it("isn't complete after a failed refresh during its first read, and is read again", async () => {
    const { resource } = resourceOf(waits, fails, succeeds);
    const first = resource.load();
    await resource.load({ fresh: true });
    await first;
    assert.equal(resource.current?.complete, false);
    assert.equal(resource.failure, "Error: 500");
    await resource.ensure();
    assert.deepEqual([resource.current?.value, resource.current?.complete], [[1, 2], true]);
  });

  it("shows the pages of a refresh during its first read, but none instead of all", async () => {
    const { resource } = resourceOf(waits, succeeds, waits);
    void resource.load();
    await resource.load({ fresh: true });
    void resource.load({ fresh: true });
    assert.deepEqual([resource.current?.value, resource.current?.complete], [[1, 2], true]);
    resource.dispose();
  });
});
