import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  createGuardrailPatch,
  formatChange,
  formatGuardrailDocument,
  type Guardrail,
  type GuardrailFields,
  getEditableFields,
  parseGuardrailDocument,
} from "../../src/openrouter/index.ts";

const guardrail = (fields: Partial<Guardrail> = {}): Guardrail => ({
  id: "0b1c",
  name: "Research",
  created_at: "2026-01-01T00:00:00Z",
  include_byok_in_budgets: false,
  ...fields,
});

const patch = (before: Partial<Guardrail>, wanted: GuardrailFields, now: Partial<Guardrail> = before) =>
  createGuardrailPatch(guardrail(before), wanted, guardrail(now));

describe("createGuardrailPatch", () => {
  it("sends only changed fields", () => {
    const { body } = patch({ name: "A", description: "why" }, { name: "B", description: "why" });
    assert.deepEqual(body, { name: "B" });
  });

  it("sends a limit and its reset together, and reports only the changed field", () => {
    const daily = { limit_usd: 50, reset_interval: "daily" };
    const { body, changes } = patch(daily, { limit_usd: 75, reset_interval: "daily" });
    assert.deepEqual(body, { limit_usd: 75, reset_interval: "daily" });
    assert.deepEqual(changes, [{ field: "limit_usd", before: 50, after: 75 }]);
    assert.deepEqual(patch(daily, { reset_interval: "weekly" }).body, { limit_usd: 50, reset_interval: "weekly" });
    // A reset that someone else set meanwhile is kept.
    const now = { limit_usd: 50, reset_interval: "monthly" };
    assert.deepEqual(patch(daily, { ...daily, limit_usd: 75 }, now).body, { limit_usd: 75, reset_interval: "monthly" });
  });

  it("clears the reset with the limit and reports both", () => {
    const daily = { limit_usd: 50, reset_interval: "daily" };
    const { body, changes } = patch(daily, { ...daily, limit_usd: null });
    assert.deepEqual(body, { limit_usd: null, reset_interval: null });
    assert.deepEqual(
      changes.map(({ field }) => field),
      ["limit_usd", "reset_interval"],
    );
  });

  it("keeps an incomplete limit if neither field changes", () => {
    assert.deepEqual(patch({ limit_usd: 50 }, { limit_usd: 50, name: "B" }).body, { name: "B" });
  });

  it("sends nothing for an unchanged document", () => {
    const before = guardrail({ allowed_models: ["a/b"], content_filters: [{ pattern: "x", action: "flag" }] });
    assert.deepEqual(createGuardrailPatch(before, getEditableFields(before), before).body, {});
  });

  it("clears an emptied list with null, since the API rejects empty lists", () => {
    assert.deepEqual(patch({ allowed_models: ["a/b"] }, { allowed_models: [] }).body, { allowed_models: null });
    assert.deepEqual(patch({ allowed_models: null }, { allowed_models: [] }).body, {});
    assert.deepEqual(patch({ content_filters: [{ pattern: "x", action: "flag" }] }, { content_filters: [] }).body, {
      content_filters: null,
    });
  });

  it("keeps fields missing from the document and reports them", () => {
    const { body, omittedFields } = patch({ limit_usd: 50 }, { name: "Other" });
    assert.deepEqual(body, { name: "Other" });
    assert.ok(omittedFields.includes("limit_usd"));
  });

  it("ignores order and duplicates in lists of names", () => {
    assert.deepEqual(patch({ allowed_providers: ["a", "b"] }, { allowed_providers: ["b", "a", "b"] }).body, {});
  });

  it("treats the order of filters as significant", () => {
    const [one, two] = [
      { pattern: "1", action: "flag" },
      { pattern: "2", action: "block" },
    ];
    assert.deepEqual(patch({ content_filters: [one, two] }, { content_filters: [two, one] }).body, {
      content_filters: [two, one],
    });
  });

  it("keeps changes that someone else made and reports them", () => {
    const opened = { limit_usd: 50, description: "old" };
    const { body, remoteChanges } = patch(
      opened,
      { ...opened, description: "mine" },
      { limit_usd: 75, description: "old" },
    );
    assert.deepEqual(body, { description: "mine" });
    assert.deepEqual(remoteChanges, [{ field: "limit_usd", before: 50, after: 75 }]);
  });

  it("replaces someone else's change to the same field and reports the current value as before", () => {
    const { changes } = patch({ limit_usd: 50 }, { limit_usd: 60 }, { limit_usd: 75 });
    assert.deepEqual(changes, [{ field: "limit_usd", before: 75, after: 60 }]);
  });

  it("sends nothing if someone else already made the same change", () => {
    assert.deepEqual(patch({ limit_usd: 50 }, { limit_usd: 60 }, { limit_usd: 60 }).body, {});
  });

  it("never sends the deprecated enforce_zdr, but shows the provider fields it implies", () => {
    const before = guardrail({ enforce_zdr: true, enforce_zdr_xai: false });
    const fields = getEditableFields(before);
    assert.equal("enforce_zdr" in fields, false);
    assert.equal(fields.enforce_zdr_openai, true);
    assert.equal(fields.enforce_zdr_xai, false);
    assert.deepEqual(createGuardrailPatch(before, fields, before).body, {});
  });

  it("omits unknown fields and labels set by the API", () => {
    const before = guardrail({
      organization: "x",
      content_filter_builtins: [{ slug: "email", action: "redact", label: "[EMAIL]", since: 2026 }],
    });
    const fields = getEditableFields(before);
    assert.equal("organization" in fields, false);
    assert.deepEqual(fields.content_filter_builtins, [{ slug: "email", action: "redact" }]);
  });

  it("omits fields that the API does not return", () => {
    const fields = getEditableFields({ ...guardrail(), include_byok_in_budgets: undefined });
    assert.equal("include_byok_in_budgets" in fields, false);
    assert.equal("allowed_data_regions" in fields, false);
  });
});

describe("formatGuardrailDocument and parseGuardrailDocument", () => {
  const names = fc.option(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }));
  const flag = fc.option(fc.boolean());
  const parts = fc.record({
    name: fc.string({ minLength: 1, maxLength: 200 }),
    description: fc.option(fc.string({ minLength: 1, maxLength: 100 })),
    limit: fc.option(
      fc.record({
        limit_usd: fc.double({ min: 0, max: 1e9, noNaN: true }).map((usd) => usd + 0),
        reset_interval: fc.constantFrom("daily", "weekly", "monthly"),
      }),
    ),
    allowed_data_regions: fc.option(fc.subarray(["global", "europe", "us"], { minLength: 1 })),
    allowed_models: names,
    ignored_providers: names,
    enforce_zdr_google: flag,
    enable_paid_model_training: flag,
    content_filters: fc.option(
      fc.array(
        fc.record({ pattern: fc.string({ minLength: 1 }), action: fc.constantFrom("redact", "block", "flag") }),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    content_filter_builtins: fc.option(
      fc.array(
        fc.oneof(
          fc.record({
            slug: fc.constantFrom("email", "secrets", "person-name"),
            action: fc.constantFrom("redact", "block", "flag"),
          }),
          fc.record({
            slug: fc.constant("regex-prompt-injection"),
            action: fc.constantFrom("block", "flag"),
            scan_scope: fc.constantFrom("user_only", "all_messages"),
          }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    ),
  });
  // OpenRouter has both fields or none.
  const any = parts.map(({ limit, ...fields }) => ({ limit_usd: null, reset_interval: null, ...fields, ...limit }));

  it("round-trips any guardrail", () =>
    fc.assert(
      fc.property(any, (fields) => {
        const before = guardrail(fields);
        const parsed = parseGuardrailDocument(formatGuardrailDocument(getEditableFields(before)));
        assert.ok("fields" in parsed, JSON.stringify(parsed));
        assert.deepEqual(parsed.fields, getEditableFields(before));
        assert.deepEqual(createGuardrailPatch(before, parsed.fields, before).changes, []);
      }),
    ));

  it("turns any guardrail into any other with one patch", () =>
    fc.assert(
      fc.property(any, any, (from, to) => {
        const [before, after] = [guardrail(from), guardrail(to)];
        const { body } = createGuardrailPatch(before, getEditableFields(after), before);
        const result = getEditableFields({ ...before, ...body });
        assert.deepEqual(createGuardrailPatch(after, result, after).changes, []);
      }),
    ));
});

describe("formatChange", () => {
  it("shows the values before and after", () => {
    assert.equal(formatChange({ field: "limit_usd", before: 50, after: null }), "limit_usd: 50 → null");
    assert.equal(formatChange({ field: "name", before: "A", after: "B" }), 'name: "A" → "B"');
  });

  it("shows only added and removed entries of long lists", () => {
    const many = Array.from({ length: 30 }, (_, i) => `author/model-${i}`);
    const text = formatChange({ field: "allowed_models", before: many, after: [...many.slice(1), "new/one"] });
    assert.equal(text, "allowed_models: [30] → [30]: + new/one, − author/model-0");
    assert.match(
      formatChange({ field: "allowed_models", before: many, after: null }),
      /^allowed_models: \[30\] → null: − /,
    );
  });

  it("truncates long values", () => {
    assert.ok(formatChange({ field: "description", before: "x".repeat(1000), after: "y".repeat(1000) }).length < 200);
  });
});
