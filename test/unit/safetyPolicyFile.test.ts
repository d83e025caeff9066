import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { applyEdits } from "jsonc-parser";
import { addExceptions, nameForException, replacedBy } from "../../src/editor/safety/policy/editPolicy.ts";
import { defaultPolicyText, exceptionsText } from "../../src/editor/safety/policy/template.ts";
import { type PolicyException, parsePolicy, ruleIds, toPolicy } from "../../src/openrouter/safety/policy.ts";

const parsed = (text: string) => {
  const result = parsePolicy(text);
  assert.ok("policy" in result, JSON.stringify(result));
  return result.policy;
};
describe("a new policy file", () => {
  it("contains the built-in rules", () => {
    assert.deepEqual(parsed(defaultPolicyText()), toPolicy({}));
    for (const rule of ruleIds) assert.ok(defaultPolicyText().includes(`"${rule}"`), rule);
  });

  it("contains only the exceptions if it is made for them, so that built-in rules stay as they are", () => {
    const exceptions = [{ rule: "idle", key: "a", reason: "archive" } as const];
    assert.deepEqual(parsed(exceptionsText(exceptions)), toPolicy({ exceptions: [...exceptions] }));
  });
});

const exception = fc.record(
  {
    rule: fc.constantFrom("*" as const, ...ruleIds),
    key: fc.string({ minLength: 1, maxLength: 40 }),
    workspace: fc.string({ maxLength: 20 }),
    reason: fc.string({ minLength: 1, maxLength: 60 }).map((text) => `x${text}`.trim()),
    until: fc.constantFrom("2026-01-31", "2027-12-01"),
  },
  { requiredKeys: ["rule", "key", "reason"] },
) as fc.Arbitrary<PolicyException>;

describe("the policy in the README", () => {
  it("is valid", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const [, text = ""] = /```json\n(\{\s+"rules"[\s\S]*?)```/.exec(readme) ?? [];
    assert.equal(parsed(text).exceptions.length, 1);
  });
});

describe("adding exceptions to a policy", () => {
  it("adds them and changes nothing else, whatever the file's format", () => {
    const formats = [2, 4, "\t", undefined];
    fc.assert(
      fc.property(
        fc.array(exception, { maxLength: 3 }),
        fc.array(exception, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...formats),
        fc.constantFrom("\n", "\r\n"),
        (before, added, indent, eol) => {
          const content = { rules: { idle: { days: 30 } }, ...(before.length > 0 && { exceptions: before }) };
          const text = JSON.stringify(content, undefined, indent).replaceAll("\n", eol);
          const edits = addExceptions(
            text,
            added.map((one) => ({ exception: one })),
          );
          assert.ok(edits);
          const after = applyEdits(text, edits);
          assert.equal(JSON.stringify(parsed(after).exceptions), JSON.stringify([...before, ...added]));
          assert.deepEqual(parsed(after).rules, parsed(text).rules);
          if (text.includes("\r\n")) assert.doesNotMatch(after, /[^\r]\n/);
        },
      ),
    );
  });

  it("keeps the lines that it doesn't have to change", () => {
    const text =
      '{\n    "exceptions": [\n        { "rule": "idle", "key": "a", "reason": "archive" }\n    ],\n    "rules": { "idle": "severe" }\n}\n';
    const edits = addExceptions(text, [{ exception: { rule: "*", key: "b", reason: "demo" } }]);
    const after = applyEdits(text, edits ?? []);
    for (const line of text.split("\n").filter((one) => one.includes("archive") || one.includes("severe")))
      assert.ok(after.includes(line.trim()), line);
    assert.match(after, /^ {8}\{ "rule": "\*", "key": "b", "reason": "demo" \}$/m);
  });

  it("replaces one that has ended", () => {
    const ended: PolicyException = { rule: "idle", key: "a", reason: "archive", until: "2026-01-31" };
    const other: PolicyException = { rule: "idle", key: "b", reason: "demo" };
    const renewed: PolicyException = { ...ended, until: "2027-12-01" };
    const text = exceptionsText([ended, other]);
    const edits = addExceptions(text, [{ exception: renewed, replaces: ended }]);
    assert.deepEqual(parsed(applyEdits(text, edits ?? [])).exceptions, [renewed, other]);
    assert.deepEqual(replacedBy({ endedException: ended }, renewed), ended);
    assert.equal(replacedBy({ endedException: { ...ended, key: "a*" } }, renewed), undefined);
    assert.equal(replacedBy({ endedException: { ...ended, rule: "*" } }, renewed), undefined);
  });

  it("refuses a file that is no valid policy", () => {
    for (const text of ["", "{", "[]", '{ "rule": {} }', '{ "exceptions": {} }'])
      assert.equal(addExceptions(text, [{ exception: { rule: "*", key: "b", reason: "demo" } }]), undefined, text);
  });
});

describe("the key of an exception", () => {
  const key = (name: string, hash: string, workspace_id = "w1") => ({
    name,
    hash,
    label: `sk-or-v1-${hash}`,
    workspace_id,
  });
  const workspaceName = (id: string) => ({ w1: "Production", w2: "Research" })[id];
  const named = (one: ReturnType<typeof key>, ...others: ReturnType<typeof key>[]) =>
    nameForException(one, [one, ...others], workspaceName);

  it("is its name, with the workspace or replaced by the label if others have the name", () => {
    assert.deepEqual(named(key("prod", "a")), { key: "prod" });
    assert.deepEqual(named(key("prod", "a"), key("prod", "b", "w2")), { key: "prod", workspace: "Production" });
    assert.deepEqual(named(key("prod", "a"), key("prod", "b")), { key: "sk-or-v1-a" });
    assert.deepEqual(named(key("prod *", "a")), { key: "sk-or-v1-a" });
    assert.deepEqual(named(key(" ", "a")), { key: "sk-or-v1-a" });
    assert.deepEqual(named({ ...key("", "a"), label: "same" }, { ...key("", "b"), label: "same" }), { key: "a" });
  });

  it("is never a secret that was pasted into a name, so that the policy stays valid", () => {
    const body = "0123456789abcdef".repeat(4);
    for (const secret of [`sk-or-v1-${body}`, `SK-OR-${body}`, `sk-or-v1-${body.slice(0, 32)}\n${body.slice(32)}`]) {
      const name = `prod ${secret}`;
      assert.deepEqual(named(key(name, "a")), { key: "sk-or-v1-a" });
      assert.deepEqual(named(key(name, "a"), key(name, "b", "w2")), { key: "sk-or-v1-a" });
      assert.deepEqual(named({ ...key(name, "a"), label: secret }), { key: "a" });
      const inWorkspace = nameForException(key("prod", "a"), [key("prod", "b", "w2")], () => name);
      assert.deepEqual(inWorkspace, { key: "prod", workspace: "w1" });
    }
  });
});
