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
import { containsFigure } from "../truth/figures.ts";

const home = mkdtempSync(join(tmpdir(), "openrouter-admin-home-"));
const folder = join(home, ".openrouter-admin", "windows");

// Two editors of one user, and a client outside of VS Code.
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
    // Left over from a failed attempt.
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

  /** Returns the entries of an editor's windows. */
  function entriesOf(host: Host | undefined) {
    const pids = host ? extensionHosts(host) : [];
    return entries().filter(({ entry }) => pids.includes(entry.pid));
  }

  async function assertAnswers(): Promise<void> {
    const { text, isError } = await client.call("or_credits");
    assert.equal(isError, false, text);
    assert.ok(containsFigure(text, await trueRemaining(account)), text);
  }

  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it("writes an entry per window that only its user can read", async () => {
    await eventually(() => assert.ok(entriesOf(first).length > 0));
    for (const { file, entry } of [...entriesOf(first), ...entriesOf(second)]) {
      assert.equal(mode(file), "600");
      assert.equal(mode(dirname(entry.address)), "700");
      assert.ok(!readFileSync(file, "utf8").includes(account.key));
    }
    for (const path of [folder, dirname(folder)]) assert.equal(mode(path), "700");
    await assertAnswers();
  });

  it("keeps answering while the window used last is closed", async () => {
    const gone = entriesOf(second).map(({ file }) => file);
    const closing = closeSecond();
    for (let i = 0; i < 10; i++) await assertAnswers();
    await closing;
    await assertAnswers();
    await eventually(async () => {
      await assertAnswers();
      assert.deepEqual(gone.filter(existsSync), []);
    });
  });

  it("uses a newer window after the first is killed, and removes the killed window's entry", async () => {
    await openSecond();
    await assertAnswers();
    const stale = entriesOf(first);
    assert.ok(stale.length > 0);
    await killExtensionHost(first);
    assert.ok(
      stale.every(({ file }) => existsSync(file)),
      "a killed window can't remove its entry",
    );
    // Until its parent has reaped it, the killed process seems to be running.
    await eventually(async () => {
      await assertAnswers();
      for (const { file, entry } of stale) {
        assert.ok(!existsSync(file), file);
        assert.ok(!existsSync(dirname(entry.address)), entry.address);
      }
    });
  });

  it("says what to do if there is no window, and works again with a new one", async () => {
    await session.page.goto("about:blank");
    await closeSecond();
    await first.stop();
    const { text, isError } = await client.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /Open VS Code with OpenRouter Admin/);
    await openSecond();
    await assertAnswers();
  });
});
