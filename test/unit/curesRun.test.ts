import assert from "node:assert/strict";
import { createKey } from "../../src/openrouter/endpoints/keys.ts";
import { ClientEndedError, NetworkError, NotFoundError } from "../../src/openrouter/errors.ts";
import { createClient } from "../../src/openrouter/index.ts";
import { createPacer, pacedClient } from "../../src/openrouter/safety/cures/pace.ts";
import type { CureItem, CureRun } from "../../src/openrouter/safety/cures/record.ts";
import { planUndo } from "../../src/openrouter/safety/cures/undo.ts";
import { type CureWorld, cureRun, Killed, startCureWorld, states } from "../support/cureWorld.ts";
import { reply } from "../support/faults.ts";

let world: CureWorld;
let hashes: string[];
let guardrails: string[];
beforeEach(async () => {
  world = await startCureWorld();
  hashes = [...world.account.state.keys.keys()].slice(0, 4);
  guardrails = [...world.account.state.guardrails.keys()].slice(0, 2);
  world.account.state.keyAssignments = [];
  for (const hash of hashes) Object.assign(world.key(hash)!, { limit: null, limit_reset: null, disabled: false });
});
afterEach(() => world.close());

const limits = () =>
  cureRun(world, "setLimit", hashes, () => ({
    expect: { limit: null, limit_reset: null },
    want: { limit: 5, limit_reset: "daily" },
  }));
const kinds: Record<string, { run(): CureRun; isDone(hash: string): boolean }> = {
  setLimit: { run: limits, isDone: (hash) => world.key(hash)?.limit === 5 },
  disable: {
    run: () => cureRun(world, "disable", hashes, () => ({ expect: { disabled: false }, want: { disabled: true } })),
    isDone: (hash) => world.key(hash)?.disabled === true,
  },
  delete: {
    run: () => cureRun(world, "delete", hashes, () => ({ expect: {}, want: {} })),
    isDone: (hash) => world.key(hash) === undefined,
  },
  assignGuardrail: {
    run: () =>
      cureRun(world, "assignGuardrail", hashes, () => ({
        expect: { guardrail: null },
        want: { guardrail: guardrails[0]! },
      })),
    isDone: (hash) => world.guardrailOf(hash) === guardrails[0],
  },
};

const countWrites = () => {
  const counts = new Map<string, number>();
  for (const write of world.writes()) counts.set(write, (counts.get(write) ?? 0) + 1);
  return counts;
};

describe("a run of cures", () => {
  for (const [kind, { run, isDone }] of Object.entries(kinds)) {
    it(`of ${kind} sends each request once and says so`, async () => {
      world.setRun(run());
      const { run: ended } = await world.execute();
      assert.deepEqual(states(ended), { done: 4 });
      assert.ok(ended.endedAt !== undefined && ended.owner === undefined && ended.stopped === undefined);
      assert.ok(hashes.every(isDone));
      assert.ok([...countWrites().values()].every((count) => count === 1));
    });

    it(`of ${kind} ends right after a kill at any point, and sends only what was on its way again`, async function () {
      this.timeout(120_000);
      world.setRun(run());
      const { points } = await world.execute();
      for (let killAt = 1; killAt <= points; killAt++) {
        await world.close();
        world = await startCureWorld();
        hashes = [...world.account.state.keys.keys()].slice(0, 4);
        guardrails = [...world.account.state.guardrails.keys()].slice(0, 2);
        world.account.state.keyAssignments = [];
        for (const hash of hashes) Object.assign(world.key(hash)!, { limit: null, limit_reset: null, disabled: false });
        world.setRun(run());
        await assert.rejects(world.execute({ killAt }), Killed);
        const { run: ended } = await world.execute();
        assert.ok(hashes.every(isDone), `killed at ${killAt}`);
        const { done = 0, already = 0 } = states(ended);
        assert.equal(done + already, 4, `killed at ${killAt}: ${JSON.stringify(states(ended))}`);
        // A delete of a key that is gone isn't sent at all.
        for (const [write, count] of countWrites()) assert.ok(count <= 1 || (count === 2 && kind !== "delete"), write);
        const repeated = [...countWrites().values()].filter((count) => count > 1).length;
        assert.ok(repeated <= 3, `killed at ${killAt}: ${repeated} repeated`);
      }
    });
  }

  it("never overwrites what somebody changed since, and says who is left", async () => {
    world.setRun(limits());
    Object.assign(world.key(hashes[0]!)!, { limit: 77 });
    Object.assign(world.key(hashes[1]!)!, { limit: 5, limit_reset: "daily" });
    world.account.state.keys.delete(hashes[2]!);
    const { run } = await world.execute();
    assert.deepEqual(
      run.items.map(({ state, reason }) => [state, reason]),
      [
        ["changed", "changed"],
        ["already", undefined],
        ["changed", "gone"],
        ["done", undefined],
      ],
    );
    assert.equal(world.key(hashes[0]!)!.limit, 77);
    assert.equal(world.writes().length, 1);
  });

  it("leaves a guardrail that somebody assigned since, and a deleted key doesn't stop the others", async () => {
    world.setRun(kinds.assignGuardrail!.run());
    const assign = (hash: string, guardrail_id: string) =>
      world.account.state.keyAssignments.push({
        id: hash,
        guardrail_id,
        target: hash,
        assigned_by: null,
        created_at: "",
      });
    assign(hashes[0]!, guardrails[1]!);
    world.account.state.keys.delete(hashes[1]!);
    const { run } = await world.execute();
    assert.deepEqual(
      run.items.map(({ state }) => state),
      ["changed", "failed", "done", "done"],
    );
    assert.equal(world.guardrailOf(hashes[0]!), guardrails[1]);
  });

  it("waits for Retry-After with all requests, and fails none", async function () {
    this.timeout(20_000);
    world.setRun(limits());
    /** What happens after the rate limit, in order; the clock of the pace advances only by sleeping. */
    const events: string[] = [];
    let ahead = 0;
    world.setFault(({ method }, response, n) => {
      if (method === "PATCH" && n === 1 && events.length === 0) {
        events.push("limit");
        return reply(response, 429, { error: { code: 429, message: "Rate limit exceeded" } }, { "Retry-After": "300" });
      }
      if (events.length > 0) events.push(method);
      return undefined;
    });
    const { run } = await world.execute({
      pacer: {
        now: () => Date.now() + ahead,
        onPause: () => events.push("pause"),
        async sleep(ms) {
          ahead += ms;
        },
      },
    });
    assert.deepEqual(states(run), { done: 4 });
    assert.equal(events.filter((event) => event === "limit").length, 1);
    assert.ok(ahead > 290_000, `${ahead} ms`);
    // What was on its way already may still arrive: at most one request of each of the others.
    const late = events.slice(events.indexOf("limit") + 1, events.indexOf("pause"));
    assert.ok(late.length <= 2, late.join());
  });

  it("goes on after a rate limit beyond the timeout of a request", async function () {
    this.timeout(20_000);
    world.setRun(limits());
    world.setFault(({ method }, response, n) =>
      method === "PATCH" && n === 1
        ? reply(response, 429, { error: { code: 429, message: "Rate limit exceeded" } }, { "Retry-After": "4" })
        : undefined,
    );
    const { run } = await world.execute();
    assert.deepEqual(states(run), { done: 4 });
  });

  it("reads a key again if the answer to its change was lost", async () => {
    world.setRun(limits());
    world.setFault(({ method, path }, response) => {
      if (method !== "PATCH" || !path.endsWith(hashes[0]!)) return undefined;
      return reply(response, 400, "not JSON");
    });
    const { run } = await world.execute();
    assert.equal(states(run).done, 3);
    const [lost] = run.items;
    assert.deepEqual([lost?.state, world.key(hashes[0]!)!.limit], ["failed", null]);
    assert.ok(lost?.reason);
  });

  it("says what a change did that took effect only in part, completes it and takes it back", async () => {
    const [hash] = hashes as [string];
    const part = { limit: 5, limit_reset: null };
    world.setFault(({ method, path }, response) => {
      if (method !== "PATCH" || !path.endsWith(hash)) return undefined;
      Object.assign(world.key(hash)!, part);
      return reply(response, 200, "not JSON");
    });
    const half = async () => {
      Object.assign(world.key(hash)!, { limit: null, limit_reset: null });
      world.setRun({ ...limits(), items: limits().items.slice(0, 1) });
      const { run } = await world.execute();
      const [item] = run.items;
      assert.deepEqual([item?.state, item?.after], ["uncertain", part]);
      assert.equal(item?.reason, `partly ${JSON.stringify(part)}`);
      return run;
    };
    const run = await half();
    world.setFault();
    world.setRun({ ...run, ...planUndo(run), endedAt: undefined, undoes: run.id });
    assert.deepEqual(states((await world.execute()).run), { done: 1 });
    assert.equal(world.key(hash)!.limit, null);

    world.setRun(run);
    Object.assign(world.key(hash)!, part);
    const { run: completed } = await world.execute();
    assert.deepEqual(states(completed), { done: 1 });
    assert.equal(completed.items[0]?.after, undefined);
    assert.equal(world.key(hash)!.limit_reset, "daily");
  });

  it("takes a key for deleted that somebody deletes between its read and the request", async () => {
    for (const kind of ["delete", "disable"] as const) {
      world.setRun(kinds[kind]!.run());
      const [hash] = kind === "delete" ? hashes : hashes.slice(1);
      hashes = hashes.filter((one) => one !== hash || kind === "delete");
      world.setFault(({ method, path }) => {
        if (method !== "GET" && path.endsWith(hash!)) world.account.state.keys.delete(hash!);
        return undefined;
      });
      const { run } = await world.execute();
      const item = run.items.find((one) => one.hash === hash)!;
      assert.deepEqual([item.state, item.reason], kind === "delete" ? ["already", undefined] : ["changed", "gone"]);
      await world.close();
      world = await startCureWorld();
      hashes = [...world.account.state.keys.keys()].slice(0, 4);
      for (const one of hashes) Object.assign(world.key(one)!, { disabled: false });
    }
  });

  it("reads all assignments once, and for one key only those of its guardrail", async () => {
    const lists = () => {
      const paths = world.proxy.received.filter(
        ({ method, path }) => method === "GET" && path.includes("/assignments/"),
      );
      return paths.map(({ path }) => path.split("?")[0]);
    };
    world.setRun(kinds.assignGuardrail!.run());
    const { run } = await world.execute();
    assert.deepEqual(new Set(lists()), new Set(["/guardrails/assignments/keys"]));
    const before = world.proxy.received.length;
    const undo = planUndo(run);
    world.setRun({ ...run, ...undo, items: undo.items.slice(0, 1), endedAt: undefined, undoes: run.id });
    assert.deepEqual(states((await world.execute()).run), { done: 1 });
    const own = world.proxy.received.slice(before).map(({ method, path }) => `${method} ${path.split("?")[0]}`);
    const base = `/guardrails/${guardrails[0]}/assignments/keys`;
    assert.deepEqual(new Set(own), new Set([`GET ${base}`, `POST ${base}/remove`]));
    assert.equal(world.guardrailOf(hashes[0]!), null);
  });

  it("never says of a replacement that created a key that nothing was sent or changed", async () => {
    const left = { state: "uncertain", reason: "assign the guardrail" } as const;
    const errors = {
      refused: new NotFoundError("no guardrail", ""),
      lost: new NetworkError("lost", ""),
      ended: new ClientEndedError(),
      cancelled: new Error("cancelled"),
      other: new Error("no storage"),
    };
    for (const [kind, error] of Object.entries(errors))
      for (const isBegun of [true, false]) {
        const controller = new AbortController();
        world.setRun({ ...limits(), kind: "replace", items: limits().items.slice(0, 1) });
        const { run } = await world.execute({
          signal: controller.signal,
          replacer: {
            async replace(_item, _key, begin) {
              await begin();
              if (kind === "cancelled") controller.abort(error);
              throw error;
            },
            begun: async () => (isBegun ? left : undefined),
          },
        });
        const [{ state, reason = "" }] = run.items as [CureItem];
        if (isBegun) assert.ok(state === "uncertain" && reason.endsWith(left.reason), `${kind}: ${state}, ${reason}`);
        else assert.ok(["failed", "waiting", "sending"].includes(state), `${kind}: ${state}`);
        // Nothing was sent: it can be continued.
        if (!isBegun && kind === "other") assert.equal(state, "waiting");
      }
  });

  it("takes a lost answer for a success if the key is as wanted", async function () {
    this.timeout(20_000);
    world.setRun(kinds.delete!.run());
    world.setFault(({ method, path }) => (method === "DELETE" && path.endsWith(hashes[0]!) ? "after" : undefined));
    const { run } = await world.execute();
    assert.deepEqual(states(run), { done: 4 });
  });

  it("sends nothing more after a cancel, and continues later", async () => {
    world.setRun(limits());
    const controller = new AbortController();
    world.setFault(({ method }) => {
      if (method === "PATCH") controller.abort(new Error("cancelled"));
      return undefined;
    });
    const { run } = await world.execute({ signal: controller.signal });
    const { done = 0, waiting = 0 } = states(run);
    assert.equal(done + waiting, 4);
    assert.ok(waiting > 0 && done > 0);
    assert.equal(world.writes().length, done);
    world.setFault();
    assert.deepEqual(states((await world.execute()).run), { done: 4 });
    assert.equal(world.writes().length, 4);
  });

  it("stops with the account, and sends the rest to no other", async () => {
    world.setRun(limits());
    const lifetime = new AbortController();
    world.setFault(({ method }) => {
      if (method === "PATCH") lifetime.abort(new ClientEndedError());
      return undefined;
    });
    const { run } = await world.execute({ lifetime: lifetime.signal, signal: lifetime.signal });
    assert.equal(run.stopped, "ended");
    const { done = 0, waiting = 0 } = states(run);
    assert.ok(done >= 1 && waiting >= 1 && done + waiting === 4, JSON.stringify(states(run)));
  });

  it("stops if the key is rejected, or nothing can be reached", async function () {
    this.timeout(60_000);
    for (const status of [401, 403]) {
      world.setRun(limits());
      world.setFault(({ method }, response) =>
        method === "PATCH" ? reply(response, status, { error: { code: status, message: "no" } }) : undefined,
      );
      const { run } = await world.execute();
      assert.ok(run.stopped, String(status));
      assert.ok((states(run).waiting ?? 0) + (states(run).failed ?? 0) === 4);
    }
    assert.equal(world.writes().length, 0);
  });

  it("undoes exactly what it did, unless somebody changed it since", async () => {
    for (const kind of ["setLimit", "disable", "assignGuardrail"] as const) {
      for (const hash of hashes) Object.assign(world.key(hash)!, { limit: null, limit_reset: null, disabled: false });
      world.setRun(kinds[kind]!.run());
      const { run } = await world.execute();
      const first = world.key(hashes[0]!)!;
      if (kind === "setLimit") first.limit = 9;
      else if (kind === "disable") first.disabled = false;
      else world.account.state.keyAssignments.find(({ target }) => target === hashes[0])!.guardrail_id = guardrails[1]!;
      world.setRun({ ...run, ...planUndo(run), endedAt: undefined, undoes: run.id });
      const { run: undone } = await world.execute();
      const expected = kind === "disable" ? { already: 1, done: 3 } : { changed: 1, done: 3 };
      assert.deepEqual(states(undone), expected, kind);
      for (const hash of hashes.slice(1)) {
        const { limit, limit_reset, disabled } = world.key(hash)!;
        assert.deepEqual([limit, limit_reset, disabled, world.guardrailOf(hash)], [null, null, false, null], kind);
      }
    }
  });

  it("doesn't delete an idle key that was used since", async () => {
    world.setRun(
      cureRun(world, "delete", hashes.slice(0, 1), () => ({ expect: {}, want: {}, idleSince: "2026-01-01T00:00:00Z" })),
    );
    const { run } = await world.execute();
    assert.deepEqual([states(run), run.items[0]?.reason], [{ changed: 1 }, "used"]);
    assert.ok(world.key(hashes[0]!));
  });

  it("says of a create that was cancelled while it waited for its turn that nothing was sent", async () => {
    const { key } = world.account;
    const client = createClient({ key, baseUrl: world.proxy.baseUrl });
    const controller = new AbortController();
    const pacer = createPacer({ limitedUntil: () => Date.now() + 60_000 });
    const creating = createKey(pacedClient(client, pacer, controller.signal), { name: "new" });
    controller.abort(new Error("cancelled"));
    await assert.rejects(creating, ClientEndedError);
    assert.equal(world.proxy.received.length, 0);
  });
});
