import assert from "node:assert/strict";
import * as z from "zod";
import { names, reset, rows, text, usd, utcTime } from "../../src/mcp/inputs.ts";
import { inputSchema } from "../../src/mcp/jsonSchema.ts";
import { allTools } from "../../src/mcp/tools/index.ts";

describe("JSON Schema of inputs", () => {
  it("is the plain one: names, types, what is required", () => {
    const input = z.strictObject({
      name: text,
      limit: usd.optional().describe("USD"),
      many: rows(100),
      on: z.boolean(),
      at: utcTime.optional(),
    });
    assert.deepEqual(inputSchema(input), {
      type: "object",
      properties: {
        name: { type: "string" },
        limit: { type: "number", description: "USD" },
        many: { type: "integer" },
        on: { type: "boolean" },
        at: { type: "string" },
      },
      required: ["name", "on"],
    });
  });

  it("writes null as one of the types", () => {
    const input = z.strictObject({
      limit: usd.nullable().optional().describe("USD"),
      reset: reset.nullable().optional(),
      models: names.nullable().optional(),
    });
    assert.deepEqual(inputSchema(input), {
      type: "object",
      properties: {
        limit: { type: ["number", "null"], description: "USD" },
        reset: { type: ["string", "null"], enum: ["daily", "weekly", "monthly", null] },
        models: { type: ["array", "null"], items: { type: "string" } },
      },
    });
  });

  for (const { name, input } of allTools)
    it(`${name}: an object with its fields, nothing to look up elsewhere`, () => {
      const schema = inputSchema(input);
      assert.equal(schema.type, "object");
      assert.deepEqual(Object.keys(schema.properties as object), Object.keys(input.shape));
      const required = Object.entries(input.shape).filter(
        ([, field]) => !(field as z.ZodType).safeParse(undefined).success,
      );
      assert.deepEqual(
        schema.required ?? [],
        required.map(([field]) => field),
      );
      assert.doesNotMatch(JSON.stringify(schema), /"(\$schema|\$ref|anyOf|pattern|format)":/);
      for (const field of Object.values(schema.properties as Record<string, { type?: unknown }>)) assert.ok(field.type);
    });
});
