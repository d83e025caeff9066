import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { findReadable } from "../../src/leaks/detect/readable.ts";
import { createRedactor, redact, shortLabel } from "../../src/openrouter/text/redact.ts";

const LEAK = /sk-or-[\w-]{4,}/i;
const newKey = () => `sk-or-v1-${randomBytes(32).toString("hex")}`;

/** Random text with parts of keys next to each other, which make redaction hard. */
const text = fc
  .array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("sk-or-", "sk-or-v1-", "v1-", "-", "$&", "\n", "Bearer ")),
  )
  .map((parts) => parts.join(""));
const secret = fc.stringMatching(/^[A-Za-z0-9]{16,64}$/);
const keyLike = fc.stringMatching(/^[A-Za-z0-9_-]{4,80}$/).map((rest) => `sk-or-${rest}`);

describe("redact", () => {
  it("removes given secrets and everything that looks like a key", () => {
    fc.assert(
      fc.property(text, fc.oneof(secret, keyLike), text, (before, hidden, after) => {
        const safe = redact(`${before}${hidden}${after}${hidden}`, hidden);
        assert.ok(!safe.includes(hidden));
        assert.doesNotMatch(safe, LEAK);
      }),
    );
  });

  it("finds keys that were not given", () => {
    fc.assert(
      fc.property(text, keyLike, text, (before, hidden, after) => {
        assert.doesNotMatch(redact(`${before}${hidden}${after}`, newKey()), LEAK);
      }),
    );
  });

  it("leaves other text unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (other) => {
        fc.pre(!/sk-or-/i.test(other));
        assert.equal(redact(other, newKey(), ""), other);
      }),
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(text, secret, (any, hidden) => {
        const once = redact(any, hidden);
        assert.equal(redact(once, hidden), once);
      }),
    );
  });

  it("keeps the words around a key", () => {
    const key = newKey();
    assert.equal(redact(`401 for Bearer ${key}: revoked`, key), "401 for Bearer [redacted]: revoked");
    assert.equal(redact(`{"key":"${key.toUpperCase()}"}`), '{"key":"[redacted]"}');
  });
});

/** Characters that e-mail, terminals, JSON or an attacker may insert into a key. */
const SEPARATORS = [
  ...[
    "\n",
    "\r\n",
    "\n    ",
    "  \n",
    "\\\n",
    "=\r\n",
    "\\n",
    "\\r\\n",
    "\\u000a",
    "\\u2028",
    "\u2028",
    "\u0085",
    "\n\n",
  ],
  ...[
    "\u200b",
    "\u200d",
    "\u00ad",
    "\u2060",
    "\ufeff",
    "\u061c",
    "\u180e",
    "\u3164",
    "\ufe0f",
    "\u{e0061}",
    "\x00",
    "\x7f",
  ],
];
/** The hyphen, and the dashes that editors put in its place. */
const dash = fc.constantFrom(..."-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d");
const separator = fc.constantFrom(...SEPARATORS);
const body = fc.nat().map((seed) => createHash("sha256").update(String(seed)).digest("hex"));

function split(text: string, at: readonly number[], between: string): string {
  return [...text].map((char, i) => (i > 0 && at.includes(i) ? between + char : char)).join("");
}

/** Returns the length of the longest fragment of the secret in a text, ignoring separators. */
function longestRun(text: string, secret: string): number {
  const letters = text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  let longest = 0;
  for (let from = 0; from < secret.length; from++)
    while (letters.includes(secret.slice(from, from + longest + 1)) && from + longest < secret.length) longest++;
  return longest;
}

describe("redact: the forms of a key", () => {
  const words = fc.constantFrom("", "z ", "Bearer ", '{"key":"', "x=", "\n");

  it("finds fragments of 16 or more characters in any case", () => {
    fc.assert(
      fc.property(
        body,
        fc.nat(48),
        fc.integer({ min: 16, max: 64 }),
        fc.nat(),
        words,
        (digits, from, length, mask, word) => {
          const part = digits.slice(from, from + Math.max(length, 16));
          const mixed = [...part].map((char, i) => ((mask >> (i % 31)) & 1 ? char.toUpperCase() : char)).join("");
          assert.equal(redact(`${word}${mixed}.`, `sk-or-v1-${digits}`), `${word}[redacted].`);
        },
      ),
    );
  });

  it("finds hex, and base64 and base64url at any alignment", () => {
    fc.assert(
      fc.property(body, fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (digits, before, after) => {
        const bytes = Buffer.from(`${before}sk-or-v1-${digits}${after}`);
        const safe = createRedactor([`sk-or-v1-${digits}`]);
        for (const encoding of ["base64", "base64url", "hex"] as const) {
          const shown = safe(`(${bytes.toString(encoding)})`);
          assert.ok(
            !Buffer.from(shown.slice(1, -1).split("[redacted]").join(""), encoding)
              .toString()
              .includes(digits.slice(4, 20)),
          );
          assert.match(shown, /^\(.*\[redacted\].*\)$/);
          const rest = encoding === "hex" ? 2 * (before.length * 3 + after.length * 3 + 9) : 2 * 21 + 20;
          assert.ok(shown.length <= rest + 4 + "[redacted]".length, shown);
        }
      }),
    );
  });

  it("finds keys split by line breaks, invisible characters or escaped breaks, given or not", () => {
    fc.assert(
      fc.property(
        body,
        fc.array(fc.integer({ min: 1, max: 72 }), { minLength: 1, maxLength: 12 }),
        separator,
        (digits, at, between) => {
          const key = split(`sk-or-v1-${digits}`, at, between);
          assert.equal(redact(`(${key})`, `sk-or-v1-${digits}`), "([redacted])");
          for (const text of [`(${key})`, `(${key.toUpperCase().replaceAll("\\U", "\\u")})`]) {
            const known = createRedactor([`sk-or-v1-${digits}`])(text);
            assert.ok(longestRun(known, digits) < 16, known);
            const unknown = redact(text);
            assert.ok(longestRun(unknown, digits) < 16 || at.length > 4, `${JSON.stringify(text)} ${unknown}`);
          }
        },
      ),
    );
  });

  it("finds keys whose hyphens became dashes, with line breaks and invisible characters around them", () => {
    fc.assert(
      fc.property(
        body,
        fc.tuple(dash, dash, dash),
        fc.constantFrom("", ...SEPARATORS),
        fc.boolean(),
        (digits, [a, b, c], between, isUpper) => {
          const prefix = `sk${between}${a}or${between}${b}v1${between}${c}`;
          const key = `${isUpper ? prefix.replace(/sk|or|v1/g, (part) => part.toUpperCase()) : prefix}${digits}`;
          assert.equal(redact(`(${key}). Next`), "([redacted]). Next");
          assert.equal(redact(`${key.slice(0, -30)} \u2013 text`), "[redacted] \u2013 text");
          assert.equal(redact(`(sk${a}or${b}${digits}). Next`), "([redacted]). Next");
          // The search for leaks knows the same dashes.
          assert.equal(findReadable(`sk${a}or${b}v1${c}${digits}`).length, 1);
        },
      ),
    );
    for (const text of [
      "a\u2013b \u2014 c",
      "task \u2013 or",
      "sk\u2010or",
      "a risk\u2014or\u2014an opportunity",
      "the ask\u2014or\u2014very late",
    ])
      assert.equal(redact(text), text);
  });

  it("finds a given key with other characters than letters and digits in between", () => {
    fc.assert(
      fc.property(
        body,
        fc.stringMatching(/^[ .,;:|+"'>\t*_/-]{1,3}$/),
        fc.integer({ min: 1, max: 40 }),
        (digits, between, every) => {
          const key = digits.match(new RegExp(`.{1,${every}}`, "g"))!.join(between);
          assert.ok(longestRun(redact(key, `sk-or-v1-${digits}`), digits) < 16);
        },
      ),
    );
  });

  it("finds a key in groups of digits, given or not", () => {
    fc.assert(
      fc.property(
        body,
        fc.integer({ min: 4, max: 40 }),
        fc.constantFrom(" ", "\t", "  ", " \n "),
        (digits, every, between) => {
          const groups = digits.match(new RegExp(`.{1,${every}}`, "g"))!.join(between);
          assert.equal(redact(`sk-or-v1-${groups}, x`), "[redacted], x");
        },
      ),
    );
    assert.equal(redact(`sk-or-v1-abc ${"0".repeat(64)}`), `[redacted] ${"0".repeat(64)}`);
  });

  it("keeps text that follows a key on the next line", () => {
    const [key, hash] = [newKey(), randomBytes(32).toString("hex")];
    for (const after of ["\nnext line", `\n${hash}`, "\nadded: 1", "\r\n\r\ndeadbeef", "\\nface"])
      assert.equal(redact(`${key}${after}`), `[redacted]${after}`);
    assert.equal(redact("Keys begin with sk-or-v1-\nand more"), "Keys begin with [redacted]\nand more");
  });
});

describe("redact: text that is not secret", () => {
  const LABELS = ["sk-or-v1-0e6...1c96", "sk-or-v1-0e6\u20261c96", "sk-or-0e6...1c9", "SK-OR-V1-ABC...1234"];

  it("keeps labels, but redacts keys that look like labels", () => {
    for (const label of LABELS) assert.equal(redact(`label: ${label}, x`, newKey()), `label: ${label}, x`);
    const digits = randomBytes(32).toString("hex");
    for (const text of [`sk-or-v1-${digits.slice(0, 40)}...1c96`, `sk-or-v1-0e6...${digits}`, `sk-or-v1-${digits}...`])
      for (const given of [[], [`sk-or-v1-${digits}`]]) assert.doesNotMatch(redact(text, ...given), /[0-9a-f]{16}/);
  });

  it("keeps hashes, ids and models", () => {
    const id = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{64}$/),
      fc.uuid(),
      fc.constantFrom("anthropic/claude-sonnet-4.5", "openai/gpt-5-mini:free", "gen-1727282430-aBcDeFgHiJkLmNoPqRsT"),
    );
    fc.assert(
      fc.property(fc.array(id, { maxLength: 8 }), fc.constantFrom("\n", "\t", " ", ","), (ids, between) => {
        const text = ids.join(between);
        assert.equal(redact(text, newKey()), text);
      }),
    );
  });
});

describe("redact: long texts", () => {
  const key = newKey();
  const MEGABYTES = 5 * 1024 * 1024;
  // Each would take minutes with a non-linear step.
  for (const part of [
    ...["sk-or-", "s\n", "s-", "s \t", "\\", "s-\\", "\u200b", "=", "0", "abc-s\n", "sk-or-v1-0e6", "\\u", "v1-\n"],
    ...[`${key.slice(9, 24)} `, `${key.slice(9, 25)} z`, key, `${key.slice(0, 40)}\n`],
  ])
    it(`handles 5 MB of ${JSON.stringify(part.replace(key.slice(9, 24), "…"))}`, () => {
      const text = part.repeat(Math.ceil(MEGABYTES / part.length));
      assert.ok(!redact(`s-${text}-s`, key).includes(key.slice(9, 25)));
    });
});

describe("shortLabel", () => {
  it("strips the prefix", () => {
    assert.equal(shortLabel("sk-or-v1-0e6...1c96"), "0e6...1c96");
    assert.equal(shortLabel("sk-or-v12-0e6...1c96"), "0e6...1c96");
    assert.equal(shortLabel("sk-or-0e6...1c96"), "0e6...1c96");
    assert.equal(shortLabel("0e6...1c96"), "0e6...1c96");
  });

  it("returns labels that redaction keeps", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{3}\.\.\.[0-9a-f]{3}$/), (label) => {
        assert.equal(redact(shortLabel(`sk-or-v1-${label}`)), label);
      }),
    );
  });
});
