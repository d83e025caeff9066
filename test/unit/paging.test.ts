import assert from "node:assert/strict";
import fc from "fast-check";
import { collectCounted, collectUncounted } from "../../src/openrouter/paging.ts";

const ids = (count: number, prefix = "") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const same = (id: string) => id;
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
      fc.asyncProperty(size, most, async (count, page) => {
        const all = ids(count);
        const load = bounded(count + 2, async (offset: number) => all.slice(offset, offset + page));
        assert.deepEqual(await collectUncounted(load, same), all);
      }),
    );
  });

  it("neither loses nor doubles an item when new ones push the others on to later pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        size,
        fc.integer({ min: 2, max: 150 }),
        fc.array(fc.nat(3), { maxLength: 30 }),
        async (count, page, pushes) => {
          const there = ids(count);
          const now = [...there];
          let turn = 0;
          const load = bounded(2 * count + 200, async (offset: number) => {
            const answer = now.slice(offset, offset + page);
            // Fewer than a page at a time, as people create keys.
            now.unshift(...ids(Math.min(pushes[turn] ?? 0, page - 1), `new${turn}-`));
            turn += 1;
            return answer;
          });
          const got = await collectUncounted(load, same);
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
            bounded(2, async () => all),
            same,
          ),
          all,
        );
      }),
    );
  });

  it("fails when a page fails", async () => {
    const load = async (offset: number) => {
      if (offset) throw new Error("page 2");
      return ids(100);
    };
    await assert.rejects(collectUncounted(load, same), /page 2/);
  });
});

describe("collectCounted", () => {
  it("brings every item once, in order, whatever the page size", async () => {
    await fc.assert(
      fc.asyncProperty(size, most, async (count, page) => {
        const all = ids(count);
        const load = bounded(count + 1, async ({ offset, limit }: { offset: number; limit: number }) => ({
          data: all.slice(offset, offset + Math.min(limit, page)),
          total_count: count,
        }));
        assert.deepEqual(await collectCounted(load, String), all);
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
        assert.deepEqual(await collectCounted(short, String), all);
        const deaf = bounded(count + extra + 1, async () => ({ data: all, total_count: count + extra }));
        assert.deepEqual(await collectCounted(deaf, String), all);
      }),
    );
  });
});
