// Runs the built server in real clients, each with a scripted model. Checks what reaches the model and the state of the
// sample account.

import assert from "node:assert/strict";
import { getAccountUsage, toUsd } from "../../src/sample/counters.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { rowsOf, serverEnv, startServer } from "../support/mcp.ts";
import { DEFAULT_TOOLS } from "../support/toolCounts.ts";
import { realClients } from "./clients.ts";
import { ensureClient } from "./install.ts";
import type { Json, Step } from "./model.ts";
import { converse } from "./session.ts";

/** Long enough for a download over a slow connection. */
const INSTALLATION_MS = 900_000;
const SESSION_MS = 240_000;

for (const client of realClients)
  describe(`MCP server in ${client.title} ${client.package.version}`, function () {
    this.timeout(SESSION_MS);
    let script: string;
    let account: SampleAccount;

    before(async function () {
      this.timeout(INSTALLATION_MS);
      try {
        script = await ensureClient(client.package);
      } catch (error) {
        process.stderr.write(`[clients] ${client.title} is skipped, since it can't be installed here: ${error}\n`);
        this.skip();
      }
    });
    beforeEach(async () => {
      account = await startSampleAccount();
    });
    afterEach(() => account?.close());

    const ask = (...steps: Step[]) => converse(client, script, serverEnv(account, "1"), steps);
    const keys = () => [...account.state.keys.values()];
    const guardrails = () => [...account.state.guardrails.values()];

    it("offers every tool to the model, with schemas that every vendor's API accepts", async () => {
      const server = await startServer(serverEnv(account, "1"));
      const listed = (await server.client.listTools()).tools.map(({ name }) => name);
      await server.close();
      assert.ok(listed.length >= 26);
      const { tools } = await ask({ tool: "or_credits", args: {} });
      assert.deepEqual(tools.map(({ name }) => name).sort(), listed.sort());
      assert.deepEqual(
        tools.flatMap(({ name, schema }) => schemaFaults(schema).map((fault) => `${name}: ${fault}`)),
        [],
      );
    });

    it("returns the account's figures", async () => {
      const { results } = await ask({ tool: "or_credits", args: {} }, { tool: "or_overview", args: {} });
      const bought = toUsd(account.state.totalCredits);
      const used = toUsd(getAccountUsage(account.state));
      for (const text of results) {
        assert.equal(figure(text, "total_credits"), bought, text);
        assert.equal(figure(text, "total_usage"), used, text);
      }
      assert.match(results[1] ?? "", new RegExp(`^Keys: ${keys().length} \\(`, "m"));
    });

    it("accepts numbers and lists as text, and null or empty text for omitted arguments", async () => {
      const [key] = keys();
      const [guardrail] = guardrails();
      const hashes = [key!.hash];
      const { results } = await ask(
        { tool: "or_keys_list", args: { limit: "3", offset: null } },
        { tool: "or_models", args: { search: "", limit: "2", offset: "1", supported_parameters: null } },
        { tool: "or_guardrail_assign_keys", args: { id: guardrail!.id, hashes: JSON.stringify(hashes) } },
        {
          tool: "or_key_create",
          args: {
            ...{ name: "of a client", limit: "12.5", include_byok_in_limit: "true" },
            ...{ limit_reset: null, expires_at: "", workspace_id: null },
          },
        },
      );
      if (client.checksArguments) return assertRejectedByClient(results);
      for (const [i, rows] of [3, 2].entries()) assert.equal(rowsOf(results[i] ?? "").length, rows, results[i]);
      for (const hash of hashes) {
        const bound = account.state.keyAssignments.filter(({ target }) => target === hash);
        assert.deepEqual(
          bound.map(({ guardrail_id }) => guardrail_id),
          [guardrail!.id],
          results[2],
        );
      }
      const created = keys().filter(({ name }) => name === "of a client");
      assert.equal(created.length, 1, results[3]);
      const { limit, limit_reset, expires_at, include_byok_in_limit, workspace_id } = created[0]!;
      assert.deepEqual([limit, limit_reset, expires_at, include_byok_in_limit], [12.5, null, null, true]);
      assert.equal(workspace_id, account.state.defaultWorkspaceId);
      assert.match(results[3] ?? "", /^sk-or-v1-[0-9a-f]{64}$/m);
    });

    it("changes only the given fields if all others are null", async () => {
      const guardrail = guardrails().find(({ allowed_models }) => allowed_models) ?? guardrails()[0]!;
      Object.assign(guardrail, {
        ...{ description: "Keeps its description.", limit_usd: 3, reset_interval: "weekly" },
        ...{ allowed_models: [account.state.models[0]!.id], ignored_providers: ["openai"], enforce_zdr_openai: true },
      });
      const key = keys().find(({ disabled }) => !disabled)!;
      Object.assign(key, { limit: 9, limit_reset: "monthly", include_byok_in_limit: true, expires_at: inAYear() });
      const before = structuredClone({ guardrail, key });
      const { tools, results } = await ask(
        {
          tool: "or_guardrail_update",
          args: await nullFilled("or_guardrail_update", { id: guardrail.id, limit_usd: 7 }),
        },
        { tool: "or_key_update", args: await nullFilled("or_key_update", { hash: key.hash, name: "renamed" }) },
      );
      assert.ok(tools.length >= DEFAULT_TOOLS);
      const { guardrail: unchanged, key: unchangedKey } = before;
      if (client.checksArguments) {
        assertRejectedByClient(results);
        assert.deepEqual({ guardrail, key }, before);
        return;
      }
      assert.deepEqual(guardrail, { ...unchanged, limit_usd: 7, updated_at: guardrail.updated_at }, results[0]);
      assert.deepEqual(key, { ...unchangedKey, name: "renamed", updated_at: key.updated_at }, results[1]);
    });

    it("changes only the given fields if all others are omitted", async () => {
      const guardrail = guardrails()[0]!;
      const key = keys().find(({ disabled }) => !disabled)!;
      const before = structuredClone({ guardrail, key });
      const { results } = await ask(
        {
          tool: "or_guardrail_update",
          args: { id: guardrail.id, description: "From a client.", limit_usd: 8, reset_interval: "daily" },
        },
        { tool: "or_key_update", args: { hash: key.hash, limit: 4.5, disabled: true } },
        { tool: "or_key_get", args: { hash: key.hash } },
      );
      assert.deepEqual(
        guardrail,
        {
          ...before.guardrail,
          ...{ description: "From a client.", limit_usd: 8, reset_interval: "daily" },
          updated_at: guardrail.updated_at,
        },
        results[0],
      );
      assert.deepEqual(key, { ...before.key, limit: 4.5, disabled: true, updated_at: key.updated_at }, results[1]);
      assert.equal(figure(results[2] ?? "", "limit"), 4.5);
    });

    it("deletes only what the user allows, if the client can ask", async () => {
      const [key, ...others] = keys();
      const { results } = await ask({ tool: "or_key_delete", args: { hash: key!.hash } });
      assert.match(
        results[0] ?? "",
        client.supportsElicitation ? /nothing was sent: the user refused/ : /Deleted the key/,
      );
      assert.deepEqual(keys(), client.supportsElicitation ? [key, ...others] : others);
    });

    it("accepts the arguments that the client adds to every tool", async () => {
      const { tools, results } = await ask(
        { tool: "or_credits", args: { wait_for_previous: true } },
        { tool: "or_keys_list", args: { limit: 2, wait_for_previous: false } },
      );
      // Only Gemini CLI adds it, in each schema; fails if a new version stops doing so.
      const added = tools.filter(({ schema }) => "wait_for_previous" in (schema.properties as Json));
      assert.equal(added.length, client.title === "Gemini CLI" ? tools.length : 0);
      assert.equal(figure(results[0] ?? "", "total_credits"), toUsd(account.state.totalCredits), results[0]);
      assert.equal(rowsOf(results[1] ?? "").length, 2, results[1]);
    });

    it("returns invalid arguments to the model as errors, without sending anything", async () => {
      const { results } = await ask(
        { tool: "or_key_get", args: { hash: "no such key" } },
        { tool: "or_key_update", args: { hash: keys()[0]!.hash, limit: "a lot" } },
        { tool: "or_keys_list", args: { offsett: 3 } },
        { tool: "or_key_get", args: { hash: "0".repeat(64) } },
      );
      for (const [i, expected] of [/hash/, /limit/, /offsett|additional properties/, /404/].entries())
        assert.match(results[i] ?? "", expected);
      assert.match(results[0] ?? "", /refused|expected/);
      assert.ok(account.requests.every(({ method }) => method === "GET"));
    });
  });

/** Asserts that the client itself rejected the arguments. */
function assertRejectedByClient(results: string[]): void {
  for (const text of results) assert.match(text, /params\S* must be|must match|is not valid|Invalid/i);
}

/** Adds null for every omitted property, as strict clients do. */
async function nullFilled(tool: string, given: Json): Promise<Json> {
  const account = await startSampleAccount();
  const server = await startServer(serverEnv(account, "1"));
  try {
    const { tools } = await server.client.listTools();
    const { properties = {} } = tools.find(({ name }) => name === tool)?.inputSchema ?? assert.fail(tool);
    return { ...Object.fromEntries(Object.keys(properties).map((name) => [name, null])), ...given };
  } finally {
    await server.close();
    await account.close();
  }
}

function figure(text: string, field: string): number {
  return Number(new RegExp(`\\b${field}:? ([-\\d.e]+\\d)`).exec(text)?.[1]);
}

const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString();

const TYPES = ["string", "number", "integer", "boolean", "array", "object"];

/** Returns what any of the vendors' APIs would reject in a schema, with its path. */
function schemaFaults(schema: Json, place = "schema"): string[] {
  const faults: string[] = [];
  if (!TYPES.includes(schema.type as string)) faults.push(`${place}.type is ${JSON.stringify(schema.type)}`);
  if (schema.nullable) faults.push(`${place} is nullable`);
  for (const union of ["anyOf", "oneOf", "allOf", "not", "$ref"])
    if (union in schema) faults.push(`${place} has ${union}`);
  if (schema.enum && !(schema.enum as unknown[]).every((value) => typeof value === "string"))
    faults.push(`${place}.enum has a value that is not a string`);
  if (schema.type === "array")
    if (schema.items) faults.push(...schemaFaults(schema.items as Json, `${place}[]`));
    else faults.push(`${place} has no items`);
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, Json>))
    faults.push(...schemaFaults(property, `${place}.${name}`));
  return faults;
}
