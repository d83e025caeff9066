import assert from "node:assert/strict";
import fc from "fast-check";
import { readArguments } from "../../src/mcp/arguments.ts";
import type { InputSchema, Property } from "../../src/mcp/jsonSchema.ts";
import { allTools } from "../../src/mcp/tools/index.ts";

const schema: InputSchema = {
  type: "object",
  properties: {
    id: { type: "string" },
    name: { type: "string" },
    limit: { type: "number" },
    rows: { type: "integer" },
    on: { type: "boolean" },
    reset: { type: "string", enum: ["daily", "by_key"] },
    models: { type: "array", items: { type: "string" } },
    clear: { type: "array", items: { type: "string", enum: ["name", "limit"] } },
  },
  required: ["id"],
  additionalProperties: false,
};
const read = (given: Record<string, unknown>) => readArguments(schema, { id: "i", ...given });

/** Generates valid values of a property. */
function valuesOf({ type, enum: values, items }: Property): fc.Arbitrary<unknown> {
  switch (type) {
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 });
    case "integer":
      return fc.integer();
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(valuesOf(items!), { minLength: 1, maxLength: 4 });
    default:
      return values ? fc.constantFrom(...values) : fc.stringMatching(/^[a-z]([a-z0-9 .:/-]{0,8}[a-z0-9])?$/);
  }
}

/** Returns the value as text, as careless clients send it. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === "string" ? ` ${value} ` : ` ${value}`.toUpperCase();
}

const given = (schema: InputSchema) =>
  fc.record(
    Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name]) => name !== "clear")
        .map(([name, property]) => [name, valuesOf(property)]),
    ),
    { requiredKeys: schema.required ?? [] },
  );

describe("readArguments", () => {
  for (const { name, schema } of allTools) {
    it(`${name}: leaves valid arguments unchanged`, () => {
      fc.assert(
        fc.property(given(schema()), (args) => {
          const { problems, ...reading } = readArguments(schema(), args);
          assert.deepEqual([reading.args, problems, reading.note], [{ ...args }, [], undefined]);
        }),
        { numRuns: 30 },
      );
    });

    it(`${name}: converts numbers, booleans and lists from text; ignores nulls, blanks, other spellings and extras`, () => {
      const empty = fc.constantFrom(null, "", "  ");
      fc.assert(
        fc.property(given(schema()), empty, fc.boolean(), (args, nothing, camel) => {
          const spelled = (field: string) =>
            camel ? field.replace(/_(.)/g, (_, letter) => letter.toUpperCase()) : field;
          const rest = Object.keys(schema().properties).filter((field) => !(field in args));
          const careless = {
            wait_for_previous: false,
            ...Object.fromEntries(rest.map((field) => [field, nothing])),
            ...Object.fromEntries(Object.entries(args).map(([field, value]) => [spelled(field), asText(value)])),
          };
          const { problems, note, args: seen } = readArguments(schema(), careless);
          assert.deepEqual([seen, problems, note], [{ ...args }, [], undefined]);
        }),
        { numRuns: 30 },
      );
    });
  }

  it("reads every number that JSON can represent", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (limit) => {
        assert.equal(read({ limit: String(limit) }).args.limit, limit || 0);
      }),
    );
  });

  it("leaves other text to the validation", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { limit } = read({ limit: text }).args;
        if (text.trim() === "") assert.equal(limit, undefined);
        else assert.equal(limit, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text);
      }),
    );
  });

  it("reports every unknown name", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (name, value) => {
        const { args, problems } = read(JSON.parse(JSON.stringify({ [name]: value })));
        const known = Object.keys(schema.properties).find(
          (one) => one === name.toLowerCase().replaceAll(/[-_\s]/g, ""),
        );
        if (known || name.startsWith("_") || /^(cwd|tool|action|summary|thoughts?|thinking|reasoning)$/i.test(name))
          return;
        assert.deepEqual([args, problems.length], [{ id: "i" }, 1]);
        assert.match(problems[0]!, /^unknown argument .{1,70}; /u);
        assert.ok(problems[0]!.length < 200);
      }),
    );
  });

  it("never ignores an argument of the tool", () => {
    const own: InputSchema = { ...schema, properties: { id: { type: "string" }, summary: { type: "string" } } };
    assert.deepEqual(readArguments(own, { id: "i", summary: "s", action: "a" }).args, { id: "i", summary: "s" });
    assert.deepEqual(readArguments(own, { id: "i", Summary: "s" }).args, { id: "i", summary: "s" });
    assert.deepEqual(readArguments(own, { id: "i", _summary: "s" }).args, { id: "i", summary: "s" });
    assert.deepEqual(readArguments(own, { id: "i", _id: "j" }), { args: { id: "i" }, problems: [] });
  });

  it("maps a name that matches two properties to neither", () => {
    const twins: InputSchema = {
      ...schema,
      properties: { id: { type: "string" }, a_b: { type: "string" }, ab: { type: "string" } },
    };
    assert.deepEqual(readArguments(twins, { id: "i", a_b: "1", ab: "2" }).problems, []);
    assert.match(readArguments(twins, { id: "i", "A-B": "1" }).problems[0]!, /unknown argument A-B/);
  });
});
