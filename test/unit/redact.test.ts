import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { redact, shortLabel } from "../../src/openrouter/redact.ts";

const LEAK = /sk-or-[\w-]{4,}/i;
const newKey = () => `sk-or-v1-${randomBytes(32).toString("hex")}`;

/** Text as it comes from an account or an API, with what makes a redaction go wrong: parts of keys next to each other. */
const text = fc
  .array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("sk-or-", "sk-or-v1-", "v1-", "-", "$&", "\n", "Bearer ")),
  )
  .map((parts) => parts.join(""));
const secret = fc.stringMatching(/^[A-Za-z0-9]{16,64}$/);
const keyLike = fc.stringMatching(/^[A-Za-z0-9_-]{4,80}$/).map((rest) => `sk-or-${rest}`);

describe("redact", () => {
  it("leaves no given secret and nothing that looks like a key", () => {
    fc.assert(
      fc.property(text, fc.oneof(secret, keyLike), text, (before, hidden, after) => {
        const safe = redact(`${before}${hidden}${after}${hidden}`, hidden);
        assert.ok(!safe.includes(hidden));
        assert.doesNotMatch(safe, LEAK);
      }),
    );
  });

  it("finds keys it was not told of", () => {
    fc.assert(
      fc.property(text, keyLike, text, (before, hidden, after) => {
        assert.doesNotMatch(redact(`${before}${hidden}${after}`, newKey()), LEAK);
      }),
    );
  });

  it("leaves other text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (other) => {
        fc.pre(!/sk-or-/i.test(other));
        assert.equal(redact(other, newKey(), ""), other);
      }),
    );
  });

  it("is done once it is done", () => {
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

describe("shortLabel", () => {
  it("drops the prefix and keeps what tells keys apart", () => {
    assert.equal(shortLabel("sk-or-v1-0e6...1c96"), "0e6...1c96");
    assert.equal(shortLabel("sk-or-v12-0e6...1c96"), "0e6...1c96");
    assert.equal(shortLabel("sk-or-0e6...1c96"), "0e6...1c96");
    assert.equal(shortLabel("0e6...1c96"), "0e6...1c96");
  });

  it("survives redaction", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{3}\.\.\.[0-9a-f]{3}$/), (label) => {
        assert.equal(redact(shortLabel(`sk-or-v1-${label}`)), label);
      }),
    );
  });
});
