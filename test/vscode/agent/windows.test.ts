import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import type { Entry } from "../../../src/channel/protocol.ts";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { type McpServer, startServer } from "../../support/mcp.ts";
import { openWindow } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { extensionHosts, killExtensionHost } from "../host/extensionHost.ts";
import { type Host, startHost } from "../host/server.ts";
import { describeSession } from "../host/session.ts";
import { ensureVsix } from "../host/vsix.ts";
import { trueRemaining } from "../truth/api.ts";
import { holdsFigure } from "../truth/figures.ts";

const home = mkdtempSync(join(tmpdir(), "openrouter-admin-home-"));
const folder = join(home, ".openrouter-admin", "windows");

// Two editors of one person, and a client that VS Code knows nothing of.
describeSession("MCP servers and several windows", { sidebar: false, host: { home } }, (session) => {
  let account: SampleAccount;
  let first: Host;
  let second: Host | undefined;
  let secondPage: Page | undefined;
  let client: McpServer;

  before(async () => {
    ({ account, host: first } = session);
    await openSecond();
    client = await startServer({ HOME: home, OPENROUTER_ADMIN_CHANNEL: "1" });
  });
  after(async () => {
    await client?.close();
    await closeSecond();
    await rm(home, { recursive: true, force: true });
  });

  async function openSecond(): Promise<void> {
    // That of an attempt that failed.
    await closeSecond();
    second = await startHost({
      vsix: [await ensureVsix()],
      settings: { "openrouterAdmin.baseUrl": account.baseUrl },
      env: { OPENROUTER_PROVISIONING_KEY: account.key },
      home,
    });
    const opened = second;
    secondPage = await session.page.context().newPage();
    await openWindow(secondPage, opened, {});
    await eventually(() => assert.ok(entriesOf(opened).length > 0), 60_000);
  }

  async function closeSecond(): Promise<void> {
    await secondPage?.close();
    await second?.stop();
    second = secondPage = undefined;
  }

  function entries(): { file: string; entry: Entry }[] {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => ({ file: join(folder, name), entry: JSON.parse(readFileSync(join(folder, name), "utf8")) }));
  }

  /** Those of an editor's windows. */
  function entriesOf(host: Host | undefined) {
    const pids = host ? extensionHosts(host) : [];
    return entries().filter(({ entry }) => pids.includes(entry.pid));
  }

  async function answers(): Promise<void> {
    const { text, isError } = await client.call("or_credits");
    assert.equal(isError, false, text);
    assert.ok(holdsFigure(text, await trueRemaining(account)), text);
  }

  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it("each window leaves word that only its user can read", async () => {
    await eventually(() => assert.ok(entriesOf(first).length > 0));
    for (const { file, entry } of [...entriesOf(first), ...entriesOf(second)]) {
      assert.equal(mode(file), "600");
      assert.equal(mode(dirname(entry.address)), "700");
      assert.ok(!readFileSync(file, "utf8").includes(account.key));
    }
    for (const path of [folder, dirname(folder)]) assert.equal(mode(path), "700");
    await answers();
  });

  it("a client goes on while the window that it asked last is closed", async () => {
    const gone = entriesOf(second).map(({ file }) => file);
    const closing = closeSecond();
    for (let i = 0; i < 10; i++) await answers();
    await closing;
    await answers();
    await eventually(async () => {
      await answers();
      assert.deepEqual(gone.filter(existsSync), []);
    });
  });

  it("uses a window that is opened later, once the first is killed, and clears up after that", async () => {
    await openSecond();
    await answers();
    const stale = entriesOf(first);
    assert.ok(stale.length > 0);
    await killExtensionHost(first);
    assert.ok(
      stale.every(({ file }) => existsSync(file)),
      "a killed window can remove nothing",
    );
    // As long as nobody has waited for the killed process, it seems to run.
    await eventually(async () => {
      await answers();
      for (const { file, entry } of stale) {
        assert.ok(!existsSync(file), file);
        assert.ok(!existsSync(dirname(entry.address)), entry.address);
      }
    });
  });

  it("says what to do once no window is left, and works again with the next", async () => {
    await session.page.goto("about:blank");
    await closeSecond();
    await first.stop();
    const { text, isError } = await client.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /Open VS Code with OpenRouter Admin/);
    await openSecond();
    await answers();
  });
});
