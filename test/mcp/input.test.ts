import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

const HASH = "a".repeat(64);
const ID = "550e8400-e29b-41d4-a716-446655440000";

const REFUSED: [tool: string, args: Record<string, unknown>, expected: RegExp][] = [
  ["or_activity", { date: "23.11.2026" }, /YYYY-MM-DD/],
  ["or_activity", { date: "2026-02-30" }, /YYYY-MM-DD/],
  ["or_activity", { api_key_hash: "abc" }, /64 hex digits/],
  ["or_activity", { limit: 0 }, /1 or more/],
  ["or_activity", { aggregate: "by_moon" }, /by_model/],
  ["or_keys_list", { offset: -1 }, /an offset of 0 or more/],
  ["or_key_get", { hash: "xyz" }, /64 hex digits/],
  ["or_key_get", {}, /hash/],
  ["or_generation", { id: "  " }, /non-empty text/],
  ["or_model_get", { id: "no-slash" }, /author\/slug/],
  ["or_guardrail_get", { id: "42" }, /UUID/],
  ["or_org_members", { limit: 101 }, /100 or fewer/],
  ["or_key_create", { name: "" }, /non-empty text/],
  ["or_key_create", { name: "a", limit: -5 }, /0 USD or more/],
  ["or_key_create", { name: "a", expires_at: "2027-01-01T00:00:00+02:00" }, /UTC time/],
  ["or_key_create", { name: "a", expires_at: "next week" }, /UTC time/],
  ["or_key_create", { name: "a", limit_reset: "yearly" }, /daily, weekly or monthly/],
  ["or_key_update", { hash: HASH }, /no change was requested/i],
  ["or_key_update", { hash: HASH, limit: -1 }, /0 USD or more/],
  ["or_key_update", { hash: HASH, expires_at: "2027-01-01" }, /UTC time/],
  ["or_key_delete", { hash: `${HASH}0` }, /64 hex digits/],
  ["or_guardrail_create", { name: "g", allowed_models: [] }, /at least one/],
  ["or_guardrail_update", { id: ID }, /no change was requested/i],
  ["or_guardrail_update", { id: ID, ignored_providers: [] }, /at least one entry, or omit/],
  ["or_guardrail_delete", { id: "x" }, /UUID/],
  ["or_guardrail_assign_keys", { id: ID, hashes: [] }, /at least one key hash/],
  ["or_guardrail_assign_keys", { id: ID, hashes: ["short"] }, /64 hex digits/],
  ["or_guardrail_unassign_members", { id: ID, user_ids: [] }, /at least one member/],
];

describe("MCP server: invalid arguments", () => {
  let account: SampleAccount;
  let server: McpServer;
  before(async () => {
    account = await startSampleAccount();
    server = await startServer(serverEnv(account, "1"));
  });
  after(async () => {
    await server.close();
    await account.close();
  });

  for (const [tool, args, expected] of REFUSED)
    it(`rejects ${tool} ${JSON.stringify(args).slice(0, 60)} without sending anything`, async () => {
      const { text, isError } = await server.call(tool, args);
      assert.equal(isError, true, text);
      assert.match(text, expected);
      assert.equal(account.requests.length, 0);
    });
});
