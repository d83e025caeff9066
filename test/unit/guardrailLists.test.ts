import assert from "node:assert/strict";
import type { GuardrailsData } from "../../src/editor/data/accountData.ts";
import { guardrailOfKey } from "../../src/editor/data/guardrailOfKey.ts";
import {
  withGuardrail,
  withKeysAssigned,
  withMembersAssigned,
  withoutGuardrail,
  withUnassigned,
} from "../../src/editor/data/guardrailUpdates.ts";
import { allGuardrails, isUnread } from "../../src/editor/guardrails/allGuardrails.ts";
import { bindingsById, bindsNothing } from "../../src/editor/guardrails/bindings.ts";
import {
  applyListChange,
  diffLists,
  isEmptyListChange,
  listChoices,
  modelEntries,
} from "../../src/editor/guardrails/lists/catalog.ts";
import type { Model } from "../../src/openrouter/index.ts";

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const model = (id: string, name: string, canonical_slug?: string) => ({ id, name, canonical_slug }) as Model;

describe("listChoices", () => {
  const catalog = modelEntries([
    model("a/one", "One", "a/one-2026"),
    model("a/one:free", "One (free)", "a/one-2026"),
    model("b/two", "Two"),
  ]);

  it("matches a model by slug, canonical slug and variant", () => {
    const match = (entry: string) => listChoices([entry], catalog, order)[0];
    assert.equal(match("a/one")?.name, "One");
    assert.equal(match("a/one-2026")?.name, "One");
    assert.equal(match("a/one-2026:free")?.name, "One (free)");
    assert.equal(match("a/one:free")?.name, "One (free)");
  });

  it("keeps entries missing from the catalog and lists nothing twice", () => {
    assert.deepEqual(listChoices(["gone/model", "a/one-2026"], catalog, order), [
      { entry: "a/one-2026", name: "One", chosen: true },
      { entry: "gone/model", name: undefined, chosen: true },
      { entry: "a/one:free", name: "One (free)", chosen: false },
      { entry: "b/two", name: "Two", chosen: false },
    ]);
  });

  it("returns added and removed entries", () => {
    assert.deepEqual(diffLists(["a", "b"], ["b", "c"]), { added: ["c"], removed: ["a"] });
    assert.ok(isEmptyListChange(diffLists(["a", "b"], ["b", "a"])));
  });

  it("applies a change to a list that someone else changed and keeps their entries", () => {
    const change = diffLists(["a", "b"], ["b", "c"]);
    assert.deepEqual(applyListChange(["a", "b", "theirs"], change), ["b", "theirs", "c"]);
    assert.deepEqual(applyListChange(["a"], change), ["c"]);
    assert.deepEqual(applyListChange(["b", "c"], change), ["b", "c"]);
    assert.deepEqual(applyListChange(["a"], { added: [], removed: ["a", "b"] }), []);
  });
});

describe("guardrail updates", () => {
  const guardrail = (id: string, name = id) => ({ id, name, created_at: "" });
  const key = (hash: string) => ({ hash, name: `key ${hash}`, label: "sk-…" });
  const data: GuardrailsData = {
    guardrails: [guardrail("A"), guardrail("B")],
    workspaces: undefined,
    keyAssignments: [],
    memberAssignments: [],
  };
  const bound = [withKeysAssigned("A", [key("1"), key("2")]), withMembersAssigned("A", ["m"])].reduce(
    (value, change) => change(value),
    data,
  );

  it("assigns keys and members", () => {
    const { keys, members } = bindingsById(bound)("A");
    assert.deepEqual([keys.map((one) => one.key_hash), members.map((one) => one.user_id)], [["1", "2"], ["m"]]);
    assert.ok(bindsNothing(bindingsById(bound)("B")));
  });

  it("applies a workspace's default guardrail without an assignment, ignoring the case of its id", () => {
    const workspace = { id: "w", name: "Research", slug: "research", default_guardrail_id: "b" };
    const none = { id: "v", name: "Old", slug: "old" };
    const bindings = bindingsById({ ...data, workspaces: [none, workspace] });
    assert.deepEqual(bindings("B").defaultOf, { id: "w", name: "Research" });
    assert.equal(bindsNothing(bindings("B")), false);
    assert.equal(bindings("A").defaultOf, undefined);
    assert.equal(bindsNothing(bindings("A")), true);
  });

  it("finds a key's own guardrail, else its workspace's default if configured", () => {
    const workspaces = ["b", "unwritten", undefined].map((default_guardrail_id, i) => ({
      ...{ id: `w${i}`, name: "W", slug: "w", default_guardrail_id },
    }));
    const of = guardrailOfKey({ ...bound, guardrails: [guardrail("A"), guardrail("B")], workspaces });
    assert.deepEqual(of({ hash: "1", workspace_id: "w0" }), { id: "A" });
    assert.equal(of({ hash: "9", workspace_id: "w0" }), "default");
    for (const workspace_id of ["w1", "w2", "elsewhere", null, undefined])
      assert.equal(of({ hash: "9", workspace_id }), undefined);
    assert.equal(guardrailOfKey(undefined)({ hash: "1" }), undefined);
  });

  it("doesn't claim to know what couldn't be read", () => {
    const workspaces = [{ id: "w", name: "W", slug: "w", default_guardrail_id: "C" }];
    assert.deepEqual(allGuardrails({ ...bound, workspaces }).map(isUnread), [false, false, false]);
    const partial = { ...bound, workspaces, unreadable: { count: 1, of: 3, field: "limit_usd" } };
    assert.deepEqual(allGuardrails(partial).map(isUnread), [false, false, true]);
    const of = guardrailOfKey(partial);
    assert.deepEqual(of({ hash: "1", workspace_id: "w" }), { id: "A" });
    assert.equal(of({ hash: "9", workspace_id: "w" }), "unknown");
  });

  it("replaces the previous assignment", () => {
    const moved = withKeysAssigned("B", [key("2")])(bound);
    assert.deepEqual(
      moved.keyAssignments.map((one) => `${one.guardrail_id}${one.key_hash}`),
      ["A1", "B2"],
    );
    const members = withMembersAssigned("B", ["m"])(bound).memberAssignments;
    assert.deepEqual(
      members.map((one) => one.guardrail_id),
      ["B"],
    );
  });

  it("unassigns only from this guardrail", () => {
    assert.equal(withUnassigned("B", ["1", "m"])(bound).keyAssignments.length, 2);
    const released = withUnassigned("A", ["1", "m"])(bound);
    assert.deepEqual([released.keyAssignments.length, released.memberAssignments.length], [1, 0]);
  });

  it("keeps a guardrail's position, puts a new one first, and removes its assignments with it", () => {
    assert.deepEqual(
      withGuardrail(guardrail("B", "new"))(data).guardrails.map((one) => one.name),
      ["A", "new"],
    );
    assert.deepEqual(
      withGuardrail(guardrail("C"))(data).guardrails.map((one) => one.id),
      ["C", "A", "B"],
    );
    const gone = withoutGuardrail("A")(bound);
    assert.deepEqual([gone.guardrails.length, gone.keyAssignments.length, gone.memberAssignments.length], [1, 0, 0]);
  });
});
