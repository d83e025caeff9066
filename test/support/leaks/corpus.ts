// Folders with planted secrets and with what only looks like one.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Planted } from "./plant.ts";
import { write } from "./repository.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();
const utf32 = (text: string) => Buffer.concat([...text].map((c) => Buffer.from([c.charCodeAt(0), 0, 0, 0])));
const bom = (...bytes: number[]) => Buffer.from(bytes);
const lines = (text: string, width: number, end: string) => text.replace(new RegExp(`.{${width}}`, "g"), `$&${end}`);
const hexBytes = (bytes: Buffer) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
/** Words without a secret. */
const filler = (length: number) =>
  `${"const value = compute(index, 'ok-or-not'); ".repeat(Math.ceil(length / 43)).slice(0, length - 1)} `;

/** Files by name; each contains one secret. */
const files: Record<string, (secret: string) => string | Buffer> = {
  "plain/utf8.ts": (s) => `// ü 😀\nconst key = "${s}";\n`,
  "plain/bom.json": (s) => `\uFEFF{"key": "${s}"}`,
  "plain/crlf.ini": (s) => `[a]\r\nkey=${s}\r\nb=1\r\n`,
  "plain/cr.txt": (s) => `a\rkey ${s}\rb`,
  "plain/latin1.txt": (s) => Buffer.from(`Schl\xfcssel: ${s}\n`, "latin1"),
  "plain/header.http": (s) => `Authorization: Bearer ${s}`,
  "plain/comment.py": (s) => `# key=${s}, old\n`,
  "plain/upper.txt": (s) => s.toUpperCase(),
  "plain/url.md": (s) => `[x](https://x.example/?key=${s}&a=1)`,
  "plain/markdown.md": (s) => `Use \`${s}\`, **${s}** or _${s}_.`,
  "plain/xml.xml": (s) => `<add key="k" value="${s}"/>`,
  "plain/yaml.yml": (s) => `key: >-\n  ${s}\n`,
  "plain/env with space ü": (s) => `export KEY='${s}'`,
  "plain/diff.patch": (s) => `-key=\n+${s}\n`,
  "plain/ansi.log": (s) => `\u001b[32m${s}\u001b[0m\n`,
  "plain/nul-separated": (s) => `A=1\0KEY=${s}\0B=2\0`,
  "utf16/le-bom.ps1": (s) => Buffer.concat([bom(0xff, 0xfe), Buffer.from(`$k='${s}' # ü\r\n`, "utf16le")]),
  "utf16/be-bom.ps1": (s) => Buffer.concat([bom(0xfe, 0xff), utf16be(`$k='${s}' # ü\r\n`)]),
  "utf16/le.txt": (s) => Buffer.from(`key ${s}`, "utf16le"),
  "utf16/be.txt": (s) => utf16be(`key ${s}`),
  "utf16/chinese.txt": (s) => Buffer.from(`${"密钥泄露".repeat(200)} ${s}`, "utf16le"),
  "utf16/appended.env": (s) => Buffer.concat([Buffer.from("A=1\nB=2\n"), Buffer.from(`KEY=${s}\r\n`, "utf16le")]),
  "utf16/appended-odd.env": (s) => Buffer.concat([Buffer.from("A=1\nB=22\n"), Buffer.from(`KEY=${s}\r\n`, "utf16le")]),
  "utf16/utf32.txt": (s) => Buffer.concat([bom(0xff, 0xfe, 0, 0), utf32(`key ${s}`)]),
  "split/strings.ts": (s) => `const k = "${s.slice(0, 30)}" +\n  "${s.slice(30)}";`,
  "split/prefix.js": (s) => `key = 'sk-' + 'or-v1-' + '${s.slice(9)}'`,
  "split/template.js": (s) => `key = \`\${"${s.slice(0, 20)}"}\${"${s.slice(20)}"}\``,
  "split/continued.sh": (s) => `KEY=${s.slice(0, 40)}\\\n${s.slice(40)}`,
  "split/list.json": (s) => JSON.stringify([s.slice(0, 20), s.slice(20, 50), s.slice(50)], null, 2),
  "split/join.py": (s) => `"".join(["${s.slice(0, 9)}", "${s.slice(9)}"])`,
  "split/wrapped.eml": (s) => `${s.slice(0, 50)}=\r\n${s.slice(50)}`,
  "split/vb.bas": (s) => `k = "${s.slice(0, 30)}" & _\r\n    "${s.slice(30)}"`,
  "split/php.php": (s) => `$k = '${s.slice(0, 30)}' . '${s.slice(30)}';`,
  "split/lua.lua": (s) => `k = "${s.slice(0, 30)}" .. "${s.slice(30)}"`,
  "split/sql.sql": (s) => `SELECT '${s.slice(0, 30)}' || '${s.slice(30)}'`,
  "split/cpp.cpp": (s) => `const char* k = "${s.slice(0, 30)}"\n                "${s.slice(30)}";`,
  "split/commented.ts": (s) => `const k = "${s.slice(0, 30)}" + // the first part\n  "${s.slice(30)}";`,
  "split/comment-block.c": (s) => `// ${s.slice(0, 30)}\n// ${s.slice(30)}\n`,
  "split/comment-hash.sh": (s) => `# ${s.slice(0, 30)}\n# ${s.slice(30)}\n`,
  "split/quoted.eml": (s) => `> ${s.slice(0, 30)}\n> ${s.slice(30)}\n`,
  "split/patch.diff": (s) => `+  "${s.slice(0, 30)}" +\n+  "${s.slice(30)}"\n`,
  "split/yaml-folded.yml": (s) => `key: "${s.slice(0, 40)}\\\n  ${s.slice(40)}"\n`,
  "split/html.html": (s) => `<b>${s.slice(0, 30)}<br />${s.slice(30)}</b>`,
  "split/soft-break.html": (s) => `<code>${s.slice(0, 30)}<wbr>${s.slice(30)}</code>`,
  "split/appended.py": (s) => `key = "${s.slice(0, 30)}"\nkey += "${s.slice(30)}"\n`,
  "split/appended.php": (s) => `$key = '${s.slice(0, 30)}';\n$key .= '${s.slice(30)}';\n`,
  "split/builder.java": (s) => `sb.append("${s.slice(0, 30)}").append("${s.slice(30)}");`,
  "split/list.ts": (s) => `parts.push("${s.slice(0, 30)}");\n  parts.push("${s.slice(30)}");\nparts.join("")`,
  "split/break-in-url.txt": (s) => `a=${s.slice(0, 40)}%0D%0A${s.slice(40)}&b`,
  "split/soft-hyphen.html": (s) => `${s.slice(0, 40)}&shy;${s.slice(40)}`,
  "split/zero-width.json": (s) => `"${s.slice(0, 40)}\\u200b${s.slice(40)}"`,
  "escaped/json.json": (s) => `{"k": "${s.replaceAll("-", "\\u002d")}"}`,
  "escaped/hex.js": (s) => `k = "${s.replaceAll("-", "\\x2d")}"`,
  "escaped/all-hex.c": (s) => `k = "${[...s].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join("")}"`,
  "escaped/octal.c": (s) => `k = "${s.replaceAll("-", "\\055")}"`,
  "escaped/url.txt": (s) => `a=${s.replaceAll("-", "%2D")}&b`,
  "escaped/url-twice.txt": (s) => encodeURIComponent(s.replaceAll("-", "%2d")),
  "escaped/url-all.txt": (s) => [...s].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(""),
  "escaped/html.html": (s) => s.replaceAll("-", "&#45;"),
  "escaped/html-name.html": (s) => s.replaceAll("-", "&hyphen;"),
  "escaped/quoted-printable.eml": (s) => s.replaceAll("-", "=2D"),
  "escaped/markdown.md": (s) => s.replaceAll("-", "\\-"),
  "escaped/shell.sh": (s) => `K=${s.replaceAll("-", "\\-")}`,
  "escaped/log-in-json.json": (s) => JSON.stringify({ log: JSON.stringify({ key: JSON.stringify({ k: s }) }) }),
  "base64/plain.txt": (s) => base64(s),
  "base64/header.txt": (s) => `Basic ${base64(`user:${s}`)}`,
  "base64/kubernetes.yml": (s) => `data:\n  KEY: ${base64(`${s}\n`)}\n`,
  "base64/mime.eml": (s) => lines(base64(`${filler(100)}${s} ${filler(100)}`), 76, "\r\n"),
  "base64/url.txt": (s) => Buffer.from(`??>>${s}`).toString("base64url"),
  "base64/utf16.ps1": (s) => `powershell -enc ${Buffer.from(`$k='${s}'`, "utf16le").toString("base64")}`,
  "base64/twice.txt": (s) => base64(`x${base64(`y ${s}`)}`),
  "base64/escaped.txt": (s) => base64(`{"key":"${encodeURIComponent(s).replaceAll("-", "%2D")}"}`),
  "base64/jwt.txt": (s) => `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ key: s })).toString("base64url")}.`,
  "hex/plain.txt": (s) => Buffer.from(s).toString("hex"),
  "hex/upper.txt": (s) => Buffer.from(s).toString("hex").toUpperCase(),
  "hex/colons.txt": (s) =>
    Buffer.from(s)
      .toString("hex")
      .replace(/..(?!$)/g, "$&:"),
  "hex/array.c": (s) => `{ ${[...Buffer.from(s)].map((b) => `0x${b.toString(16)}`).join(", ")} }`,
  "hex/buffer.json": (s) => JSON.stringify({ body: Buffer.from(`key ${s}`) }),
  "hex/buffer-pretty.json": (s) => JSON.stringify({ body: Buffer.from(`key ${s}`) }, null, 2),
  "hex/registry.reg": (s) => `"k"=hex(2):${hexBytes(Buffer.from(s, "utf16le")).join(",")},00,00\r\n`,
  "hex/of-base64.txt": (s) => Buffer.from(base64(s)).toString("hex"),
  "base64/of-hex.txt": (s) => base64(Buffer.from(s).toString("hex")),
  "base64/comment.sh": (s) => `# ${lines(base64(`A=1\nKEY=${s}\nB=2\n`), 60, "\n# ")}\n`,
  "split/comment-line.ts": (s) => `const k = "${s.slice(0, 30)}" +\n  // the rest\n  "${s.slice(30)}";`,
  "split/literals.py": (s) => `k = (f"${s.slice(0, 30)}"\n     f"${s.slice(30)}")`,
  "split/concat.js": (s) => `k = "${s.slice(0, 9)}".concat("${s.slice(9)}")`,
  "split/minified.js": (s) => `a="${s.slice(0, 30)}";a+="${s.slice(30)}";`,
  "split/grep.log": (s) => `\x1b[01;31m\x1b[K${s.slice(0, 9)}\x1b[m\x1b[K${s.slice(9)}\n`,
  "notebook/source.ipynb": (s) => notebook([`k = ("${s.slice(0, 30)}"\n`, `     "${s.slice(30)}")\n`], []),
  "notebook/output.ipynb": (s) => notebook([], [{ output_type: "stream", text: ["a\n", `key ${s}\n`] }]),
  "notebook/split-output.ipynb": (s) =>
    notebook([], [{ output_type: "stream", text: [`${s.slice(0, 40)}\n`, s.slice(40)] }]),
  "notebook/image.ipynb": (s) => notebook([], [{ data: { "image/svg+xml": base64(`<svg><text>${s}</text></svg>`) } }]),
  "notebook/lines.ipynb": (s) =>
    notebook([], [{ data: { "image/png": lines(base64(`${filler(300)}"${s}"${filler(300)}`), 76, "\n") } }]),
  "notebook/error.ipynb": (s) =>
    notebook([], [{ output_type: "error", traceback: [`\u001b[31mKeyError\u001b[0m: '${s}'`] }]),
  "large/minified.js": (s) => `${filler(3_000_000)}k="${s}";${filler(2_000_000)}`,
  "large/log.txt": (s) => `${lines(filler(6_000_000), 100, "\n")}${s} ${lines(filler(6_500_000), 100, "\n")}`,
  "large/at-the-end.txt": (s) => `${lines(filler(11_000_000), 100, "\n")}${s}`,
  "large/one-line.txt": (s) => `${filler(8_388_600)}"${s}"${filler(2_000_000)}`,
  "large/utf16.txt": (s) => Buffer.concat([bom(0xfe, 0xff), utf16be(`${filler(5_000_001)}"${s}"${filler(1000)}`)]),
  ".env": (s) => `OPENROUTER_API_KEY=${s}\n`,
  ".hidden/deep/a/b/c/d/e/f/g/h/key": (s) => s,
  "node_modules/pkg/index.js": (s) => `module.exports = "${s}"`,
  "dist/bundle.js.map": (s) => JSON.stringify({ version: 3, sourcesContent: [`const k = "${s}";\n`] }),
};

function notebook(source: string[], outputs: object[]): string {
  return JSON.stringify({ cells: [{ cell_type: "code", source, outputs }], nbformat: 4 }, null, 1);
}

const hex = (bytes: number) => randomBytes(bytes).toString("hex");

/** What only looks like a secret. */
const lookAlikes: Record<string, () => string | Buffer> = {
  "placeholders.md": () =>
    ["x", "X", "0", "f", "*"].map((c) => `sk-or-v1-${c.repeat(64)}`).join("\n") +
    ["1234567890", "a1b2c3d4e5f6", "deadbeef", "abc123def456"]
      .map((c) => `\nsk-or-v1-${c.repeat(7).slice(0, 64)}`)
      .join("") +
    `\nsk-or-v1-${"0123456789".replace(/./g, "$&$&$&$&$&$&$&$&").slice(0, 64)}` +
    `\nsk-or-v1-your-key-here sk-or-v1-... sk-or-v1-<key> sk-or-v1-\${KEY} sk-or-v1-${"0123456789abcdef".repeat(4)}`,
  "other-vendors.env": () =>
    [
      `sk-${hex(24)}`,
      `sk-proj-${hex(32)}`,
      `sk-ant-api03-${hex(40)}`,
      `sk_live_${hex(32)}`,
      `sk-or-${hex(32)}`,
      `ghp_${hex(18)}`,
    ].join("\n"),
  "other-version.env": () => [`sk-or-v2-${hex(32)}`, `sk-or-v10-${hex(32)}`, `sk-or-v-${hex(32)}`].join("\n"),
  "lengths.txt": () =>
    [`sk-or-v1-${hex(31)}`, `sk-or-v1-${hex(33)}`, `sk-or-v1-${hex(32)}0`, `sk-or-v1-${hex(64)}`].join("\n"),
  "words.txt": () => [`task-or-v1-${hex(32)}`, `risk-or-v1-${hex(32)}`, `disk-or-v1-${hex(32)}`].join("\n"),
  "hashes.lock": () => Array.from({ length: 200 }, () => createHash("sha256").update(hex(8)).digest("hex")).join("\n"),
  "integrity.json": () => Array.from({ length: 200 }, () => `sha512-${randomBytes(64).toString("base64")}`).join("\n"),
  "not-hex.txt": () => `sk-or-v1-${hex(31)}zz\nsk-or-v1-${hex(16)}g${hex(16)}`,
  "masked.txt": () => `sk-or-v1-${hex(2).slice(0, 3)}...${hex(2)}\nsk-or-v1-${"•".repeat(64)}`,
  "prefix-and-hash.ts": () => `const prefix = "sk-or-v1-";\n\nfunction a() {}\nconst hash = "${hex(32)}";`,
  "regular-expression.ts": () => "/sk-or-v1-[0-9a-f]{64}/",
  "checksums.txt": () => `Keys start with sk-or-v1-\n\n${hex(32)}  release.tgz\n${hex(32)}  other.tgz\n`,
  "arguments.ts": () => `verify("sk-or-v1-", "${hex(32)}");\nconst list = ["sk-or-v1-", "${hex(32)}"];`,
  "table.csv": () => `prod,sk-or-v1-,${hex(32)}\ntest,sk-or-v1-,${hex(32)}\n`,
  "table.md": () => `| sk-or-v1- | ${hex(32)} |\n| sk-or-v1- | ${hex(32)} |\n`,
  "two-lists.json": () => JSON.stringify({ prefix: "sk-or-v1-", hashes: [hex(32), hex(32)] }),
};

/** Writes all files into a folder. */
export function plantFiles(folder: string, planted: Planted): void {
  for (const [path, content] of Object.entries(files)) write(folder, path, content(planted.make(path)));
  for (const [path, content] of Object.entries(lookAlikes)) write(folder, `look-alikes/${path}`, content());
}

/** Lists the files that `plantFiles` writes. */
export function listCorpus(folder: string): { path: string; isPlanted: boolean }[] {
  return [
    ...Object.keys(files).map((path) => ({ path: join(folder, path), isPlanted: true })),
    ...Object.keys(lookAlikes).map((path) => ({ path: join(folder, "look-alikes", path), isPlanted: false })),
  ];
}

/** What a sweep skips: a binary file, a large one, links that lead out of the folder and in a circle. */
export function plantSkipped(folder: string, outside: string, secret: string): void {
  write(folder, "skipped/image.png", Buffer.concat([bom(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3), randomBytes(5000)]));
  write(folder, "skipped/huge.txt", `${filler(20_000_000)}${secret}`);
  write(outside, "key.txt", secret);
  mkdirSync(join(folder, "skipped/folder"), { recursive: true });
  symlinkSync(outside, join(folder, "skipped/outside"));
  symlinkSync(join(outside, "key.txt"), join(folder, "skipped/outside.txt"));
  symlinkSync("..", join(folder, "skipped/folder/circle"));
  symlinkSync("nowhere", join(folder, "skipped/broken"));
}
