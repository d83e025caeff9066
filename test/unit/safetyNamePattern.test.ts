import assert from "node:assert/strict";
import fc from "fast-check";
import { compileNamePattern, findPatternProblem } from "../../src/openrouter/safety/namePattern.ts";

/** Patterns that both engines know, from a small alphabet so that names often match. */
const { pattern } = fc.letrec<{ pattern: string; sequence: string; part: string; atom: string }>((tie) => ({
  pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 2 }).map((some) => some.join("|")),
  sequence: fc.array(tie("part"), { maxLength: 3 }).map((some) => some.join("")),
  part: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    fc
      .tuple(tie("atom"), fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"))
      .map(([atom, many]) => atom + many),
    fc.constantFrom("^", "$", "\\b", "\\B"),
  ),
  atom: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    fc.constantFrom("a", "b", "-", "🚀", ".", "[a-b]", "[^a]", "[\\w.]", "\\d", "\\W", "\\p{L}", "\\.", "\\u{61}"),
    tie("pattern").map((inside) => `(${inside})`),
    tie("pattern").map((inside) => `(?:${inside})`),
  ),
}));
const name = fc.string({ unit: fc.constantFrom("a", "b", "-", "🚀", ".", "1", " ", "é"), maxLength: 8 });

describe("compileNamePattern", () => {
  it("matches as the platform's engine does", () => {
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.array(name, { minLength: 5, maxLength: 5 }), (given, names) => {
        fc.pre(findPatternProblem(given) === undefined);
        const [ours, theirs] = [compileNamePattern(given), new RegExp(`^(?:${given})$`, "u")];
        for (const one of names) {
          assert.equal(ours(one), theirs.test(one), `${given} on ${JSON.stringify(one)}`);
          if (ours(one)) matched++;
        }
      }),
      { numRuns: 2_000 },
    );
    assert.ok(matched > 300, `only ${matched} names matched`);
  });

  const examples: [pattern: string, matching: string, other: string][] = [
    ["(prod|dev)-[a-z0-9-]+", "prod-checkout-2", "prod-Checkout"],
    ["^team_\\d{2,3}\\..*$", "team_07.x", "team_7.x"],
    ["(?i)ci-.+", "CI-Tests", "c-tests"],
    ["\\p{Lu}[^ ]*", "Élan", "élan"],
    ["(?<env>a|b)\\-c", "b-c", "b_c"],
    ["", "", "a"],
  ];
  for (const [given, matching, other] of examples)
    it(`${given || "(empty)"} matches ${matching || "nothing"}, not ${other}`, () => {
      const matches = compileNamePattern(given);
      assert.deepEqual([matches(matching), matches(other)], [true, false]);
    });

  it("takes a step per state and character for patterns that make others backtrack", () => {
    // With a backtracking engine, these names take longer than the universe exists.
    for (const given of ["(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*)*(.*)*(.*)*b", "((a?){10}){10}b", "(a?){30}a{30}b"])
      assert.equal(compileNamePattern(given)(`${"a".repeat(900)}c`), false);
  });

  it("says why a pattern can't be used", () => {
    const problems: [pattern: string, problem: RegExp][] = [
      ["(?=a)b", /Look-around is not supported/],
      ["(?<!a)b", /Look-around/],
      ["(a)\\1", /Back-references/],
      ["\\k<a>", /Back-references/],
      ["(((a{1000}){1000}){1000})", /repeats too much/],
      ["((){1000}){1000}", /repeats too much/],
      ["(?:[a-z]|[a-z]?){160}z", /repeats too much/],
      ["a{1001}", /repeats too much/],
      ["a{3,2}", /out of order/],
      ["[b-a]", /not a class/],
      ["[a", /class is not closed/],
      ["(a", /group is not closed/],
      ["a)", /not opened/],
      ["+a", /nothing to repeat/],
      ["a**", /nothing to repeat/],
      ["^*", /anchor/],
      ["\\q", /Unknown escape/],
      ["a\\", /Unknown escape/],
      ["(?>a)", /kind of group/],
      ["a(?i)b", /kind of group/],
      ["[[:alpha:]]+", /bracket is closed/],
      ["a}", /bracket is closed/],
    ];
    for (const [given, problem] of problems) assert.match(findPatternProblem(given) ?? "none", problem, given);
  });

  it("never throws anything but a problem, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab([{^$|?*+\\}])-.,1=!<>:udpk"), maxLength: 40 }), (given) => {
        findPatternProblem(given);
      }),
      { numRuns: 5_000 },
    );
  });

  it("doesn't judge a name of more than 1,000 characters", () => {
    assert.deepEqual(
      [1_000, 1_001].map((length) => compileNamePattern("a*")("a".repeat(length))),
      [true, undefined],
    );
  });
});
