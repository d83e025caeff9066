import assert from "node:assert/strict";
import fc from "fast-check";
import { uniqueNames } from "../../src/openrouter/text/uniqueNames.ts";

describe("uniqueNames", () => {
  const table: [title: string, things: Parameters<typeof uniqueNames>[0], expected: string[]][] = [
    [
      "keeps names that differ",
      [
        { id: "1", name: "a", mark: "x" },
        { id: "2", name: "b", mark: "x" },
      ],
      ["a", "b"],
    ],
    [
      "adds the marks of twins only",
      [
        { id: "1", name: "a", mark: "0e6...1c96" },
        { id: "2", name: "a", mark: "534...f0b5" },
        { id: "3", name: "b", mark: "777...7777" },
      ],
      ["a (0e6...1c96)", "a (534...f0b5)", "b"],
    ],
    [
      "uses the start of the id if the marks are equal or missing",
      [
        { id: "0123456789", name: "a", mark: "x" },
        { id: "9876543210", name: "a", mark: "x" },
        { id: "abcdefabcdef", name: "b", mark: "y" },
        { id: "fedcbafedcba", name: "b" },
      ],
      ["a (01234567)", "a (98765432)", "b (abcdefab)", "b (fedcbafe)"],
    ],
    [
      "numbers those whose ids start alike",
      [
        { id: "openai/gpt-5", name: "openai/gpt-5" },
        { id: "openai/gpt\u200b-5", name: "openai/gpt\u200b-5" },
      ],
      ["openai/gpt-5 (1)", "openai/gpt-5 (2)"],
    ],
    [
      "sees through invisible characters, spaces and compositions",
      [
        { id: "1", name: "é  x", mark: "m1" },
        { id: "2", name: "e\u0301 x\u202e", mark: "m2" },
        { id: "3", name: "é\u00a0x ", mark: "m3" },
      ],
      ["é  x (m1)", "e\u0301 x (m2)", "é\u00a0x (m3)"],
    ],
    [
      "tells a twin from a key that is named like it",
      [
        { id: "11111111", name: "a", mark: "x" },
        { id: "22222222", name: "a", mark: "y" },
        { id: "33333333", name: "a (x)", mark: "z" },
      ],
      ["a (x) (11111111)", "a (y)", "a (x) (33333333)"],
    ],
    [
      "shows the mark instead of an invisible name, or the id",
      [
        { id: "1", name: "\u200b", mark: "x" },
        { id: "2", name: " \u2800" },
      ],
      ["x", "2"],
    ],
  ];
  for (const [title, things, expected] of table)
    it(title, () => assert.deepEqual([...uniqueNames(things).values()], expected));

  it("returns a visible, different name for each id, whatever the names", () => {
    const text = fc.oneof(fc.constantFrom("a", "a ", "a (x)", "a (1)", "A", "\u200ba", "", "ａ"), fc.string());
    const thing = fc.record({ id: fc.uuid(), name: text, mark: fc.option(text, { nil: undefined }) });
    fc.assert(
      fc.property(fc.uniqueArray(thing, { selector: ({ id }) => id, maxLength: 12 }), (things) => {
        const names = uniqueNames(things);
        assert.deepEqual(
          [...names.keys()],
          things.map(({ id }) => id),
        );
        const looks = [...names.values()].map((name) => name.normalize("NFKC").replace(/\s+/g, " ").trim());
        assert.equal(new Set(looks).size, things.length);
        assert.ok(looks.every((look) => look !== ""));
      }),
    );
  });
});
