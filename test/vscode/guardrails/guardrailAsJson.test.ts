import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { screenshot, toast } from "../host/browser.ts";
import { clearAway } from "../host/clearAway.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { staysSo, waitUntil } from "../host/eventually.ts";
import { describeSession } from "../host/session.ts";
import { runInlineAction } from "../host/tree.ts";
import { guardrailBench, VIEW } from "./guardrailSession.ts";

describeSession("a guardrail as JSON", { view: VIEW }, (session) => {
  const bench = guardrailBench(session);
  let account: SampleAccount;
  let page: Page;

  before(() => {
    ({ account, page } = session);
  });

  const GUARDRAIL = "Approved providers";
  const editor = () => page.locator(".editor-instance .monaco-editor").last();

  /** Puts a text in place of the document, without the brackets that the editor would close by itself. */
  async function write(document: object | string): Promise<void> {
    await editor().locator(".view-lines").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(typeof document === "string" ? document : JSON.stringify(document, null, 2));
    await page.keyboard.press("Control+Shift+End");
    await page.keyboard.press("Delete");
  }
  const save = () => page.keyboard.press("Control+S");
  const dirty = async () => (await page.locator(".tab.dirty").count()) > 0;
  const patches = () => bench.requests("PATCH").length;

  it("opens the fields that can be changed, validated and completed from the catalog", async () => {
    await runInlineAction(await bench.row(GUARDRAIL), "Edit Guardrail as JSON");
    await editor().locator(".view-line", { hasText: '"limit_usd"' }).waitFor();
    const text = await editor().locator(".view-lines").innerText();
    assert.doesNotMatch(text, /"id"|"created_at"|"enforce_zdr"/);
    await screenshot(page, "guardrail-json");
    await write('{\n  "limit_usd": "many",\n  "allowed_providers": [\n    "gr');
    const suggestion = page.locator(".suggest-widget .monaco-list-row", { hasText: '"groq"' });
    // The schema comes with the catalog, after the document.
    await waitUntil("the catalog is suggested", async () => {
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

  it("says where it is wrong, sends nothing and loses nothing", async () => {
    const before = account.requests.length;
    await save();
    await toast(page, "Nothing was sent. Line 4").waitFor();
    await clearAway(page);
    await write({ limit_usd: "many" });
    await save();
    await toast(page, "Line 2: limit_usd").waitFor();
    await clearAway(page);
    await write({ reset_interval: null });
    await save();
    await toast(page, "Set both limit_usd and reset_interval").waitFor();
    assert.equal(patches(), account.requests.slice(0, before).filter((one) => one.method === "PATCH").length);
    assert.ok(await dirty());
  });

  it("shows the difference; Cancel sends nothing and keeps the changes", async () => {
    const before = patches();
    await write({ limit_usd: 75, allowed_providers: ["openai", "azure", "anthropic", "google-vertex", "groq"] });
    await save();
    const { detail } = await modal(page, "Change Approved providers at OpenRouter?");
    assert.match(detail, /limit_usd: 50 → 75/);
    assert.match(detail, /\+ groq/);
    assert.ok(
      (await page.locator(".monaco-diff-editor .view-line", { hasText: "75" }).count()) > 0,
      "there is no diff",
    );
    await screenshot(page, "guardrail-json-diff");
    await answerModal(page, "Cancel");
    await toast(page, "Nothing was sent. Your changes are still in the document.").waitFor();
    assert.equal(patches(), before);
    assert.ok(await dirty());
    assert.equal(await page.locator(".monaco-diff-editor").count(), 0, "the diff stays open");
  });

  it("applies only what changed, and shows the guardrail as it is then", async () => {
    await save();
    await modal(page, "Change Approved providers");
    await answerModal(page, "Apply");
    await waitUntil("it is sent", () => bench.named(GUARDRAIL).limit_usd === 75);
    assert.deepEqual(bench.requests("PATCH").at(-1)?.body, {
      limit_usd: 75,
      reset_interval: "daily", // as it was: the API takes the two only together
      allowed_providers: ["openai", "azure", "anthropic", "google-vertex", "groq"],
    });
    await waitUntil("it is saved", async () => !(await dirty()));
    await editor().locator(".view-line", { hasText: '"name"' }).waitFor(); // the fields left out are back
    await (await bench.row(GUARDRAIL)).filter({ hasText: "$75 daily" }).waitFor();
  });

  it("sends nothing where nothing changed", async () => {
    const before = account.requests.length;
    await editor().locator(".view-lines").click();
    await save();
    await staysSo(() => assert.equal(account.requests.length, before), 1_000);
  });

  it("keeps what somebody else changed meanwhile, and says so", async () => {
    await write({ description: "mine" });
    Object.assign(bench.named(GUARDRAIL), { limit_usd: 99, updated_at: new Date().toISOString() });
    await save();
    const { detail } = await modal(page, "Change Approved providers");
    assert.match(detail, /Changed at OpenRouter since you opened it \(kept\):\s+limit_usd: 75 → 99/);
    await answerModal(page, "Apply");
    await waitUntil("it is sent", () => bench.named(GUARDRAIL).description === "mine");
    assert.equal(bench.named(GUARDRAIL).limit_usd, 99);
    await editor().locator(".view-line", { hasText: "99" }).waitFor();
  });

  it("says that the guardrail was deleted, and keeps the text", async () => {
    await write({ limit_usd: 1 });
    account.state.guardrails.delete(bench.named(GUARDRAIL).id);
    await save();
    await toast(page, "isn't in the current account").waitFor();
    assert.ok(await dirty());
  });
});
