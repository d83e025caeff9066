import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toUsd } from "../../../src/sample/counters.ts";
import { quickInput, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { choices, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import {
  CLIENT_FILES,
  choose,
  filesWith,
  modeOf,
  prepareFiles,
  readEntry,
  readIfExists,
  removeFolder,
  startEntry,
} from "./otherClients.ts";
import { installRealClients } from "./realClients.ts";

const temporary = mkdtempSync(join(tmpdir(), "openrouter-admin-clients-"));
const home = join(temporary, "Zoë's own home (1)");
/** Our environment must not lead anywhere else. */
const env = { XDG_CONFIG_HOME: "", COPILOT_HOME: "", CODEX_HOME: "", CLAUDE_CONFIG_DIR: "", GEMINI_CLI_HOME: "" };

const options = { host: { home, env }, sidebar: false, independent: true };
describeSession("other clients", options, (session) => {
  const at = (path: string) => join(home, path);
  before(() => prepareFiles(home));
  after(() => removeFolder(temporary));

  async function answer(question: RegExp, button: string): Promise<string> {
    const { detail } = await modal(session.page, question, { namesAccount: false });
    await answerModal(session.page, button);
    return detail;
  }
  const closeToasts = () => runCommand(session.page, "Notifications: Clear All Notifications");

  it("lists the clients with their states and files", async () => {
    const { page } = session;
    await runCommand(page, "OpenRouter Admin: Set Up in Another Client…");
    const rows = await choices(page);
    assert.deepEqual(
      rows.map(({ label, description, detail }) => [label, description, detail]),
      CLIENT_FILES.map(({ label, path }) => [label, "Not set up", `~/${path}`]),
    );
    assert.match((await quickInput(page).getAttribute("placeholder")) ?? "", /files on the remote host \S/);
    await screenshot(page, "other-clients");
    await page.keyboard.press("Escape");
  });

  for (const client of CLIENT_FILES)
    it(`adds the server to ${client.label} after showing the diff, and removes it without a trace`, async () => {
      const { page, account } = session;
      const file = at(client.path);
      const { label, before } = client;
      await choose(page, label);
      await page.locator(".monaco-diff-editor .view-line", { hasText: "openrouter-admin" }).first().waitFor();
      await screenshot(page, `other-clients-${label.split(" ")[0]?.toLowerCase()}`);
      assert.equal(readIfExists(file), before);
      assert.match(await answer(/^Add OpenRouter Admin to /, "Add"), /contains no key/);
      await toast(page, /OpenRouter Admin is set up in /).waitFor();
      const server = await startEntry(home, readEntry(home, client));
      try {
        assert.match(await server.credits(), new RegExp(`\\b${toUsd(account.state.totalCredits)}\\b`));
      } finally {
        await server.close();
      }
      if (before !== undefined) assert.equal(modeOf(file), 0o640);
      assert.equal(lstatSync(file).isSymbolicLink(), label === "Codex");

      await closeToasts();
      await choose(page, label);
      await answer(/^Remove OpenRouter Admin from /, "Remove");
      await toast(page, /OpenRouter Admin was removed from /).waitFor();
      assert.equal(readIfExists(file), before);
      // Its folder was created by the command as well.
      if (before === undefined) assert.equal(existsSync(join(file, "..")), false);
      await closeToasts();
    });

  it("writes nothing if the user cancels", async () => {
    const { page } = session;
    await choose(page, "Cursor");
    await answer(/^Add OpenRouter Admin to Cursor/, "Cancel");
    await page.locator(".monaco-diff-editor").waitFor({ state: "detached" });
    assert.equal(readFileSync(at(".cursor/mcp.json"), "utf8"), "{ }");
  });

  it("works in Claude Code, Codex and Gemini CLI, without a key in any of their files", async function () {
    const { page, account } = session;
    this.timeout(900_000); // the first run installs them
    const installed = await installRealClients();
    for (const { title, ask } of installed) {
      await choose(page, title);
      await answer(/^Add OpenRouter Admin to /, "Add");
      await toast(page, /OpenRouter Admin is set up in /).waitFor();
      const [credits = ""] = await ask(home, [{ tool: "or_credits", args: {} }]);
      assert.match(credits, new RegExp(`\\b${toUsd(account.state.totalCredits)}\\b`));
      await closeToasts();
    }
    assert.deepEqual(filesWith(home, account.key), []);
    for (const { title } of installed) {
      await choose(page, title);
      await answer(/^Remove OpenRouter Admin from /, "Remove");
      await toast(page, /OpenRouter Admin was removed from /).waitFor();
      const { path } = CLIENT_FILES.find(({ label }) => label === title)!;
      assert.doesNotMatch(readFileSync(at(path), "utf8"), /openrouter-admin/);
      await closeToasts();
    }
  });

  it("shows the new diff if the file changes before it is confirmed", async () => {
    const { page } = session;
    const file = at(".cursor/mcp.json");
    await choose(page, "Cursor");
    await modal(page, /^Add OpenRouter Admin to Cursor/, { namesAccount: false });
    writeFileSync(file, '{"mcpServers":{"b":{"command":"b"}}}');
    await answer(/^Add OpenRouter Admin to Cursor/, "Add");
    assert.match(await answer(/^Add OpenRouter Admin to Cursor/, "Add"), /^The file has changed in the meantime/);
    await toast(page, /is set up in Cursor/).waitFor();
    const { mcpServers } = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual(Object.keys(mcpServers), ["b", "openrouter-admin"]);
    await closeToasts();
  });

  it("asks before it replaces an entry with another command", async () => {
    const { page } = session;
    const file = at(".cursor/mcp.json");
    const foreign = { mcpServers: { "openrouter-admin": { command: "npx", env: { A: "1" } } } };
    writeFileSync(file, JSON.stringify(foreign, undefined, 2));
    await runCommand(page, "OpenRouter Admin: Set Up in Another Client…");
    const cursor = (await choices(page)).find(({ label }) => label === "Cursor");
    assert.equal(cursor?.description, "Set up with another command");
    await page.keyboard.press("Escape");
    await choose(page, "Cursor");
    assert.deepEqual(
      (await choices(page)).map(({ label }) => label),
      ["Replace the entry", "Remove the entry"],
    );
    await page.keyboard.press("Enter");
    await answer(/^Replace the entry/, "Cancel");
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), foreign);
  });

  it("says why a file can't be used, and leaves it alone", async () => {
    const { page } = session;
    const invalid = '{\n  "a": 1,\n  oops\n}';
    writeFileSync(at(".claude.json"), invalid);
    await runCommand(page, "OpenRouter Admin: Set Up in Another Client…");
    const claude = (await choices(page)).find(({ label }) => label === "Claude Code");
    assert.match(claude?.description ?? "", /Syntax error in line 3/);
    await pick(page, "Claude Code");
    await toast(page, /\.claude\.json.*, line 3: the file has a syntax error.*Nothing was changed/).waitFor();
    assert.equal(readFileSync(at(".claude.json"), "utf8"), invalid);
    await closeToasts();

    chmodSync(at(".gemini/settings.json"), 0o440);
    await choose(page, "Gemini CLI");
    await answer(/^Add OpenRouter Admin to /, "Add");
    await toast(page, /settings\.json.* is read-only/).waitFor();
    await closeToasts();

    mkdirSync(at(".copilot/mcp-config.json"), { recursive: true });
    await choose(page, /^Copilot CLI/);
    await toast(page, /mcp-config\.json.* is a folder/).waitFor();
    await closeToasts();
  });

  it("writes no key anywhere", () => {
    assert.deepEqual(filesWith(home, session.account.key), []);
    assert.equal(modeOf(at(".openrouter-admin/bin/openrouter-admin")), 0o700);
  });
});
