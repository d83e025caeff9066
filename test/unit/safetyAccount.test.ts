import assert from "node:assert/strict";
import { createClient, OpenRouterError } from "../../src/openrouter/index.ts";
import {
  type AuditSources,
  auditAccount,
  filterFindings,
  getSpendAtRisk,
  readAuditSources,
  summarizeByRule,
} from "../../src/openrouter/safety/audit.ts";
import { toPolicy } from "../../src/openrouter/safety/policy.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { startLargeAccount } from "../support/largeAccount.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T12:00:00Z");
const sources: AuditSources = {
  keys: [
    makeKey({ hash: "a", name: "a", creator_user_id: "u", workspace_id: "w", usage_monthly: 3, byok_usage_monthly: 1 }),
    makeKey({ hash: "b", name: "ci", creator_user_id: "v", workspace_id: "w", usage_monthly: 0.1 }),
    makeKey({ hash: "c", name: "c", workspace_id: "x", limit: 5, limit_remaining: 0, usage: 5, usage_monthly: 0.2 }),
  ],
  workspaces: undefined,
  guardrails: undefined,
  rotations: [],
};
const policy = toPolicy({ exceptions: [{ rule: "no-limit", key: "ci", reason: "R" }] });

describe("auditAccount", () => {
  it("sums up each rule that is on, the severe ones first, without what is excepted", async () => {
    const audit = await auditAccount(sources, policy, { now });
    const summaries = summarizeByRule(audit);
    assert.deepEqual(
      summaries.map(({ rule }) => rule),
      [
        ...["no-limit", "limit-reached"],
        ...["idle", "never-used", "expired", "near-limit", "unfinished-rotation"],
        ...["never-expires", "disabled", "no-guardrail", "same-name"],
      ],
    );
    const [noLimit, reached] = summaries;
    assert.deepEqual(noLimit, {
      rule: "no-limit",
      severity: "severe",
      findings: 1,
      excepted: 1,
      unknown: 0,
      spendAtRisk: 4,
    });
    assert.deepEqual([reached?.findings, reached?.spendAtRisk], [1, 0.2]);
    assert.equal(summaries.find(({ rule }) => rule === "no-guardrail")?.unknown, 3);
    // The key "ci" is found by another rule, too.
    assert.equal(getSpendAtRisk(audit.findings), 4.3);
  });

  it("is limited to an owner, to keys without one, or to a workspace", async () => {
    const audit = await auditAccount(sources, policy, { now });
    const keysOf = (filter: Parameters<typeof filterFindings>[1]) => {
      const { findings, unknown, keys } = filterFindings(audit, filter);
      const lists = [findings.map(({ key }) => key), unknown.flatMap(({ keys }) => keys), keys];
      return lists.map((some) => [...new Set(some.map(({ hash }) => hash))].sort().join(""));
    };
    assert.deepEqual(keysOf({}), ["abc", "abc", "abc"]);
    assert.deepEqual(keysOf({ owner: "u" }), ["a", "a", "a"]);
    assert.deepEqual(keysOf({ owner: null }), ["c", "c", "c"]);
    assert.deepEqual(keysOf({ workspaceId: "w" }), ["ab", "ab", "ab"]);
    assert.deepEqual(keysOf({ workspaceId: "w", owner: "v" }), ["b", "b", "b"]);
    assert.deepEqual(keysOf({ workspaceId: "x", owner: "v" }), ["", "", ""]);
  });

  it("lets other work run, and stops once it is aborted", async () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => makeKey({ hash: `${i}`, name: `key ${i}` }));
    // As slow as a pattern can be.
    const slow = toPolicy({ rules: { "name-pattern": { pattern: "(a|.?){70}" } } });
    const control = new AbortController();
    setImmediate(() => control.abort(new Error("stopped")));
    await assert.rejects(auditAccount({ ...sources, keys }, slow, { now, signal: control.signal }), /stopped/);
    await assert.rejects(
      auditAccount(sources, policy, { now, signal: AbortSignal.abort(new Error("before")) }),
      /before/,
    );
  });
});

describe("readAuditSources", () => {
  it("reads the keys, guardrails and members of the account", async () => {
    const account = await startSampleAccount();
    try {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      const { sources: read, guardrails, keys } = await readAuditSources(client, { members: true });
      assert.equal(read.keys.length, account.state.keys.size);
      assert.equal(read.guardrails?.guardrails.length, account.state.guardrails.size);
      assert.equal(read.guardrails?.keyAssignments.length, account.state.keyAssignments.length);
      assert.equal(read.members?.length, account.state.members.length);
      assert.deepEqual([read.rotations, read.guardrailsMayBeMissing], [undefined, false]);
      assert.deepEqual(
        [guardrails, keys.unreadable],
        [{ unreadable: undefined, unreadableWorkspaces: undefined }, undefined],
      );
    } finally {
      await account.close();
    }
  });

  it("takes few requests for many keys", async () => {
    const account = await startLargeAccount();
    try {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      const { sources: read } = await readAuditSources(client);
      assert.equal(read.keys.length, account.state.keys.size);
      assert.ok(account.requests.length <= 10, `${account.requests.length} requests`);
    } finally {
      await account.close();
    }
  });

  it("goes on without guardrails and members that can't be read, and says why", async () => {
    const account = await startSampleAccount({ personal: true });
    try {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      account.state.guardrails.clear();
      const failing: typeof client = {
        ...client,
        request: (call, options) =>
          call.path.startsWith("/guardrails")
            ? Promise.reject(new OpenRouterError("refused", "Try again."))
            : client.request(call, options),
      };
      const read = await readAuditSources(failing, { members: true });
      assert.ok(read.guardrails instanceof OpenRouterError);
      assert.equal(read.sources.guardrails, undefined);
      assert.match(read.membersError?.message ?? "", /404/);
      const { unknown } = await auditAccount(read.sources, policy, { now });
      assert.ok(unknown.some(({ rule }) => rule === "no-guardrail"));
    } finally {
      await account.close();
    }
  });
});
