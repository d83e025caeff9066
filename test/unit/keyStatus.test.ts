import assert from "node:assert/strict";
import { getKeyStatus, getLastUse, isExpired, type Key } from "../../src/openrouter/index.ts";

const NOW = new Date("2026-06-10T12:00:00Z");

describe("getKeyStatus and isExpired", () => {
  const past = "2026-06-10T11:59:59Z";
  const table: [what: string, fields: Partial<Key>, status: string, expired: boolean][] = [
    ["without an expiry date", { disabled: false }, "active", false],
    ["with `expires_at: null`", { disabled: false, expires_at: null }, "active", false],
    ["that has not expired yet", { disabled: false, expires_at: "2026-06-10T12:00:01Z" }, "active", false],
    ["that expires now", { disabled: false, expires_at: "2026-06-10T12:00:00Z" }, "expired", true],
    ["that has expired", { disabled: false, expires_at: past }, "expired", true],
    ["that is disabled and expired", { disabled: true, expires_at: past }, "disabled", true],
    ["with an unparsable date", { disabled: false, expires_at: "soon" }, "active", false],
  ];
  for (const [what, fields, status, expired] of table)
    it(`return "${status}" and ${expired} for a key ${what}`, () => {
      assert.equal(getKeyStatus(fields as Key, NOW), status);
      assert.equal(isExpired(fields as Key, NOW), expired);
    });
});

describe("getLastUse", () => {
  const at = "2026-06-09T08:07:06.000Z";
  const table: [what: string, fields: Parameters<typeof getLastUse>[0], kind: string][] = [
    ["a last_used_at", { last_used_at: at, usage: 0, byok_usage: 0 }, "used"],
    ["null and usage", { last_used_at: null, usage: 0.000001, byok_usage: 0 }, "idle"],
    ["null and BYOK usage only", { last_used_at: null, usage: 0, byok_usage: 3 }, "idle"],
    ["null and no usage", { last_used_at: null, usage: 0, byok_usage: 0 }, "never"],
    ["a missing field and usage", { usage: 5, byok_usage: 0 }, "unknown"],
    ["a missing field and no usage", { usage: 0, byok_usage: 0 }, "unknown"],
    ["an empty string", { last_used_at: "", usage: 0, byok_usage: 0 }, "unknown"],
    ["null without counters", { last_used_at: null }, "unknown"],
    ["null and only one counter, of 0", { last_used_at: null, usage: 0 }, "unknown"],
    ["null and only one counter, above 0", { last_used_at: null, byok_usage: 1 }, "idle"],
  ];
  for (const [what, fields, kind] of table)
    it(`returns "${kind}" for ${what}`, () => assert.equal(getLastUse(fields).kind, kind));

  it("returns the time as the API sends it", () =>
    assert.deepEqual(getLastUse({ last_used_at: at }), { kind: "used", at }));
});
