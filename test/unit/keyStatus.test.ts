import assert from "node:assert/strict";
import { getKeyStatus, getLastUse, isExpired, type Key } from "../../src/openrouter/index.ts";

const NOW = new Date("2026-06-10T12:00:00Z");

describe("keyStatus", () => {
  const past = "2026-06-10T11:59:59Z";
  const table: [what: string, fields: Partial<Key>, status: string, expired: boolean][] = [
    ["without expiry", { disabled: false }, "active", false],
    ["with a null expiry", { disabled: false, expires_at: null }, "active", false],
    ["that expires later", { disabled: false, expires_at: "2026-06-10T12:00:01Z" }, "active", false],
    ["that expires now", { disabled: false, expires_at: "2026-06-10T12:00:00Z" }, "expired", true],
    ["that has expired", { disabled: false, expires_at: past }, "expired", true],
    ["that is disabled and has expired", { disabled: true, expires_at: past }, "disabled", true],
    ["with a date that cannot be read", { disabled: false, expires_at: "soon" }, "active", false],
  ];
  for (const [what, fields, status, expired] of table)
    it(`a key ${what}: ${status}`, () => {
      assert.equal(getKeyStatus(fields as Key, NOW), status);
      assert.equal(isExpired(fields as Key, NOW), expired);
    });
});

describe("lastUse", () => {
  const at = "2026-06-09T08:07:06.000Z";
  const table: [what: string, fields: Parameters<typeof getLastUse>[0], kind: string][] = [
    ["a time", { last_used_at: at, usage: 0, byok_usage: 0 }, "used"],
    ["null with usage", { last_used_at: null, usage: 0.000001, byok_usage: 0 }, "idle"],
    ["null with BYOK usage alone", { last_used_at: null, usage: 0, byok_usage: 3 }, "idle"],
    ["null with nothing spent", { last_used_at: null, usage: 0, byok_usage: 0 }, "never"],
    ["no such field, with usage", { usage: 5, byok_usage: 0 }, "unknown"],
    ["no such field, with nothing spent", { usage: 0, byok_usage: 0 }, "unknown"],
    ["an empty text", { last_used_at: "", usage: 0, byok_usage: 0 }, "unknown"],
    ["null without counters", { last_used_at: null }, "unknown"],
    ["null with one counter of 0", { last_used_at: null, usage: 0 }, "unknown"],
    ["null with one counter above 0", { last_used_at: null, byok_usage: 1 }, "idle"],
  ];
  for (const [what, fields, kind] of table) it(`${what}: ${kind}`, () => assert.equal(getLastUse(fields).kind, kind));

  it("keeps the time as the API gives it", () =>
    assert.deepEqual(getLastUse({ last_used_at: at }), { kind: "used", at }));
});
