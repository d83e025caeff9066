import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { z } from "zod";
import {
  addFalseAlarm,
  type BaselineProblem,
  baselineSchema,
  falseAlarmsOf,
  readBaseline,
} from "../../src/leaks/baseline.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

const reason = "made up for the documentation";
const date = "2026-11-26";
const add = (text: string | undefined, secret: string) => addFalseAlarm(text, secret, { reason, date });

function isFalseAlarm(text: string, secret: string): boolean {
  const read = readBaseline(text);
  assert.ok("baseline" in read, JSON.stringify(read));
  return falseAlarmsOf(read.baseline)(secret);
}

function problemsOf(text: string): (Omit<BaselineProblem, "start" | "end"> & { text: string })[] {
  const read = readBaseline(text);
  assert.ok("problems" in read);
  return read.problems.map(({ start, end, ...problem }) => ({ ...problem, text: text.slice(start, end) }));
}

describe("the baseline of leaks", () => {
  const secrets = [makeSecret(), makeSecret(), makeSecret()] as const;

  it("knows what was added, and nothing else", () => {
    const text = add(add(undefined, secrets[0]), secrets[1]);
    assert.deepEqual(
      secrets.map((secret) => isFalseAlarm(text, secret)),
      [true, true, false],
    );
    assert.equal(add(text, secrets[0]), text);
  });

  it("contains no part of a secret, and another hash of the same secret in each file", () => {
    const texts = [add(undefined, secrets[0]), add("", secrets[0])];
    for (const text of texts)
      for (let i = 9; i + 8 <= secrets[0].length; i++) assert.ok(!text.includes(secrets[0].slice(i, i + 8)));
    const [a, b] = texts.map((text) => JSON.parse(text));
    assert.notEqual(a.salt, b.salt);
    assert.notEqual(a.falseAlarms[0].hash, b.falseAlarms[0].hash);
  });

  it("keeps formatting, line ends, byte order mark and other entries", () => {
    for (const change of [
      (text: string) => text,
      (text: string) => text.replaceAll("\n", "\r\n"),
      (text: string) => `\uFEFF${text}`,
      (text: string) => text.replaceAll("  ", "\t"),
      (text: string) => text.replaceAll("  ", "    "),
    ]) {
      const before = change(add(add(undefined, secrets[0]), secrets[1]));
      const after = add(before, secrets[2]);
      assert.ok(secrets.every((secret) => isFalseAlarm(after, secret)));
      const common = before.slice(0, before.indexOf(JSON.parse(before.replace("\uFEFF", "")).falseAlarms[1].hash));
      assert.ok(after.startsWith(common));
      assert.equal(/\r(?!\n)|(?<!\r)\n/.test(after), /\r(?!\n)|(?<!\r)\n/.test(before));
    }
  });

  it("says what is wrong, and where", () => {
    const valid = JSON.parse(add(undefined, secrets[0]));
    const changed = (change: object) => JSON.stringify({ ...valid, ...change });
    const [alarm] = valid.falseAlarms;
    const cases: [text: string, problem: Omit<BaselineProblem, "start" | "end">, marked: string | RegExp][] = [
      ["", { code: "syntax", path: "" }, ""],
      ["[", { code: "syntax", path: "" }, /^\[?$/],
      [`${changed({})} // mine`, { code: "syntax", path: "" }, "// mine"],
      ["[]", { code: "invalid", path: "" }, "[]"],
      [changed({ version: 2 }), { code: "invalid", path: "version" }, "2"],
      [changed({ salt: "00" }), { code: "invalid", path: "salt" }, '"00"'],
      [changed({ salt: undefined }), { code: "missing", path: "salt" }, /^\{.*\}$/],
      [changed({ url: "https://x.example" }), { code: "unknown", path: "url" }, '"url":"https://x.example"'],
      [changed({ falseAlarms: {} }), { code: "invalid", path: "falseAlarms" }, "{}"],
      [
        changed({ falseAlarms: [alarm, { ...alarm, date: "26.11." }] }),
        { code: "invalid", path: "falseAlarms[1].date" },
        '"26.11."',
      ],
      [
        changed({ falseAlarms: [{ ...alarm, reason: " " }] }),
        { code: "invalid", path: "falseAlarms[0].reason" },
        '" "',
      ],
      [
        changed({ falseAlarms: [{ ...alarm, secret: "x" }] }),
        { code: "unknown", path: "falseAlarms[0].secret" },
        '"secret":"x"',
      ],
    ];
    for (const [text, problem, marked] of cases) {
      const [first] = problemsOf(text);
      assert.deepEqual({ code: first?.code, path: first?.path }, problem, text);
      if (typeof marked === "string") assert.equal(first?.text, marked, text);
      else assert.match(first?.text ?? "", marked, text);
    }
  });

  it("is never changed if it is not valid", () => {
    for (const text of ["{", "[]", '{"version":1}', `${add(undefined, secrets[0])},`])
      assert.throws(() => add(text, secrets[1]));
    const twice = add(undefined, secrets[0]).replace('"falseAlarms"', '"falseAlarms": [],\n  "falseAlarms"');
    assert.throws(() => add(twice, secrets[1]));
  });

  it("takes no reason that contains a secret", () => {
    for (const leak of [secrets[0], encodeURIComponent(secrets[0]), Buffer.from(secrets[0]).toString("base64")])
      assert.throws(() => addFalseAlarm(undefined, secrets[1], { reason: `old: ${leak}`, date }));
  });

  it("never fails to be read, whatever it contains", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readBaseline(text);
        if ("problems" in read)
          for (const { start, end } of read.problems) assert.ok(start >= 0 && end >= start && end <= text.length);
      }),
    );
  });

  it("is given up early if it is made to take long", () => {
    const salt = "ab".repeat(32);
    const hostile = [
      `{"version":1,"salt":"${salt}","falseAlarms":[${"1,".repeat(200_000)}1]}`,
      `{${Array.from({ length: 40_000 }, (_, i) => `"k${i}":1`).join(",")}}`,
      "]\n".repeat(200_000),
      '{"a'.repeat(100_000),
      "[".repeat(100_000),
      "[".repeat(100_000) + "]".repeat(100_000),
      `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
      " ".repeat(600_000),
    ];
    for (const text of hostile) {
      const count = problemsOf(text).length;
      assert.ok(count >= 1 && count <= 20, `${text.slice(0, 20)}: ${count}`);
      assert.throws(() => add(text.trim() || "x", secrets[0]));
    }
  });

  it("has the schema of media/leaks.schema.json", () => {
    const file = new URL("../../media/leaks.schema.json", import.meta.url);
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), z.toJSONSchema(baselineSchema));
  });
});
