import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { cell, fields, lines, slice, table, withoutNulls } from "../../src/mcp/text.ts";

const nasty = fc.constantFrom(
  "\n",
  "\r\n",
  "\t",
  "\x1b[31m",
  "\x1b]0;title\x07",
  "\x9b2J",
  "\x00",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u202e",
  "\u2066",
  "\ufeff",
);
const name = fc.array(fc.oneof(fc.string({ unit: "binary" }), nasty)).map((parts) => parts.join(""));
const value = fc.oneof(
  name,
  fc.array(name),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, ""),
  fc.dictionary(name, name),
);

function harmless(text: string) {
  assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
  assert.equal(stripVTControlCharacters(text), text);
}

describe("table", () => {
  it("is a line an item with a cell a column, whatever the account's names hold", () => {
    const columns = ["a", "b", "c"].map((field, i) => [field, (item: unknown[]) => item[i]] as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value)), (items) => {
        const rows = table(columns, items).split("\n");
        assert.equal(rows.length, items.length + 1);
        assert.equal(rows[0], "a\tb\tc");
        for (const row of rows) {
          const cells = row.split("\t");
          assert.equal(cells.length, 3);
          for (const text of cells) {
            harmless(text);
            assert.notEqual(text, "");
          }
        }
      }),
    );
  });
});

describe("cell", () => {
  it("shows figures as they are", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (figure) => {
        assert.equal(Number(cell(figure)), figure === 0 ? 0 : figure);
      }),
    );
    assert.equal(cell(0), "0");
    assert.equal(cell(0.000000123), "1.23e-7");
    assert.equal(cell(false), "false");
  });

  it("shows what is missing as a dash", () => {
    for (const missing of [undefined, null, "", []]) assert.equal(cell(missing), "-");
  });

  it("keeps what people write", () => {
    for (const text of ["Größe – 鍵 🔑", "team/prod, EU", "مفتاح"]) assert.equal(cell(text), text);
    assert.equal(cell(["a", "b"]), "a,b");
    assert.equal(cell({ a: 1 }), '{"a":1}');
  });
});

describe("fields", () => {
  it("is a line a field, null where the API says null, without those it leaves out", () => {
    const object = { a: 1, b: null, c: undefined, d: false, e: "x\ny" };
    assert.equal(fields(object), "a: 1\nb: null\nd: false\ne: x y");
    assert.equal(fields(withoutNulls(object)), "a: 1\nd: false\ne: x y");
  });

  it("stays a line a field whatever the values hold", () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const given = values.filter((item) => item !== undefined);
        const text = fields(Object.fromEntries(given.map((item, i) => [`f${i}`, item])));
        const rows = text ? text.split("\n") : [];
        assert.equal(rows.length, given.length);
        rows.forEach((row, i) => {
          assert.ok(row.startsWith(`f${i}: `));
          harmless(row);
        });
      }),
    );
  });
});

describe("slice", () => {
  const items = Array.from({ length: 120 }, (_, i) => i);

  it("says which rows these are and how to get the rest", () => {
    assert.equal(slice(items, 0, 50).rest, "Rows 1-50 of 120; next: offset=50.");
    assert.equal(slice(items, 50, 50).rest, "Rows 51-100 of 120; next: offset=100.");
    assert.equal(slice(items, 100, 50).rest, "Rows 101-120 of 120.");
    assert.equal(slice(items, 120, 50).rest, "No rows from offset 120; there are 120.");
    assert.equal(slice(items, 500, 50).rest, "No rows from offset 500; there are 120.");
  });

  it("says nothing when all is shown", () => {
    assert.equal(slice(items, 0, 120).rest, "");
    assert.equal(slice([], 0, 50).rest, "");
  });

  it("leads through all rows, each once, by the offsets it names", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (all, limit) => {
        const seen: number[] = [];
        for (let offset: number | undefined = 0; offset !== undefined; ) {
          const { shown, rest }: { shown: readonly number[]; rest: string } = slice(all, offset, limit);
          seen.push(...shown);
          const next: string | undefined = /next: offset=(\d+)\.$/.exec(rest)?.[1];
          offset = next === undefined ? undefined : Number(next);
        }
        assert.deepEqual(seen, all);
      }),
    );
  });
});

describe("lines", () => {
  it("joins what there is", () => assert.equal(lines("a", undefined, false, "", "b"), "a\nb"));
});
