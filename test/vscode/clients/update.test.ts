import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toUsd } from "../../../src/sample/counters.ts";
import { runCommand, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { runInstaller } from "../host/extensions.ts";
import { ensureHost } from "../host/install.ts";
import { describeSession } from "../host/session.ts";
import { packageVersion } from "../host/vsix.ts";
import { CLIENT_FILES, choose, readEntry, removeFolder, startEntry } from "./otherClients.ts";

const NEWER = "9.9.9";

describeSession("other clients after an update", { sidebar: false }, (session) => {
  const cursor = CLIENT_FILES.find(({ label }) => label === "Cursor")!;
  const temporary = mkdtempSync(join(tmpdir(), "openrouter-admin-update-"));
  after(() => removeFolder(temporary));

  /** Starts the server with the written entry. Its account is that of the window. */
  async function assertWorks(): Promise<void> {
    const { home } = session.host;
    const server = await startEntry(home, readEntry(home, cursor));
    try {
      assert.match(await server.credits(), new RegExp(`\\b${toUsd(session.account.state.totalCredits)}\\b`));
    } finally {
      await server.close();
    }
  }
  const versions = () => readdirSync(session.host.extensionsDir).filter((name) => name.startsWith("openrouter-admin."));
  const records = () => {
    const folder = join(session.host.home, ".openrouter-admin", "installed");
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  };

  it("works before the update", async () => {
    const { page } = session;
    await choose(page, "Cursor");
    await modal(page, /^Add OpenRouter Admin to Cursor/, { namesAccount: false });
    await answerModal(page, "Add");
    await toast(page, /is set up in Cursor/).waitFor();
    await assertWorks();
  });

  it("works once the newer version is installed and the older one deleted, before the window is reloaded", async () => {
    const { host } = session;
    const [older] = versions();
    const vsix = join(temporary, "newer.vsix");
    await packageVersion(NEWER, vsix);
    await runInstaller([vsix], temporary, host.extensionsDir, await ensureHost());
    rmSync(join(host.extensionsDir, older!), { recursive: true });
    assert.deepEqual(versions(), [`openrouter-admin.openrouter-admin-${NEWER}`]);
    await assertWorks();
  });

  it("works after the window has loaded the newer version, which it records", async () => {
    await runCommand(session.page, "Developer: Reload Window");
    await eventually(() => assert.match(records().join(), new RegExp(`\\n${NEWER}\\n`)), 60_000);
    await eventually(assertWorks, 60_000);
  });
});
