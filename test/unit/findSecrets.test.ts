import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { findSecrets } from "../../src/leaks/detect/findSecrets.ts";

// Made at each run, so that no secret stands in a file.
const body = randomBytes(32).toString("hex");
const secret = `sk-or-v1-${body}`;
const url = secret.replaceAll("-", "%2D");
const utf16 = (text: string) => Buffer.from(text, "utf16le").toString("base64");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const lines = (text: string, width = 76) => text.replace(new RegExp(`.{${width}}`, "g"), "$&\r\n");

const planted: Record<string, string> = {
  plain: secret,
  "in an assignment": `OPENROUTER_API_KEY=${secret}\r\nNEXT=1`,
  "in upper case": secret.toUpperCase(),
  "in JSON": JSON.stringify({ key: secret }),
  "in minified code": `a=1;b("${secret}"),c=d`,
  "in a header": `Authorization: Bearer ${secret}`,
  "in a URL": `https://x.example/?key=${secret}&a=1`,
  "split over two strings": `"${secret.slice(0, 30)}" +\n        "${secret.slice(30)}"`,
  "split within its prefix": `'sk-' + 'or-v1-' + '${body}'`,
  "split by a continued line": `${secret.slice(0, 40)}\\\n${secret.slice(40)}`,
  "split by an escaped line break": JSON.stringify(`${secret.slice(0, 40)}\n${secret.slice(40)}`),
  "split over a list": JSON.stringify([secret.slice(0, 20), secret.slice(20, 50), secret.slice(50)], null, 2),
  "wrapped by a mail program": `${secret.slice(0, 50)}=\r\n${secret.slice(50)}`,
  "with invisible characters": [...secret].join("\u200b"),
  "URL-encoded": url,
  "URL-encoded twice": encodeURIComponent(url),
  "URL-encoded in each character": [...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(""),
  "with JSON escapes": secret.replaceAll("-", "\\u002d"),
  "with hex escapes": secret.replaceAll("-", "\\x2D"),
  "with HTML entities": secret.replaceAll("-", "&#45;"),
  "base64-encoded": base64(secret),
  "base64-encoded after one byte": base64(`x${secret}`),
  "base64-encoded after two bytes": base64(`xy${secret}`),
  "base64-encoded with its header": base64(`Authorization: Bearer ${secret}\n`),
  "base64-encoded in lines": lines(base64(`{"a": "ü", "key": "${secret}", "b": "${"z".repeat(99)}"}`)),
  "base64url-encoded": Buffer.from(`??>>${secret}`).toString("base64url"),
  "base64-encoded over two strings": `"${base64(secret).slice(0, 20)}" +\n  "${base64(secret).slice(20)}"`,
  "base64-encoded UTF-16": utf16(`$env:KEY="${secret}"`),
  "base64-encoded and URL-encoded": encodeURIComponent(base64(`a${secret}`)),
};

const lookAlikes: Record<string, string> = {
  "a placeholder of x": `sk-or-v1-${"x".repeat(64)}`,
  "a placeholder of zeros": `sk-or-v1-${"0".repeat(64)}`,
  "a placeholder of a repeated run": `sk-or-v1-${"0123456789abcdef".repeat(4)}`,
  "a placeholder that repeats": `sk-or-v1-${body.slice(0, 8).repeat(8)}`,
  "a placeholder in words": "sk-or-v1-your-key-here",
  "a masked label": "sk-or-v1-0e6...1c96",
  "a shorter one": secret.slice(0, -1),
  "a longer one": `${secret}a`,
  "a hash": body,
  "another vendor's key": `sk-proj-${body}`,
  "another version": `sk-or-v2-${body}`,
  "a word that ends in the prefix": `ask-or-v1-${body}`,
  "base64 of another text": base64(`ask for v1 ${body}`),
};

describe("secrets in text", () => {
  for (const [form, text] of Object.entries(planted))
    it(`are found ${form}`, () => {
      for (const [before, after] of [
        ["", ""],
        ["const a = 'ü%20';\n", "\nconst b = 2;\n"],
        ["key: ", " # old"],
      ]) {
        const found = findSecrets(before + text + after);
        assert.deepEqual([...new Set(found.map((one) => one.secret))], [secret], form);
        assert.equal(found.length, 1);
        const [{ start, end }] = found as [(typeof found)[0]];
        assert.ok(start >= before!.length && end <= before!.length + text.length, "the range is that of the secret");
      }
    });

  for (const [form, text] of Object.entries(lookAlikes))
    it(`are not ${form}`, () => {
      assert.deepEqual(findSecrets(`${text}\n`), []);
    });

  it("are found at their place between any texts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (before, after) => {
        const found = findSecrets(`${before}\n"${secret}"\n${after}`);
        assert.ok(
          found.some(
            (one) => one.secret === secret && one.start === before.length + 2 && one.end === one.start + secret.length,
          ),
        );
      }),
    );
  });

  it("are found in base64 at any position", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 50 }), (before, after) => {
        const text = Buffer.concat([before, Buffer.from(` ${secret}\n`), after]).toString("base64");
        assert.equal(findSecrets(text)[0]?.secret, secret);
      }),
    );
  });
});
