import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { extraTools } from "../../src/mcp/tools/extra.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

const EXTRA = extraTools.map(({ name }) => name);
const READ = [
  ...EXTRA,
  "or_overview or_credits or_current_key or_keys_list or_key_get or_activity or_generation or_models or_model_get",
  "or_model_endpoints or_models_user or_zdr_endpoints or_guardrails_list or_guardrail_get or_guardrails_assignments or_org_members",
].flatMap((line) => line.split(" "));
const WRITE = [
  "or_key_create or_key_update or_key_delete or_guardrail_create or_guardrail_update or_guardrail_delete",
  "or_guardrail_assign_keys or_guardrail_unassign_keys or_guardrail_assign_members or_guardrail_unassign_members",
].flatMap((line) => line.split(" "));

/** The tools with a chart in the chat. */
const DRAWN = ["or_overview", "or_activity", "or_explain_change", "or_forecast"];

/** Asserts that a property has a single type, and nothing else but a description, an enum of strings or items. */
function assertPlain(property: unknown, path: string): void {
  const { type, enum: values, items, description, ...others } = property as Record<string, unknown>;
  assert.deepEqual(others, {}, path);
  assert.ok(["string", "number", "integer", "boolean", "array"].includes(type as string), `${path}: ${type}`);
  if (description !== undefined) assert.equal(typeof description, "string", path);
  if (values !== undefined) {
    assert.equal(type, "string", path);
    assert.ok(
      (values as unknown[]).length > 0 && (values as unknown[]).every((value) => typeof value === "string" && value),
      path,
    );
  }
  assert.equal(items !== undefined, type === "array", path);
  if (items !== undefined) assertPlain(items, `${path}[]`);
}

describe("MCP server: all tools", () => {
  let account: SampleAccount;
  let server: McpServer;
  before(async () => {
    account = await startSampleAccount();
    server = await startServer({ ...serverEnv(account, "1"), OPENROUTER_ADMIN_TOOLS: "all" });
  });
  after(async () => {
    await server.close();
    await account.close();
  });

  it("have the 26 known names by default, and those of the group extra in all", async () => {
    const standard = await startServer(serverEnv(account, "1"));
    const names = async ({ client }: McpServer) => (await client.listTools()).tools.map((tool) => tool.name).sort();
    assert.deepEqual(await names(standard), [...READ.filter((name) => !EXTRA.includes(name)), ...WRITE].sort());
    assert.deepEqual(await names(server), [...READ, ...WRITE].sort());
    await standard.close();
  });

  it("have a title, annotations, a short description and no output schema", async () => {
    for (const tool of (await server.client.listTools()).tools) {
      assert.ok(tool.title, tool.name);
      assert.equal(tool.annotations?.title, tool.title);
      assert.equal(tool.annotations?.readOnlyHint, READ.includes(tool.name), tool.name);
      assert.equal(tool.annotations?.openWorldHint, false);
      assert.equal(typeof tool.annotations?.destructiveHint, "boolean");
      assert.equal(typeof tool.annotations?.idempotentHint, "boolean");
      assert.ok(tool.description && tool.description.length >= 10 && tool.description.length <= 300, tool.name);
      assert.equal(tool.inputSchema.type, "object");
      assert.equal(tool.outputSchema, undefined, "structuredContent would reach the model instead of the text");
      const drawn = DRAWN.includes(tool.name)
        ? { ui: { resourceUri: "ui://openrouter-admin/activity.html" } }
        : undefined;
      assert.deepEqual(tool._meta, WRITE.includes(tool.name) ? { ui: { visibility: ["model"] } } : drawn, tool.name);
    }
    const destructive = ["or_key_delete", "or_guardrail_delete", "or_key_update"];
    for (const tool of (await server.client.listTools()).tools)
      if (destructive.includes(tool.name)) assert.equal(tool.annotations?.destructiveHint, true, tool.name);
  });

  it("have schemas that every client accepts", async () => {
    for (const { name, inputSchema } of (await server.client.listTools()).tools) {
      const { type, properties, required, additionalProperties, ...others } = inputSchema;
      assert.deepEqual([type, additionalProperties, others], ["object", false, {}], name);
      assert.equal(typeof properties, "object", `${name}: a tool without arguments needs properties too`);
      if (required !== undefined)
        assert.ok(required.length > 0 && required.every((field) => field in properties!), name);
      for (const [field, property] of Object.entries(properties!)) assertPlain(property, `${name}.${field}`);
    }
  });

  it("take at most 2,600 tokens in the list, write tools included", async () => {
    const { tools } = await server.client.listTools();
    const listed = tools
      .filter(({ name }) => !EXTRA.includes(name))
      .map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    const tokens = countTokens(JSON.stringify(listed));
    assert.ok(tokens <= 2600, `${tokens} tokens`);
  });

  it("reject an unknown argument without sending anything", async () => {
    for (const name of [...READ, ...WRITE]) {
      const before = account.requests.length;
      const { text, isError } = await server.call(name, { nonsense: 1 });
      assert.equal(isError, true, name);
      assert.match(text, /nothing was sent/);
      assert.equal(account.requests.length, before, name);
    }
  });

  it("start the text of errors, and of nothing else, with their name, since VS Code drops isError", async () => {
    for (const name of [...READ, ...WRITE]) {
      const { text } = await server.call(name, { nonsense: 1 });
      assert.ok(text.startsWith(`${name} `), text);
    }
    const key = [...account.state.keys.values()][0]!;
    const args: Record<string, Record<string, unknown>> = {
      or_key_get: { hash: key.hash },
      or_generation: { id: account.state.generations[0]?.id },
      or_model_get: { id: "openrouter/auto" },
      or_model_endpoints: { author: "openrouter", slug: "auto" },
      or_guardrail_get: { id: [...account.state.guardrails.values()][0]?.id },
      or_key_may_use: { hash: [...account.state.keys.keys()][0], model: "openrouter/auto" },
      or_key_update: { hash: key.hash, name: key.name },
    };
    for (const name of [...READ, "or_key_update"]) {
      const { text, isError } = await server.call(name, args[name]);
      assert.equal(text.startsWith(name), isError, text.slice(0, 200));
    }
    const { text, isError } = await server.call("or_key_get", { hash: "0".repeat(64) });
    assert.ok(isError && text.startsWith("or_key_get failed: "), text);
  });

  it("return no sk-or- string other than labels from read tools, not even in errors", async () => {
    const label = /sk-or-v1-[0-9a-f]{3}\.\.\.[0-9a-f]{3,4}\b/g;
    const hash = [...account.state.keys.values()][0]?.hash;
    const args: Record<string, Record<string, unknown>> = {
      or_key_get: { hash },
      or_activity: { aggregate: "by_key" },
      or_generation: { id: account.state.generations[0]?.id },
      or_model_get: { id: "openrouter/auto" },
      or_model_endpoints: { author: "openrouter", slug: "nothing" },
      or_guardrail_get: { id: [...account.state.guardrails.values()][0]?.id },
      or_key_may_use: { hash: [...account.state.keys.keys()][0], model: "openrouter/auto" },
    };
    for (const name of READ) {
      const { text, meta } = await server.call(name, args[name]);
      assert.ok(text.length > 0, name);
      assert.equal(meta, undefined, "figures are for clients that draw them");
      const withoutLabels = text.replace(label, "");
      assert.ok(!/sk-or-/i.test(withoutLabels), `${name}: ${withoutLabels.match(/.{0,20}sk-or-.{0,20}/)?.[0]}`);
      if (["or_key_get", "or_current_key"].includes(name)) assert.match(text, /^label: sk-or-v1-.{3}\.\.\..{3,4}$/m);
      assert.ok(!text.includes(account.key), name);
    }
    assert.ok(!/sk-or-/.test(server.stderr()));
  });

  it("send the key as a Bearer token, never in a query or body", () => {
    assert.ok(account.requests.length > 0);
    assert.ok(
      !JSON.stringify(account.requests.map(({ path, query, body }) => [path, query, body])).includes(account.key),
    );
  });
});
