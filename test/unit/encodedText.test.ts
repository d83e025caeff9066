import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeBytes, encodeText, readableText } from "../../src/editor/rotation/files/encodedText.ts";

const KEY = `sk-or-v1-${"0e6f5a3b9c8d7e61".repeat(4)}`;
const contains = (text: string) => text.includes(KEY);

/** Encodings of a text, as editors write them. */
const encoders: Record<string, (text: string) => Buffer> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-8 with a byte order mark": (text) => Buffer.from(`\uFEFF${text}`),
  "UTF-16 LE": (text) => Buffer.from(text, "utf16le"),
  "UTF-16 LE with a byte order mark": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "UTF-16 BE": (text) => Buffer.from(text, "utf16le").swap16(),
  "UTF-16 BE with a byte order mark": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
  "Latin 1": (text) => Buffer.from(text.replace(/[^\x01-\xff]/g, "ü"), "latin1"),
};

describe("encodedText", () => {
  for (const [name, encode] of Object.entries(encoders))
    it(`replaces a key in ${name} and keeps every other byte`, () => {
      const around = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\0", ""));
      fc.assert(
        fc.property(around, around, (before, after) => {
          const bytes = encode(`${before}\r\nA=${KEY}\n${after}`);
          const decoded = decodeBytes(bytes, contains);
          assert.ok(decoded && contains(decoded.text));
          assert.deepEqual(Buffer.from(encodeText(decoded, decoded.text)), bytes);
          const replaced = encodeText(decoded, decoded.text.replace(KEY, "new"));
          assert.deepEqual(Buffer.from(replaced), encode(`${before}\r\nA=new\n${after}`));
        }),
      );
    });

  it("keeps the odd last byte of UTF-16", () => {
    const bytes = Buffer.concat([Buffer.from(`\uFEFFA=${KEY}`, "utf16le"), Buffer.from([7])]);
    const decoded = decodeBytes(bytes, contains);
    assert.ok(decoded && contains(decoded.text));
    assert.deepEqual(Buffer.from(encodeText(decoded, decoded.text)), bytes);
  });

  it("doesn't read a file in another encoding than the key in it", () => {
    const [line, more] = [`A=${KEY}\r\n`, "# appended by another program\r\n"];
    const le = encoders["UTF-16 LE with a byte order mark"]!;
    const be = encoders["UTF-16 BE with a byte order mark"]!;
    for (const [why, ...parts] of [
      ["UTF-16 appended", Buffer.from(line), Buffer.from(more.repeat(3), "utf16le")],
      ["UTF-16 with a mark appended", Buffer.from(line), le(more)],
      ["UTF-8 appended to little endian", le(more), Buffer.from(line)],
      ["UTF-8 appended to big endian", be(more), Buffer.from(line)],
      ["the key in both", Buffer.from(line), Buffer.from(line, "utf16le")],
      ["both byte orders", Buffer.from(line, "utf16le"), Buffer.from(line, "utf16le").swap16()],
    ] as const)
      assert.equal(decodeBytes(Buffer.concat(parts), contains), undefined, why);
    const shifted = Buffer.concat([Buffer.from("A=\n"), Buffer.from(line, "utf16le")]);
    const decoded = decodeBytes(shifted, contains);
    assert.ok(decoded && contains(decoded.text));
    assert.deepEqual(Buffer.from(encodeText(decoded, decoded.text)), shifted);
  });

  it("tells UTF-16 without the key from binary files", () => {
    const text = "# no key here\nA=b\n";
    for (const name of ["UTF-16 LE", "UTF-16 BE"])
      assert.equal(decodeBytes(encoders[name]!(text), contains)?.text, text, name);
    const utf32 = [0xff, 0xfe, 0, 0, 0x41, 0, 0, 0];
    for (const bytes of [[0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0, 1, 2, 3], utf32, [1, 0, 0, 0, 2, 3, 4, 5]])
      assert.equal(decodeBytes(Uint8Array.from(bytes), contains), undefined, String(bytes));
    assert.equal(decodeBytes(new Uint8Array(), contains)?.text, "");
  });

  it("returns text for display without the byte order mark", () => {
    for (const name of ["UTF-8 with a byte order mark", "UTF-16 BE with a byte order mark"]) {
      const decoded = decodeBytes(encoders[name]!("größe=1"), contains);
      assert.equal(decoded && readableText(decoded, decoded.text), "größe=1", name);
    }
  });
});
