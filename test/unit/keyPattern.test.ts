import assert from "node:assert/strict";
import fc from "fast-check";
import { keyPattern } from "../../src/editor/rotation/files/keyPattern.ts";

const BODY = "0e6f5a3b9c8d7e6f5a3b9c8d7e6f5a3b9c8d7e6f5a3b9c8d7e6f5a3b9c8d1c96";
const LABEL = "sk-or-v1-0e6...1c96";
const KEY = `sk-or-v1-${BODY}`;

/** The matches of a label's pattern in a text. */
const found = (text: string, label = LABEL) => [...text.matchAll(keyPattern(label)!)].map(([match]) => match);

describe("keyPattern", () => {
  it("finds the key in the usual forms of configuration files", () => {
    for (const text of [
      KEY,
      `A=${KEY}`,
      `A="${KEY}"`,
      `'${KEY}',`,
      `Bearer ${KEY}\n`,
      `${KEY};`,
      `https://x/?k=${KEY}&b`,
    ])
      assert.deepEqual(found(text), [KEY], text);
    assert.deepEqual(found(`${KEY} ${KEY}`), [KEY, KEY]);
  });

  it("doesn't match a part of a longer token, another key or the label itself", () => {
    const other = KEY.replace("0e6", "0e7");
    for (const text of [`x${KEY}`, `${KEY}0`, `${KEY}-a`, `_${KEY}`, other, LABEL, "sk-or-v1-0e61c96", ""])
      assert.deepEqual(found(text), [], text);
  });

  it("accepts labels with other masks, and refuses labels that show too few characters", () => {
    for (const label of ["sk-or-v1-0e6…1c96", "sk-or-v1-0e6****1c96"]) assert.deepEqual(found(KEY, label), [KEY]);
    for (const label of ["", "my key", KEY, "sk-or-v1-...1c96", "sk-or-...", "...", "0e6...1c96"])
      assert.equal(keyPattern(label), undefined, label);
  });

  it("finds every key by its own label", () => {
    const hex = fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(hex, (digits) => {
        const key = `sk-or-v1-${digits.join("")}`;
        assert.deepEqual(found(`KEY=${key}\n`, `${key.slice(0, 12)}...${key.slice(-4)}`), [key]);
      }),
    );
  });
});
