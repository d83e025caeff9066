import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomKey, serverEnv, startServer } from "../support/mcp.ts";

/** A file for each tool with everything that agents see, so that changes show in review. `UPDATE_SNAPSHOTS=1` rewrites them. */
const FOLDER = new URL("snapshots/", import.meta.url);
const fileOf = (name: string) => new URL(`${name}.snap`, FOLDER);

describe("MCP server: snapshots of the tools", () => {
  const seen = new Map<string, string>();
  before(async () => {
    const env = serverEnv({ key: randomKey(), baseUrl: "http://127.0.0.1:9/api/v1" }, "1");
    const server = await startServer({ ...env, OPENROUTER_ADMIN_TOOLS: "all" });
    const { tools } = await server.client.listTools();
    await server.close();
    for (const { name, title, description, inputSchema, annotations, _meta } of tools)
      seen.set(name, `${JSON.stringify({ name, title, description, inputSchema, annotations, _meta }, null, 2)}\n`);
    if (!process.env.UPDATE_SNAPSHOTS) return;
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER);
    for (const [name, text] of seen) writeFileSync(fileOf(name), text);
  });

  it("exist for each tool and for nothing else", () => {
    assert.deepEqual(readdirSync(FOLDER).sort(), [...seen.keys()].map((name) => `${name}.snap`).sort());
  });

  it("have the same texts, schemas and annotations as the tools", () => {
    const differing = [...seen].filter(([name, text]) => readFileSync(fileOf(name), "utf8") !== text);
    assert.deepEqual(
      Object.fromEntries(differing.map(([name, text]) => [name, JSON.parse(text)])),
      Object.fromEntries(differing.map(([name]) => [name, JSON.parse(readFileSync(fileOf(name), "utf8"))])),
      "If this is intended, update them with UPDATE_SNAPSHOTS=1",
    );
    assert.deepEqual(
      differing.map(([name]) => name),
      [],
      "the order of fields differs",
    );
  });
});
