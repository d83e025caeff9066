import assert from "node:assert/strict";
import fc from "fast-check";
import * as z from "zod";
import { RateLimitError, UncertainWriteError } from "../../src/openrouter/errors.ts";
import type { Client } from "../../src/openrouter/http/call.ts";
import { resetPeriods } from "../../src/openrouter/keys/keyStatus.ts";
import { getPeriodEnd } from "../../src/openrouter/keys/periodEnd.ts";
import { createFailureCounter } from "../../src/openrouter/safety/cures/context.ts";
import {
  deletionState,
  idleSince,
  judgeDeletion,
  judgeReplacement,
  judgeState,
  partOf,
} from "../../src/openrouter/safety/cures/judge.ts";
import { createPacer, pacedClient } from "../../src/openrouter/safety/cures/pace.ts";
import {
  type CureItem,
  type CureRun,
  canContinue,
  claimRun,
  countStates,
  type KeyState,
} from "../../src/openrouter/safety/cures/record.ts";
import { allowsMore, suggestDailyLimit } from "../../src/openrouter/safety/cures/suggestLimit.ts";
import { canUndo, planUndo } from "../../src/openrouter/safety/cures/undo.ts";
import { makeKey } from "../support/makeKey.ts";

const limits = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e6, noNaN: true }));
const resets = fc.constantFrom(null, "daily", "weekly", "monthly");
const states: fc.Arbitrary<KeyState> = fc.record({ limit: limits, limit_reset: resets, disabled: fc.boolean() });

const same = (a: KeyState, b: KeyState) => judgeState(a, { expect: b, want: b }) === "reached";

describe("what a key's state means for its request", () => {
  it("is sent only from the expected state, and never if the key is neither as expected nor as wanted", () => {
    fc.assert(
      fc.property(states, states, states, (now, expect, want) => {
        const verdict = judgeState(now, { expect, want });
        assert.equal(verdict, same(now, want) ? "reached" : same(now, expect) ? "send" : "changed");
      }),
    );
  });

  it("ignores fields that the request doesn't change", () => {
    const change = { expect: { limit: null }, want: { limit: 5 } };
    assert.equal(judgeState({ limit: null, disabled: true, limit_reset: "daily" }, change), "send");
    assert.equal(judgeState({ limit: 5.0000001, disabled: true }, change), "reached");
    assert.equal(judgeState({ limit: 0 }, change), "changed");
    assert.equal(judgeState({}, change), "send");
  });

  it("stops the deletion of an idle key that was used since, but not of a key that is in use anyway", () => {
    const now = new Date("2026-06-10T12:00:00Z");
    const used = (last_used_at: string | null | undefined, usage = 1) => makeKey({ last_used_at, usage });
    const verdict = (before: ReturnType<typeof used>, after: ReturnType<typeof used>) =>
      judgeDeletion(after, { idleSince: idleSince(before, now), expect: deletionState(before) });
    assert.equal(verdict(used("2026-03-01T00:00:00Z"), used("2026-03-01T00:00:00Z")), "send");
    assert.equal(verdict(used("2026-03-01T00:00:00Z"), used("2026-06-10T12:00:01Z")), "used");
    assert.equal(verdict(used(null, 0), used("2026-06-10T12:00:01Z")), "used");
    assert.equal(verdict(used(null, 0), used(null, 0)), "send");
    assert.equal(verdict(used("2026-06-10T11:59:00Z"), used("2026-06-10T12:00:01Z")), "send");
    assert.equal(verdict(used(undefined), used(undefined)), "send");
  });

  it("stops a deletion if somebody enabled, renamed or limited the key since", () => {
    const before = makeKey({ disabled: true });
    const expect = deletionState(before);
    assert.equal(judgeDeletion(before, { expect }), "send");
    for (const change of [{ disabled: false }, { name: "kept after all" }, { limit: 77 }, { limit_reset: "weekly" }])
      assert.equal(judgeDeletion({ ...before, ...change }, { expect }), "changed", JSON.stringify(change));
    assert.equal(judgeDeletion({ ...before, disabled: false }, { expect: {} }), "send");
  });

  it("creates no second key if the rotation of a replacement that may have been sent is gone", () => {
    const now = new Date("2026-06-01T00:00:00Z");
    const judge = (state: CureItem["state"], key: Parameters<typeof judgeReplacement>[0] = makeKey({})) =>
      judgeReplacement(key, { state }, now);
    assert.deepEqual([judge("waiting"), judge("sending"), judge("uncertain")], ["send", "lost", "lost"]);
    assert.equal(judge("waiting", makeKey({ disabled: true })), "inactive");
    assert.equal(judgeReplacement(undefined, { state: "sending" }, now), "gone");
  });

  it("tells a change that took effect in part from one of somebody else", () => {
    const item = { expect: { limit: null, limit_reset: null }, want: { limit: 5, limit_reset: "daily" } };
    const part = { limit: 5, limit_reset: null };
    assert.deepEqual(partOf({ ...part, disabled: true }, item), part);
    for (const state of [item.expect, item.want, { limit: 77, limit_reset: "daily" }])
      assert.equal(partOf(state, item), undefined);
    assert.equal(judgeState(part, item), "changed");
    assert.equal(judgeState(part, { ...item, after: part }), "send");
  });
});

describe("the suggested limit", () => {
  it("leaves a fifth of headroom, is at most half as much again, and never decreases", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (usd, more) => {
          const limit = suggestDailyLimit(usd);
          assert.ok(limit >= usd * 1.2 - 1e-6 && limit >= 1, `${usd}: ${limit}`);
          assert.ok(limit <= Math.max(1, usd * 1.2 * 1.5 + 1e-6), `${usd}: ${limit}`);
          assert.ok(suggestDailyLimit(usd + more) >= limit);
        },
      ),
    );
  });

  for (const [highest, limit] of [
    [0, 1],
    [0.8, 1],
    [0.9, 1.5],
    [3.42, 5],
    [10, 15],
    [83, 100],
    [83.4, 150],
    [1000, 1500],
  ] as const)
    it(`of a key that spent ${highest} is ${limit}`, () => assert.equal(suggestDailyLimit(highest), limit));

  for (const [before, after, more] of [
    [[null, null], [5, "daily"], false],
    [[10, "daily"], [5, "daily"], false],
    [[5, "daily"], [10, "daily"], true],
    [[100, "monthly"], [5, "daily"], true],
    [[200, "monthly"], [5, "daily"], false],
    [[5, "daily"], [30, "monthly"], true],
    [[50, null], [5, "daily"], true],
    [[5, "daily"], [5, null], false],
    [[50, "weekly"], [0, "daily"], false],
    [[100, "monthly"], [17, "weekly"], true],
    [[100, "monthly"], [16, "weekly"], false],
    [[100, "monthly"], [3.5, "daily"], true],
    [[100, "monthly"], [3, "daily"], false],
    [[50, "weekly"], [8, "daily"], true],
    [[50, "weekly"], [7, "daily"], false],
    [[50, "weekly"], [26, "monthly"], true],
    [[50, "weekly"], [25, "monthly"], false],
    [[5, "daily"], [5, "weekly"], false],
    [[5, "yearly"], [5, "yearly"], false],
    [[5, "yearly"], [5, "daily"], true],
  ] as const)
    it(`from ${before} to ${after} ${more ? "may allow" : "doesn't allow"} more`, () =>
      assert.equal(
        allowsMore({ limit: before[0], limit_reset: before[1] }, { limit: after[0], limit_reset: after[1] }),
        more,
      ));

  it("counts the most periods of the new limit that one of the old limit touches", () => {
    for (const old of resetPeriods)
      for (const next of resetPeriods) {
        // The ends of the new limit's periods that have days in each of the old one's.
        const touched = new Map<number, Set<number>>();
        for (let day = Date.UTC(2024, 0); day < Date.UTC(2036, 0); day += 86_400_000) {
          const [of, end] = [old, next].map((reset) => getPeriodEnd(reset, new Date(day))!.getTime()) as [
            number,
            number,
          ];
          touched.set(of, (touched.get(of) ?? new Set()).add(end));
        }
        const most = Math.max(...[...touched.values()].map(({ size }) => size));
        const more = (limit: number) => allowsMore({ limit, limit_reset: old }, { limit: 1, limit_reset: next });
        assert.deepEqual([more(most - 0.01), more(most)], [true, false], `${old} to ${next}: ${most}`);
      }
  });
});

describe("the pace of requests", () => {
  /** A clock that advances only by sleeping. */
  function createClock() {
    let at = 1_000_000;
    return {
      now: () => at,
      async sleep(ms: number) {
        assert.ok(ms > 0);
        at += ms;
      },
    };
  }

  it("never exceeds eight a second, in any second of 400 requests", async () => {
    const clock = createClock();
    const pacer = createPacer(clock);
    const sent: number[] = [];
    for (let i = 0; i < 400; i++) {
      await pacer.turn();
      sent.push(clock.now());
      pacer.report(undefined);
    }
    for (const [i, at] of sent.entries())
      assert.ok(sent.slice(i, i + 20).filter((other) => other < at + 1_000).length <= 8);
    assert.ok(sent.at(-1)! - sent[0]! <= 50_000);
  });

  it("waits for Retry-After of its own requests and of others, says until when, and is slower afterwards", async () => {
    const clock = createClock();
    const pauses: number[] = [];
    let foreign: number | undefined;
    const pacer = createPacer({ ...clock, limitedUntil: () => foreign, onPause: (until) => pauses.push(until) });
    await pacer.turn();
    const retryAt = clock.now() + 20_000;
    pacer.report({ retryAt: new Date(retryAt) });
    await pacer.turn();
    assert.ok(clock.now() >= retryAt);
    foreign = clock.now() + 7_000;
    await pacer.turn();
    assert.ok(clock.now() >= foreign);
    assert.deepEqual(pauses, [retryAt, foreign]);
    // A day is no rate limit of the API.
    const start = clock.now();
    pacer.report({ retryAt: new Date(start + 86_400_000) });
    await pacer.turn();
    assert.equal(clock.now() - start, 600_000);
    const before = clock.now();
    await pacer.turn();
    assert.ok(clock.now() - before >= 250);
  });

  it("waits for the Retry-After of a creation that may have taken effect, of which three in a row end a run", async () => {
    const clock = createClock();
    const retryAt = clock.now() + 20_000;
    const limited = Object.assign(new RateLimitError("429", ""), { retryAt: new Date(retryAt) });
    const failure = new UncertainWriteError("429", "", { cause: limited });
    const failing = { request: () => Promise.reject(failure) } as unknown as Client;
    const client = pacedClient(failing, createPacer(clock));
    const create = () => client.request({ method: "POST", path: "/keys", schema: z.unknown(), creates: "the key" });
    await assert.rejects(create(), failure);
    await assert.rejects(create(), failure);
    assert.ok(clock.now() >= retryAt);
    const count = createFailureCounter();
    count(failure);
    count(failure);
    assert.throws(() => count(failure));
  });

  it("waits longer after each rate limit that doesn't say for how long", async () => {
    const clock = createClock();
    const pacer = createPacer(clock);
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = clock.now();
      pacer.report({});
      await pacer.turn();
      waits.push(clock.now() - before);
    }
    assert.deepEqual(
      waits.toSorted((a, b) => a - b),
      waits,
    );
    assert.ok(waits[0]! >= 2_000 && waits[3]! >= 16_000);
  });

  it("ends a wait when it is cancelled", async () => {
    const pacer = createPacer({ limitedUntil: () => Date.now() + 60_000 });
    const controller = new AbortController();
    const turn = pacer.turn(controller.signal);
    controller.abort(new Error("cancelled"));
    await assert.rejects(turn, /cancelled/);
  });
});

describe("undo", () => {
  const item = (change: Partial<CureItem>): CureItem => ({
    ...{ hash: "1", name: "one", label: "", expect: { limit: null }, want: { limit: 5 }, state: "done" },
    ...change,
  });
  const run = (change: Partial<CureRun>): CureRun => ({
    ...{ version: 1, id: "run", account: "a", kind: "setLimit", startedAt: "", endedAt: "", items: [item({})] },
    ...change,
  });

  it("takes back only what the run did itself", () => {
    const items = (["done", "already", "failed", "changed", "uncertain", "waiting"] as const).map((state) =>
      item({ hash: state, state }),
    );
    const undo = planUndo(run({ items }));
    assert.deepEqual(undo, {
      kind: "setLimit",
      items: [item({ hash: "done", state: "waiting", expect: { limit: 5 }, want: { limit: null } })],
    });
    assert.equal(planUndo(run({ kind: "disable" })).kind, "enable");
  });

  it("takes back what took effect in part, and nothing can be continued afterwards", () => {
    const expect = { limit: null, limit_reset: null };
    const after = { limit: 5, limit_reset: null };
    const half = item({ expect, want: { limit: 5, limit_reset: "daily" }, state: "uncertain", after });
    const halfRun = run({ items: [half] });
    assert.ok(canUndo(halfRun) && canContinue(halfRun) && !canContinue({ ...halfRun, undoneAt: "now" }));
    assert.deepEqual(planUndo(halfRun).items, [
      { hash: "1", name: "one", label: "", expect: after, want: expect, state: "waiting" },
    ]);
  });

  it("that began in another window meanwhile refuses that its run is continued", () => {
    const read = run({ stopped: "lost", items: [item({}), item({ hash: "2", state: "failed", reason: "lost" })] });
    const owner = { pid: 1, since: "now" };
    const { endedAt: _, stopped: __, ...open } = read;
    const items = [item({}), item({ hash: "2", state: "waiting", reason: undefined })];
    assert.deepEqual(claimRun(read, read, owner), { ...open, items, owner });
    assert.equal(claimRun({ ...read, undoneAt: "now" }, read, owner), undefined);
    const taken = { ...open, owner };
    assert.equal(claimRun(taken, read, owner), undefined);
    assert.equal(claimRun({ ...taken, endedAt: "later", owner: undefined }, read, owner), undefined);
  });

  it("is offered for what can be taken back, once", () => {
    assert.ok(canUndo(run({})));
    for (const change of [
      { kind: "delete" },
      { kind: "replace" },
      { endedAt: undefined },
      { undoes: "other" },
      { undoneAt: "now" },
      { items: [item({ state: "failed" })] },
    ] as const)
      assert.ok(!canUndo(run(change as Partial<CureRun>)), JSON.stringify(change));
  });

  it("counts the items of each state", () => {
    const { done, failed, waiting } = countStates(run({ items: [item({}), item({ state: "failed" })] }));
    assert.deepEqual([done, failed, waiting], [1, 1, 0]);
  });
});
