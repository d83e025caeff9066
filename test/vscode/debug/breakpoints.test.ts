import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { breakAt, buildForDebugging, connectInspector, findLine, type Target } from "../../support/debugger.ts";
import { openWorkbench, runCommand, type Workbench } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { CACHE_DIR, inRepo } from "../host/paths.ts";
import { closedPort, type Host, startHost } from "../host/server.ts";
import { WITHOUT_CHAT } from "../host/session.ts";

// The extension as F5 runs it: from a folder with a debug build, in an extension host that waits for a debugger.
describe("debugging the extension", function () {
  this.timeout(2 * 60_000);
  let folder: string;
  let serverPort: number;
  let account: SampleAccount;
  let host: Host;
  let workbench: Workbench | undefined;

  before(async () => {
    mkdirSync(CACHE_DIR, { recursive: true });
    folder = mkdtempSync(join(CACHE_DIR, "debug-"));
    for (const name of ["package.json", "package.nls.json", "package.nls.de.json", "l10n", "media"])
      symlinkSync(inRepo(name), join(folder, name));
    buildForDebugging(join(folder, "dist"));
    account = await startSampleAccount();
    serverPort = await closedPort();
    host = await startHost({
      vsix: [],
      // A built VS Code runs an extension from a folder only in this mode.
      smoke: true,
      settings: { "openrouterAdmin.baseUrl": account.baseUrl, ...WITHOUT_CHAT },
      env: { OPENROUTER_PROVISIONING_KEY: account.key, OPENROUTER_ADMIN_INSPECT_PORT: String(serverPort) },
    });
  });
  after(async () => {
    await workbench?.close();
    await host?.stop();
    await account?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("stops at a line of activate() in the extension host", async () => {
    const line = findLine("src/extension.ts", "= createLog(");
    const port = await closedPort();
    workbench = await openWorkbench(host, {
      payload: [
        ["extensionDevelopmentPath", `vscode-remote://${new URL(host.url).host}${folder}`],
        ["inspect-brk-extensions", String(port)],
      ],
    });
    const inspector = await connectInspector(await inspectorUrl(port));
    const { hit } = await breakAt(inspector, join(folder, "dist/extension.js"), line);
    await inspector.send("Runtime.runIfWaitingForDebugger");
    assert.deepEqual(await hit, line);
    inspector.close();
  });

  it("stops at a line of the webview's source in the browser", async () => {
    const { page } = workbench ?? assert.fail("no window");
    const line = findLine("src/webview/activity.ts", "= acquireVsCodeApi(");
    const { hit } = await breakAt(await pageTarget(page), join(folder, "dist/activity.js"), line);
    await runCommand(page, "OpenRouter Admin: Open Activity");
    assert.deepEqual(await hit, line);
  });

  it("stops at a line of a tool in the MCP server that the window has started", async () => {
    const { page } = workbench ?? assert.fail("no window");
    const line = findLine("src/mcp/tools/account.ts", "getOverview(");
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    const inspector = await connectInspector(await inspectorUrl(serverPort));
    const { hit } = await breakAt(inspector, join(folder, "dist/server.js"), line);
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    assert.deepEqual(await hit, line);
    inspector.close();
  });
});

/** Waits until an inspector listens on the port and returns its address. */
async function inspectorUrl(port: number): Promise<string> {
  const targets = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/json/list`)).json(), 60_000);
  return (targets as { webSocketDebuggerUrl: string }[])[0]!.webSocketDebuggerUrl;
}

async function pageTarget(page: Page): Promise<Target> {
  const session: CDPSession = await page.context().newCDPSession(page);
  return {
    send: (method, params) => session.send(method as never, params as never),
    on: (event, listener) => session.on(event as never, listener as never),
  };
}
