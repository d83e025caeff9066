import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import * as z from "zod";
import {
  defaultRules,
  PolicyFile,
  parsePolicy,
  type RuleId,
  readPolicy,
  ruleIds,
  toPolicy,
} from "../../src/openrouter/safety/policy.ts";
import { formatPolicyProblem } from "../../src/openrouter/safety/policyProblem.ts";
import { english, type Translate } from "../../src/openrouter/text/translate.ts";

/** Returns the problem of a policy as a person reads it. */
function problemOf(text: string): string {
  const parsed = parsePolicy(text);
  return "problem" in parsed ? formatPolicyProblem(parsed) : "none";
}

const exception = (fields: object) =>
  JSON.stringify({ exceptions: [{ rule: "idle", key: "a", reason: "R", ...fields }] }, null, 2);

describe("parsePolicy", () => {
  const valid = `{
    "$schema": "./policy.schema.json",
    "rules": {
      "no-limit": "warning",
      "limit-above": { "usd": 50 },
      "idle": { "days": 30 },
      "never-used": { "severity": "off" },
      "name-pattern": { "severity": "severe", "pattern": "(prod|dev)-.+" }
    },
    "exceptions": [{ "rule": "*", "key": "ci-*", "workspace": "Research", "reason": " Capped. ", "until": "2028-02-29" }]
  }`;

  it("completes the rules that are given with their defaults", () => {
    const parsed = parsePolicy(valid);
    assert.ok("policy" in parsed, JSON.stringify(parsed));
    const { rules, exceptions } = parsed.policy;
    const settings = (id: RuleId) => [rules[id].severity, rules[id].days, rules[id].usd, rules[id].pattern];
    const none = Number.POSITIVE_INFINITY;
    assert.deepEqual(settings("no-limit"), ["warning", 0, none, undefined]);
    // A threshold turns a rule on that is off by default.
    assert.deepEqual(settings("limit-above"), ["warning", 0, 50, undefined]);
    assert.deepEqual(settings("idle"), ["warning", 30, none, undefined]);
    assert.deepEqual(settings("never-used"), ["off", 30, none, undefined]);
    assert.deepEqual(settings("name-pattern"), ["severe", 0, none, "(prod|dev)-.+"]);
    assert.deepEqual(rules["limit-reached"], defaultRules["limit-reached"]);
    assert.deepEqual(exceptions, [
      { rule: "*", key: "ci-*", workspace: "Research", reason: "Capped.", until: "2028-02-29" },
    ]);
  });

  it("accepts an empty policy and a byte order mark", () => {
    for (const text of ["{}", "\ufeff{}", " { }\r\n"]) assert.deepEqual(parsePolicy(text), { policy: toPolicy({}) });
  });

  const problems: [about: string, text: string, problem: string][] = [
    ["an empty file", "", "line 1: A value is expected here."],
    ["a comment", '{\n  // no\n  "rules": {}\n}', "line 2: JSON has no comments."],
    ["a trailing comma", '{\n  "rules": {},\n}', "line 3: A property name in double quotes is expected here."],
    ["a missing comma", '{\n  "rules": {}\n  "exceptions": []\n}', "line 3: A comma is expected here."],
    ["an open brace", '{\n  "rules": {\n', "line 3: A closing brace is expected here."],
    ["text after the end", "{}\n{}", "line 2: The end of the file is expected here."],
    ["another value", "[]", "line 1: This must be an object."],
    ["a repeated rule", '{"rules": {\n"idle": "off",\n"idle": "info"}}', "line 3, rules.idle: “idle” is given twice."],
    ["an unknown property", '{\n  "rule": {}\n}', "line 2, rule: “rule” is not a property of a policy."],
    [
      "an unknown rule",
      '{"rules":\n{\n"no-limits": "off"}}',
      "line 3, rules.no-limits: “no-limits” is not a property of a policy in “rules”.",
    ],
    [
      "a threshold of another rule",
      '{"rules": {"no-limit": {\n"days": 3}}}',
      "line 2, rules.no-limit.days: “days” is not a property of a policy in “no-limit”.",
    ],
    [
      "an unknown severity",
      '{"rules": {\n"idle": "high"}}',
      "line 2, rules.idle: This must be a severity or an object with a severity and thresholds.",
    ],
    [
      "an unknown severity of an object",
      '{"rules": {"idle": {\n"severity": "high"}}}',
      "line 2, rules.idle.severity: This must be one of off, severe, warning, info.",
    ],
    ["a text for a number", '{"rules": {"idle": {\n"days": "30"}}}', "line 2, rules.idle.days: This must be a number."],
    [
      "a part of a day",
      '{"rules": {"idle": {\n"days": 1.5}}}',
      "line 2, rules.idle.days: This must be a whole number.",
    ],
    ["a negative number", '{"rules": {"idle": {\n"days": -1}}}', "line 2, rules.idle.days: This must be at least 0."],
    [
      "a limit of 0",
      '{"rules": {"limit-above": {\n"usd": 0}}}',
      "line 2, rules.limit-above.usd: This must be above 0.",
    ],
    [
      "too much",
      '{"rules": {"near-limit": {\n"percent": 101}}}',
      "line 2, rules.near-limit.percent: This must be at most 100.",
    ],
    ["a missing pattern", '{"rules": {\n"name-pattern": "info"}}', "line 2, rules.name-pattern: “pattern” is missing."],
    [
      "a pattern with look-ahead",
      '{"rules": {"name-pattern": {\n"pattern": "(?!a).*"}}}',
      "line 2, rules.name-pattern.pattern: Look-around is not supported (at character 1).",
    ],
    [
      "an exception of an unknown rule",
      exception({ rule: "all" }),
      `line 4, exceptions[0].rule: This must be one of ${[...ruleIds, "*"].join(", ")}.`,
    ],
    [
      "an exception without a reason",
      exception({ reason: undefined }),
      "line 3, exceptions[0].reason: “reason” is missing.",
    ],
    [
      "an exception with an empty reason",
      exception({ reason: "  " }),
      "line 6, exceptions[0].reason: This must not be empty.",
    ],
    [
      "an exception that ends on no day",
      exception({ until: "2026-02-30" }),
      "line 7, exceptions[0].until: This must be a day, as in 2026-12-31.",
    ],
    [
      "an exception that ends at a time",
      exception({ until: "2026-02-28T00:00Z" }),
      "line 7, exceptions[0].until: This must be a day, as in 2026-12-31.",
    ],
    ["a list for exceptions", '{"exceptions": {}}', "line 1, exceptions: This must be a list."],
    [
      "a prototype",
      '{"rules": {"__proto__": {"idle": "off"}}}',
      "line 1, rules.__proto__: “__proto__” is not a property of a policy in “rules”.",
    ],
    ["a URL", '{"report_to": "https://example.com"}', "line 1, report_to: “report_to” is not a property of a policy."],
    ["leave to write", '{"allow_write": true}', "line 1, allow_write: “allow_write” is not a property of a policy."],
  ];
  for (const [about, text, problem] of problems) it(`refuses ${about}`, () => assert.equal(problemOf(text), problem));

  it("refuses a secret for a key, and repeats none", () => {
    const secret = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    const texts: [text: string, problem: RegExp][] = [
      [exception({ key: secret }), /^line 5, exceptions\[0\]\.key: This contains a secret\./],
      [`{"${secret}": 1}`, /is not a property of a policy\.$/],
      [`{"rules": {"idle": "${secret}"}}`, /must be a severity/],
      [`{"${secret}": 1, "${secret}": 2}`, /is given twice/],
      [`{"rules": {"name-pattern": {"pattern": "(?=${secret})"}}}`, /Look-around/],
    ];
    for (const [text, problem] of texts) {
      assert.match(problemOf(text), problem);
      assert.ok(!problemOf(text).includes(secret.slice(9, 30)));
    }
    assert.equal(problemOf(exception({ key: `sk-or-v1-${secret.slice(9, 12)}...${secret.slice(-4)}` })), "none");
    assert.equal(problemOf(exception({ key: secret.slice(9) })), "none");
  });

  it("says in the language of the interface what is wrong, and leaves no placeholder", () => {
    const german: Record<string, string> = JSON.parse(
      readFileSync(new URL("../../l10n/bundle.l10n.de.json", import.meta.url), "utf8"),
    );
    const translate: Translate = (text, ...args) => english(german[text] ?? assert.fail(text), ...args);
    const said = (text: string) => {
      const result = parsePolicy(text, translate);
      return "problem" in result ? formatPolicyProblem(result, translate) : assert.fail("no problem");
    };
    assert.equal(said('{\n"rules": {"idle": {"days": -1}}}'), "Zeile 2, rules.idle.days: Das muss mindestens 0 sein.");
    assert.equal(said("{"), "Zeile 1: Hier wird eine schließende geschweifte Klammer erwartet.");
    for (const [, text] of problems) assert.doesNotMatch(said(text), /\{\d\}|This |line /);
  });

  it("marks the value that is wrong, or the name of a property", () => {
    const marked = (text: string) => {
      const parsed = parsePolicy(text);
      assert.ok("problem" in parsed && parsed.range);
      const { offset, length, line, column } = parsed.range;
      assert.equal(
        text.split("\n")[line - 1]?.slice(column - 1, column - 1 + length),
        text.slice(offset, offset + length),
      );
      return text.slice(offset, offset + length);
    };
    assert.equal(marked('{\n  "rules": { "idle": "high" }\n}'), '"high"');
    assert.equal(marked('{\n  "rules": { "idle": [1] }\n}'), '"idle"');
    assert.equal(marked('{\n  "rulez": 1\n}'), "1");
    assert.equal(marked('{\n  "rules": {},\n  "rules": {}\n}'), '"rules"');
  });

  it("refuses files that are too large or nested too deeply", () => {
    assert.equal(problemOf(" ".repeat(1_000_001)), "The file is larger than 1 MB.");
    for (const nested of ["[".repeat(900_000), '{"a":'.repeat(150_000), "[".repeat(400_000) + "]".repeat(400_000)])
      assert.match(problemOf(nested), /nested too deeply/);
    assert.match(problemOf(`{"exceptions": [${"{},".repeat(300_000)}{}]}`), /^line 1, exceptions/);
  });

  it("never throws, whatever the text, and says where the problem is", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom("off", "idle", 5, null, true, "2026-01-01"),
        fc.array(tie("any"), { maxLength: 2 }),
        tie("object"),
      ),
      object: fc.dictionary(
        fc.constantFrom("rules", "exceptions", "idle", "days", "key", "rule", "reason", "x"),
        tie("any"),
        { maxKeys: 4 },
      ),
    })).object;
    fc.assert(
      fc.property(
        fc.oneof(
          value.map((one) => JSON.stringify(one)),
          fc.string(),
          fc.json(),
        ),
        (text) => {
          const parsed = parsePolicy(text);
          if ("problem" in parsed) assert.ok(parsed.problem.length > 5 && (parsed.range?.line ?? 0) > 0, text);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("the schema of policies", () => {
  it("is that of media/policy.schema.json", () => {
    const file = new URL("../../media/policy.schema.json", import.meta.url);
    const schema = JSON.stringify(policySchema());
    if (process.env.UPDATE_SNAPSHOTS) writeFileSync(file, JSON.stringify(policySchema(), undefined, 2));
    const current = JSON.stringify(JSON.parse(readFileSync(file, "utf8")));
    assert.equal(current, schema, "Update it with UPDATE_SNAPSHOTS=1 and `npm run fix`.");
  });

  it("is that of the setting openrouterAdmin.safety.policy, for completion in settings.json", () => {
    const file = new URL("../../package.json", import.meta.url);
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    const settings = manifest.contributes.configuration.properties;
    const { default: preset, scope, markdownDescription, order, ...schema } = settings["openrouterAdmin.safety.policy"];
    // What $schema names is for files.
    const withoutSchema = (one: object) =>
      Object.fromEntries(Object.entries(one).filter(([name]) => name !== "$schema"));
    const { properties, ...others } = policySchema();
    const expected = withoutSchema({ ...others, properties: withoutSchema(properties) });
    if (process.env.UPDATE_SNAPSHOTS) {
      settings["openrouterAdmin.safety.policy"] = { ...expected, default: preset, scope, markdownDescription, order };
      writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
    } else assert.deepEqual(schema, expected, "Update it with UPDATE_SNAPSHOTS=1 and `npm run fix`.");
  });

  it("allows no property that names an address, a command or a right", () => {
    const names = [...JSON.stringify(policySchema()).matchAll(/"([\w$-]+)":\{/g)].map(([, name]) => name!);
    assert.ok(names.includes("exceptions"));
    assert.deepEqual(
      names.filter((name) => /url|host|command|write|allow|token|secret|exec/i.test(name)),
      [],
    );
    // Every object is closed.
    const text = JSON.stringify(policySchema());
    assert.equal(text.split('"type":"object"').length, text.split('"additionalProperties":false').length);
  });

  it("describes every rule with its default", () => {
    const { properties } = policySchema().properties.rules;
    for (const id of ruleIds) {
      assert.match(properties[id].description, /\. (Default: \w+|Off by default)\.$/);
      const { default: value } = properties[id];
      assert.ok("policy" in readPolicy({ rules: { [id]: value } }), id);
    }
  });
});

describe("the README", () => {
  it("has each rule with its thresholds and its default", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const rows = [...readme.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\| (\w+)(?:, (\d+))? +\|$/gm)];
    const documented = rows.filter(([, id]) => ruleIds.includes(id as RuleId));
    assert.deepEqual(
      documented.map(([, id]) => id),
      ruleIds,
    );
    for (const [, id, finds, severity, threshold] of documented) {
      const { severity: expected, days, usd, percent } = defaultRules[id as RuleId];
      assert.equal(severity, expected, id);
      const thresholds = {
        ...(days > 0 && { days }),
        ...(Number.isFinite(usd) && { usd }),
        ...(percent < 100 && { percent }),
      };
      assert.deepEqual(Object.values(thresholds).map(String), threshold ? [threshold] : [], id);
      for (const name of Object.keys(thresholds)) assert.ok(finds?.includes(`\`${name}\``), id);
    }
  });
});

interface SchemaOfPolicies {
  properties: { rules: { properties: Record<RuleId, { default?: unknown; description: string }> } };
}

/** The JSON Schema (draft 7) with the defaults, which VS Code shows and inserts. */
function policySchema(): SchemaOfPolicies {
  const schema = z.toJSONSchema(PolicyFile, { target: "draft-7", io: "input" }) as unknown as SchemaOfPolicies;
  for (const id of ruleIds) {
    const property = schema.properties.rules.properties[id];
    const { severity, days, usd, percent } = defaultRules[id];
    const thresholds = {
      ...(days > 0 && { days }),
      ...(Number.isFinite(usd) && { usd }),
      ...(percent < 100 && { percent }),
      ...(id === "name-pattern" && { pattern: "[a-z0-9-]+" }),
    };
    const isOff = severity === "off";
    property.description += isOff ? " Off by default." : ` Default: ${severity}.`;
    property.default =
      Object.keys(thresholds).length > 0 ? { severity: isOff ? "warning" : severity, ...thresholds } : severity;
  }
  return schema;
}
