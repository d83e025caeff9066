import assert from "node:assert/strict";
import fc from "fast-check";
import { createScanner, type ParseError, parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { ConfigError, type Entry, type Format } from "../../src/editor/clients/formats/format.ts";
import { formats } from "../../src/editor/clients/formats/formats.ts";

const NAME = "openrouter-admin";
const ENTRY: Entry = {
  type: "stdio",
  command: '/home/Zoë "x"/$HOME/.openrouter-admin/bin/openrouter-admin',
  args: ["/c"],
};
const OTHER: Entry = { command: "/usr/bin/other" };

const readJson = (text: string): unknown => {
  const errors: ParseError[] = [];
  const value = parseJsonc(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true, allowEmptyContent: true });
  assert.deepEqual(errors, [], text);
  return value ?? {};
};
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const readToml = (text: string): unknown => plain(parseToml(text.replace(/^\uFEFF/, "")));

/** Checks that adding changes nothing but the entry, and that removing restores the text. */
function assertRestored(format: Format, container: string, read: (text: string) => unknown, text: string): void {
  const added = format.add(text, NAME, ENTRY);
  const before = plain(read(text)) as Record<string, object>;
  assert.deepEqual(plain(read(added.text)), { ...before, [container]: { ...before[container], [NAME]: ENTRY } }, text);
  // The receipt is stored as JSON.
  assert.equal(format.remove(added.text, NAME, plain(added.receipt)), text);
  const replaced = format.replace(added.text, NAME, OTHER);
  assert.deepEqual(plain(read(replaced.text)), { ...before, [container]: { ...before[container], [NAME]: OTHER } });
  const back = format.replace(replaced.text, NAME, ENTRY).text;
  assert.deepEqual(plain(read(back)), plain(read(added.text)));
  // Entries that others add later stay.
  const later = format.add(added.text, "later", OTHER).text;
  const expected = { ...before, [container]: { ...before[container], later: OTHER } };
  assert.deepEqual(plain(read(format.remove(later, NAME, plain(added.receipt)))), expected, later);
  assert.deepEqual(plain(read(format.remove(later, NAME))), expected, later);
}

/** JSON with any layout: comments, trailing commas, every kind of whitespace, spellings of numbers. */
function jsonText(container: string, eol: string, comments: boolean): fc.Arbitrary<string> {
  const space = fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom("", " ", "\t", eol, `${eol}  `) },
        ...(comments
          ? [
              {
                weight: 1,
                arbitrary: fc.constantFrom(`// it's "a" {comment},${eol}`, "/* [, */", `/* two${eol}lines */`),
              },
            ]
          : []),
      ),
      { maxLength: 3 },
    )
    .map((parts) => parts.join(""));
  const scalar = fc.oneof(
    fc.constantFrom("1.50e+3", "-0", "1E400", "9007199254740993", "true", "null", '"\\u00e9\\/"', '"// no comment, "'),
    fc.string().map((value) => JSON.stringify(value)),
  );
  const key = fc.oneof(fc.constantFrom("command", "a b", "__proto__", "", "mcpServers"), fc.string({ maxLength: 4 }));
  const objectOf = (members: fc.Arbitrary<[string, string][]>) =>
    fc.tuple(members, fc.infiniteStream(space), fc.boolean()).map(([list, spaces, trailing]) => {
      const next = () => spaces.next().value;
      const body = list.map(([name, value]) => `${next()}${JSON.stringify(name)}${next()}:${next()}${value}${next()}`);
      return `{${body.join(",")}${comments && trailing && body.length > 0 ? `,${next()}` : ""}${next()}}`;
    });
  const unique = (value: fc.Arbitrary<string>, keys = key) =>
    fc.uniqueArray(fc.tuple(keys, value), { selector: ([name]) => name, maxLength: 4 });
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      scalar,
      objectOf(unique(tie("value"))),
      fc.tuple(fc.array(tie("value"), { maxLength: 3 }), space).map(([list, gap]) => `[${gap}${list.join(`,${gap}`)}]`),
    ),
  }));
  const otherKey = key.filter((name) => name !== container && name !== "__proto__");
  const root = fc
    .tuple(
      unique(value, otherKey),
      fc.option(
        objectOf(
          unique(
            value,
            key.filter((name) => name !== "__proto__"),
          ),
        ),
      ),
      fc.nat(),
    )
    .chain(([list, servers, at]) => {
      const members = servers === null ? list : list.toSpliced(at % (list.length + 1), 0, [container, servers]);
      return objectOf(fc.constant(members));
    });
  return fc
    .tuple(fc.constantFrom("", "\uFEFF"), space, fc.oneof({ weight: 9, arbitrary: root }, fc.constant("")), space)
    .map((parts) => parts.join(""));
}

/** TOML with tables, inline tables, dotted and quoted keys, lists of tables, long strings and comments. */
const tomlText = (eol: string) => {
  const key = fc.constantFrom("a", "b-c", '"quoted.key"', "'lit'", '"\\u0041x"', "d . e");
  const value = fc.constantFrom(
    ...[
      "1_000",
      "1.50e+3",
      "0xFF",
      "1979-05-27T07:32:00Z",
      "true",
      '"# no comment"',
      "'[x]'",
      "[]",
      "{ x = 1, y.z = 2 }",
    ],
    ...[`[${eol}  1, # one${eol}  2,${eol}]`, `"""${eol}[mcp_servers.${NAME}]${eol}"" """`, `'''${eol}# no comment'''`],
    '"\\"]"',
  );
  const comment = fc.constantFrom("", " # it's a [comment]", "  ");
  const line = fc.tuple(key, value, comment).map(([name, text, end]) => [name, `${name} = ${text}${end}`] as const);
  const lines = fc
    .uniqueArray(line, { selector: ([name]) => name.replaceAll(/["']/g, ""), maxLength: 4 })
    .map((list) => list.map(([, text]) => text));
  const filler = fc.array(fc.constantFrom("", "# a comment", "   ", "#[x]"), { maxLength: 2 });
  const headers = fc.uniqueArray(
    fc.constantFrom(
      ...[
        "[t]",
        "[[list]]",
        "[ t . u ] # x",
        '["mcp_servers"."x y"]',
        "[mcp_servers.other]",
        "[mcp_servers.other.env]",
      ],
      ...["[mcp_servers]", "[mcp_servers.'li.t']", `[mcp_servers.${NAME}-2]`],
    ),
    { maxLength: 5 },
  );
  return fc
    .tuple(
      fc.constantFrom("", "\uFEFF"),
      lines,
      headers.chain((list) =>
        fc.tuple(...list.map((header) => fc.tuple(filler, fc.constant([header]), lines, filler))),
      ),
      fc.boolean(),
    )
    .map(([bom, first, tables, ends]) => {
      const all = [...first, ...tables.flat(2)].join(eol);
      return bom + all + (ends && all ? eol : "");
    })
    .filter((text) => {
      try {
        readToml(text);
        return true;
      } catch {
        return false; // such as a table that is defined twice
      }
    });
};

interface UserEdit {
  at: number;
  kind: "insert" | "join";
  /** Parts. */
  text: readonly string[];
}

/** Edits of a user between the tokens of a JSON text: comments, line breaks, or lines that are joined. */
function editedJson(text: string, edits: readonly UserEdit[]): string {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const scanner = createScanner(text.slice(bom.length), false);
  const parts: string[] = [];
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const start = bom.length + scanner.getTokenOffset();
    parts.push(text.slice(start, start + scanner.getTokenLength()));
  }
  for (const { at, kind, text: added } of edits) {
    const i = at % (parts.length + 1);
    if (parts[i - 1]?.startsWith("//")) continue;
    if (kind === "insert") parts.splice(i, 0, ...added);
    else if (/^\s+$/.test(parts[i] ?? "")) parts[i] = " ";
  }
  return bom + parts.join("");
}

const jsonEdits = (eol: string, comments: boolean): fc.Arbitrary<UserEdit[]> =>
  fc.array(
    fc.record({
      at: fc.nat(200),
      kind: fc.constantFrom("insert" as const, "join" as const, "join" as const),
      text: fc.constantFrom<string[][]>(
        ...[[" "], [eol]],
        ...(comments ? [[`// user's "note", {`, eol], ["/* user */"], ["/* // */"]] : []),
      ),
    }),
    { maxLength: 40 },
  );

/** Lines that a user writes above and below the entry in TOML, or blank lines that are deleted. */
const tomlEdits = fc.record({
  deletesBlanks: fc.boolean(),
  above: fc.array(fc.constantFrom("", "# user's note", "  "), { maxLength: 3 }),
  below: fc.array(fc.constantFrom("", "# user's note", '[projects."/x"]', "[user]"), { maxLength: 3 }),
  ends: fc.boolean(),
});

function editedToml(
  text: string,
  { deletesBlanks, above, below, ends }: { deletesBlanks: boolean; above: string[]; below: string[]; ends: boolean },
  eol: string,
): string {
  const header = text.lastIndexOf(`[mcp_servers.${NAME}]`);
  const head = deletesBlanks ? text.slice(0, header).replace(/(\r?\n)(?:\r?\n)+$/, "$1") : text.slice(0, header);
  const edited = head + above.map((line) => line + eol).join("") + text.slice(header) + [...new Set(below)].join(eol);
  return ends ? edited + eol : edited;
}

const commentsIn = (text: string) => text.match(/# user's note$/gm)?.length ?? 0;

/** Checks that removing changes nothing but the entry, whatever the user has written around it. */
function assertRemoved(
  format: Format,
  container: string,
  read: (text: string) => unknown,
  text: string,
  receipts: (object | undefined)[],
): string[] {
  const withoutEmpty = (value: unknown) => {
    const { [container]: servers, ...rest } = value as Record<string, Record<string, unknown>>;
    const { [NAME]: _, ...others } = servers ?? {};
    return Object.keys(others).length > 0 ? { ...rest, [container]: others } : rest;
  };
  return receipts.map((receipt) => {
    const after = format.remove(text, NAME, receipt);
    assert.ok(!format.read(after).has(NAME), text);
    assert.deepEqual(withoutEmpty(plain(read(after))), withoutEmpty(plain(read(text))), `${text}\n---\n${after}`);
    return after;
  });
}

describe("configuration formats of clients", () => {
  for (const [eol, name] of [
    ["\n", "LF"],
    ["\r\n", "CRLF"],
  ] as const) {
    for (const [format, container, comments] of [
      ["mcpServers", "mcpServers", true],
      ["mcpServersStrict", "mcpServers", false],
      ["contextServers", "context_servers", true],
    ] as const)
      it(`${format}, ${name}: adds nothing but the entry, and removes it without a trace`, () => {
        fc.assert(
          fc.property(jsonText(container, eol, comments), (text) => {
            assertRestored(formats[format], container, readJson, text);
          }),
          { numRuns: 1000 },
        );
      });

    for (const [format, container, comments] of [
      ["mcpServers", "mcpServers", true],
      ["mcpServersStrict", "mcpServers", false],
      ["contextServers", "context_servers", true],
    ] as const)
      it(`${format}, ${name}: removes nothing but the entry from a text that the user has edited since`, () => {
        fc.assert(
          fc.property(
            jsonText(container, eol, comments),
            jsonEdits(eol, comments),
            fc.boolean(),
            (text, edits, later) => {
              const { text: added, receipt } = formats[format].add(text, NAME, ENTRY);
              const whole = later ? formats[format].add(added, "later", OTHER).text : added;
              const edited = editedJson(whole, edits);
              assertRemoved(formats[format], container, readJson, edited, [plain(receipt), undefined]);
              const added2 = formats[format].add(edited, "another", OTHER).text;
              assert.ok(formats[format].read(added2).has("another"));
            },
          ),
          { numRuns: 500 },
        );
      });

    it(`codex, ${name}: removes nothing but the entry from a text that the user has edited since`, () => {
      fc.assert(
        fc.property(tomlText(eol), tomlEdits, (text, edits) => {
          const { text: added, receipt } = formats.codex.add(text, NAME, ENTRY);
          const edited = editedToml(added, edits, eol);
          for (const after of assertRemoved(formats.codex, "mcp_servers", readToml, edited, [
            plain(receipt),
            undefined,
          ]))
            assert.equal(commentsIn(after.replaceAll("\r", "")), commentsIn(edited.replaceAll("\r", "")), edited);
        }),
        { numRuns: 1000 },
      );
    });

    it(`codex, ${name}: adds nothing but the entry, and removes it without a trace`, () => {
      fc.assert(
        fc.property(tomlText(eol), (text) => {
          assertRestored(formats.codex, "mcp_servers", readToml, text);
        }),
        { numRuns: 1000 },
      );
    });
  }

  /** Everything before and after the entry is part of the expected text. */
  const layouts: [string, keyof typeof formats, string, string][] = [
    [
      "an empty file",
      "mcpServers",
      "",
      '{\n  "mcpServers": {\n    "openrouter-admin": {\n      "command": "x"\n    }\n  }\n}\n',
    ],
    ["{}", "mcpServers", "{}", '{\n  "mcpServers": {\n    "openrouter-admin": {\n      "command": "x"\n    }\n  }\n}'],
    [
      "tabs and CRLF",
      "mcpServersStrict",
      '{\r\n\t"a": 1.0,\r\n\t"mcpServers": {}\r\n}\r\n',
      '{\r\n\t"a": 1.0,\r\n\t"mcpServers": {\r\n\t\t"openrouter-admin": {\r\n\t\t\t"command": "x"\r\n\t\t}\r\n\t}\r\n}\r\n',
    ],
    ["one line", "mcpServersStrict", '{"a":1}', '{"a":1,"mcpServers":{"openrouter-admin":{"command":"x"}}}'],
    [
      "comments and a trailing comma",
      "contextServers",
      '// Zed\n{\n    "context_servers": {\n        "a": { "command": "a" }, // mine\n    },\n}\n',
      '// Zed\n{\n    "context_servers": {\n        "a": { "command": "a" }, // mine\n        "openrouter-admin": {\n            "command": "x"\n        },\n    },\n}\n',
    ],
    [
      "TOML without a final line break",
      "codex",
      'model = "o"\n[mcp_servers.a]\ncommand = "a" # mine',
      'model = "o"\n[mcp_servers.a]\ncommand = "a" # mine\n\n[mcp_servers.openrouter-admin]\ncommand = "x"\n',
    ],
  ];
  for (const [name, format, before, after] of layouts)
    it(`keeps the layout of ${name}`, () => {
      const added = formats[format].add(before, NAME, { command: "x" });
      assert.equal(added.text, after);
      assert.equal(formats[format].remove(after, NAME, added.receipt), before);
    });

  const refusals: [string, keyof typeof formats, string, Partial<ConfigError>][] = [
    ["a syntax error", "mcpServers", '{\n  "a": 1,\n  b\n}', { problem: "syntax", line: 3 }],
    ["an unfinished object", "mcpServersStrict", '{\n  "a": 1\n', { problem: "syntax", line: 3 }],
    ["a comment in strict JSON", "mcpServersStrict", '{\n  // c\n  "a": 1\n}', { problem: "syntax", line: 2 }],
    ["a trailing comma in strict JSON", "mcpServersStrict", '{\n  "a": 1,\n}', { problem: "syntax", line: 3 }],
    ["a list", "mcpServers", "[]", { problem: "document", line: 1 }],
    [
      "servers that are null",
      "mcpServers",
      '{\n"mcpServers": null}',
      { problem: "servers", key: "mcpServers", line: 2 },
    ],
    ["servers that are a list", "contextServers", '{"context_servers": []}', { problem: "servers", line: 1 }],
    [
      "servers that are there twice",
      "mcpServers",
      '{"mcpServers": {},\n"mcpServers": {}}',
      { problem: "duplicate", line: 2 },
    ],
    [
      "an entry that is there twice",
      "mcpServers",
      '{"mcpServers": {"openrouter-admin": {}, "openrouter-admin": {}}}',
      { problem: "duplicate", key: NAME },
    ],
    ["invalid TOML", "codex", "a = 1\n[x\n", { problem: "syntax", line: 2 }],
    ["TOML servers that are a value", "codex", 'a = 1\nmcp_servers = "x"', { problem: "servers", line: 2 }],
    ["TOML servers that are a list of tables", "codex", "[[mcp_servers]]\na = 1", { problem: "servers", line: 1 }],
    [
      "TOML servers in an inline table",
      "codex",
      'a = 1\nmcp_servers = { a = { command = "a" } }',
      { problem: "inline", line: 2 },
    ],
  ];
  for (const [name, format, text, expected] of refusals)
    it(`refuses ${name}`, () => {
      assert.throws(
        () => formats[format].add(text, NAME, ENTRY),
        (error) => {
          assert.ok(error instanceof ConfigError);
          for (const [field, value] of Object.entries(expected)) assert.equal(error[field as keyof ConfigError], value);
          return true;
        },
      );
    });

  it("removes every form of a TOML entry, with what the client added to it", () => {
    const rest = 'model = "o"\n\n# others\n[mcp_servers.other]\ncommand = "b"\n';
    const forms = [
      '[mcp_servers."openrouter-admin"]\ncommand = "a"\n# note\nargs = []\n[mcp_servers.openrouter-admin.tools.or_credits]\napproval_mode = "approve"\n',
      '[ mcp_servers . openrouter-admin ] # x\nenv = { A = "1" }\n',
      '[mcp_servers.\'openrouter-admin\'.env]\nA = """\n[x]\n"""\n',
    ];
    const tables = rest.slice(rest.indexOf("# others"));
    for (const form of forms) {
      assert.equal(formats.codex.remove(rest + form, NAME), rest, form);
      assert.deepEqual(
        plain(formats.codex.read(formats.codex.replace(form + tables, NAME, OTHER).text).get(NAME)),
        OTHER,
      );
      assert.ok(formats.codex.replace(form + tables, NAME, OTHER).text.endsWith(tables));
    }
    const dotted = `mcp_servers.openrouter-admin.command = "a"\n${rest}`;
    assert.equal(formats.codex.remove(dotted, NAME), rest);
    assert.equal(
      formats.codex.remove('[mcp_servers]\nopenrouter-admin = { command = "a" }\nb = {}\n', NAME),
      "[mcp_servers]\nb = {}\n",
    );
  });

  const OWN = '"openrouter-admin": { "command": "x" }';
  const neighbours: [string, keyof typeof formats, string, string][] = [
    [
      "a comment at the end of the line above",
      "mcpServers",
      `{\n "mcpServers": {\n  "a": {}, // note\n  ${OWN}, "b": {}\n }\n}\n`,
      '{\n "mcpServers": {\n  "a": {}, // note\n   "b": {}\n }\n}\n',
    ],
    [
      "a comment above the table of servers",
      "contextServers",
      `{\n "theme": "One", // t\n "context_servers": { ${OWN} }, "vim": true\n}\n`,
      '{\n "theme": "One", // t\n  "vim": true\n}\n',
    ],
    [
      "a comment above the entry",
      "mcpServers",
      `{\n "mcpServers": {\n  "a": {},\n  // ours: \n  ${OWN}, "b": {}\n }\n}\n`,
      '{\n "mcpServers": {\n  "a": {},\n  // ours: \n   "b": {}\n }\n}\n',
    ],
    [
      "braces on the entry's line",
      "mcpServers",
      `{\n "mcpServers": { "a": {}, // http://a "b"\n  ${OWN} } }\n`,
      '{\n "mcpServers": { "a": {} // http://a "b"\n   } }\n',
    ],
    [
      "a comment above a TOML table that another follows",
      "codex",
      `model = "x"\n\n# OpenRouter\n[mcp_servers.${NAME}]\ncommand = "x"\n[projects."/x"]\ntrust_level = "trusted"\n`,
      'model = "x"\n\n# OpenRouter\n[projects."/x"]\ntrust_level = "trusted"\n',
    ],
  ];
  for (const [name, format, before, after] of neighbours)
    it(`keeps ${name} and what follows the entry`, () => {
      const receipt = { container: true, around: { before: "\n", after: "" } } as const;
      assert.equal(formats[format].remove(before, NAME, receipt), after);
      const [one, other] = [before, after].map((text) => text.replaceAll("\n", "\r\n"));
      const around = { before: "\r\n", after: "" };
      assert.equal(formats[format].remove(one!, NAME, { ...receipt, around }), other);
    });

  it("reads TOML with integers that JavaScript can't represent", () => {
    const text = `big = 9223372036854775807\n[mcp_servers.a]\nn = -9223372036854775808\n`;
    const { text: added, receipt } = formats.codex.add(text, NAME, ENTRY);
    assert.deepEqual([...formats.codex.read(added).keys()], ["a", NAME]);
    assert.equal(formats.codex.remove(added, NAME, receipt), text);
  });
});
