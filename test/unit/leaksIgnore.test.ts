import assert from "node:assert/strict";
import fc from "fast-check";
import { findSecrets } from "../../src/leaks/detect/findSecrets.ts";
import { ALLOW_MARKER, markAllowed } from "../../src/leaks/ignore.ts";
import { PIECE_BYTES, searchBytes } from "../../src/leaks/text/searchText.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

const [a, b] = [makeSecret(), makeSecret()];
const left = (text: string) =>
  markAllowed(text, findSecrets(text)).flatMap(({ secret, isAllowed }) => (isAllowed ? [] : [secret]));

const cases: Record<string, [text: string, left: string[]]> = {
  "on the same line": [`A=${a} # ${ALLOW_MARKER}`, []],
  "on the line above": [`# ${ALLOW_MARKER}\nA=${a}`, []],
  "on the line above, CRLF": [`x\r\n// ${ALLOW_MARKER}\r\nA=${a}\r\nB=${b}`, [b]],
  "on the line above, old Mac line ends": [`; ${ALLOW_MARKER}\rA=${a}\rB=${b}`, [b]],
  "with a reason": [`<!-- example, ${ALLOW_MARKER}: never valid -->\n${a}`, []],
  "in another case": [`# OpenRouter-Admin:Allow\n${a}`, []],
  "within a notebook's JSON": [`"# ${ALLOW_MARKER}\\n",\n"A = '${a}'"`, []],
  "on the last line of a split secret": [`"${a.slice(0, 30)}" +\n"${a.slice(30)}" // ${ALLOW_MARKER}`, []],
  "on the line below": [`A=${a}\n# ${ALLOW_MARKER}`, [a]],
  "two lines above": [`# ${ALLOW_MARKER}\n\nA=${a}`, [a]],
  "for the secret beside it, not for the one below": [`A=${a} # ${ALLOW_MARKER}\nB=${b}`, [b]],
  "of a longer name": [`# ${ALLOW_MARKER}-all\nA=${a}`, [a]],
  nowhere: [`A=${a}\nB=${b}`, [a, b]],
};

describe("the comment that allows a secret", () => {
  for (const [name, [text, expected]] of Object.entries(cases)) it(name, () => assert.deepEqual(left(text), expected));

  it("allows only the line after it, wherever it is", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(8), fc.constantFrom("\n", "\r\n"), (at, marked, eol) => {
        const lines = Array.from({ length: 10 }, (_, i) =>
          i === at ? `K=${a}` : i === marked ? `# ${ALLOW_MARKER}` : `x${i}`,
        );
        const isAllowed = at === marked + 1;
        assert.deepEqual(left(lines.join(eol)), isAllowed ? [] : [a]);
      }),
    );
  });

  it("is known of each place that the search finds, also where pieces of a large text meet", () => {
    const text = `# ${ALLOW_MARKER}\nA=${a}\nB=${b}\n`;
    for (const before of [0, PIECE_BYTES - 60]) {
      const found = searchBytes(Buffer.from(`${"=".repeat(before)}\n${text}${"=".repeat(100_000)}`)) ?? [];
      assert.deepEqual(
        found.map(({ secret, isAllowed }) => [secret, isAllowed]),
        [
          [a, true],
          [b, undefined],
        ],
      );
    }
  });
});
