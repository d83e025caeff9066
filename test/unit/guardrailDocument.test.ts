import assert from "node:assert/strict";
import { documentId, documentPath } from "../../src/editor/guardrails/document/documentPath.ts";
import { withDescriptions } from "../../src/editor/guardrails/document/schemaText.ts";
import {
  createClient,
  formatGuardrailDocument,
  getEditableFields,
  guardrailDocumentSchema,
  listAllGuardrails,
  parseGuardrailDocument,
} from "../../src/openrouter/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";

const problem = (text: string) => {
  const parsed = parseGuardrailDocument(text);
  assert.ok("problem" in parsed, "the document was accepted");
  return parsed.problem;
};

describe("parseGuardrailDocument", () => {
  it("accepts every guardrail from the API", async () => {
    const account = await startSampleAccount();
    try {
      const { guardrails } = await listAllGuardrails(createClient({ key: account.key, baseUrl: account.baseUrl }));
      assert.ok(guardrails.length > 3);
      for (const one of guardrails)
        assert.ok("fields" in parseGuardrailDocument(formatGuardrailDocument(getEditableFields(one))));
    } finally {
      await account.close();
    }
  });

  it("reports the line of a syntax error", () => {
    assert.equal(problem('{\n  "name": "A",\n  "limit_usd": 5,,\n}').line, 3);
    assert.equal(problem('{\n  "name": "A",\n').line, 2);
    assert.equal(problem("").line, 1);
  });

  it("reports the invalid field and its line", () => {
    const text =
      '{\n  "name": "A",\n  "limit_usd": "5",\n  "content_filters": [{ "pattern": "x", "action": "burn" }]\n}';
    assert.deepEqual({ ...problem(text), message: "" }, { line: 3, field: "limit_usd", message: "" });
    const filters = problem(text.replace('"5"', "5"));
    assert.equal(filters.field, "content_filters[0].action");
    assert.equal(filters.line, 4);
  });

  it("rejects unknown and read-only fields", () => {
    assert.deepEqual({ ...problem('{\n  "limit": 5\n}'), message: "" }, { line: 2, field: "limit", message: "" });
    assert.equal(problem('{ "enforce_zdr": true }').field, "enforce_zdr");
    assert.equal(problem('{ "id": "x" }').field, "id");
  });

  it("rejects non-objects, negative limits, and empty or too long names", () => {
    assert.equal(problem("[]").field, undefined);
    assert.equal(problem("null").field, undefined);
    for (const bad of [{ limit_usd: -1 }, { name: "" }, { name: "x".repeat(201) }, { reset_interval: "hourly" }])
      assert.equal(problem(JSON.stringify(bad)).field, Object.keys(bad)[0]);
  });

  it("accepts unknown values that were there when the document was opened", () => {
    const opened = { content_filter_builtins: [{ slug: "iban", action: "mask" }], reset_interval: "yearly" };
    const text = JSON.stringify({ ...opened, limit_usd: 5 });
    assert.deepEqual(parseGuardrailDocument(text, opened), { fields: { ...opened, limit_usd: 5 } });
    assert.equal(problem(text).field, "reset_interval");
  });
});

describe("JSON Schema of guardrail documents", () => {
  const choices = [{ id: "openai", name: "OpenAI", aliases: [] }];
  const schema = withDescriptions(
    guardrailDocumentSchema(),
    { allowed_providers: "Who may serve.", action: "What happens." },
    { allowed_providers: choices },
  ) as { properties: Record<string, Record<string, unknown>>; additionalProperties: unknown };

  it("rejects additional fields and describes fields at any depth", () => {
    assert.equal(schema.additionalProperties, false);
    assert.equal(schema.properties.allowed_providers!.description, "Who may serve.");
    assert.match(JSON.stringify(schema.properties.content_filters), /What happens/);
  });

  it("suggests names from the catalog and accepts others", () => {
    const list = JSON.stringify(schema.properties.allowed_providers);
    assert.match(list, /"enum":\["openai"\],"enumDescriptions":\["OpenAI"\]/);
    assert.match(list, /\{"type":"string","minLength":1\}/);
    assert.doesNotMatch(JSON.stringify(schema.properties.ignored_providers), /openai/);
  });

  it("contains every field of a document", () => {
    const fields = getEditableFields({
      id: "1",
      name: "A",
      created_at: "",
      include_byok_in_budgets: true,
      allowed_data_regions: [],
    });
    assert.deepEqual(Object.keys(schema.properties).sort(), [...Object.keys(fields), "$schema"].sort());
  });
});

describe("documentPath", () => {
  const id = "0b1c0000-0000-4000-8000-000000000000";
  const path = (name: string, workspace?: string) => documentPath({ id, name }, workspace);

  it("is readable and contains the guardrail's id", () => {
    assert.equal(
      path("Approved providers", "Production"),
      `/Production/${id}/Approved providers.openrouter-guardrail.json`,
    );
    for (const name of ["a/b\\c:*?", "🚀 launch", "..", "", "\u202egnp", "%2f#?", "x".repeat(500), "日本語"]) {
      assert.equal(documentId(path(name, "A/B")), id, name);
      assert.ok(path(name).length < 200);
      assert.doesNotMatch(path(name).slice(1).split("/")[2]!, /[\\/:*?"<>|#%\u202e]/);
    }
    assert.match(path("🚀 launch"), /🚀 launch/);
    assert.match(path(""), /\/guardrail\.openrouter/);
  });

  it("has no id for folders and other paths", () => {
    for (const other of ["/", "/Production", `/Production/${id}`, "/a/b/c.json"])
      assert.equal(documentId(other), undefined);
  });
});
