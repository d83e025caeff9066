import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { cell, dropNulls, fieldLines, joinLines, paginate, table } from "../../src/mcp/text.ts";

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
  "\u200b",
  "\u{e0041}",
  "\ufe0f",
  "\x1bP1;2|data\x1b\\",
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
  assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029\ufff9-\ufffb]/u);
  // Of the invisible characters, only joiners within emoji may remain.
  assert.doesNotMatch(
    text.replace(/\p{Extended_Pictographic}[\ufe0f\u200d]+/gu, ""),
    /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u,
  );
  assert.equal(stripVTControlCharacters(text), text);
}

describe("table", () => {
  it("has one line per item and one cell per column, whatever the names contain", () => {
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
  it("shows figures unchanged", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (figure) => {
        assert.equal(Number(cell(figure)), figure === 0 ? 0 : figure);
      }),
    );
    assert.equal(cell(0), "0");
    assert.equal(cell(0.000000123), "1.23e-7");
    assert.equal(cell(false), "false");
  });

  it("shows missing values as a dash", () => {
    for (const missing of [undefined, null, "", []]) assert.equal(cell(missing), "-");
  });

  it("keeps ordinary text", () => {
    for (const text of ["Größe – 鍵 🔑", "team/prod, EU", "مفتاح"]) assert.equal(cell(text), text);
    assert.equal(cell(["a", "b"]), "a,b");
    assert.equal(cell({ a: 1 }), '{"a":1}');
  });
});

describe("cell: invisible characters", () => {
  it("strips every default-ignorable code point in any position", () => {
    const ignorable = /\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}/u;
    for (let code = 0; code <= 0x10ffff; code++) {
      const char = String.fromCodePoint(code);
      if (ignorable.test(char)) assert.equal(cell(`pay${char}ment${char}`), "payment", code.toString(16));
    }
  });

  it("strips complete escape sequences, 7-bit and 8-bit", () => {
    for (const sequence of [
      ...["\x1b[31m", "\x1b[1;31;5m", "\x9b2J", "\x1b]0;title\x07", "\x1b]8;;https://x.example\x1b\\", "\x9d0;t\x9c"],
      ...[
        "\x1bP1;2|data\x1b\\",
        "\x1b_app\x1b\\",
        "\x1b^pm\x1b\\",
        "\x1bXsos\x1b\\",
        "\x1bc",
        "\x1b(B",
        "\x1b[?25l",
        "\x90q\x9c",
      ],
    ])
      assert.equal(cell(`a${sequence}b`), "ab", JSON.stringify(sequence));
    assert.equal(cell("a\x1b]0;never ends"), "a0;never ends");
  });

  it("keeps emoji with their joiners", () => {
    for (const text of ["👩‍💻", "👨‍👩‍👧‍👦 family", "❤️", "1️⃣", "🏳️‍🌈", "👍🏽", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🧑🏿‍🤝‍🧑🏻"])
      assert.equal(cell(text), text);
    assert.equal(cell("a\u200db"), "ab");
    assert.equal(cell("🦊\ufe0f\ufe0f\u{e0061}\u{e0062}\u200d"), "🦊\ufe0f");
  });

  it("shows an invisible name as a dash, and a lone surrogate as a replacement character", () => {
    assert.equal(cell("\u200b\u2060"), "-");
    assert.equal(cell("a\ud83e"), "a\ufffd");
  });
});

describe("cell: long values", () => {
  it("are truncated with the number of omitted characters, in a field later than in a table", () => {
    const long = "x".repeat(1_000_000);
    assert.equal(cell(long), `${"x".repeat(200)}… +999,800`);
    assert.equal(fieldLines({ description: long }), `description: ${"x".repeat(4_000)}… +996,000`);
    assert.equal(cell("x".repeat(200)), "x".repeat(200));
    assert.equal(cell("x".repeat(201)), `${"x".repeat(200)}… +1`);
    assert.ok(fieldLines({ object: { long } }).length < 4_100);
    assert.ok(fieldLines({ [long]: 1 }).length < 300);
  });

  it("are truncated between grapheme clusters, with correct numbers", () => {
    const grapheme = fc.constantFrom("a", "🦊", "👨‍👩‍👧‍👦", "é", "e\u0301", "🇩🇪", "鍵", "👍🏽");
    fc.assert(
      fc.property(fc.array(grapheme, { minLength: 150, maxLength: 500 }), (parts) => {
        const text = parts.join("");
        const shown = cell(text);
        if (text.length <= 200) return assert.equal(shown, text);
        const [, kept, left] = /^(.*)… \+([\d,]+)$/su.exec(shown)!;
        assert.equal(kept!.length + Number(left!.replaceAll(",", "")), text.length);
        assert.ok(kept!.length <= 200 && kept!.length > 150);
        assert.ok(text.startsWith(kept!) && kept!.isWellFormed());
        // Without flags, since truncation can pair regional indicators differently.
        if (!text.includes("🇩🇪")) assert.ok(parts.some((_, i) => parts.slice(0, i).join("") === kept));
      }),
    );
    assert.ok(cell(`e${"\u0301".repeat(1_000)}`).startsWith("e\u0301"));
  });

  it("keep ids and hashes complete, and show complete entries of a list with the number of the others", () => {
    const id = `author/${"m".repeat(400)}`;
    for (const field of ["id", "hash", "model", "user_id", "key_hash or user_id", "tag", "model_id"])
      assert.equal(table([[field, (item: string) => item]], [id]), `${field}\n${id}`);
    const tags = Array.from({ length: 300 }, (_, i) => `provider-${i}/fp8`);
    const shown = cell(tags).split(",");
    assert.ok(shown.length > 40);
    assert.equal(shown.at(-1), `… +${300 - shown.length + 1} entries`);
    assert.deepEqual(shown.slice(0, -1), tags.slice(0, shown.length - 1));
    assert.equal(fieldLines({ allowed_models: tags }), `allowed_models: ${tags.join(",")}`);
    assert.match(cell(["x".repeat(5_000), "b"]), /^x{200}… \+4,800,b$/);
  });
});

describe("cell: secrets", () => {
  it("are redacted even if split by a line break", () => {
    assert.equal(cell(`sk-or-v1-${"0123456789abcdef".repeat(2)}\n${"fedcba9876543210".repeat(2)}`), "[redacted]");
    assert.equal(cell("sk-or-v1-0e6...1c96"), "sk-or-v1-0e6...1c96");
  });
});

describe("fieldLines", () => {
  it("returns one line per field, with null for null and nothing for undefined", () => {
    const object = { a: 1, b: null, c: undefined, d: false, e: "x\ny" };
    assert.equal(fieldLines(object), "a: 1\nb: null\nd: false\ne: x y");
    assert.equal(fieldLines(dropNulls(object)), "a: 1\nd: false\ne: x y");
  });

  it("returns one line per field, whatever the values contain", () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const given = values.filter((item) => item !== undefined);
        const text = fieldLines(Object.fromEntries(given.map((item, i) => [`f${i}`, item])));
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

describe("paginate", () => {
  const items = Array.from({ length: 120 }, (_, i) => i);

  it("says which rows it returns and how to get the rest", () => {
    assert.equal(paginate(items, 0, 50).note, "Rows 1-50 of 120; next: offset=50.");
    assert.equal(paginate(items, 50, 50).note, "Rows 51-100 of 120; next: offset=100.");
    assert.equal(paginate(items, 100, 50).note, "Rows 101-120 of 120.");
    assert.equal(paginate(items, 120, 50).note, "No rows from offset 120; there are 120.");
    assert.equal(paginate(items, 500, 50).note, "No rows from offset 500; there are 120.");
  });

  it("returns no note for all rows", () => {
    assert.equal(paginate(items, 0, 120).note, "");
    assert.equal(paginate([], 0, 50).note, "");
  });

  it("leads through all rows, each once, with the offsets of its notes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (all, limit) => {
        const seen: number[] = [];
        for (let offset: number | undefined = 0; offset !== undefined; ) {
          const { rows, note }: { rows: readonly number[]; note: string } = paginate(all, offset, limit);
          seen.push(...rows);
          const next: string | undefined = /next: offset=(\d+)\.$/.exec(note)?.[1];
          offset = next === undefined ? undefined : Number(next);
        }
        assert.deepEqual(seen, all);
      }),
    );
  });
});

describe("joinLines", () => {
  it("drops empty parts", () => assert.equal(joinLines("a", undefined, false, "", "b"), "a\nb"));
});
