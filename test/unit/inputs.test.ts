import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import type { z } from "zod";
import {
  guardrailId,
  keyHash,
  nonEmptyString,
  offset,
  resetInterval,
  rowLimit,
  stringList,
  usd,
  utcDate,
  utcTime,
} from "../../src/mcp/inputs.ts";

const hash = randomBytes(32).toString("hex");
const uuid = randomUUID();

const cases: { input: z.ZodType; name: string; expected: RegExp; good: unknown[]; bad: unknown[] }[] = [
  {
    input: utcDate,
    name: "day",
    expected: /YYYY-MM-DD/,
    good: ["2026-08-03", "2028-02-29"],
    bad: [
      "2026-02-30",
      "2026-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-08-00",
      "2026-8-3",
      "03.08.2026",
      "2026-08-03T00:00:00Z",
      "2026-08-03 ",
      "yesterday",
      "",
    ],
  },
  {
    input: keyHash,
    name: "key hash",
    expected: /64 hex digits/,
    good: [hash],
    bad: [hash.slice(1), `${hash}0`, `${hash.slice(1)}g`, ` ${hash}`, `${hash}\n`, "", `../${hash.slice(3)}`],
  },
  {
    input: guardrailId,
    name: "guardrail id",
    expected: /UUID/,
    good: [uuid, uuid.toUpperCase()],
    bad: [uuid.slice(1), uuid.replaceAll("-", ""), `${uuid}/assignments`, `{${uuid}}`, "guardrail", ""],
  },
  {
    input: utcTime,
    name: "UTC time",
    expected: /UTC time such as .*Z/,
    good: ["2027-12-31T23:59:59Z", "2027-12-31T23:59:59.999Z"],
    bad: [
      "2027-12-31T23:59:59+02:00",
      "2027-12-31T23:59:59+00:00",
      "2027-12-31T23:59:59",
      "2027-12-31",
      "2027-02-30T00:00:00Z",
      "2027-12-31T25:00:00Z",
      "next year",
      "",
    ],
  },
  { input: usd, name: "USD", expected: /USD/, good: [0, 0.01, 1e6], bad: [-1, -0.01, "5", Number.NaN, Infinity, null] },
  {
    input: resetInterval,
    name: "reset",
    expected: /daily, weekly or monthly/,
    good: ["daily", "weekly", "monthly"],
    bad: ["yearly", "Daily", "", null],
  },
  {
    input: stringList,
    name: "names",
    expected: /at least one|non-empty/,
    good: [["openai"], ["openai", "anthropic"]],
    bad: [[], [""], ["  "], ["openai", ""]],
  },
  { input: nonEmptyString, name: "text", expected: /non-empty text/, good: ["a"], bad: ["", " ", "\t\n"] },
  { input: offset, name: "offset", expected: /0 or more|int/, good: [0, 50, undefined], bad: [-1, 1.5] },
  {
    input: rowLimit(100),
    name: "rows",
    expected: /whole number|1 or more|100 or fewer/,
    good: [1, 100, undefined],
    bad: [0, -5, 101, 1.5],
  },
];

describe("inputs", () => {
  for (const { input, name, expected, good, bad } of cases) {
    it(`${name}: accepts valid values`, () => {
      for (const value of good) assert.equal(input.safeParse(value).success, true, String(value));
    });

    for (const value of bad)
      it(`${name}: rejects ${JSON.stringify(value)} and says what is expected`, () => {
        const { error } = input.safeParse(value);
        assert.ok(error, "it was taken");
        assert.match(error.issues.map(({ message }) => message).join("; "), expected);
        assert.match(error.issues[0]!.message, /expected/);
      });
  }

  it("accept every calendar date", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }), (at) => {
        assert.equal(utcDate.safeParse(at.toISOString().slice(0, 10)).success, true);
      }),
    );
  });

  it("reject days after the end of a month", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
        const written = `${year}-${String(month).padStart(2, "0")}-`;
        assert.equal(utcDate.safeParse(`${written}${days}`).success, true);
        assert.equal(utcDate.safeParse(`${written}${days + 1}`).success, false);
      }),
    );
  });
});
