import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import type { Key, Member } from "../../src/openrouter/index.ts";
import { auditAccount } from "../../src/openrouter/safety/audit.ts";
import {
  type ExportContext,
  findingsToCsv,
  findingsToMarkdown,
  ownersToCsv,
  ownersToMarkdown,
} from "../../src/openrouter/safety/exports.ts";
import { listOwners, ownerName } from "../../src/openrouter/safety/owners.ts";
import { type PolicyException, ruleIds, toPolicy } from "../../src/openrouter/safety/policy.ts";
import { ruleTitles } from "../../src/openrouter/safety/ruleTexts.ts";
import { markdownCode, markdownText } from "../../src/openrouter/text/markdownText.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T12:00:00Z");
const ana: Member = {
  id: "u1",
  email: "ana@brightleaf.example",
  first_name: "Ana",
  last_name: "Reyes",
  role: "org:admin",
};
const context: ExportContext = {
  account: { name: "Work", isSample: false },
  policy: "openrouter-policy.json",
  workspaceNames: new Map([["w", "Research"]]),
  members: [ana],
};
const key = (hash: string, given: Partial<Key>) =>
  makeKey({
    hash,
    name: `key ${hash}`,
    workspace_id: "w",
    expires_at: "2027-01-01T00:00:00Z",
    last_used_at: "2026-11-25T00:00:00Z",
    ...given,
  });

function audit(keys: readonly Key[], exceptions: PolicyException[] = []) {
  const guardrails = { guardrails: [], keyAssignments: [], memberAssignments: [], workspaces: undefined };
  const rules = { "no-guardrail": "off", "same-name": "off" } as const;
  return auditAccount({ keys, workspaces: undefined, guardrails, rotations: [] }, toPolicy({ rules, exceptions }), {
    now,
  });
}

/** Texts that spreadsheets or Markdown would read as more than text. */
const HOSTILE = [
  ...["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://x.example","y")', "＝1+1"],
  ...[
    "[a](https://x.example)",
    "![a](https://x.example/p.png)",
    "<img src=x>",
    "https://x.example",
    "<https://x.example>",
  ],
  ...[
    "a|b",
    "a\\|b",
    "a\\",
    "`code`",
    "``",
    "`a",
    "two\nlines",
    "a\r\n\r\n# b",
    "**bold**",
    "_x_",
    "a_b",
    "# a",
    "- a",
    "1. a",
  ],
  ...["&#91;a&#93;", "~~a~~", "$x$", "@someone", "www.x.example", ":smile:", "\u202eevil", ""],
];

describe("exports of findings", () => {
  it("have a row for each finding, with its key, owner, figures and exception", async () => {
    const keys = [
      key("a", { creator_user_id: "u1", usage: 9, usage_monthly: 2, byok_usage: 1, byok_usage_monthly: 0.5 }),
      key("b", {
        limit: 10,
        limit_remaining: 0.5,
        usage: 9.5,
        limit_reset: "monthly",
        usage_monthly: 9.5,
        creator_user_id: "gone",
      }),
      key("c", { limit: 10, limit_remaining: 10, last_used_at: "2026-01-26T12:00:00Z", usage: 1 }),
      key("d", { limit: 10, limit_remaining: 10, last_used_at: undefined }),
    ];
    const ended = { rule: "near-limit", key: "key b", reason: "Soon gone", until: "2026-11-25" } as const;
    const found = await audit(keys, [{ rule: "no-limit", key: "key a", reason: "Capped", until: "2026-12-31" }, ended]);
    const rows: Record<string, string>[] = parse(findingsToCsv(found, context), { columns: true });
    const shown = [
      "rule",
      "severity",
      "status",
      "key",
      "workspace",
      "owner",
      "figure",
      "month_usd",
      "total_usd",
      "safe_to_remove",
    ];
    assert.deepEqual(
      rows.map((row) => shown.map((field) => row[field]).join(" | ")),
      [
        "no-limit | severe | excepted | key a | Research | Ana Reyes |  | 2.5 | 10 | false",
        "idle | warning | finding | key c | Research |  | idle for 304 days | 0 | 1 | true",
        "near-limit | warning | finding, exception ended | key b | Research | gone | 95 % of 10 USD monthly | 9.5 | 9.5 | false",
        "idle | warning | unknown | key d | Research |  |  | 0 | 0 | ",
      ],
    );
    assert.deepEqual(
      [rows[0]?.exception_reason, rows[0]?.exception_until, rows[0]?.account],
      ["Capped", "2026-12-31", "Work"],
    );
    const notes = ["Only a part of the findings: workspace Research.", "Not all keys could be read."];
    for (const csv of [findingsToCsv(found, { ...context, notes }), ownersToCsv(found, { ...context, notes })])
      for (const row of parse(csv, { columns: true }) as Record<string, string>[])
        assert.equal(row.notes, notes.join(" "));

    const text = findingsToMarkdown(found, context);
    assert.match(text, /^# Key safety: Work$/m);
    assert.match(text, /^4 keys, 2026-11-26 12:00 UTC\. Policy: openrouter-policy\.json\./m);
    assert.match(text, /^\| No limit \| .* \| severe \| 0 \| 1 \| {2}\| {2}\|$/m);
    assert.match(text, /^\| Idle \| .* \| warning \| 1 \| {2}\| 1 \| \$0\.00 \|$/m);
    assert.match(
      text,
      /^\| `key a` \| `abc\.\.\.1234` \| Research \| Ana Reyes \| \$2\.50 \| \$10\.00 \| 2026-11-25 \| Excepted until 2026-12-31: Capped \|$/m,
    );
    assert.match(text, /Exception ended on 2026-11-25: Soon gone/);
    assert.match(text, /Safe to remove \|$/m);
    assert.match(text, /^## Exceptions that have ended$/m);
    assert.match(text, /Management keys and keys that were made through OAuth are not in OpenRouter's API/);
    assert.match(text, /<https:\/\/openrouter\.ai\/settings\/management-keys>/);
  });

  it("have one row for a rule that could judge no key", async () => {
    const keys = [key("a", {}), key("b", {})];
    const sources = { keys, workspaces: undefined, guardrails: undefined, rotations: undefined };
    const rows: Record<string, string>[] = parse(
      findingsToCsv(await auditAccount(sources, toPolicy({}), { now }), context),
      { columns: true },
    );
    assert.deepEqual(
      rows.filter(({ status }) => status?.startsWith("unknown")).map(({ rule, status, key }) => [rule, status, key]),
      [
        ["no-guardrail", "unknown for all keys", ""],
        ["unfinished-rotation", "unknown for all keys", ""],
      ],
    );
  });

  it("list owners with the most severe keys first, without what is excepted", async () => {
    const keys = [
      key("a", { creator_user_id: "u1" }),
      key("b", {
        creator_user_id: "u2",
        limit: 10,
        limit_remaining: 0.5,
        usage: 9.5,
        usage_monthly: 99,
        expires_at: null,
      }),
      key("c", { creator_user_id: null, limit: 10, limit_remaining: 10, expires_at: null }),
      key("excepted", { creator_user_id: "u3" }),
    ];
    const found = await audit(keys, [{ rule: "*", key: "key excepted", reason: "R" }]);
    const owners = listOwners(found, context.members);
    assert.deepEqual(
      owners.map(({ id, member, keys, severe, spendAtRisk }) => [
        id,
        ownerName(id, member),
        keys.length,
        severe,
        spendAtRisk,
      ]),
      [
        ["u1", "Ana Reyes", 1, 1, 0],
        ["u2", "u2", 1, 0, 99],
        [null, undefined, 1, 0, 0],
      ],
    );
    const rows: Record<string, string>[] = parse(ownersToCsv(found, context), { columns: true });
    assert.deepEqual(
      rows.map((row) => [row.owner, row.owner_email, row.key, row.severity, row.findings]),
      [
        ["Ana Reyes", "ana@brightleaf.example", "key a", "severe", "No limit"],
        ["u2", "", "key b", "warning", "Never expires; Near the limit (95 % of 10 USD)"],
        ["", "", "key c", "info", "Never expires"],
      ],
    );
    const text = ownersToMarkdown(found, context);
    assert.deepEqual([...text.matchAll(/^## .*$/gm)].map(String), [
      "## Ana Reyes (ana@brightleaf.example)",
      "## u2",
      "## Creator unknown",
    ]);
    assert.doesNotMatch(text, /excepted/);
    assert.match(ownersToMarkdown(await audit([]), context), /No key of the account has a finding\./);
  });

  it("say that the sample account is one", async () => {
    const sample = { ...context, account: { name: "Sample", isSample: true } };
    const found = await audit([key("a", {})]);
    for (const text of [
      findingsToCsv(found, sample),
      ownersToCsv(found, sample),
      findingsToMarkdown(found, sample),
      ownersToMarkdown(found, sample),
    ])
      assert.match(text, /Sample \(sample account, invented data\)/);
  });

  it("escape texts of the account, whatever they are", async () => {
    const hostile = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: fc.constantFrom(..."|`\\[]()<>!*_#@=+-.:/ \n\r\ta&") }),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (name, owner, reason) => {
        const keys = [key("a", { name, creator_user_id: "u1" }), key("b", { name, limit: 10, limit_remaining: 0 })];
        const exceptions = reason.trim() ? [{ rule: "limit-reached" as const, key: "*", reason }] : [];
        const found = await audit(keys, exceptions);
        const hostileContext: ExportContext = {
          ...{ account: { name: owner, isSample: false }, policy: name, workspaceNames: new Map([["w", owner]]) },
          members: [{ ...ana, first_name: owner, last_name: "", email: name }],
        };
        for (const csv of [findingsToCsv(found, hostileContext), ownersToCsv(found, hostileContext)]) {
          const [header, ...rows] = parse(csv) as string[][];
          assert.ok(rows.length > 0);
          for (const row of rows) {
            assert.equal(row.length, header!.length);
            for (const cell of row) assert.doesNotMatch(cell, /^[\s"]*[=+@＝-]/);
          }
        }
        for (const text of [findingsToMarkdown(found, hostileContext), ownersToMarkdown(found, hostileContext)]) {
          for (const table of text.split("\n\n").filter((part) => part.startsWith("|")))
            assert.equal(
              new Set(
                table
                  .trim()
                  .split("\n")
                  .map((line) => line.split("|").length),
              ).size,
              1,
              table,
            );
          const plain = text.replace(/`[^`\n]*`/g, "").replace(/<https:\/\/openrouter\.ai\/[\w/-]+>/g, "");
          assert.doesNotMatch(plain, /[[\]<>*~`]|https?:|www\.x|^#{1,6} .*\n#/m, text);
          assert.equal(text.split("\n").filter((line) => line.startsWith("# ")).length, 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("redact secrets in names", async () => {
    const secret = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    const found = await audit(
      [key("a", { name: `old ${secret}`, creator_user_id: secret })],
      [{ rule: "idle", key: "x", reason: secret, until: "2026-01-01" }],
    );
    const hostile = { ...context, account: { name: secret, isSample: false }, policy: secret, notes: [secret] };
    for (const text of [
      findingsToCsv(found, hostile),
      ownersToCsv(found, hostile),
      findingsToMarkdown(found, hostile),
      ownersToMarkdown(found, hostile),
    ]) {
      assert.match(text, /old .*redacted/);
      assert.ok(!text.includes(secret.slice(9, 40)));
    }
  });

  it("name every rule", () => {
    assert.deepEqual(Object.keys(ruleTitles), ruleIds);
    assert.equal(new Set(Object.values(ruleTitles)).size, ruleIds.length);
  });
});

describe("text in Markdown", () => {
  const texts: [text: string, escaped: string, code: string][] = [
    ["release-notes 🚀", "release-notes &#128640;", "`release-notes 🚀`"],
    ["a_b.c", "a_b.c", "`a_b.c`"],
    ["_a_", "&#95;a&#95;", "`_a_`"],
    ["a|b", "a&#124;b", "a&#124;b"],
    ["a\\|b", "a&#92;&#124;b", "a&#92;&#124;b"],
    ["`a`", "&#96;a&#96;", "&#96;a&#96;"],
    ["[a](b)", "&#91;a&#93;(b)", "`[a](b)`"],
    ["two\nlines", "two lines", "`two lines`"],
    ["ana@brightleaf.example", "ana@brightleaf.example", "`ana@brightleaf.example`"],
    ["@someone", "&#64;someone", "`@someone`"],
    [" ", "", ""],
  ];
  for (const [text, escaped, code] of texts)
    it(JSON.stringify(text), () => assert.deepEqual([markdownText(text), markdownCode(text)], [escaped, code]));
});
