import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createClient, listKeysPage } from "../../src/openrouter/index.ts";
import { assertRefused, sampleForEach } from "../support/sdk.ts";
import { type NewerBehavior, newerThanSdk } from "./newerThanSdk.ts";

const folder = fileURLToPath(new URL("../../node_modules/@openrouter/sdk/", import.meta.url));

/** Reads the SDK's code and comments, without the line breaks of comments. */
function sdkText(files: string): string {
  const paths = globSync(files, { cwd: folder });
  assert.ok(paths.length > 0, files);
  return paths.map((path) => readFileSync(`${folder}${path}`, "utf8").replace(/\s*\n\s*\*?\s*/g, " ")).join("\n");
}

describe("API behavior that the official SDK doesn't know yet", () => {
  let everything: string;
  before(() => {
    everything = sdkText("esm/**/*.{js,d.ts}");
  });

  for (const { behavior, source, sdkPattern, files } of Object.values<NewerBehavior>(newerThanSdk))
    it(`${behavior} (${source})`, () => assert.doesNotMatch(files ? sdkText(files) : everything, sdkPattern));

  it("finds the same kind of text for behavior that the SDK knows", () => {
    assert.match(everything, /include_?disabled/i);
    assert.match(everything, /together with `?reset_?interval/i);
    assert.match(everything, /default guardrail is materialized when its configuration is first written/);
  });

  const sample = sampleForEach();
  const client = () => createClient({ key: sample.account.key, baseUrl: sample.account.baseUrl });
  const names = (keys: { name: string }[]) => keys.map(({ name }) => name).sort();

  it("omits expired keys without include_expired", async () => {
    const own = [...sample.account.state.keys.values()].filter((key) => key.workspace_id === sample.workspace(0).id);
    const expired = own.filter(({ expires_at }) => expires_at !== null && expires_at <= "2026-06-10T12:00:00.000Z");
    assert.ok(expired.length > 0);
    const { data: bare } = await listKeysPage(client(), { include_disabled: true });
    assert.deepEqual(names(bare), names(own.filter((key) => !expired.includes(key))));
    assert.deepEqual(
      names((await listKeysPage(client(), { include_disabled: true, include_expired: true })).data),
      names(own),
    );
    assert.equal((await sample.raw("/keys?include_expired=1")).status, 400);
  });

  it("ignores or refuses include_expired in an older deployment", async () => {
    await sample.start({ includeExpired: "ignore" });
    assert.ok(names((await listKeysPage(client(), {})).data).includes("seasonal-campaign"));
    await sample.start({ includeExpired: "refuse" });
    const { status, body } = await sample.raw("/keys?include_expired=true");
    assert.equal(status, 400);
    assert.match(body.error.message, /include_expired/);
    assert.ok(names((await listKeysPage(client(), {})).data).includes("seasonal-campaign"));
  });

  it("returns the ledger's last row as last_used_at, and null for keys that are idle or were never used", async () => {
    const { data } = (await sample.raw(`/keys/${sample.key("support-assistant").hash}`)).body;
    const rows = sample.account.state.ledgerByKey.get(data.hash)!;
    assert.equal(Date.parse(data.last_used_at), rows.at(-1)!.at);
    const [idle, never] = ["workshop-2024", "unused-spare"].map((name) => sample.key(name).hash);
    for (const [hash, spent] of [
      [idle, true],
      [never, false],
    ] as const) {
      const key = (await sample.raw(`/keys/${hash}`)).body.data;
      assert.equal(key.last_used_at, null);
      assert.equal(key.usage > 0, spent);
    }
    const { data: fresh } = (await sample.raw("/keys", { name: "new" })).body;
    assert.equal(fresh.last_used_at, null);
  });

  it("returns external_user for partners' keys", async () => {
    assert.equal(
      (await sample.sdk.apiKeys.get({ hash: sample.key("partner-contoso").hash })).data.externalUser,
      "contoso",
    );
  });

  it("hides a default guardrail until its first PATCH, and never deletes it", async () => {
    const [unwritten, written] = [sample.workspace(0), sample.workspace(1)];
    const id = (await sample.sdk.workspaces.get({ id: unwritten.id })).data.defaultGuardrailId;
    const listed = async () => (await sample.sdk.guardrails.list({ workspaceId: unwritten.id })).result.data;
    await assertRefused(sample.sdk.guardrails.get({ id }), 404, /not found/);
    await assertRefused(sample.sdk.guardrails.listGuardrailKeyAssignments({ id }), 404, /not found/);
    assert.ok(!(await listed()).some((one) => one.id === id));
    const delivered = (await sample.sdk.guardrails.get({ id: written.default_guardrail_id })).data;
    assert.deepEqual(delivered.allowedDataRegions, ["global", "europe"]);
    assert.equal(delivered.workspaceId, written.id);

    await assertRefused(sample.sdk.guardrails.delete({ id }), 400, /cannot be deleted/);
    await assertRefused(sample.sdk.guardrails.delete({ id: written.default_guardrail_id }), 400, /cannot be deleted/);
    const half = { id, updateGuardrailRequest: { limitUsd: 5 } };
    await assertRefused(sample.sdk.guardrails.update(half), 400, /limit_usd and reset_interval/);
    await assertRefused(sample.sdk.guardrails.get({ id }), 404, /not found/);
    const whole = { id, updateGuardrailRequest: { limitUsd: 5, resetInterval: "daily" as const } };
    const { data } = await sample.sdk.guardrails.update(whole);
    assert.deepEqual([data.id, data.limitUsd, data.name], [id, 5, `Workspace ${unwritten.id} Default`]);
    assert.ok((await listed()).some((one) => one.id === id));
    const other = { id: crypto.randomUUID(), updateGuardrailRequest: { name: "x" } };
    await assertRefused(sample.sdk.guardrails.update(other), 404, /not found/);
  });

  it("accepts limit_usd and reset_interval only together: in the body of a POST, in the result of a PATCH", async () => {
    const create = (more: object) => sample.sdk.guardrails.create({ createGuardrailRequest: { name: "n", ...more } });
    for (const half of [{ limitUsd: 5 }, { resetInterval: "daily" }, { limitUsd: null, resetInterval: "daily" }])
      await assertRefused(create(half), 400, /limit_usd and reset_interval/);
    const { id } = (await create({ limitUsd: 5, resetInterval: "daily" })).data;
    const update = (updateGuardrailRequest: object) => sample.sdk.guardrails.update({ id, updateGuardrailRequest });
    for (const half of [{ limitUsd: null }, { resetInterval: null }])
      await assertRefused(update(half), 400, /limit_usd and reset_interval/);
    assert.equal((await update({ limitUsd: 6 })).data.limitUsd, 6);
    assert.equal((await update({ resetInterval: "weekly" })).data.resetInterval, "weekly");
    assert.equal((await update({ limitUsd: null, resetInterval: null })).data.limitUsd, null);
    await assertRefused(update({ limitUsd: 6 }), 400, /limit_usd and reset_interval/);
  });
});
