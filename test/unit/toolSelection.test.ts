import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { toolGroups } from "../../src/mcp/defineTool.ts";
import { selectionKeywords, selectTools, withoutOtherTools } from "../../src/mcp/toolSelection.ts";
import { allTools } from "../../src/mcp/tools/index.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const select = (text: string) => selectTools(text, allTools, "TOOLS");
const namesOf = (keep: (tool: (typeof allTools)[number]) => boolean) => allTools.filter(keep).map(({ name }) => name);
const DEFAULT = namesOf(({ group }) => group !== "extra");
const ALL = namesOf(() => true);

/** The notices for unknown names, without the line with the valid ones. */
const CASES: [text: string, names: string[], notices?: RegExp[]][] = [
  ["", DEFAULT],
  [" ,\n", DEFAULT],
  ["default", DEFAULT],
  ["all", ALL],
  ["default, extra", ALL],
  ["credits", ["or_overview", "or_credits"]],
  ["or_credits", ["or_credits"]],
  ["keys", namesOf(({ group }) => group === "keys")],
  ["Activity OR_CREDITS", ["or_credits", "or_activity", "or_generation"]],
  ["or_credits,or_credits;\tor_key_get\norganization", ["or_credits", "or_org_members", "or_key_get"]],
  ["credits,or_overview", ["or_overview", "or_credits"]],
  ["or_providers", ["or_providers"]],
  ["or_key_delete", ["or_key_delete"]],
  ["keyz, or_credits", ["or_credits"], [/^TOOLS: keyz is unknown and ignored; did you mean keys\?$/]],
  [
    "or_credit",
    DEFAULT,
    [/did you mean or_credits\?$/, /^TOOLS contains no valid name, so the default tools are offered/],
  ],
  ["organisation, models", namesOf(({ group }) => group === "models"), [/did you mean organization\?$/]],
  ["or_current-key or_credits", ["or_credits"], [/did you mean or_current_key\?$/]],
  [`"credits"`, ["or_overview", "or_credits"]],
  ['["credits", "or_org_members"]', ["or_overview", "or_credits", "or_org_members"]],
  ["zzzzzzzzzz, or_credits", ["or_credits"], [/^TOOLS: zzzzzzzzzz is unknown and ignored\.$/]],
  [
    "a1 b2 c3 d4 e5 f6 g7 models",
    namesOf(({ group }) => group === "models"),
    [...Array(5).fill(/is unknown/), /^TOOLS: 2 more names/],
  ],
];

describe("selectTools", () => {
  for (const [text, names, notices = []] of CASES)
    it(`selects ${names.length} tools for ${JSON.stringify(text)}`, () => {
      const selection = select(text);
      assert.deepEqual([...selection.names], names);
      if (notices.length === 0) return assert.deepEqual(selection.notices, []);
      assert.equal(selection.notices.length, notices.length + 1, selection.notices.join("\n"));
      for (const [i, expected] of notices.entries()) assert.match(selection.notices[i]!, expected);
      assert.match(selection.notices.at(-1)!, /^TOOLS can contain: default, all, credits, keys, .*or_providers\.$/);
    });

  it("offers 26 tools by default and 35 in all", () => {
    assert.deepEqual([DEFAULT.length, ALL.length], [26, 35]);
  });

  it("selects at least one tool and repeats no secret, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant(`sk-or-v1-${"a1".repeat(32)}`)), (text) => {
        const { names, notices } = select(text);
        assert.ok(names.size > 0);
        assert.ok(notices.length <= 8);
        for (const notice of notices) assert.doesNotMatch(notice, /\n|a1a1a1/);
      }),
    );
  });

  it("knows the values that the setting in package.json suggests", () => {
    const setting = manifest.contributes.configuration.properties["openrouterAdmin.mcp.tools"];
    assert.deepEqual(setting.items.enum, [...selectionKeywords, ...toolGroups, ...ALL]);
    assert.deepEqual(select(setting.default.join()), { names: new Set(DEFAULT), notices: [] });
  });

  it("leaves no group empty", () => {
    assert.deepEqual(new Set(allTools.map(({ group }) => group)), new Set(toolGroups));
  });
});

describe("withoutOtherTools", () => {
  const only = (...names: string[]) => new Set(names);

  for (const [description, offered, expected] of [
    ["Gets credits. Past spend: or_activity.", only("or_credits"), "Gets credits."],
    ["Gets credits. Past spend: or_activity.", only("or_activity"), "Gets credits. Past spend: or_activity."],
    [
      "Gets all. Past days: or_activity; all keys: or_keys_list.",
      only("or_keys_list"),
      "Gets all. All keys: or_keys_list.",
    ],
    ["It applies once assigned (or_guardrails_assignments); else not.", only(), "It applies once assigned; else not."],
    ["Models; today: or_overview. By day (aggregate).", only(), "Models. By day (aggregate)."],
    ["Start with or_overview; by_key shows keys.", only(), "by_key shows keys."],
    ["or_keys_list, or_credits.", only("or_credits"), ""],
  ] as const)
    it(`turns “${description}” into “${expected}”`, () => {
      assert.equal(withoutOtherTools(description, offered), expected);
    });

  it("keeps that a new guardrail applies only once assigned", () => {
    const { description } = allTools.find(({ name }) => name === "or_guardrail_create")!;
    for (const offered of [only(), only("or_guardrail_assign_keys")])
      assert.match(withoutOtherTools(description, offered), /\. It applies only once assigned\.$/);
  });

  it("leaves every tool a description that names its purpose, even alone", () => {
    for (const { name, description } of allTools) {
      const alone = withoutOtherTools(description, only(name));
      assert.ok(alone.length >= 30, `${name}: ${alone}`);
      assert.deepEqual(
        [...alone.matchAll(/\bor_\w+/g)].filter(([other]) => other !== name),
        [],
        name,
      );
      assert.ok(description.startsWith(alone.slice(0, 20)), `${name}: ${alone}`);
    }
  });
});
