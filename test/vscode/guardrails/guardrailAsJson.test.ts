import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { dismissAll } from "../host/dismissAll.ts";
import { assertRemains, waitUntil } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { describeSession } from "../host/session.ts";
import { runInlineAction } from "../host/tree.ts";
import { guardrailDriver, VIEW } from "./guardrailSession.ts";

describeSession("Edit Guardrail as JSON", { view: VIEW }, (session) => {
  const guardrails = guardrailDriver(session);
  let account: SampleAccount;
  let page: Page;

  before(() => {
    ({ account, page } = session);
  });

  const GUARDRAIL = "Approved providers";
  const editor = () => page.locator(".editor-instance .monaco-editor").last();

  /** Replaces the document's text. Removes closing brackets that the editor adds. */
  async function replaceText(document: object | string): Promise<void> {
    await editor().locator(".view-lines").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(typeof document === "string" ? document : JSON.stringify(document, null, 2));
    await page.keyboard.press("Control+Shift+End");
    await page.keyboard.press("Delete");
  }
  const save = () => page.keyboard.press("Control+S");
  const isDirty = async () => (await page.locator(".tab.dirty").count()) > 0;
  const patchCount = () => guardrails.requests("PATCH").length;

  /** True once VS Code has written unsaved changes to disk, which it restores after a reload. */
  async function isBackedUp(text: string): Promise<boolean> {
    const files = await readdir(session.host.dataDir, { recursive: true, withFileTypes: true });
    const backups = files.filter((file) => file.isFile() && file.parentPath.includes("Backups"));
    const contents = await Promise.all(
      backups.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8").catch(() => "")),
    );
    return contents.some((content) => content.includes(text));
  }

  it("opens the editable fields with validation and completion from the catalog", async () => {
    await runInlineAction(await guardrails.row(GUARDRAIL), "Edit Guardrail as JSON");
    await editor().locator(".view-line", { hasText: '"limit_usd"' }).waitFor();
    const text = await editor().locator(".view-lines").innerText();
    assert.doesNotMatch(text, /"id"|"created_at"|"enforce_zdr"/);
    await screenshot(page, "guardrail-json");
    await replaceText('{\n  "limit_usd": "many",\n  "allowed_providers": [\n    "gr');
    const suggestion = page.locator(".suggest-widget .monaco-list-row", { hasText: '"groq"' });
    // The schema loads after the document, together with the catalog.
    await waitUntil("the catalog entry is suggested", async () => {
      await page.keyboard.press("Control+Space");
      return suggestion
        .waitFor({ timeout: 1_500 })
        .then(() => true)
        .catch(() => false);
    });
    await screenshot(page, "guardrail-json-completion");
    await page.keyboard.press("Escape");
    await page.locator(".squiggly-error, .squiggly-warning").first().waitFor();
  });

  it("shows the line of an error, sends nothing and keeps the text", async () => {
    const before = account.requests.length;
    await save();
    await toast(page, "Nothing was sent. Line 4").waitFor();
    await dismissAll(page);
    await replaceText({ limit_usd: "many" });
    await save();
    await toast(page, "Line 2: limit_usd").waitFor();
    await dismissAll(page);
    await replaceText({ reset_interval: null });
    await save();
    await toast(page, "Set both limit_usd and reset_interval").waitFor();
    assert.equal(patchCount(), account.requests.slice(0, before).filter((one) => one.method === "PATCH").length);
    assert.ok(await isDirty());
  });

  it("shows a diff; Cancel sends nothing and keeps the changes", async () => {
    const before = patchCount();
    await replaceText({ limit_usd: 75, allowed_providers: ["openai", "azure", "anthropic", "google-vertex", "groq"] });
    await save();
    const { detail } = await modal(page, "Change “Approved providers” (workspace “Production”) at OpenRouter?");
    assert.match(detail, /limit_usd: 50 → 75/);
    assert.match(detail, /\+ groq/);
    assert.ok(
      (await page.locator(".monaco-diff-editor .view-line", { hasText: "75" }).count()) > 0,
      "the diff editor is missing",
    );
    await screenshot(page, "guardrail-json-diff");
    await answerModal(page, "Cancel");
    await toast(page, "Nothing was sent. Your changes are still in the document.").waitFor();
    assert.equal(patchCount(), before);
    assert.ok(await isDirty());
    assert.equal(await page.locator(".monaco-diff-editor").count(), 0, "the diff editor is still open");
  });

  it("sends only the changed fields and shows the updated guardrail", async () => {
    await save();
    await modal(page, "Change “Approved providers”");
    await answerModal(page, "Apply");
    await waitUntil("the change is sent", () => guardrails.named(GUARDRAIL).limit_usd === 75);
    assert.deepEqual(guardrails.requests("PATCH").at(-1)?.body, {
      limit_usd: 75,
      reset_interval: "daily", // unchanged: the API accepts the two fields only together
      allowed_providers: ["openai", "azure", "anthropic", "google-vertex", "groq"],
    });
    await waitUntil("the document is saved", async () => !(await isDirty()));
    await editor().locator(".view-line", { hasText: '"name"' }).waitFor(); // omitted fields are shown again
    await (await guardrails.row(GUARDRAIL)).filter({ hasText: "$75/day" }).waitFor();
  });

  it("sends nothing if nothing changed", async () => {
    const before = account.requests.length;
    await editor().locator(".view-lines").click();
    await save();
    await assertRemains(() => assert.equal(account.requests.length, before), 1_000);
  });

  it("keeps changes that someone else made and shows them", async () => {
    await replaceText({ description: "mine" });
    Object.assign(guardrails.named(GUARDRAIL), { limit_usd: 99, updated_at: new Date().toISOString() });
    await save();
    const { detail } = await modal(page, "Change “Approved providers”");
    assert.match(detail, /Changed at OpenRouter since you opened it \(kept\):\s+limit_usd: 75 → 99/);
    await answerModal(page, "Apply");
    await waitUntil("the change is sent", () => guardrails.named(GUARDRAIL).description === "mine");
    assert.equal(guardrails.named(GUARDRAIL).limit_usd, 99);
    await editor().locator(".view-line", { hasText: "99" }).waitFor();
  });

  it("keeps what unsaved changes are based on over a reload of the window", async () => {
    await replaceText({ description: "mine, later" });
    await waitUntil("VS Code has backed up the unsaved changes", () => isBackedUp("mine, later"));
    await reloadWindow(session.host, page);
    await editor().locator(".view-line", { hasText: "mine, later" }).waitFor();
    assert.ok(await isDirty());
    const theirs = { limit_usd: 88, ignored_models: ["theirs/model"], updated_at: new Date().toISOString() };
    Object.assign(guardrails.named(GUARDRAIL), theirs);
    await editor().locator(".view-lines").click();
    await save();
    const { detail } = await modal(page, "Change “Approved providers”");
    assert.match(detail, /^description: "mine" → "mine, later"/);
    assert.match(detail, /Changed at OpenRouter since you opened it \(kept\):\s+limit_usd: 99 → 88/);
    await answerModal(page, "Apply");
    await waitUntil("the change is sent", () => guardrails.named(GUARDRAIL).description === "mine, later");
    assert.deepEqual(guardrails.requests("PATCH").at(-1)?.body, { description: "mine, later" });
    assert.equal(guardrails.named(GUARDRAIL).limit_usd, 88);
  });

  it("opens a workspace's default guardrail that was never changed, and configures it", async () => {
    await runInlineAction(await guardrails.row("Default", "Sandbox"), "Edit Guardrail as JSON");
    await page.locator(".tab.active", { hasText: "Default of Sandbox" }).waitFor();
    await editor().locator(".view-line", { hasText: '"limit_usd": null' }).waitFor();
    await replaceText({ ignored_providers: ["deepinfra"] });
    await save();
    await modal(page, "Change “Default of Sandbox” (workspace “Sandbox”) at OpenRouter?");
    await answerModal(page, "Apply");
    const { default_guardrail_id: id } = account.state.workspaces[2]!;
    await waitUntil("the guardrail is configured", () => account.state.guardrails.has(id));
    assert.deepEqual(guardrails.requests("PATCH").at(-1)?.body, { ignored_providers: ["deepinfra"] });
    await (await guardrails.row("Default", "Sandbox")).filter({ hasText: "no limit" }).waitFor();
    await runCommand(page, "View: Close Editor");
    await page.locator(".tab.active", { hasText: GUARDRAIL }).waitFor();
  });

  it("reports a deleted guardrail and keeps the text", async () => {
    await replaceText({ limit_usd: 1 });
    account.state.guardrails.delete(guardrails.named(GUARDRAIL).id);
    await save();
    await toast(page, "isn't in the current account").waitFor();
    assert.ok(await isDirty());
  });
});
