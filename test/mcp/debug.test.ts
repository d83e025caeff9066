import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { breakAt, buildForDebugging, connectInspector, findLine, type Inspector } from "../support/debugger.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

describe("debugging the MCP server", () => {
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

  /** The address that Node prints when its inspector listens. */
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

  it("stops at a line of a tool's source when it was started with --inspect", async () => {
    server = await startServer(serverEnv(account), {}, { script, nodeArgs: ["--inspect=0"] });
    await assertBreaks(server);
  });

  it("stops there when a debugger attaches to a running server by its process id", async function () {
    if (process.platform === "win32") this.skip();
    server = await startServer(serverEnv(account), {}, { script, nodeArgs: ["--inspect-port=0"] });
    await server.call("or_credits");
    // What VS Code sends to a process that is picked from its list.
    process.kill(server.pid, "SIGUSR1");
    await assertBreaks(server);
  });
});
