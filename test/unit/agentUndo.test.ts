import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { readTargetState } from "../../src/editor/agents/ask/targetState.ts";
import { fieldsChangedSince, isSameForUndo, reassignedSince } from "../../src/editor/agents/changes/changedSince.ts";
import { confirmUnchanged } from "../../src/editor/agents/changes/confirmUnchanged.ts";
import { isUndone } from "../../src/editor/agents/changes/isUndone.ts";
import { isUndo, planUndo, type Undo } from "../../src/editor/agents/changes/undo.ts";
import type { Guardrail } from "../../src/openrouter/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { agentWrite, createAgentSession } from "../support/agentSession.ts";
import { makeKey } from "../support/makeKey.ts";

const HASH = "a";
const key = makeKey({ hash: HASH, name: "ci", limit: 5, limit_reset: "daily" });
const guardrail = {
  ...{ id: "g", name: "Guard", description: null, created_at: "", limit_usd: 10, reset_interval: "weekly" },
  ...{ allowed_models: ["a/b", "c/d"], ignored_models: null, enforce_zdr: null },
} as unknown as Guardrail;

describe("planUndo", () => {
  const ofKey = (body: object) => planUndo({ action: "updateKey", id: HASH, body }, { key });
  const ofGuardrail = (body: object) => planUndo({ action: "updateGuardrail", id: "g", body }, { guardrail });

  for (const [what, undo, expected] of [
    ["a disabled key", ofKey({ disabled: true }), { disabled: false }],
    ["a limit with its reset", ofKey({ limit: null, limit_reset: null }), { limit: 5, limit_reset: "daily" }],
    ["a name", ofKey({ name: "x", limit: 5 }), { name: "ci" }],
    ["nothing of an expiry, which the API can't change", ofKey({ expires_at: "2031-01-01T00:00:00Z" }), undefined],
    ["nothing if nothing changed", ofKey({ disabled: false }), undefined],
    [
      "a guardrail's limit together with its reset interval",
      ofGuardrail({ limit_usd: 3 }),
      { limit_usd: 10, reset_interval: "weekly" },
    ],
    ["a list", ofGuardrail({ allowed_models: null }), { allowed_models: ["a/b", "c/d"] }],
    ["nothing if a list is reordered", ofGuardrail({ allowed_models: ["c/d", "a/b"] }), undefined],
    ["nothing if an empty list or text replaces none", ofGuardrail({ ignored_models: [], description: "" }), undefined],
    ["no list if there was none", ofGuardrail({ ignored_models: ["x/y"] }), { ignored_models: null }],
  ] as const)
    it(`restores ${what}`, () => {
      const body = undo && "body" in undo ? undo.body : undefined;
      assert.deepEqual(body, expected);
      assert.ok(undo === undefined || isUndo(JSON.parse(JSON.stringify(undo))));
    });

  it("restores zero data retention per provider after a write of the deprecated field", () => {
    const undo = ofGuardrail({ enforce_zdr: true });
    assert.ok(undo && "body" in undo);
    assert.deepEqual(new Set(Object.values(undo.body)), new Set([null]));
    assert.ok(!("enforce_zdr" in undo.body));
    assert.ok(Object.keys(undo.body).length >= 5);
  });

  it("restores moved assignments and removes new ones", () => {
    const bound = { k1: "other", k2: null, k3: "g" };
    const body = { key_hashes: ["k1", "k2", "k3"] };
    assert.deepEqual(planUndo({ action: "assignKeys", id: "g", body }, { bound }), {
      ...{ of: "keys", id: "g", bound: { k1: "other", k2: null } },
    });
    const members = { member_user_ids: ["k1", "k2", "k3"] };
    assert.deepEqual(planUndo({ action: "unassignMembers", id: "g", body: members }, { bound }), {
      ...{ of: "members", id: "g", bound: { k3: "g" } },
    });
  });

  it("restores an assignment that someone else made just before the write", async () => {
    const account = await startSampleAccount();
    const session = createAgentSession(account);
    try {
      await session.data.guardrails.load();
      const [first, second, third] = [...account.state.guardrails.keys()];
      const moved = account.state.keyAssignments.find(({ guardrail_id }) => guardrail_id === first)!;
      moved.guardrail_id = second!;
      await sleep(5);
      const body = { key_hashes: [moved.target] };
      const write = agentWrite("POST", `/guardrails/${third}/assignments/keys`, body);
      const { bound } = await readTargetState(write, session, new AbortController().signal);
      assert.deepEqual(planUndo({ action: write.action, id: write.id, body }, { bound }), {
        ...{ of: "keys", id: third, bound: { [moved.target]: second } },
      });
    } finally {
      session.end();
      await account.close();
    }
  });

  it("returns undefined if the previous state is unknown or can't be restored", () => {
    assert.equal(planUndo({ action: "updateKey", id: HASH, body: { disabled: true } }, {}), undefined);
    assert.equal(planUndo({ action: "assignKeys", id: "g", body: { key_hashes: ["k"] } }, {}), undefined);
    for (const action of ["createKey", "deleteKey", "createGuardrail", "deleteGuardrail"] as const)
      assert.equal(planUndo({ action, id: "x", body: { name: "x" } }, { key, guardrail }), undefined);
  });

  it("restores a key's fields after any change", () => {
    const body = fc.record(
      {
        name: fc.string(),
        disabled: fc.boolean(),
        limit: fc.option(fc.integer({ min: 0, max: 100 })),
        limit_reset: fc.option(fc.constantFrom("daily", "weekly", "monthly")),
        include_byok_in_limit: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (asked) => {
        const undo = planUndo({ action: "updateKey", id: HASH, body: asked }, { key });
        const restored = { ...key, ...asked, ...(undo && "body" in undo ? undo.body : {}) };
        assert.deepEqual(restored, { ...key });
      }),
    );
  });
});

describe("changes since an agent's write", () => {
  const changed = (body: object, now: object, outcome: "done" | "unknown" = "done") => {
    const undo = planUndo({ action: "updateGuardrail", id: "g", body }, { guardrail })!;
    return fieldsChangedSince({ action: "updateGuardrail", body, outcome }, undo, {
      guardrail: { ...guardrail, ...now },
    });
  };
  const zdr = { enforce_zdr_anthropic: true, enforce_zdr_google: true, enforce_zdr_xai: true, enforce_zdr_other: true };

  for (const [what, found, expected] of [
    ["nothing", changed({ limit_usd: 99 }, { limit_usd: 99 }), []],
    ["the requested field", changed({ limit_usd: 99 }, { limit_usd: 7 }), ["limit_usd"]],
    [
      "a field that the undo sets with it",
      changed({ limit_usd: 99 }, { limit_usd: 99, reset_interval: "monthly" }),
      ["reset_interval"],
    ],
    [
      "no reset interval if there is no limit",
      changed({ limit_usd: null }, { limit_usd: null, reset_interval: null }),
      [],
    ],
    ["no field that an alias set", changed({ enforce_zdr: true }, { ...zdr, enforce_zdr_openai: true }), []],
    [
      "one of the fields that an alias set",
      changed({ enforce_zdr: true }, { ...zdr, enforce_zdr_openai: false }),
      ["enforce_zdr_openai"],
    ],
    ["nothing if the write may have had no effect", changed({ limit_usd: 99 }, {}, "unknown"), []],
    [
      "a third value if the write may have had no effect",
      changed({ limit_usd: 99 }, { limit_usd: 7 }, "unknown"),
      ["limit_usd"],
    ],
  ] as const)
    it(`finds ${what}`, () => assert.deepEqual(found, expected));

  it("counts keys that someone else assigned, but not those that an uncertain assignment may have left", () => {
    const undo: Undo = { of: "keys", id: "g", bound: { a: "other", b: null, c: null } };
    const moved = (outcome: "done" | "unknown") =>
      reassignedSince({ action: "assignKeys", target: "g", body: {}, outcome }, undo, {
        bound: { a: "other", b: "third", c: "g" },
      });
    assert.deepEqual(moved("done"), ["a", "b"]);
    assert.deepEqual(moved("unknown"), ["b"]);
  });

  it("compares two states by the fields that the undo sets", () => {
    const undo: Undo = { of: "key", id: HASH, body: { limit: 5 } };
    assert.equal(isSameForUndo(undo, { key }, { key: { ...key, usage: 99 } }), true);
    assert.equal(isSameForUndo(undo, { key }, { key: { ...key, limit: 6 } }), false);
    const bindings: Undo = { of: "members", id: "g", bound: { m: null } };
    assert.equal(isSameForUndo(bindings, { bound: { m: "g" } }, { bound: { m: "h" } }), false);
  });

  it("asks again until the confirmed state is still current", async () => {
    const readings = [1, 2, 2];
    const asked: [number, boolean][] = [];
    const agreed = await confirmUnchanged({
      read: async () => readings.shift() ?? 0,
      ask: async (...question) => asked.push(question) > 0,
      isSame: (one, other) => one === other,
    });
    assert.equal(agreed, 2);
    assert.deepEqual(asked, [
      [1, false],
      [2, true],
    ]);
  });

  it("returns undefined if the user declines", async () => {
    const confirmation = { read: async () => 1, ask: async () => false, isSame: () => true };
    assert.equal(await confirmUnchanged(confirmation), undefined);
  });
});

describe("isUndone: a change that was undone", () => {
  type Recorded = Parameters<typeof isUndone>[0];
  const record = (id: string, undoes?: string, outcome: Recorded["outcome"] = "done"): Recorded => ({
    ...{ id, undoes, outcome },
  });
  const change = record("change");

  for (const [what, newestLast, expected] of [
    ["once", [record("u", "change")], true],
    ["unsuccessfully", [record("u", "change", "failed")], false],
    ["partly", [record("u1", "change"), record("u2", "change", "unknown")], false],
    ["and whose undo was undone", [record("u", "change"), record("r", "u")], false],
    [
      "in two parts, one of which was undone",
      [record("u1", "change"), record("u2", "change"), record("r", "u1")],
      false,
    ],
    ["again", [record("u", "change"), record("r", "u"), record("v", "change")], true],
    ["and whose undo was restored", [record("u", "change"), record("r", "u"), record("s", "r")], true],
  ] as const)
    it(`${what}: ${expected ? "is undone" : "can be undone"}`, () =>
      assert.equal(isUndone(change, [change, ...newestLast].reverse()), expected));

  it("terminates with records that refer to each other", () =>
    assert.equal(isUndone(change, [record("a", "change"), record("change", "a"), change]), true));
});
