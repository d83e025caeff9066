import assert from "node:assert/strict";
import fc from "fast-check";
import { collectCounted, collectUncounted } from "../../src/openrouter/endpoints/collect.ts";

const ids = (count: number, prefix = "") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const same = (id: string) => id;
const page = (data: string[]) => ({ data });
const size = fc.nat(450);
const most = fc.integer({ min: 1, max: 150 });

/** Throws after this many calls, so that an endless loop fails instead of hanging. */
function bounded<Args extends unknown[], Result>(calls: number, load: (...args: Args) => Result) {
  let left = calls;
  return (...args: Args): Result => {
    assert.ok(left-- > 0, "sends requests without end");
    return load(...args);
  };
}

function unique(items: readonly string[]) {
  assert.equal(new Set(items).size, items.length, "duplicate items");
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

  it("brings every item once with few requests, whatever the page size, if it is frugal", async () => {
    await fc.assert(
      fc.asyncProperty(size, most, async (count, rows) => {
        const all = ids(count);
        const load = bounded(count + 2, async (offset: number) => page(all.slice(offset, offset + rows)));
        assert.deepEqual(await collectUncounted(load, same, { frugal: { seen: 0 } }), page(all));
      }),
    );
  });

  it("requests at most one page beyond the end of a list of fewer than 389 items if it is frugal", async () => {
    for (let count = 0; count < 389; count += 7) {
      let requests = 0;
      const all = ids(count);
      const load = async (offset: number) => {
        requests += 1;
        return page(all.slice(offset, offset + 100));
      };
      await collectUncounted(load, same, { frugal: { seen: 100 } });
      assert.ok(requests <= Math.floor(count / 100) + 2, `${requests} requests for ${count} items`);
      const isNearlyFull = count % 100 >= 90;
      if (count < 200) assert.equal(requests, Math.floor(count / 100) + (isNearlyFull ? 2 : 1), `${count} items`);
    }
  });

  it("brings every item if a few are hidden from pages and it is frugal", async () => {
    const all = ids(350);
    const isHidden = (id: string) => Number(id) % 40 === 0;
    const load = async (offset: number) => page(all.slice(offset, offset + 100).filter((id) => !isHidden(id)));
    const { data } = await collectUncounted(load, same, { frugal: { seen: 100 } });
    assert.deepEqual(
      data.toSorted((a, b) => Number(a) - Number(b)),
      all.filter((id) => !isHidden(id)),
    );
  });

  it("neither loses nor repeats items when new ones move others to later pages", async () => {
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
            // Fewer than a page at a time, like keys that people create.
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

  it("loses no item if responses arrive out of order", async () => {
    const steps = fc.array(fc.record({ pushed: fc.nat(3), answered: fc.nat(5) }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1200 }), fc.boolean(), steps, async (count, readAhead, turns) => {
        const there = ids(count);
        const now = [...there];
        const open: (() => void)[] = [];
        // Each request sees the list at its turn, which may come before an earlier request's.
        const load = bounded(
          2 * count + 300,
          (offset: number) =>
            new Promise<{ data: string[] }>((resolve) => {
              open.push(() => resolve(page(now.slice(offset, offset + 100))));
              setImmediate(answer);
            }),
        );
        let turn = 0;
        function answer() {
          const { pushed, answered } = turns[turn] ?? { pushed: 0, answered: 0 };
          turn += 1;
          open.splice(answered % open.length, 1)[0]!();
          now.unshift(...ids(pushed, `new${turn}-`));
        }
        const { data: got } = await collectUncounted(load, same, { readAhead });
        unique(got);
        assert.deepEqual(
          there.filter((id) => !got.includes(id)),
          [],
        );
      }),
      {
        numRuns: 200,
        // A full page that overlaps the previous one by more than one row, and a later page whose response arrives first.
        examples: [
          [
            491,
            false,
            [
              [0, 0],
              [1, 1],
              [0, 0],
              [2, 0],
              [1, 0],
              [2, 2],
              [3, 0],
            ].map(([pushed = 0, answered = 0]) => ({ pushed, answered })),
          ],
        ],
      },
    );
  });

  it("loses no item if pages have fewer rows than the server counts", async () => {
    // As if rows are filtered after paging.
    await fc.assert(
      fc.asyncProperty(fc.nat(500), fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }), async (count, shown) => {
        fc.pre(shown.includes(true));
        const all = ids(count);
        const isShown = (item: string) => shown[Number(item) % shown.length]!;
        const load = async (offset: number) => page(all.slice(offset, offset + 100).filter(isShown));
        const { data } = await collectUncounted(load, same);
        assert.deepEqual(data, all.filter(isShown));
      }),
    );
  });

  for (const [what, load] of [
    ["whole pages only", (all: string[], offset: number) => all.slice(100 * Math.floor(offset / 100)).slice(0, 100)],
    ["only at multiples of the page size", (all, offset) => (offset % 100 ? [] : all.slice(offset, offset + 100))],
    ["in pages of 120", (all, offset) => all.slice(offset, offset + 120)],
    ["in pages of 40", (all, offset) => all.slice(offset, offset + 40)],
  ] satisfies [string, (all: string[], offset: number) => string[]][])
    for (const readAhead of [false, true])
      it(`reads all items of a server that responds ${what}${readAhead ? ", with readAhead" : ""}`, async () => {
        for (const count of [0, 1, 40, 41, 99, 100, 101, 120, 230, 300, 398, 400, 1000]) {
          // `readAhead` requires a server whose pages are known to be full.
          if (readAhead && what === "in pages of 40" && count > 40 && count < 100) continue;
          const all = ids(count);
          const got = await collectUncounted(async (offset) => page(load(all, offset)), same, { readAhead });
          assert.deepEqual(got.data.toSorted(), all.toSorted(), `${count}`);
        }
      });

  it("reads a short list with few requests and a long one in few round trips", async () => {
    for (const [count, readAhead, waves] of [
      [0, false, [1]],
      [36, false, [1, 1]],
      [36, true, [3]],
      [120, true, [3]],
      [230, false, [1, 3]],
      [1000, false, [1, 3, 6, 6]],
    ] as const) {
      const sizes: number[] = [];
      let open: (() => void)[] = [];
      const load = (offset: number) =>
        new Promise<{ data: string[] }>((resolve) => {
          open.push(() => resolve(page(ids(count).slice(offset, offset + 100))));
          if (open.length > 1) return;
          setImmediate(() => {
            sizes.push(open.length);
            const asked = open;
            open = [];
            for (const answer of asked) answer();
          });
        });
      assert.deepEqual((await collectUncounted(load, same, { readAhead })).data, ids(count));
      assert.deepEqual(sizes, waves, String(count));
    }
  });

  it("ends with a server that ignores offset", async () => {
    await fc.assert(
      fc.asyncProperty(size, async (count) => {
        const all = ids(count);
        // After a full page, three are requested in parallel.
        const load = bounded(count < 100 ? 2 : 4, async () => page(all));
        assert.deepEqual(await collectUncounted(load, same), page(all));
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

  it("ends if total_count is too high or the server ignores offset", async () => {
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

  it("reads a list without total_count to its end", async () => {
    const all = ids(230);
    const load = bounded(4, async ({ offset, limit }: { offset: number; limit: number }) => ({
      data: all.slice(offset, offset + limit),
      total_count: undefined,
    }));
    assert.deepEqual(await collectCounted(load, String), page(all));
  });
});

describe("a list with unreadable rows", () => {
  const pages = [
    { data: ids(99), total_count: 250, unreadable: { count: 1, of: 100, field: "usage" } },
    { data: [], total_count: 250, unreadable: { count: 100, of: 100, field: "name" } },
    { data: ids(50, "last"), total_count: 250 },
  ];
  const left = { count: 101, of: 250, field: "usage" };

  it("pages by received rows and counts unreadable ones", async () => {
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

  it("throws if the list does not end", async () => {
    const endless = async (offset: number) => page(ids(1000, `${offset}-`));
    await assert.rejects(collectUncounted(endless, same), /does not end/);
    await assert.rejects(
      collectCounted(async ({ offset }) => ({ ...(await endless(offset)), total_count: undefined }), same),
      /does not end/,
    );
  });
});
