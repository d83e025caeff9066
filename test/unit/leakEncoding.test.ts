import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { decodeText } from "../../src/editor/leaks/decodeText.ts";
import { detectEncoding } from "../../src/leaks/text/encoding.ts";
import { searchBytes } from "../../src/leaks/text/searchText.ts";

// Made at each run, so that no secret stands in a file.
const makeSecret = () => `sk-or-v1-${randomBytes(32).toString("hex")}`;

const encoders: Record<string, (text: string) => Buffer> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-16 LE": (text) => Buffer.from(text, "utf16le"),
  "UTF-16 LE with a mark": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "UTF-16 BE": (text) => Buffer.from(text, "utf16le").swap16(),
  "UTF-16 BE with a mark": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
};

describe("a text in several encodings", () => {
  const filler = fc.constantFrom("", "\n", "# größe=1\r\n", "NAME=value\n", "log line\n".repeat(50));
  for (const [first, encodeFirst] of Object.entries(encoders))
    for (const [second, encodeSecond] of Object.entries(encoders))
      it(`has its secrets found: ${first}, then ${second}`, () => {
        fc.assert(
          fc.property(filler, filler, filler, fc.boolean(), (before, between, after, isUpper) => {
            const secrets = [makeSecret(), makeSecret()];
            const [one, two] = secrets.map((secret) => (isUpper ? secret.replace("sk-or", "SK-OR") : secret));
            const bytes = Buffer.concat([
              encodeFirst(`${before}A=${one}\n`),
              encodeSecond(`${between}B=${two}\n${after}`),
            ]);
            const found = searchBytes(bytes)?.map(({ secret }) => secret);
            assert.deepEqual(found?.toSorted(), secrets.toSorted());
            // The editor decodes in the same way.
            assert.ok(secrets.every((secret) => decodeText(bytes).toLowerCase().includes(secret)));
          }),
          { numRuns: 20 },
        );
      });

  it("has a secret of its second part found that is split or wrapped", () => {
    const secret = makeSecret();
    for (const text of [
      `k = "${secret.slice(0, 9)}" + "${secret.slice(9)}"`,
      `${secret.slice(0, 20)}\n${secret.slice(20)}`,
    ])
      assert.deepEqual(
        searchBytes(Buffer.concat([encoders["UTF-16 LE with a mark"]!("größe=1\n"), Buffer.from(text)]))?.map(
          (one) => one.secret,
        ),
        [secret],
        text,
      );
  });

  it("keeps the secrets of its first part if another one only mentions a prefix", () => {
    const secret = makeSecret();
    const key = secret.replaceAll("-", "\u2013");
    const bytes = Buffer.concat([
      encoders["UTF-16 LE with a mark"]!(`größe=1\nA=${key}\n`),
      Buffer.from("B=sk-or-\n# sk-or-v1-your-key-here\n"),
    ]);
    assert.deepEqual(
      searchBytes(bytes)?.map((one) => one.secret),
      [secret],
    );
  });

  it("is read as UTF-16 if no other part has a secret", () => {
    for (const [name, encoding] of [
      ["UTF-16 LE", "utf16le"],
      ["UTF-16 LE with a mark", "utf16le"],
      ["UTF-16 BE", "utf16be"],
      ["UTF-16 BE with a mark", "utf16be"],
    ] as const)
      for (const text of [`größe=1\nA=${makeSecret()}\n`, `${"歳".repeat(20)}\nA=${makeSecret()}\n`, "no secret\n"])
        assert.equal(detectEncoding(encoders[name]!(text)), encoding, `${name}: ${text.slice(0, 9)}`);
  });
});
