import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSecret } from "../../support/plantedSecrets.ts";
import { openContainer, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerToast, toastButtons } from "../host/dialogs.ts";
import { assertRemains, eventually, waitUntil } from "../host/eventually.ts";
import { exactText } from "../host/list.ts";
import { describeSession } from "../host/session.ts";
import { closeEditors, focusEditor, openFile, openProblems, openTab, waitForProblems } from "./editors.ts";

const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-staged-"));
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
const label = (secret: string) => `sk-or-v1-${secret.slice(9, 12)}...${secret.slice(-4)}`;

// Before the editor starts, so that it finds a repository.
git("init", "--quiet", "--initial-branch=main");

// Quick Open must find ignored files, too.
const settings = { "search.useIgnoreFiles": false };
const options = { account: { keys: 3 }, host: { folder }, settings, sidebar: false, independent: true };

describeSession("keys in staged and saved files", options, (session) => {
  let first = "";
  /** Waits until the file is marked in Source Control, or isn't. */
  async function waitForMark(name: string, isMarked: boolean): Promise<void> {
    const text = session.page.locator(".monaco-highlighted-label", { hasText: exactText(name) });
    const row = session.page.locator(".scm-view .monaco-icon-label").filter({ has: text }).first();
    await eventually(async () => {
      const says = (await row.getAttribute("aria-label", { timeout: 2_000 })) ?? "";
      assert.equal(says.includes("Staged with an OpenRouter key"), isMarked, says);
    });
  }
  const showScm = () => openContainer(session.page, "Source Control");
  const assertNoToast = (text: string) =>
    assertRemains(async () => assert.equal(await toast(session.page, text).isVisible(), false), 3_000);

  afterEach(async () => {
    await runCommand(session.page, "Notifications: Clear All Notifications");
    await closeEditors(session.host);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("are marked and warned of once for each content, also before the first commit", async () => {
    const { page } = session;
    first = makeSecret();
    write("app.ts", `const key = "${first}";\n`);
    write("other.ts", "const a = 1;\n");
    git("add", ".");
    const text = `app.ts is staged with an OpenRouter key in it: ${label(first)}.`;
    await toast(page, text).waitFor({ timeout: 60_000 });
    assert.deepEqual(await toastButtons(page, text), ["Show", "Unstage"]);
    await showScm();
    await waitForMark("app.ts", true);
    await waitForMark("other.ts", false);
    await screenshot(page, "leaks-staged");
    await answerToast(page, text, "Unstage");
    await waitUntil("it is unstaged", () => git("diff", "--cached", "--name-only").trim() === "other.ts");
    await waitForMark("app.ts", false);

    git("add", ".");
    await waitForMark("app.ts", true);
    await assertNoToast(text);
    write("app.ts", `// changed\nconst key = "${first}";\n`);
    git("add", ".");
    await toast(page, text).waitFor();
    await answerToast(page, text, "Show");
    await page.locator('.tab.active[data-resource-name="app.ts"]').waitFor();
    await page.locator(".statusbar-item", { hasText: "Ln 2, Col 87 (73 selected)" }).waitFor();
  });

  it("are not warned of if the last commit contains them, or the baseline", async () => {
    const { page } = session;
    const second = makeSecret();
    git("add", ".");
    git("commit", "--quiet", "--message", "first");
    git("mv", "app.ts", "renamed.ts");
    write("renamed.ts", `// changed again\nconst key = "${first}";\n`);
    write("utf16.txt", Buffer.from(`\uFEFFkey: ${second}\n`, "utf16le"));
    git("add", ".");
    await toast(page, `utf16.txt is staged with an OpenRouter key in it: ${label(second)}.`).waitFor();
    await showScm();
    await waitForMark("utf16.txt", true);
    await waitForMark("renamed.ts", false);

    await session.host.updateSettings({ "openrouterAdmin.leaks.beforeCommit": false });
    await waitForMark("utf16.txt", false);
    await session.host.updateSettings({ "openrouterAdmin.leaks.beforeCommit": undefined });
    await waitForMark("utf16.txt", true);
    git("commit", "--quiet", "--message", "second");
  });

  it("are searched when they are saved, if one likes", async () => {
    const { page, host } = session;
    const third = makeSecret();
    const text = `saved.env was saved with an OpenRouter key in it: ${label(third)}.`;
    write("saved.env", `A=${third}\n`);
    const save = async () => {
      await focusEditor(page);
      await page.keyboard.press("Control+End");
      await page.keyboard.type("B=1\n");
      await page.keyboard.press("Control+S");
    };
    await openFile(session, "saved.env");
    await save();
    await assertNoToast(text);
    await host.updateSettings({ "openrouterAdmin.leaks.onSave": true });
    await save();
    await toast(page, text).waitFor();
    await screenshot(page, "leaks-saved");
    await runCommand(page, "Notifications: Clear All Notifications");
    await save();
    await assertNoToast(text);
  });

  it("are listed in notebooks, and are information in files that Git ignores", async () => {
    const { page } = session;
    const [ignored, cell] = [makeSecret(), makeSecret()];
    const found = (secret: string, more = "") =>
      new RegExp(`^OpenRouter key found: ${label(secret)}\\.${more} OpenRouter Admin`);
    write(".gitignore", "*.env\n");
    write("local.env", `A=${ignored}\n`);
    const source = ["a = 1\n", `key = "${cell}"`];
    const cells = [{ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source }];
    write("book.ipynb", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    await openProblems(page);
    await openFile(session, "local.env");
    await waitForProblems(page, [found(ignored, " Git ignores this file\\.")]);
    await page.locator(".markers-panel .monaco-list-row .codicon-info").waitFor();
    await openTab(session, "book.ipynb");
    await waitForProblems(page, [found(ignored, " Git ignores this file\\."), found(cell)]);
    await screenshot(page, "leaks-everywhere");
  });
});
