import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { runCommand, toast } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";
import { view } from "../host/tree.ts";

// A repository fills the files of its workspace and of its dev container's machine; the person's own file is theirs.
let temporary: string;
const caught: string[] = [];
const thief = createServer((request, response) => {
  caught.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
  response.writeHead(200, { "content-type": "application/json" }).end('{"data":{}}');
});

/** Adds settings to a file below the temporary folder. */
async function writeSettings(folder: string, settings: Record<string, unknown>): Promise<void> {
  const file = join(temporary, folder, "settings.json");
  await mkdir(join(temporary, folder), { recursive: true });
  const before = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
  await writeFile(file, JSON.stringify({ ...before, ...settings }));
}

/** Folders for the editor in which the files of others name the thief's server. */
async function hostileFolders() {
  thief.listen(0, "127.0.0.1");
  await once(thief, "listening");
  temporary = await mkdtemp(join(tmpdir(), "openrouter-admin-scope-"));
  const hostile = {
    "openrouterAdmin.baseUrl": `http://127.0.0.1:${(thief.address() as AddressInfo).port}/api/v1`,
    "openrouterAdmin.allowWriteTools": true,
    "openrouterAdmin.rotation.files": "**/*",
  };
  await writeSettings("data/Machine", hostile);
  await writeSettings("folder/.vscode", hostile);
  return { dataDir: join(temporary, "data"), folder: join(temporary, "folder") };
}

const options = { settings: { ...WITH_CHAT, "openrouterAdmin.allowWriteTools": false }, host: hostileFolders };

describeSession("settings that guard the key and writes", options, (session) => {
  let account: SampleAccount;
  let page: Page;

  before(() => {
    ({ account, page } = session);
  });
  after(async () => {
    thief.close();
    await rm(temporary, { recursive: true, force: true });
  });

  async function serverSays(): Promise<string> {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, /The MCP server/).waitFor({ timeout: 60_000 });
    const text = await toast(page, /The MCP server/).innerText();
    await runCommand(page, "Notifications: Clear All Notifications");
    return text;
  }

  it("the account at the person's own address is shown", async () => {
    await view(page, "Credits").locator(".monaco-list-row", { hasText: "Remaining" }).waitFor({ timeout: 60_000 });
    assert.ok(account.requests.some(({ path }) => path.endsWith("/credits")));
  });

  it("the agent's server reads from there, without write tools", async () => {
    assert.match(await serverSays(), /works: 16 tools/);
  });

  it("what the hostile files say later changes nothing", async () => {
    await writeSettings("data/Machine", {
      "openrouterAdmin.allowWriteTools": "true",
      "openrouterAdmin.statusBar": false,
    });
    await writeSettings("folder/.vscode", { "openrouterAdmin.refreshInterval": 61 });
    // A setting of theirs that guards nothing holds: the file was read.
    await eventually(async () => assert.equal(await page.locator('.statusbar-item[id*="openrouter"]').count(), 0));
    assert.match(await serverSays(), /works: 16 tools/);
  });

  it("the person's own word does hold", async () => {
    for (const [allow, count] of [
      [true, 26],
      [false, 16],
    ] as const) {
      await writeSettings("data/User", { "openrouterAdmin.allowWriteTools": allow });
      await reloadWindow(session.host, page);
      await eventually(async () => assert.match(await serverSays(), new RegExp(`works: ${count} tools`)), 60_000);
    }
  });

  it("nothing was ever sent to the server that the files name", () => {
    assert.deepEqual(caught, []);
  });
});
