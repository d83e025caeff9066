import assert from "node:assert/strict";
import fc from "fast-check";
import { classifyFields, withDefaults } from "../../src/editor/agents/ask/classifyFields.ts";
import { isSame, listDifference, valueDifference } from "../../src/editor/agents/ask/difference.ts";
import { reassignedIds } from "../../src/editor/agents/ask/reassigned.ts";
import { readTargetState } from "../../src/editor/agents/ask/targetState.ts";
import { bindingsById } from "../../src/editor/guardrails/bindings.ts";
import { jsonText, quotable } from "../../src/editor/platform/quotable.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentWrite, createAgentSession } from "../support/agentSession.ts";

/** Texts that could end a line, a quote or a paragraph, reorder text, or become an icon or a link. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.constantFrom("”", "“", '"', "„", "»", "?", "\n\n", "\r", "\u2028", "\u2029", "\u202e", "\u200b", "\x1b[2K"),
      fc.constantFrom("$(check)", "[x](command:y)", "\n\nAccount: “Mine”", "\nLimit: $1 → $2", "Requested by “you”."),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("the question about an agent's write", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof createAgentSession>;

  before(async () => {
    account = await startSampleAccount();
    session = createAgentSession(account);
  });
  after(async () => {
    session.end();
    await account.close();
  });

  const read = (write: ReturnType<typeof agentWrite>) => readTargetState(write, session, new AbortController().signal);
  const known = (...fields: string[]) => new Map(fields.map((field) => [field, `label of ${field}`]));

  it("shows each field before and after, in the order of the request", async () => {
    const key = [...account.state.keys.values()].find(({ name }) => name === "ci-tests")!;
    const body = { name: "ci", limit: null, limit_reset: "monthly", disabled: true, include_byok_in_limit: true };
    const before = await read(agentWrite("PATCH", `/keys/${key.hash}`, body));
    const { changes, unknown, more } = classifyFields(body, known(...Object.keys(body)), { ...before.key });
    assert.deepEqual(
      changes.map((one) => [one.field, one.known, one.before?.was, one.after]),
      [
        ["name", "label of name", "ci-tests", "ci"],
        ["limit", "label of limit", 1, null],
        ["limit_reset", "label of limit_reset", "daily", "monthly"],
        ["disabled", "label of disabled", false, true],
        ["include_byok_in_limit", "label of include_byok_in_limit", false, true],
      ],
    );
    assert.deepEqual([unknown, more], [[], 0]);
  });

  it("shows a provider's current value if only the deprecated field is set", () => {
    const { changes } = classifyFields({ enforce_zdr_xai: false }, known("enforce_zdr_xai"), { enforce_zdr: true });
    assert.equal(changes[0]?.before?.was, true);
  });

  it("finds the keys that an assignment moves from another guardrail", async () => {
    const [guardrail] = account.state.guardrails.values();
    const assigned = account.state.keyAssignments.find((one) => one.guardrail_id !== guardrail!.id)!;
    const free = [...account.state.keys.values()].find(
      ({ hash }) => !account.state.keyAssignments.some(({ target }) => target === hash),
    )!;
    const path = `/guardrails/${guardrail!.id}/assignments/keys`;
    const ids = [assigned.target, free.hash];
    const { bound } = await read(agentWrite("POST", path, { key_hashes: ids }));
    assert.deepEqual(bound, { [assigned.target]: assigned.guardrail_id, [free.hash]: null });
    assert.deepEqual(reassignedIds(ids, bound, guardrail!.id), [assigned.target]);
    assert.deepEqual(reassignedIds(ids, bound, assigned.guardrail_id), []);
  });

  it("finds the assignments of a guardrail to delete", async () => {
    const { guardrail_id, target } = account.state.keyAssignments[0]!;
    const { lists } = await read(agentWrite("DELETE", `/guardrails/${guardrail_id}`));
    assert.ok(lists);
    const { keys } = bindingsById(lists)(guardrail_id);
    assert.ok(keys.some(({ key_hash }) => key_hash === target));
  });

  it("ignores lists of assignments that are old, failed or incomplete", async () => {
    const { guardrail_id, target } = account.state.keyAssignments[0]!;
    const writes = [
      agentWrite("DELETE", `/guardrails/${guardrail_id}`),
      agentWrite("DELETE", `/keys/${target}`),
      agentWrite("POST", `/guardrails/${guardrail_id}/assignments/keys`, { key_hashes: [target] }),
    ];
    const { guardrails } = session.data;
    const { current } = guardrails;
    assert.ok(current);
    const old = new Date(Date.now() - 120_000);
    for (const odd of [
      { current: { ...current, readAt: old } },
      { failure: "Too many requests." },
      { current: { ...current, complete: false } },
      { current: { ...current, value: { ...current.value, unreadable: { count: 1, of: 9, field: "key_hash" } } } },
      { current: undefined },
    ]) {
      const given = { ...guardrails, dispose() {}, ensure: async () => {}, current, ...odd };
      const data = { ...session.data, dispose() {}, guardrails: given };
      for (const write of writes) {
        const { lists, bound } = await readTargetState(write, { ...session, data }, new AbortController().signal);
        assert.deepEqual([lists, bound], [undefined, undefined], JSON.stringify(odd));
      }
    }
  });

  it("shows the entries added to and removed from a long list", () => {
    const models = Array.from({ length: 40 }, (_, i) => `some/model-${i}`);
    assert.equal(listDifference(models, [...models.slice(1), "new/model"]), `+ new/model, − ${models[0]}`);
    assert.equal(listDifference(models, models), "");
    assert.equal(listDifference(null, models), "");
    assert.equal(listDifference(["a"], null), "− a");
  });

  it("compares values, not their displayed texts", () => {
    const models = Array.from({ length: 40 }, (_, i) => `some/model-${i}`);
    const filters = (last: string) => [...models.map((pattern) => ({ pattern, action: "redact" })), { pattern: last }];
    for (const [kind, before, after] of [
      ["text", `${"x".repeat(500)}a`, `${"x".repeat(500)}b`],
      ["text", "ci", "c\u200bi"],
      ["text", "ci", "ci "],
      ["text", "“ci”", "«ci»"],
      ["money", 5.001, 5.004],
      ["list", models, [...models.slice(0, 39), "evil/model"]],
      ["list", ["a"], ["a\u2060"]],
      ["json", filters("a"), filters("b")],
      ["time", "2027-01-01T00:00:01Z", "2027-01-01T00:00:02Z"],
      ["time", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00"],
      ["flag", null, false],
    ] as const) {
      assert.ok(!isSame(kind, before, after), `${kind}: ${after}`);
      const [was, now] = valueDifference(before, after).map((text) => quotable(text, 160));
      assert.notEqual(was, now);
    }
    for (const [kind, before, after] of [
      ["list", ["a", "b"], ["b", "a", "a"]],
      ["list", undefined, []],
      ["text", null, ""],
      ["json", [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
      ["time", "2027-01-01T00:00:00Z", "2027-01-01T01:00:00+01:00"],
      ["money", 5, 5],
    ] as const)
      assert.ok(isSame(kind, before, after), `${kind}: ${after}`);
  });

  it("shows where long texts differ, with hidden characters escaped", () => {
    const long = "x".repeat(500);
    assert.deepEqual(valueDifference(`${long}a`, `${long}bb`), [`…${"x".repeat(20)}a`, `…${"x".repeat(20)}bb`]);
    assert.deepEqual(valueDifference("ci tests", "ci\u200b tests "), ["ci tests", "ci\\u{200b} tests\\u{20}"]);
    assert.equal(listDifference(["a"], ["a\u200b"]), "+ a\\u{200b}, − a");
    assert.equal(listDifference([{ a: 1 }], [{ a: 2 }]), "+ {\\u{22}a\\u{22}:2}, − {\\u{22}a\\u{22}:1}");
    fc.assert(
      fc.property(hostile, hostile, (before, after) => {
        const shown = valueDifference(before, after).map((text) => quotable(text, 10_000));
        assert.equal(shown[0] === shown[1], before === after);
      }),
    );
  });

  it("shows the defaults of a new key", () => {
    const none = { limit: null, expires_at: null, workspace_id: null };
    assert.deepEqual(withDefaults("createKey", { name: "x" }), { name: "x", ...none });
    const given = { name: "x", limit: 5, expires_at: "2031-01-01T00:00:00Z", workspace_id: "w" };
    assert.deepEqual(withDefaults("createKey", given), given);
    assert.deepEqual(withDefaults("createGuardrail", { name: "x" }), { name: "x", workspace_id: null });
    assert.deepEqual(withDefaults("updateKey", { name: "x" }), { name: "x" });
    const odd = JSON.parse('{"__proto__": 1, "limit": 2}');
    assert.deepEqual(Object.entries(withDefaults("updateKey", odd)), Object.entries(odd));
  });

  it("shows unknown fields up to a limit, and counts the rest", () => {
    const fields = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`field_${i}`, { deep: [i] }]));
    const { changes, unknown, more } = classifyFields({ ...fields, name: "x" }, known("name"));
    assert.deepEqual(changes, [{ field: "name", known: "label of name", before: undefined, after: "x" }]);
    assert.deepEqual(unknown[0], ["field_0", { deep: [0] }]);
    assert.deepEqual([unknown.length, unknown.at(-1)?.[0], more], [10, "field_9", 4]);
    assert.equal(jsonText(unknown[0]?.[1], 160), '{"deep":[0]}');
  });

  it("treats field names like __proto__ as unknown fields", () => {
    const body = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3, "name": "x"}');
    const { unknown } = classifyFields(body, known("name"), {});
    assert.deepEqual(unknown, [
      ["__proto__", 1],
      ["constructor", 2],
      ["toString", 3],
    ]);
  });

  it("omits no field of a request", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.string()), (body, names) => {
        const { changes, unknown, more } = classifyFields(body, known(...names), {});
        assert.equal(changes.length + unknown.length + more, Object.keys(body).length);
      }),
    );
  });

  it("keeps its format whatever names the agent and the account use", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const [quote, json] = [quotable(text, max), jsonText({ [text]: text }, max)];
        assert.doesNotMatch(quote, /["“”„‟«»]/);
        for (const shown of [quote, json]) {
          assert.doesNotMatch(shown, /[\n\r]|[$\]]\(|[\u202e\u2028\u2029\x1b]/);
          assert.ok(shown.length <= max + "… +1,000".length, shown);
        }
      }),
    );
  });
});
