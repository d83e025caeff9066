import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { breakAt, buildForDebugging, connectInspector, findLine, type Inspector } from "../support/debugger.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

describe("MCP server: debugging", () => {
  const dist = mkdtempSync(join(tmpdir(), "openrouter-admin-debug-"));
  const script = join(dist, "server.js");
  const line = findLine("src/mcp/tools/account.ts", "getCredits(client");
  let account: SampleAccount;
  let server: McpServer | undefined;
  let inspector: Inspector | undefined;

  before(async () => {
    buildForDebugging(dist);
    account = await startSampleAccount();
  });
  afterEach(async () => {
    inspector?.close();
    await server?.close();
  });
  after(async () => {
    await account.close();
    rmSync(dist, { recursive: true });
  });

  /** Returns the address that Node prints when its inspector listens. */
  async function inspectorUrl({ stderr }: McpServer): Promise<string> {
    while (true) {
      const [, url] = /Debugger listening on (ws:\S+)/.exec(stderr()) ?? [];
      if (url) return url;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function assertBreaks(running: McpServer): Promise<void> {
    inspector = await connectInspector(await inspectorUrl(running));
    const { hit } = await breakAt(inspector, script, line);
    const answer = running.call("or_credits");
    assert.deepEqual(await hit, line);
    assert.match((await answer).text, /remaining/);
  }

  it("stops at a breakpoint in a tool's source after a start with --inspect", async () => {
    server = await startServer(serverEnv(account), {}, { script, nodeArgs: ["--inspect=0"] });
    await assertBreaks(server);
  });

  it("stops at a breakpoint after attaching to a running server by process id", async function () {
    if (process.platform === "win32") this.skip();
    server = await startServer(serverEnv(account), {}, { script, nodeArgs: ["--inspect-port=0"] });
    await server.call("or_credits");
    // VS Code sends this signal to the process that the user picks.
    process.kill(server.pid, "SIGUSR1");
    await assertBreaks(server);
  });
});
