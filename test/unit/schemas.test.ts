import assert from "node:assert/strict";
import { AnalyticsMeta, AnalyticsResult, Guardrail, Model, WorkspaceBudgets } from "../../src/openrouter/schemas.ts";

const bad = Array.from({ length: 10_000 }, () => 1);

describe("schemas report only the first invalid item of a list", () => {
  const id = { id: "g", name: "g" };
  for (const [name, schema, value, path] of [
    ["budgets", WorkspaceBudgets, { data: bad }, ["data", 0]],
    ["analytics", AnalyticsResult, { data: bad }, ["data"]],
    ["metrics", AnalyticsMeta, { metrics: [{ name: "a" }, ...bad] }, ["metrics", 1]],
    ["models of a guardrail", Guardrail, { ...id, allowed_models: bad }, ["allowed_models", 0]],
    ["filters of a guardrail", Guardrail, { ...id, content_filters: bad }, ["content_filters", 0]],
    [
      "modalities",
      Model,
      { ...id, pricing: { prompt: "0", completion: "0" }, architecture: { output_modalities: bad } },
      ["architecture", "output_modalities", 0],
    ],
  ] as const)
    it(name, () => {
      const issues = schema.safeParse(value).error?.issues ?? [];
      assert.deepEqual(
        issues.map((issue) => issue.path),
        [path],
      );
    });
});
