import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { apiError, reply } from "../support/faults.ts";
import { type McpServer, randomKey, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

const OVERRIDES = [
  { min_prompt_tokens: 200_000, prompt: "0.000005", completion: "0.00002" },
  { utc_start: 100, utc_end: 400, prompt: "-1000000" },
];

function model(id: string, pricing: object) {
  const architecture = { modality: "text->text", input_modalities: ["text"], output_modalities: ["text"] };
  return { id, name: id, context_length: 8192, pricing, architecture, supported_parameters: [] };
}

function endpoint(tag: string, pricing: object) {
  const numbers = { context_length: 8192, status: 0, uptime_last_30m: 99.5 };
  return { name: tag, model_id: "a/b", provider_name: tag, tag, quantization: null, pricing, ...numbers };
}

const negative = ["-1", "-1.0", "-1000000", "-0.5", "-1e6"].map((price, i) =>
  model(`router/${i}`, { prompt: price, completion: price }),
);
const priced = model("a/b", { prompt: "0.0000025", completion: "0", discount: 0.25, overrides: OVERRIDES });
const ANSWERS: Record<string, unknown> = {
  "/models": { data: [...negative, priced] },
  "/model/a/b": { data: priced },
  "/model/router/2": { data: negative[2] },
  "/models/a/b/endpoints": {
    data: {
      id: "a/b",
      name: "b",
      endpoints: [
        endpoint("plain", { prompt: "0.000003", completion: "0.000006" }),
        endpoint("cheap", { prompt: "0.0000025", completion: "-1.0", discount: 0.25, overrides: OVERRIDES }),
      ],
    },
  },
};

describe("MCP server: prices", () => {
  let server: McpServer;
  const api = createServer((request, response) => {
    const answer = ANSWERS[new URL(request.url ?? "", "http://x").pathname.replace("/api/v1", "")];
    reply(response, answer ? 200 : 404, answer ?? apiError(404, "Generation not found"));
  });
  before(async () => {
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/v1`;
    server = await startServer(serverEnv({ baseUrl, key: randomKey() }));
  });
  after(async () => {
    await server.close();
    api.close();
  });

  it("shows negative prices in any format as no price", async () => {
    const rows = rowsOf((await server.call("or_models")).text);
    for (const row of rows.filter(({ id }) => id?.startsWith("router/")))
      assert.deepEqual([row["pricing.prompt"], row["pricing.completion"]], ["no price", "no price"], row.id);
    const { text } = await server.call("or_model_get", { id: "router/2" });
    assert.match(text, /^pricing\.prompt: no price$/m);
    assert.doesNotMatch(text, /-1000000/);
  });

  it("shows discounts and conditional prices: a summary in the list, details for one model", async () => {
    const row = rowsOf((await server.call("or_models")).text).find(({ id }) => id === "a/b");
    assert.equal(row?.["pricing, other"], "discount=0.25,overrides=2");
    const { text } = await server.call("or_model_get", { id: "a/b" });
    assert.match(text, /^pricing\.discount: 0\.25$/m);
    assert.match(
      text,
      /^pricing\.overrides: min_prompt_tokens=200000 prompt=0\.000005 completion=0\.00002,utc_start=100 utc_end=400 prompt=no price$/m,
    );
  });

  it("shows an endpoint's discount and overrides as columns", async () => {
    const rows = rowsOf((await server.call("or_model_endpoints", { author: "a", slug: "b" })).text);
    assert.deepEqual(
      rows.map((row) => [row.tag, row["pricing.completion"], row["pricing.discount"], row["pricing.overrides"]]),
      [
        ["plain", "0.000006", "-", "-"],
        ["cheap", "no price", "0.25", rows[1]?.["pricing.overrides"]],
      ],
    );
    assert.match(rows[1]?.["pricing.overrides"] ?? "", /^min_prompt_tokens=200000 prompt=/);
  });

  it("says that a missing generation may appear later", async () => {
    const { text, isError } = await server.call("or_generation", { id: "gen-1" });
    assert.equal(isError, true);
    assert.match(text, /404: Generation not found\. Next: A generation can take a minute to appear after the call/);
  });
});
