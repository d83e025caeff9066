import assert from "node:assert/strict";
import fc from "fast-check";
import { collectCounted, collectUncounted } from "../../src/openrouter/paging.ts";

const ids = (count: number, prefix = "") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const same = (id: string) => id;
const page = (data: string[]) => ({ data });
const size = fc.nat(450);
const most = fc.integer({ min: 1, max: 150 });

/** Fails the run instead of hanging it. */
function bounded<Args extends unknown[], Result>(calls: number, load: (...args: Args) => Result) {
  let left = calls;
  return (...args: Args): Result => {
    assert.ok(left-- > 0, "asks on without end");
    return load(...args);
  };
}

function unique(items: readonly string[]) {
  assert.equal(new Set(items).size, items.length, "an item is there twice");
}

describe("collectUncounted", () => {
  it("brings every item once, in order, whatever the page size", async () => {
    await fc.assert(
      fc.asyncProperty(size, most, async (count, rows) => {
        const all = ids(count);
        const load = bounded(count + 2, async (offset: number) => page(all.slice(offset, offset + rows)));
        assert.deepEqual(await collectUncounted(load, same), page(all));
      }),
    );
  });

  it("neither loses nor doubles an item when new ones push the others on to later pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        size,
        fc.integer({ min: 2, max: 150 }),
        fc.array(fc.nat(3), { maxLength: 30 }),
        async (count, rows, pushes) => {
          const there = ids(count);
          const now = [...there];
          let turn = 0;
          const load = bounded(2 * count + 200, async (offset: number) => {
            const answer = now.slice(offset, offset + rows);
            // Fewer than a page at a time, as people create keys.
            now.unshift(...ids(Math.min(pushes[turn] ?? 0, rows - 1), `new${turn}-`));
            turn += 1;
            return page(answer);
          });
          const { data: got } = await collectUncounted(load, same);
          unique(got);
          assert.deepEqual(
            there.filter((id) => !got.includes(id)),
            [],
          );
        },
      ),
    );
  });

  it("ends with a server that ignores offset", async () => {
    await fc.assert(
      fc.asyncProperty(size, async (count) => {
        const all = ids(count);
        assert.deepEqual(
          await collectUncounted(
            bounded(2, async () => page(all)),
            same,
          ),
          page(all),
        );
      }),
    );
  });

  it("fails when a page fails", async () => {
    const load = async (offset: number) => {
      if (offset) throw new Error("page 2");
      return page(ids(100));
    };
    await assert.rejects(collectUncounted(load, same), /page 2/);
  });
});

describe("collectCounted", () => {
  it("brings every item once, in order, whatever the page size", async () => {
    await fc.assert(
      fc.asyncProperty(size, most, async (count, rows) => {
        const all = ids(count);
        const load = bounded(count + 1, async ({ offset, limit }: { offset: number; limit: number }) => ({
          data: all.slice(offset, offset + Math.min(limit, rows)),
          total_count: count,
        }));
        assert.deepEqual(await collectCounted(load, String), page(all));
      }),
    );
  });

  it("asks for pages of at most 100", async () => {
    const limits: number[] = [];
    await collectCounted(async ({ offset, limit }) => {
      limits.push(limit);
      return { data: ids(250).slice(offset, offset + limit), total_count: 250 };
    }, String);
    assert.deepEqual(limits, [100, 100, 100]);
  });

  it("ends when the count promises more than there is, or the server ignores offset", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 450 }), fc.nat(100), async (count, extra) => {
        const all = ids(count);
        const short = bounded(count + 2, async ({ offset, limit }: { offset: number; limit: number }) => ({
          data: all.slice(offset, offset + limit),
          total_count: count + extra,
        }));
        assert.deepEqual(await collectCounted(short, String), page(all));
        const deaf = bounded(count + extra + 1, async () => ({ data: all, total_count: count + extra }));
        assert.deepEqual(await collectCounted(deaf, String), page(all));
      }),
    );
  });

  it("reads a list that does not say its size to its end", async () => {
    const all = ids(230);
    const load = bounded(4, async ({ offset, limit }: { offset: number; limit: number }) => ({
      data: all.slice(offset, offset + limit),
      total_count: undefined,
    }));
    assert.deepEqual(await collectCounted(load, String), page(all));
  });
});

describe("a list whose rows cannot all be read", () => {
  const pages = [
    { data: ids(99), total_count: 250, unreadable: { count: 1, of: 100, field: "usage" } },
    { data: [], total_count: 250, unreadable: { count: 100, of: 100, field: "name" } },
    { data: ids(50, "last"), total_count: 250 },
  ];
  const left = { count: 101, of: 250, field: "usage" };

  it("goes on by what was received, and counts what was left out", async () => {
    const at: number[] = [];
    const counted = await collectCounted(async ({ offset }) => {
      at.push(offset);
      return pages[offset / 100]!;
    }, same);
    assert.deepEqual(at, [0, 100, 200]);
    assert.deepEqual(counted, { data: [...ids(99), ...ids(50, "last")], unreadable: left });
    const uncounted = await collectUncounted(async (offset) => pages[offset / 100] ?? page([]), same);
    assert.deepEqual(uncounted, counted);
  });

  it("is refused when it does not end", async () => {
    const endless = async (offset: number) => page(ids(1000, `${offset}-`));
    await assert.rejects(collectUncounted(endless, same), /does not end/);
    await assert.rejects(
      collectCounted(async ({ offset }) => ({ ...(await endless(offset)), total_count: undefined }), same),
      /does not end/,
    );
  });
});
