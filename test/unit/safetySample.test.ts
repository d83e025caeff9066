import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createClient } from "../../src/openrouter/index.ts";
import {
  type AuditSources,
  auditAccount,
  getSpendAtRisk,
  readAuditSources,
  summarizeByRule,
} from "../../src/openrouter/safety/audit.ts";
import { type Audit, type Finding, isSafeToRemove } from "../../src/openrouter/safety/findings.ts";
import {
  type PolicyException,
  parsePolicy,
  type RuleId,
  ruleIds,
  toPolicy,
} from "../../src/openrouter/safety/policy.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";

const example = readFileSync(new URL("../../docs/openrouter-policy.json", import.meta.url), "utf8");

/** Adds up the month's rows of a key's ledger, USD. */
function trueMonth({ state }: SampleAccount, hash: string, now: Date): number {
  const month = now.toISOString().slice(0, 7);
  const rows = (state.ledgerByKey.get(hash) ?? []).filter(({ day }) => day.startsWith(month));
  return rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;
}

describe("the sample account's key safety", () => {
  let account: SampleAccount;
  let sources: AuditSources;
  let now: Date;
  before(async () => {
    account = await startSampleAccount();
    const client = createClient({ key: account.key, baseUrl: account.baseUrl });
    now = new Date();
    const read = await readAuditSources(client, { members: true });
    const begun = new Date(now.getTime() - 9 * 86_400_000).toISOString();
    const rotated = read.sources.keys.find(({ name }) => name === "checkout-assistant (old)")!;
    // The API knows no rotations; the extension keeps their records.
    sources = { ...read.sources, rotations: [{ hash: rotated.hash, startedAt: begun }] };
  });
  after(() => account.close());

  const judge = (text: string): Promise<Audit> => {
    const parsed = parsePolicy(text);
    assert.ok("policy" in parsed, JSON.stringify(parsed));
    return auditAccount(sources, parsed.policy, { now });
  };
  const namesOf = (findings: readonly Finding[], rule: RuleId) =>
    findings.filter((one) => one.rule === rule).map(({ key }) => key.name);

  it("has a case for each rule", async () => {
    const { findings } = await judge(example.replace('"no-guardrail": "off"', '"no-guardrail": "info"'));
    const firsts = Object.fromEntries(ruleIds.map((rule) => [rule, namesOf(findings, rule)]));
    assert.deepEqual(
      ruleIds.filter((rule) => firsts[rule]!.length === 0),
      [],
    );
    assert.deepEqual(firsts["no-limit"], ["research-agent"]);
    assert.deepEqual(firsts["limit-above"], ["support-assistant"]);
    assert.deepEqual(firsts["lifetime-above"], ["notebook-yuki"]);
    assert.deepEqual(firsts.idle, ["workshop-2024"]);
    assert.deepEqual(firsts["never-used"], ["unused-spare"]);
    assert.deepEqual(firsts.expired, ["seasonal-campaign"]);
    assert.deepEqual(firsts.disabled, ["legacy-chatbot", "agent-prototype"]);
    assert.deepEqual(firsts["near-limit"], ["reporting-nightly"]);
    assert.deepEqual(firsts["limit-reached"], ["synthetic-data", "demo-booth"]);
    assert.deepEqual(firsts["name-pattern"], ["release-notes 🚀"]);
    assert.deepEqual(firsts["same-name"], ["demo-booth", "demo-booth"]);
    assert.deepEqual(firsts["unfinished-rotation"], ["checkout-assistant (old)"]);
    assert.deepEqual(
      findings.filter(isSafeToRemove).map(({ key }) => key.name),
      ["unused-spare"],
    );
  });

  it("has a case for each exception of the example policy", async () => {
    const { exceptions, findings } = await judge(example);
    assert.deepEqual(
      exceptions.map(({ exception, findings, hasEnded }) => [exception.key, findings, hasEnded]),
      [
        ["partner-*", 2, false],
        ["demo-booth", 1, false],
        ["workshop-2024", 1, false],
        ["research-agent", 1, true],
      ],
    );
    const ended = findings.filter(({ endedException }) => endedException);
    assert.deepEqual(
      ended.map(({ rule, key, exception }) => [rule, key.name, exception]),
      [["no-limit", "research-agent", undefined]],
    );
  });

  it("has a key for each way to name one in an exception", async () => {
    const { hash, label, workspace_id } = sources.keys.find(({ name }) => name === "research-agent")!;
    const ways: Partial<PolicyException>[] = [
      ...[{ key: "research-agent" }, { key: "research-*" }, { key: label }, { key: hash }],
      ...["Research", "research", workspace_id!].map((workspace) => ({ key: "*", workspace })),
      ...[
        { key: "*", rule: "*" as const },
        { key: "*", until: now.toISOString().slice(0, 10) },
      ],
    ];
    for (const way of ways) {
      const exceptions = [{ rule: "no-limit" as const, key: "*", reason: "R", ...way }];
      const { findings } = await auditAccount(sources, toPolicy({ exceptions }), { now });
      const [found] = findings.filter(({ rule }) => rule === "no-limit");
      assert.equal(found?.exception?.reason, "R", JSON.stringify(way));
    }
  });

  it("sums up what the found keys spent this month, as the account's ledger says", async () => {
    const found = await judge("{}");
    for (const { rule, findings, spendAtRisk } of summarizeByRule(found)) {
      const own = found.findings.filter((one) => one.rule === rule);
      const sum = own.reduce((total, { key }) => total + trueMonth(account, key.hash, now), 0);
      assert.ok(Math.abs(spendAtRisk - sum) < 1e-6, `${rule}: ${spendAtRisk} is not ${sum}`);
      assert.equal(findings, own.length);
    }
    const hashes = new Set(found.findings.map(({ key }) => key.hash));
    const once = [...hashes].reduce((total, hash) => total + trueMonth(account, hash, now), 0);
    assert.ok(Math.abs(getSpendAtRisk(found.findings) - once) < 1e-6);
  });
});
