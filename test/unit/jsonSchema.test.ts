import assert from "node:assert/strict";
import * as z from "zod";
import {
  clearFields,
  nonEmptyString,
  resetInterval,
  rowLimit,
  stringList,
  usd,
  utcTime,
} from "../../src/mcp/inputs.ts";
import { toJsonSchema } from "../../src/mcp/jsonSchema.ts";
import { allTools } from "../../src/mcp/tools/index.ts";

describe("toJsonSchema", () => {
  it("returns names, types and required fields", () => {
    const input = z.strictObject({
      name: nonEmptyString,
      limit: usd.optional().describe("USD"),
      many: rowLimit(100),
      on: z.boolean(),
      at: utcTime.optional(),
    });
    assert.deepEqual(toJsonSchema(input), {
      type: "object",
      properties: {
        name: { type: "string" },
        limit: { type: "number", description: "USD" },
        many: { type: "integer" },
        on: { type: "boolean" },
        at: { type: "string" },
      },
      required: ["name", "on"],
      additionalProperties: false,
    });
  });

  it("returns items of arrays and values of enums, without bounds", () => {
    const input = z.strictObject({
      models: stringList,
      reset: resetInterval.describe("when"),
      clear: clearFields(["limit", "reset"]),
    });
    assert.deepEqual(toJsonSchema(input), {
      type: "object",
      properties: {
        models: { type: "array", items: { type: "string" } },
        reset: { type: "string", enum: ["daily", "weekly", "monthly"], description: "when" },
        clear: {
          type: "array",
          items: { type: "string", enum: ["limit", "reset"] },
          description: "fields to set to null",
        },
      },
      required: ["models", "reset"],
      additionalProperties: false,
    });
  });

  it("returns properties without required for an empty input", () => {
    assert.deepEqual(toJsonSchema(z.strictObject({})), { type: "object", properties: {}, additionalProperties: false });
  });

  it("throws for types that some clients don't support", () => {
    for (const field of [
      nonEmptyString.nullable(),
      z.union([nonEmptyString, usd]),
      z.record(z.string(), nonEmptyString),
      z.any(),
    ])
      assert.throws(() => toJsonSchema(z.strictObject({ field })), /No plain JSON Schema/);
  });

  for (const { name, input } of allTools)
    it(`${name}: equals the output of zod's converter without patterns and bounds`, () => {
      const plain = ({ type, description, enum: values, items }: Record<string, unknown>): object => ({
        type,
        ...(values ? { enum: values } : {}),
        ...(items ? { items: plain(items as Record<string, unknown>) } : {}),
        ...(description ? { description } : {}),
      });
      const { properties = {}, required } = z.toJSONSchema(input, { io: "input" });
      assert.deepEqual(toJsonSchema(input), {
        type: "object",
        properties: Object.fromEntries(
          Object.entries(properties).map(([field, property]) => [field, plain(property as Record<string, unknown>)]),
        ),
        ...(required && { required }),
        additionalProperties: false,
      });
    });

  for (const { name, input } of allTools)
    it(`${name}: is a single object without references`, () => {
      const schema = toJsonSchema(input);
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
      for (const field of Object.values(schema.properties)) assert.ok(field.type);
    });
});
