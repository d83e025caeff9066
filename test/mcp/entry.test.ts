import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { copyServer } from "../support/bundleFiles.ts";
import { type McpServer, randomKey, SERVER, serverEnv, startServer } from "../support/mcp.ts";
import { DEFAULT_TOOLS, READ_TOOLS } from "../support/toolCounts.ts";

const CLOSED = "http://127.0.0.1:9/api/v1";

async function run(env: Record<string, string>): Promise<{ code: number; stderr: string; stdout: string }> {
  const child = spawn(process.execPath, [SERVER], { env });
  let stderr = "";
  let stdout = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stdin.end();
  const [code] = await once(child, "close");
  return { code, stderr, stdout };
}

describe("MCP server: entry point", () => {
  it("starts without a key and says so", async () => {
    for (const key of ["", "   "]) {
      const { code, stderr, stdout } = await run({ OPENROUTER_PROVISIONING_KEY: key, HOME: "/nowhere" });
      assert.equal(code, 0);
      assert.match(stderr, /^openrouter-admin running on stdio \(write tools: disabled\)\n/);
      assert.match(stderr, /No key is set: requests go through VS Code/);
      assert.equal(stdout, "");
    }
  });

  it("refuses a base URL outside the origin policy without showing the key", async () => {
    for (const url of [
      "https://evil.example/api/v1",
      "http://openrouter.ai/api/v1",
      "https://openrouter.ai.evil.example",
      "nonsense",
    ]) {
      const key = randomKey();
      const { code, stderr } = await run({ OPENROUTER_PROVISIONING_KEY: key, OPENROUTER_BASE_URL: url });
      assert.equal(code, 1);
      assert.match(stderr, /is refused/);
      assert.ok(!stderr.includes(key));
    }
  });

  it("prints its first line and exits when stdin ends", async () => {
    const { code, stderr, stdout } = await run(serverEnv({ key: randomKey(), baseUrl: CLOSED }));
    assert.equal(code, 0);
    assert.match(stderr, /^openrouter-admin running on stdio \(write tools: disabled\)\n/);
    assert.equal(stdout, "");
  });

  for (const [value, enabled, warns] of [
    ["1", true, false],
    ["true", true, false],
    ["YES", true, false],
    ["", false, false],
    ["0", false, false],
    ["ture", false, true],
    ["on", false, true],
  ] as const)
    it(`${enabled ? "enables" : "disables"} write tools for OPENROUTER_ADMIN_ALLOW_WRITE=${JSON.stringify(value)}`, async () => {
      const server = await startServer(serverEnv({ key: randomKey(), baseUrl: CLOSED }, value));
      try {
        const { tools } = await server.client.listTools();
        assert.equal(tools.length, enabled ? DEFAULT_TOOLS : READ_TOOLS);
        assert.match(server.stderr(), new RegExp(`write tools: ${enabled ? "ENABLED" : "disabled"}`));
        assert.equal(/is not 1, true or yes/.test(server.stderr()), warns);
        if (!enabled) {
          const refused = await server.call("or_key_delete", { hash: "a".repeat(64) });
          assert.equal(refused.isError, true);
          assert.match(refused.text, /write tools are disabled.*OPENROUTER_ADMIN_ALLOW_WRITE/);
        }
      } finally {
        await server.close();
      }
    });

  describe("after an update has deleted its files", () => {
    const copy = mkdtempSync(join(tmpdir(), "openrouter-admin-files-"));
    let account: SampleAccount;
    let server: McpServer;
    before(async () => {
      account = await startSampleAccount();
      server = await startServer(
        { ...serverEnv(account), OPENROUTER_ADMIN_TOOLS: "all" },
        {},
        {
          script: copyServer(copy),
        },
      );
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      rmSync(copy, { recursive: true });
    });
    after(async () => {
      await server.close();
      await account.close();
    });

    it("still calls its default tools", async () => {
      const { text, isError } = await server.call("or_credits");
      assert.ok(!isError, text);
    });

    it("says to restart the server for tools that are loaded with their first call", async () => {
      const { text, isError } = await server.call("or_providers");
      assert.ok(isError);
      assert.match(text, /^or_providers failed, nothing was sent: .*updated or removed.*restart the MCP server\.$/);
    });
  });
});
