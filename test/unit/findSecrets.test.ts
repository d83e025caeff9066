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
const byLine = (text: string, width: number) => text.match(new RegExp(`.{1,${width}}`, "g"))!;
const hexOf = (bytes: Buffer) => bytes.toString("hex").match(/../g)!;
const [head, tail] = [secret.slice(0, 40), secret.slice(40)];
/** As `xxd` and `hexdump -C` print bytes. */
const dump = (text: string, form: "xxd" | "hexdump") =>
  byLine(text, 16)
    .map((line, i) => {
      const address = (i * 16).toString(16).padStart(8, "0");
      const bytes = hexOf(Buffer.from(line));
      return form === "xxd"
        ? `${address}: ${byLine(bytes.join(""), 4).join(" ").padEnd(40)} ${line}`
        : `${address}  ${`${bytes.slice(0, 8).join(" ")}  ${bytes.slice(8).join(" ")}`.padEnd(48)}  |${line}|`;
    })
    .join("\n");

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
  "split into two halves": `KEY_PARTS=${secret.slice(0, 41)},${secret.slice(41)}\nNEXT=1`,
  "split into two halves, in a table's last row": `KEY | ${"x".repeat(9)} |\n${secret.slice(0, 33)} | ${secret.slice(33)}\n`,
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
  "after an escaped line break": `"a\\n${secret}"`,
  "after an encoded space": `Bearer%20${secret}`,
  "after an encoded quotation mark": `\\u0022${secret}\\u0022`,
  "after a color of a terminal": `\u001b[1;32m${secret}\u001b[0m`,
  "after an equals sign in a mail": `key=3D${secret}`,
  "with dashes of a word processor": secret.replaceAll("-", "\u2011"),
  "with an encoded prefix in base64": base64(secret.replaceAll("-", "%2D")),
  "base64-encoded twice": base64(base64(`user:${secret}`)),
  "as hexadecimal bytes": Buffer.from(secret).toString("hex"),
  "as decimal bytes": JSON.stringify(Buffer.from(secret)),
  ...Object.fromEntries(
    ["f", "b", "r", "u", "L", "@", "$", "rb"].map((prefix) => [
      `in string literals with the prefix ${prefix}`,
      `k = (${prefix}"${head}"\n     ${prefix}"${tail}")`,
    ]),
  ),
  ...Object.fromEntries(
    ["kbd", "a", "td", "div", "tt"].map((tag) => [
      `in elements ${tag}`,
      `<${tag} x="y">${head}</${tag}><${tag}>${tail}</${tag}>`,
    ]),
  ),
  ...Object.fromEntries(
    "&#8209; &ndash; \\u2011 %E2%80%91 =E2=80=91 \\55 \\x{2d} \\u{2d} \\U0000002d %u002d"
      .split(" ")
      .map((dash) => [`with ${dash}`, secret.replaceAll("-", dash)]),
  ),
  "with a style sheet's escapes": secret.replaceAll("-", "\\2d "),
  "split by a comment on its own line": `k = "${head}" +\n  // the rest\n  "${tail}"`,
  "split by two comments on their own lines": `k = ("${head}"\r\n  # the\r\n  # rest\r\n  "${tail}")`,
  "split by a comment of SQL": `'${head}' || -- rest\n '${tail}'`,
  "added by concat": `k = "${head}".concat("${tail}")`,
  "added on the same line": `a="${head}";a+="${tail}"`,
  "added by a shift": `k = "${head}"\nk << "${tail}"`,
  "added to itself": `key = "sk-or-v1-"\nkey = key + "${body}"`,
  "added to itself in a shell": `K="${head}"\nexport K="\${K}${tail}"`,
  "with colors of grep": `\x1b[01;31m\x1b[Ksk-or-v1-\x1b[m\x1b[K${body}`,
  "with colors in a notebook": JSON.stringify([`\x1b[01;31m\x1b[Ksk-or-v1-\x1b[m\x1b[K${body}`]),
  "with marks of direction": `\u202a${head}\u200e${tail}\u202c`,
  "joined from a list": `"".join(["sk-or-v1-", "${body}"])`,
  "base64-encoded with escapes": base64(`{"k":"${secret.replaceAll("-", "\\u002d")}"}`),
  "base64-encoded in upper case": base64(secret.toUpperCase()),
  ...Object.fromEntries(
    ["\n# ", "\n> ", "%0A", "=\r\n", "<br>\n"].map((end) => [
      `base64-encoded in lines that end with ${JSON.stringify(end)}`,
      byLine(base64(`A=1\nKEY=${secret}\nB=2\n`), 60).join(end),
    ]),
  ),
  "base64-encoded three times": base64(base64(base64(secret))),
  "base64 in hexadecimal": Buffer.from(base64(`a${secret}`)).toString("hex"),
  "hexadecimal in base64": base64(`a${Buffer.from(secret).toString("hex")}`),
  "hexadecimal UTF-16": Buffer.from(secret, "utf16le").toString("hex"),
  "in an export of the registry": `hex(2):${byLine(`${hexOf(Buffer.from(secret, "utf16le")).join(",")},00,00`, 75).join("\\\r\n  ")}`,
  "in a dump of xxd": dump(`key=${secret} `, "xxd"),
  "across lines of a dump of xxd": dump(`a long name=${secret} `, "xxd"),
  "in a dump of hexdump": dump(`key=${secret} `, "hexdump"),
  // Parts as long as a hash.
  ...Object.fromEntries(
    ['","', '", "', "', '", '";"', '"\t"', '" | "', "\n", ",\n", "\r\n  ", "\\\n", "\n// ", " ", "\u200b"].flatMap(
      (between) =>
        [24, 32].map((length) => [
          `in parts after ${length} digits, with ${JSON.stringify(between)} between them`,
          `"${secret.slice(0, 9 + length)}${between}${body.slice(length)}"`,
        ]),
    ),
  ),
  ...Object.fromEntries(
    [",", "\t", " | ", " "].map((between) => [
      `in groups of 8 digits, with ${JSON.stringify(between)} between them`,
      `sk-or-v1-${byLine(body, 8).join(between)}`,
    ]),
  ),
  "in a table with highlighted parts": `<td><span>sk-or-v1-</span><span class="x">${body}</span></td>`,
};

const lookAlikes: Record<string, string> = {
  "a placeholder of x": `sk-or-v1-${"x".repeat(64)}`,
  "a placeholder of zeros": `sk-or-v1-${"0".repeat(64)}`,
  "a placeholder of a repeated run": `sk-or-v1-${"0123456789abcdef".repeat(4)}`,
  "a placeholder that repeats": `sk-or-v1-${body.slice(0, 8).repeat(8)}`,
  "an example of OpenRouter's documentation": `sk-or-v1-d3558566a246d575${body.slice(16)}`,
  "a placeholder of digits in order": `sk-or-v1-${"1234567890".repeat(7).slice(0, 64)}`,
  "a placeholder of letters and digits in order": `sk-or-v1-${"1a2b3c4d5e6f7a8b9c0d1e2f".repeat(3).slice(0, 64)}`,
  "a placeholder in words": "sk-or-v1-your-key-here",
  "a masked label": "sk-or-v1-0e6...1c96",
  "a shorter one": secret.slice(0, -1),
  "a longer one": `${secret}a`,
  "a hash": body,
  "another vendor's key": `sk-proj-${body}`,
  "another version": `sk-or-v2-${body}`,
  "a word that ends in the prefix": `ask-or-v1-${body}`,
  "base64 of another text": base64(`ask for v1 ${body}`),
  "a shorter one before a word": `${secret.slice(0, -1)} a key`,
  "a shorter one before a list": `${secret.slice(0, -3)}, add, bed`,
  "a shorter one before a property": `${secret.slice(0, -1)}\n  a: 1`,
  "a shorter one before a property in JSON": JSON.stringify({ key: secret.slice(0, -1), b: 1 }),
  "a shorter one before a property in escaped JSON": JSON.stringify(
    JSON.stringify({ key: secret.slice(0, -4), face: 1 }),
  ),
  "a shorter one before code": `f("${secret.slice(0, -1)}", e(1), b);`,
  "a shorter one before a table's cell": `| ${secret.slice(0, -1)} | a | 1 |`,
  "a shorter one in Markdown": `\`${secret.slice(0, -1)}\` e. g.`,
  "a prefix before a hash with a name": `prefix: "sk-or-v1-"\nhash: "${body}"`,
  "a masked label before a hash": `sk-or-v1-0e6...1c96 ${body}`,
  ...Object.fromEntries(
    Object.entries({
      "in a call": `verify("sk-or-v1-", "${body}")`,
      "in a list": JSON.stringify(["sk-or-v1-", body]),
      "in a table": `prod,sk-or-v1-,${body}\n`,
      "in a table of Markdown": `| sk-or-v1- | ${body} |`,
      "in an assignment": `sk-or-v1- = ${body}`,
      "of a file": `Keys start with sk-or-v1-\n\n${body}  release.tgz`,
      "in a list below": `sk-or-v1-\n- ${body}\n- ${body}\n`,
      "in a block of code": `Prefix: \`sk-or-v1-\`\n\n\`\`\`\n${body}  a.tgz`,
      "after a comment": `const P = "sk-or-v1-"; // prefix\n"${body}"`,
      "in two elements": `<td>sk-or-v1-</td>\n<td>${body}</td>`,
    }).map(([name, text]) => [`a prefix and a hash ${name}`, text]),
  ),
  "a prefix before short hashes": `sk-or-v1-\n${body.slice(32)}\n${body.slice(0, 32)}\n`,
  "a shorter one before a checksum": `sk-or-v1-${body.slice(32)}\n${body.slice(0, 32)}  file\n`,
  ...Object.fromEntries(
    [",", ", ", ";", "\t", " | ", "|", " \t| ", "</td><td>", '</td>\n  <td class="x">'].flatMap((between) =>
      [24, 32].map((length) => [
        `a shorter one of ${length} digits before a hash in the next cell, after ${JSON.stringify(between)}`,
        `a${between}${secret.slice(0, 9 + length)}${between}${body.slice(length)}${between}1`,
      ]),
    ),
  ),
  "a longer one as bytes": JSON.stringify(Buffer.from(`${secret}ab`)),
};

/** What stands between two parts of a secret. */
const gaps = [
  '" +\n  "',
  "' . '",
  '" & _\r\n  "',
  '",\n  "',
  "\\\n",
  "=\r\n",
  "\n# ",
  "\n// ",
  "\u200b",
  '"\n"',
  "\\n",
  '" + // rest\n"',
];

const joins = new Set(gaps.filter((gap) => !['",\n  "', "\n# ", "\n// ", "\\n"].includes(gap)));

const repeat = (text: string, length = 300_000) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const encodedPrefix = base64("sk-or-v1-");
/** Texts in which a search that looks back or ahead too often would take minutes. */
const slow: Record<string, string> = {
  beginnings: repeat("s"),
  prefixes: repeat("sk-or-v1-"),
  "beginnings and gaps": repeat(`s${" ".repeat(119)}k${" ".repeat(119)}`),
  "prefixes and gaps": repeat(`sk-or-v1-${`a${" ".repeat(190)}`.repeat(63)}z`),
  "prefixes and comments": repeat(`sk-or-v1-// ${"x".repeat(120)}`),
  "almost secrets": repeat(`sk-or-v1-${body.slice(1)}\n`),
  backslashes: repeat("\\"),
  "escaped line breaks": repeat("\\\\n"),
  "base64 and escaped line breaks": repeat(`c${"\\\\n".repeat(40)}`),
  "base64 and gaps": repeat(`c${" ".repeat(39)}`),
  "base64 prefixes": repeat(encodedPrefix),
  "base64 prefixes in base64": repeat(base64(repeat(encodedPrefix, 300))),
  ...Object.fromEntries(
    // They seem to be secrets as far as a look ahead goes.
    ["sk-or-v1-a", "sk-or-v1-u%2d", 'sk-or-v1-a"%2d', "sk\\u002dor\\u002dv1\\u002da"].flatMap((beginning) => [
      [`base64 of ${beginning}`, repeat(base64(repeat(beginning, 300)))],
      [`base64 of base64 of ${beginning}`, repeat(base64(base64(repeat(beginning, 900))))],
      [`base64 of ${beginning} in lines`, repeat(`${base64(beginning)}\n`)],
      [`hexadecimal ${beginning}`, repeat(Buffer.from(beginning).toString("hex"), 100_000)],
      [
        `base64 in hexadecimal of ${beginning}`,
        repeat(Buffer.from(base64(repeat(beginning, 300))).toString("hex"), 100_000),
      ],
      [`decimal ${beginning}`, repeat(`${[...Buffer.from(beginning)].join(",")},`, 100_000)],
    ]),
  ),
  "beginnings within comments": repeat(`a//${"sk-or-v1-a//".repeat(10)}\n`),
  "hexadecimal prefixes": repeat(Buffer.from("sk-or-v1-").toString("hex")),
  "decimal prefixes": repeat("115,107,45,111,"),
  "percent signs": repeat("%25"),
  escapes: repeat("%2D"),
  entities: repeat("&#"),
  "line breaks": repeat("\r\n"),
  "quotation marks": repeat('"'),
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

  it("are told apart by how they are written", () => {
    const formOf = (text: string) => findSecrets(text)[0]?.form;
    const forms = {
      plain: secret,
      split: `${secret.slice(0, 20)}\n${secret.slice(20)}`,
      escaped: secret.replaceAll("-", "\u2011"),
      base64: base64(secret),
      hex: Buffer.from(secret).toString("hex"),
    };
    for (const [form, text] of Object.entries(forms)) assert.equal(formOf(text), form);
    assert.equal(formOf(secret.toUpperCase()), "plain");
    assert.equal(formOf(url), "escaped");
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

  it("are found split anywhere by anything", () => {
    const cut = fc.integer({ min: 1, max: secret.length - 1 });
    fc.assert(
      fc.property(cut, cut, fc.constantFrom(...gaps), (one, other, gap) => {
        fc.pre(!gap.includes("//") || Math.min(one, other) > 2);
        // What only separates a prefix from a hash doesn't join them.
        fc.pre(joins.has(gap) || Math.min(one, other) !== 9 || ![9, 41].includes(Math.max(one, other)));
        const [first, second] = [Math.min(one, other), Math.max(one, other)];
        const cuts = first === second ? [0, first] : [0, first, second];
        const parts = cuts.map((from, i) => secret.slice(from, cuts[i + 1]));
        assert.deepEqual(
          findSecrets(`"${parts.join(gap)}"\n`).map((found) => found.secret),
          [secret],
        );
      }),
    );
  });

  for (const [name, text] of Object.entries(slow))
    it(`are searched for in linear time: ${name}`, () => {
      assert.equal(findSecrets(text).length, 0);
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
