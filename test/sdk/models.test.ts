import assert from "node:assert/strict";
import { assertRefused, sampleForEach } from "../support/sdk.ts";

describe("official SDK against the sample account: models", () => {
  const sample = sampleForEach();

  it("lists text models by default, and others on request", async () => {
    const ids = (models: { id: string }[]) => models.map(({ id }) => id);
    const text = (await sample.sdk.models.list()).result;
    const expected = sample.account.state.models.filter((model) =>
      model.architecture.output_modalities.includes("text"),
    );
    assert.deepEqual(ids(text.data), ids(expected));
    assert.equal(text.totalCount, expected.length);
    const all = (await sample.sdk.models.list({ outputModalities: "all" })).result.data;
    assert.deepEqual(ids(all), ids(sample.account.state.models));
    assert.equal(
      (await sample.sdk.models.count({ outputModalities: "all" })).data.count,
      sample.account.state.models.length,
    );
    assert.ok(all.length >= 45);
    assert.equal(all.find(({ id }) => id === "openrouter/auto")!.pricing.prompt, "-1");
    const found = (await sample.sdk.models.list({ q: "QWEN3", supportedParameters: "tools,reasoning" })).result.data;
    assert.deepEqual(ids(found), ["qwen/qwen3-32b"]);
    const user = (await sample.sdk.models.listForUser({ bearer: sample.account.key })).result.data;
    assert.ok(user.length > 0 && user.every(({ id }) => !id.endsWith(":free")));
    assert.equal((await sample.sdk.models.list({ offset: 3, limit: 2 })).result.data[0]!.id, text.data[3]!.id);
  });

  it("returns a model, its endpoints, and all endpoints with zero data retention", async () => {
    const [author, slug] = ["qwen", "qwen3-coder:free"];
    const { data } = await sample.sdk.models.get({ author, slug });
    assert.equal(data.pricing.prompt, "0");
    const paid = (await sample.sdk.endpoints.list({ author, slug: "qwen3-coder" })).data;
    assert.equal(paid.id, "qwen/qwen3-coder");
    assert.ok(paid.endpoints.length > 1);
    assert.ok(paid.endpoints.every((endpoint) => endpoint.uptimeLast30m! > 90));
    const zdr = (await sample.sdk.endpoints.listZdrEndpoints()).data;
    const stored = [...sample.account.state.endpoints.values()].flat().filter((endpoint) => endpoint.zdr);
    assert.deepEqual(
      zdr.map(({ name }) => name),
      stored.map((endpoint) => endpoint.public.name),
    );
    await assertRefused(sample.sdk.models.get({ author: "no", slug: "such" }), 404, /no\/such/);
    await assertRefused(sample.sdk.endpoints.list({ author: "no", slug: "such" }), 404, /no\/such/);
  });
});
