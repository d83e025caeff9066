import assert from "node:assert/strict";
import { assertRefused, sampleForEach } from "../support/sdk.ts";

describe("official SDK against the sample account: guardrails", () => {
  const sample = sampleForEach();

  it("lists guardrails by workspace", async () => {
    const own = (id: string) => [...sample.account.state.guardrails.values()].filter((one) => one.workspace_id === id);
    for (const [i, query] of [{}, { workspaceId: sample.workspace(1).id }].entries()) {
      const { data, totalCount } = (await sample.sdk.guardrails.list(query)).result;
      const expected = own(sample.workspace(i).id);
      assert.deepEqual(
        data.map(({ id }) => id),
        expected.map(({ id }) => id),
      );
      assert.equal(totalCount, expected.length);
    }
    assert.equal(sample.account.state.guardrails.size, 7);
  });

  it("creates, updates and deletes a guardrail", async () => {
    const createGuardrailRequest = {
      name: "new",
      enforceZdr: true,
      enforceZdrXai: false,
      allowedProviders: ["openai"],
    };
    const { data } = await sample.sdk.guardrails.create({ createGuardrailRequest });
    assert.equal(sample.account.requests.at(-1)!.status, 201);
    const record = sample.account.state.guardrails.get(data.id)!;
    assert.equal(record.workspace_id, sample.workspace(0).id);
    assert.deepEqual(
      [record.enforce_zdr_anthropic, record.enforce_zdr_other, record.enforce_zdr_xai],
      [true, true, false],
    );
    const updateGuardrailRequest = { allowedProviders: null, limitUsd: 3, resetInterval: "daily" as const };
    const changed = await sample.sdk.guardrails.update({ id: data.id, updateGuardrailRequest });
    assert.equal(changed.data.allowedProviders, null);
    assert.deepEqual([record.allowed_providers, record.limit_usd, record.enforce_zdr_openai], [null, 3, true]);
    assert.equal((await sample.sdk.guardrails.get({ id: data.id })).data.limitUsd, 3);
    assert.equal((await sample.sdk.guardrails.delete({ id: data.id })).deleted, true);
    assert.ok(!sample.account.state.guardrails.has(data.id));
    await assertRefused(sample.sdk.guardrails.get({ id: data.id }), 404, /not found/);
  });

  it("replaces a key's guardrail when another one is assigned", async () => {
    const [from, to] = [sample.guardrail("Research models"), sample.guardrail("Agent spend cap")];
    const hashes = ["eval-harness", "research-agent"].map((name) => sample.key(name).hash);
    const held = () => sample.account.state.keyAssignments.filter(({ target }) => hashes.includes(target));
    assert.deepEqual(
      held().map((one) => one.guardrail_id),
      [from.id],
    );
    const bulk = { id: to.id, bulkAssignKeysRequest: { keyHashes: hashes } };
    assert.equal((await sample.sdk.guardrails.bulkAssignKeys(bulk)).assignedCount, 2);
    assert.deepEqual(
      held().map((one) => one.guardrail_id),
      [to.id, to.id],
    );
    assert.equal((await sample.sdk.guardrails.bulkAssignKeys(bulk)).assignedCount, 0);
    const listed = (await sample.sdk.guardrails.listGuardrailKeyAssignments({ id: to.id })).result;
    assert.deepEqual(
      listed.data.map((one) => one.keyHash),
      hashes,
    );
    assert.deepEqual(
      listed.data.map((one) => one.keyName),
      ["eval-harness", "research-agent"],
    );
    const remove = { id: to.id, bulkUnassignKeysRequest: { keyHashes: [hashes[0]!] } };
    assert.equal((await sample.sdk.guardrails.bulkUnassignKeys(remove)).unassignedCount, 1);
    assert.deepEqual(
      held().map(({ target }) => target),
      [hashes[1]],
    );
    const all = (await sample.sdk.guardrails.listKeyAssignments({ limit: 100 })).result;
    assert.equal(all.totalCount, sample.account.state.keyAssignments.length);
    assert.deepEqual(
      all.data.map((one) => one.keyHash),
      sample.account.state.keyAssignments.map(({ target }) => target),
    );
  });

  it("assigns members, and removes all assignments with the guardrail", async () => {
    const { id } = sample.guardrail("Agent spend cap");
    const users = sample.account.state.members.slice(2, 4).map((member) => member.id);
    const bulk = { id, bulkAssignMembersRequest: { memberUserIds: users } };
    assert.equal((await sample.sdk.guardrails.bulkAssignMembers(bulk)).assignedCount, 2);
    const listed = (await sample.sdk.guardrails.listGuardrailMemberAssignments({ id })).result;
    assert.deepEqual(
      listed.data.map((one) => one.userId),
      users,
    );
    const remove = { id, bulkUnassignMembersRequest: { memberUserIds: [users[0]!] } };
    assert.equal((await sample.sdk.guardrails.bulkUnassignMembers(remove)).unassignedCount, 1);
    const count = sample.account.state.memberAssignments.length;
    assert.equal((await sample.sdk.guardrails.listMemberAssignments()).result.totalCount, count);
    await sample.sdk.guardrails.delete({ id });
    assert.equal(sample.account.state.memberAssignments.length, count - 1);
  });
});
