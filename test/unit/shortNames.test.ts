import assert from "node:assert/strict";
import fc from "fast-check";
import { shortNames } from "../../src/webview/shortNames.ts";

describe("shortNames", () => {
  for (const [names, max, expected] of [
    [["a", "b"], 18, ["a", "b"]],
    [["anthropic/claude-opus-4.5"], 18, ["anthropic/c…us-4.5"]],
    [
      ["checkout-assistant (534...f0b5)", "checkout-assistant (0e6...1c96)"],
      20,
      ["checko… (534...f0b5)", "checko… (0e6...1c96)"],
    ],
    [["abcdefghij-1-klmnopqrst", "abcdefghij-2-klmnopqrst", "z"], 12, ["abcdefg… (1)", "abcdefg… (2)", "z"]],
    [["🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊"], 9, ["🦊🦊🦊🦊🦊…🦊🦊🦊"]],
  ] as const)
    it(`shortens ${names.join(" and ")} to ${max} characters`, () =>
      assert.deepEqual(shortNames(names, max), expected));

  it("keeps short names as they are, never exceeds the maximum, and keeps names different", () => {
    const name = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom("a".repeat(60), "checkout"), fc.nat(99), fc.constantFrom("b".repeat(40), ""))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 13 }), fc.integer({ min: 18, max: 42 }), (names, max) => {
        const short = shortNames(names, max);
        for (const [i, one] of short.entries()) {
          assert.ok([...one].length <= max);
          assert.ok(one.isWellFormed() || !names[i]!.isWellFormed());
          if ([...names[i]!].length <= max) assert.equal(one, names[i]);
        }
        assert.equal(new Set(short).size, names.length, short.join(" | "));
      }),
      { numRuns: 500 },
    );
  });
});
