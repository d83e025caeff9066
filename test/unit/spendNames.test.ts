import assert from "node:assert/strict";
import { toTable } from "../../src/openrouter/spend/index.ts";

describe("names in toTable", () => {
  /** Built at runtime, because no file may contain text of this form. */
  const secret = `sk-or-v1-${"ab".repeat(32)}`;
  const named = (name: string) =>
    toTable([{ bucket: "2026-08-03", key: "hash", cost: 1 }], {
      ...{ unit: "day", buckets: ["2026-08-03"], isKnown: () => true, dimensions: ["key"], sources: [], notes: [] },
      name: () => name,
    }).entries.key[0];

  it("are redacted, since a key may be named by its secret", () => {
    assert.deepEqual(named(`my ${secret}`), { id: "hash", name: "my [redacted]" });
  });

  it("are on one line, without escapes and invisible characters", () => {
    assert.equal(named("a\u001b[31m\nb\u202ec")?.name, "a bc");
  });
});
