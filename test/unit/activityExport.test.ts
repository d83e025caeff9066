import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { exportFileName, exportQuery, toCsv, toJson } from "../../src/editor/activity/exportText.ts";
import type { Key } from "../../src/openrouter/index.ts";
import {
  dimensions,
  type ExportRow,
  exportRows,
  measures,
  type SpendTable,
  toTable,
} from "../../src/openrouter/spend/index.ts";
import { nameLookup } from "../../src/openrouter/spend/names.ts";
import { choose, drill, initialState } from "../../src/webview/state.ts";
import { state } from "../support/activityStates.ts";
import { randomSpend } from "../support/spendTables.ts";

/** Names that a spreadsheet would read as a formula, and characters that are special in CSV. */
const HOSTILE = [
  ...["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=1+1\nx", '=HYPERLINK("https://x.example","y")', "-", "="],
  ...[
    'a "quoted" name',
    "a, b",
    "two\nlines",
    "two\r\nlines",
    " spaces ",
    "'=1",
    "",
    "\ufeffa",
    "🦊",
    "(unattributed)",
  ],
  ...[
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹦1",
    "﹢1",
    "\u22121",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff＝1",
    '"=1',
    "“＝1",
    "\n=1",
    "\x00=1",
  ],
];
const WORK = { name: "Work", isSample: false };
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string());

/** A table with hostile ids and names, set afterwards because `toTable` would clean the names. */
const table: fc.Arbitrary<SpendTable> = fc
  .tuple(randomSpend({ even: true }), fc.array(fc.tuple(hostile, hostile), { minLength: 12, maxLength: 12 }))
  .map(([{ table }, names]) => {
    const entries = (dimension: (typeof dimensions)[number]) =>
      table.entries[dimension].map((_, i) => ({ id: `${names[i]![0]}`, name: names[i]![1] }));
    return {
      ...table,
      entries: Object.fromEntries(dimensions.map((one) => [one, entries(one)])) as SpendTable["entries"],
    };
  });

/** True if a spreadsheet would read the text as a formula; independent of the exporter's own pattern. */
function isFormula(text: string): boolean {
  const [first = ""] = text
    .normalize("NFKC")
    .replace(/^[\s"'`\u2018-\u201f\p{Cc}\p{Default_Ignorable_Code_Point}]+/u, "");
  return "=+-@\u2212".includes(first) && first !== "" ? true : /^[\t\r\n]/.test(text);
}
const escaped = (text: string) => (isFormula(text) ? `'${text}` : text);
const runs = { numRuns: 400 };

/** Parses CSV with an independent library. */
const cellsOf = (csv: string): string[][] => parse(csv, { record_delimiter: "\n" });

/** The expected cells of a row; unknown figures are empty cells. */
function expected({ bucket, id, name, figures }: ExportRow): string[] {
  const numbers = measures.map((measure) => (figures[measure] === null ? "" : String(figures[measure])));
  return [bucket, escaped(id ?? ""), escaped(name ?? "(unattributed)"), ...numbers, WORK.name];
}

describe("toCsv", () => {
  it("contains every figure unrounded, and names with an apostrophe if they would be formulas", () => {
    fc.assert(
      fc.property(table, state, (given, chosen) => {
        const query = exportQuery(given, chosen);
        const [header, ...cells] = cellsOf(toCsv(given, chosen, WORK));
        assert.deepEqual(header, ["day", `${query.groupBy}_id`, query.groupBy, ...measures, "account"]);
        assert.deepEqual(cells, exportRows(given, query).map(expected));
      }),
      runs,
    );
  });

  it("contains no cell that a spreadsheet would compute, and keeps negative numbers", () => {
    fc.assert(
      fc.property(table, state, (given, chosen) => {
        const [, ...cells] = cellsOf(toCsv(given, chosen, WORK));
        for (const [, id, name, ...figures] of cells) {
          for (const text of [id!, name!, figures.pop()!])
            assert.doesNotMatch(
              text,
              /^[\t\r\n]|^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u,
            );
          for (const figure of figures) assert.match(figure, /^(-?\d+(\.\d+)?(e-\d+)?)?$/);
        }
      }),
      runs,
    );
  });

  it("formats an example", () => {
    const options = { unit: "day", dimensions, sources: [], notes: [] } as const;
    const rows = [
      { bucket: "2028-02-28", key: "h1", cost: 0.1, requests: 1 },
      { bucket: "2028-02-28", key: "h1", cost: 0.2, requests: 2 },
      { bucket: "2028-02-28", key: "h2", cost: 12.345678, requests: 3 },
      { bucket: "2028-02-28", cost: -0.25, requests: -1 },
      { bucket: "2028-02-29", key: "h2", cost: 0.000001 },
    ];
    const small = toTable(rows, {
      ...{ ...options, buckets: ["2028-02-28", "2028-02-29"], sources: [], notes: [] },
      isKnown: (measure, bucket) => measure === "cost" || (measure === "requests" && bucket === "2028-02-28"),
      name: (_, id) => ({ h1: "=1+1\nx", h2: 'the "old", one' })[id],
    });
    assert.equal(
      toCsv(small, choose(initialState, { groupBy: "key" }), WORK),
      [
        "day,key_id,key,cost,byok_cost,requests,prompt_tokens,completion_tokens,reasoning_tokens,account",
        '2028-02-28,h2,"the ""old"", one",12.345678,,3,,,,Work',
        `2028-02-28,h1,"'=1+1 x",0.3,,3,,,,Work`,
        "2028-02-28,,(unattributed),-0.25,,-1,,,,Work",
        '2028-02-29,h2,"the ""old"", one",0.000001,,,,,,Work',
        "",
      ].join("\n"),
    );
  });
});

describe("toJson", () => {
  it("contains the same rows with unescaped names, and null for unknown figures", () => {
    fc.assert(
      fc.property(table, state, (given, chosen) => {
        const query = exportQuery(given, chosen);
        const content = JSON.parse(toJson(given, chosen, WORK));
        const rows = exportRows(given, query).map(({ bucket, id, name, figures }) => ({
          day: bucket,
          id,
          name,
          ...figures,
        }));
        // JSON has no negative zero.
        assert.deepEqual(content.rows, JSON.parse(JSON.stringify(rows)));
        assert.equal(content.group_by, query.groupBy);
        assert.deepEqual(content.filter, JSON.parse(JSON.stringify(query.filter)));
      }),
      runs,
    );
  });

  it("lists its buckets, and the buckets in which each figure is unknown", () => {
    fc.assert(
      fc.property(table, state, (given, chosen) => {
        const { from, to } = exportQuery(given, chosen);
        const content = JSON.parse(toJson(given, chosen, WORK));
        const buckets = given.buckets.slice(from, to);
        assert.deepEqual(content.buckets, buckets);
        for (const measure of measures) {
          const known = buckets.filter((bucket) => given.known[measure][given.buckets.indexOf(bucket)]);
          assert.deepEqual(
            content.unknown[measure],
            buckets.filter((bucket) => !known.includes(bucket)),
          );
          for (const row of content.rows) assert.equal(row[measure] === null, !known.includes(row.day));
        }
        assert.deepEqual([content.unit, content.time_zone, content.currency], ["day", "UTC", "USD"]);
      }),
      runs,
    );
  });
});

describe("export", () => {
  it("contains only the day and the model that were drilled into", () => {
    const rows = ["2028-02-28", "2028-02-29"].flatMap((bucket) =>
      ["a", "b"].map((model) => ({ bucket, model, provider: "x", cost: 1 })),
    );
    const options = { unit: "day", buckets: ["2028-02-28", "2028-02-29"], isKnown: () => true } as const;
    const two = toTable(rows, { ...options, buckets: [...options.buckets], dimensions, sources: [], notes: [] });
    const day = drill(initialState, { bucket: "2028-02-29" });
    const model = drill(day, { dimension: "model", id: "a", name: "a" });
    const keysOf = (csv: string) =>
      cellsOf(csv)
        .slice(1)
        .map(([bucket, id]) => [bucket, id]);
    assert.deepEqual(keysOf(toCsv(two, day, WORK)), [
      ["2028-02-29", "a"],
      ["2028-02-29", "b"],
    ]);
    assert.deepEqual(keysOf(toCsv(two, model, WORK)), [["2028-02-29", "x"]]);
    assert.deepEqual(JSON.parse(toJson(two, model, WORK)).filter, { model: ["a"] });
  });

  it("tells keys and workspaces of the same name apart", () => {
    const keys = ["1", "2"].map((hash) => ({ hash, name: "checkout", label: `sk-or-v1-${hash}aa...aaaa` }) as Key);
    const workspaces = ["x", "y"].map((id) => ({ id, name: "Lab", slug: `lab-${id}` }));
    const rows = keys.map(({ hash }, i) => ({ bucket: "2028-02-28", key: hash, workspace: "xy"[i], cost: 1 }));
    const twins = toTable(rows, {
      ...({ unit: "day", isKnown: () => true, name: nameLookup(keys, workspaces) } as const),
      ...{ dimensions, sources: [], notes: [], buckets: ["2028-02-28"] },
    });
    const namesBy = (groupBy: "key" | "workspace") => {
      const state = choose(initialState, { groupBy });
      const rows: Record<string, string>[] = parse(toCsv(twins, state, WORK), { columns: true });
      const inCsv = rows.map((row) => row[groupBy]);
      const inJson = JSON.parse(toJson(twins, state, WORK)).rows.map(({ name }: { name: string }) => name);
      assert.deepEqual(inCsv, inJson);
      return inCsv;
    };
    assert.deepEqual(namesBy("key"), ["checkout (1aa...aaaa)", "checkout (2aa...aaaa)"]);
    assert.deepEqual(namesBy("workspace"), ["Lab (lab-x)", "Lab (lab-y)"]);
  });

  const one = toTable([{ bucket: "2028-02-28", model: "a", cost: 1 }], {
    ...({ unit: "day", buckets: ["2028-02-28", "2028-02-29"], isKnown: () => true } as const),
    ...{ dimensions, sources: [], notes: [], buckets: ["2028-02-28", "2028-02-29"] },
  });

  for (const [name, isSample, inCsv] of [
    ["Work", false, "Work"],
    ["Sample", true, "Sample (sample account, invented data)"],
    ['=1+1, "x"\n\u202ey', false, '\'=1+1, "x" y'],
  ] as const)
    it(`names the account ${JSON.stringify(name)} in each row and in the JSON`, () => {
      const csv: Record<string, string>[] = parse(toCsv(one, initialState, { name, isSample }), { columns: true });
      assert.ok(csv.length > 0);
      for (const row of csv) assert.equal(row.account, inCsv);
      const { account } = JSON.parse(toJson(one, initialState, { name, isSample }));
      const note = isSample ? { note: "sample account, invented data" } : {};
      assert.deepEqual(account, { name: name.replace("\n\u202e", " "), sample: isSample, ...note });
    });

  it("names the account in the file's name, unless it has the default name", () => {
    for (const [name, isSample, part] of [
      ["Work", false, "work-"],
      ["OpenRouter", false, ""],
      ["OpenRouter 2", false, "2-"],
      ["OpenRouter (534...f0b5)", false, ""],
      ["OPENROUTER_PROVISIONING_KEY (534...f0b5)", false, "provisioning-key-"],
      ["Sample", true, "sample-"],
      ["Demo", true, "sample-demo-"],
      ["Sample", false, "sample-"],
      ["Büro / Zoë", false, "büro-zoë-"],
      ["../..\\CON:\u202e|<>?*", false, "con-"],
      ["…", false, ""],
      ["x".repeat(300), false, `${"x".repeat(40)}-`],
    ] as const)
      assert.equal(
        exportFileName(one, initialState, { name, isSample }, "csv"),
        `openrouter-${part}2028-02-28-2028-02-29-by-model.csv`,
      );
  });
});
