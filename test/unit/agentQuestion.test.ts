import assert from "node:assert/strict";
import fc from "fast-check";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentSession, agentWrite } from "../support/agentSession.ts";

const { questionFor } = await import("../../src/editor/agents/ask/question.ts");
const { readBefore } = await import("../../src/editor/agents/ask/before.ts");

/** What would end a line, a quotation or a paragraph, reorder text, or become an icon or a link. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.constantFrom("”", "“", '"', "„", "»", "?", "\n\n", "\r", "\u2028", "\u2029", "\u202e", "\u200b", "\x1b[2K"),
      fc.constantFrom("$(check)", "[x](command:y)", "\n\nAccount: “Mine”", "\nLimit: $1 → $2", "Asked by “you”."),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("the question about what an agent wants", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof agentSession>;

  before(async () => {
    account = await startSampleAccount();
    session = agentSession(account);
  });
  after(async () => {
    session.end();
    await account.close();
  });

  const ask = async (write: ReturnType<typeof agentWrite>) =>
    questionFor(write, session, await readBefore(write, session, new AbortController().signal));
  const textOf = (detail: readonly unknown[]) => detail.filter(Boolean).join("\n\n");
  const keyOf = (name: string) => [...account.state.keys.values()].find((key) => key.name === name)!;
  const guardrailOf = (name: string) => [...account.state.guardrails.values()].find((one) => one.name === name)!;

  it("says each field before and after, in the words of the views", async () => {
    const { hash } = keyOf("ci-tests");
    const body = { name: "ci", limit: null, limit_reset: "monthly", disabled: true, include_byok_in_limit: true };
    const { question, detail } = await ask(agentWrite("PATCH", `/keys/${hash}`, body));
    assert.equal(question, "Let an agent change the key “ci-tests”?");
    assert.match(
      textOf(detail),
      /^Name: “ci-tests” → “ci”\nLimit: \$1 → no limit\nReset: daily → monthly\nState: active → disabled\nBYOK counts against the limit: off → on\n\nThe limit is removed/,
    );
  });

  it("says what a guardrail binds, and whom an assignment takes from another", async () => {
    const [guardrail] = account.state.guardrails.values();
    const assigned = account.state.keyAssignments.find((one) => one.guardrail_id !== guardrail!.id)!;
    const free = [...account.state.keys.values()].find(
      ({ hash }) => !account.state.keyAssignments.some(({ target }) => target === hash),
    )!;
    const path = `/guardrails/${guardrail!.id}/assignments/keys`;
    const { question, detail } = await ask(agentWrite("POST", path, { key_hashes: [assigned.target, free.hash] }));
    assert.equal(question, `Let an agent assign 2 keys to the guardrail “${guardrail!.name}”?`);
    const moved = account.state.keys.get(assigned.target)!.name;
    assert.ok(textOf(detail).includes(`It will apply to “${moved}”, “${free.name}”.`), textOf(detail));
    assert.ok(textOf(detail).includes(`they have now will no longer apply to “${moved}”.`), textOf(detail));
  });

  it("says what becomes of those that a deleted guardrail binds", async () => {
    const { guardrail_id } = account.state.keyAssignments[0]!;
    const { detail } = await ask(agentWrite("DELETE", `/guardrails/${guardrail_id}`));
    assert.match(textOf(detail), /^It binds .+: .+\. They are released/);
  });

  it("names what is added to a long list and taken out of it", async () => {
    const guardrail = guardrailOf([...account.state.guardrails.values()].find((one) => one.allowed_models)!.name);
    const models = guardrail.allowed_models as string[];
    const body = { allowed_models: [...models.slice(1), "new/model"] };
    const { detail } = await ask(agentWrite("PATCH", `/guardrails/${guardrail.id}`, body));
    assert.ok(textOf(detail).includes(`“+ new/model, − ${models[0]}”`), textOf(detail));
  });

  it("shows each field that it does not know, up to a number that it says", async () => {
    const fields = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`field_${i}`, { deep: [i] }]));
    const { detail } = await ask(agentWrite("POST", "/keys", { ...fields, name: "x" }));
    assert.match(textOf(detail), /^Name: “x”\n“field_0”: \{"deep":\[0\]\}\n/);
    assert.match(textOf(detail), /“field_9”: .*\n4 more fields that this version does not know\n\nAccount:/);
  });

  it("is not led astray by names of fields", async () => {
    const body = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3, "name": "x"}');
    const { detail } = await ask(agentWrite("POST", "/keys", body));
    for (const field of ["__proto__", "constructor", "toString"]) assert.ok(textOf(detail).includes(`“${field}”: `));
  });

  it("is the same in form whatever the agent and the account call things", async () => {
    const lines =
      /^Name: “[^”]*”\n“[^”]*”: ".*"\n\nAccount: “Test”\n\nAsked by “[^”]*” with the tool “[^”]*”\. Both names are the asking program's own words\.$/;
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, hostile, hostile, async (name, field, value, client, tool) => {
        fc.pre(!["name", "limit", "description"].includes(field) && name.trim() !== "");
        const write = agentWrite("POST", "/keys", { name, [field]: value }, { client, tool });
        const { question, detail } = questionFor(write, session, {});
        assert.match(question, /^Let an agent create the key “[^”\n]*”\?$/);
        assert.match(textOf(detail), lines);
        for (const text of [question, ...detail])
          assert.doesNotMatch(String(text), /[$\]]\(|[\u202e\u2028\u2029\x1b\r]/);
        assert.ok(textOf(detail).length < 1_500);
      }),
    );
  });
});
