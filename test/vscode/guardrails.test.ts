import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import {
  openContainer,
  openWorkbench,
  quickInput,
  runCommand,
  screenshot,
  toast,
  type Workbench,
} from "./host/browser.ts";
import { answerModal, modal } from "./host/dialogs.ts";
import { narrowSidebar } from "./host/interface.ts";
import { exactly } from "./host/list.ts";
import { accept, atStep, back, choices, enter, pick, quickInputClosed, tick, validation } from "./host/quickInput.ts";
import { type Host, startHost } from "./host/server.ts";
import { inThemes } from "./host/themes.ts";
import {
  chooseInContextMenu,
  collapseRow,
  expandRow,
  findRow,
  inlineActions,
  rowTooltip,
  runInlineAction,
  runTitleAction,
  showView,
  viewRows,
} from "./host/tree.ts";
import { ensureVsix } from "./host/vsix.ts";
import { eventually } from "./rotationSetup.ts";

const VIEW = "Guardrails";
const NEW = "CI <b>$(zap)</b> cap";

describe("guardrails", function () {
  this.timeout(15 * 60_000);
  let account: SampleAccount;
  let host: Host;
  let workbench: Workbench;
  let page: Page;

  before(async () => {
    account = await startSampleAccount();
    host = await startHost({
      vsix: [await ensureVsix()],
      env: { OPENROUTER_PROVISIONING_KEY: account.key },
      settings: {
        "openrouterAdmin.baseUrl": account.baseUrl,
        "openrouterAdmin.refreshInterval": 0,
        "chat.disableAIFeatures": true,
      },
    });
    workbench = await openWorkbench(host);
    page = workbench.page;
    await openContainer(page, "OpenRouter Admin");
    await showView(page, VIEW, { alone: true });
  });

  after(async () => {
    await workbench?.close();
    await host?.stop();
    await account?.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(page, `failed-guardrails-${this.currentTest.title}`);
    while (await page.locator(".monaco-dialog-box, .quick-input-widget").filter({ visible: true }).count()) {
      await page.keyboard.press("Escape");
      await page.waitForTimeout(300);
    }
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  const named = (name: string) => {
    const found = [...account.state.guardrails.values()].find((one) => one.name === name);
    assert.ok(found, `there is no guardrail ${name}`);
    return found;
  };
  const bound = (name: string) => {
    const { id } = named(name);
    const names = (store: "keyAssignments" | "memberAssignments") =>
      account.state[store].filter((one) => one.guardrail_id === id).map(({ target }) => target);
    const keys = names("keyAssignments").map((hash) => account.state.keys.get(hash)?.name ?? hash);
    return { keys: keys.sort(), members: names("memberAssignments") };
  };
  const sent = (method: string) => account.requests.filter((one) => one.method === method);
  const rowOf = (label: string) => findRow(page, VIEW, shown(label));
  const menu = async (label: string, ...entry: string[]) => chooseInContextMenu(await rowOf(label), ...entry);
  /** A name as VS Code draws it: what would be an icon is parted by a space of no width. */
  const shown = (name: string) => (name.includes("$(") ? /^CI <b>\$.?\(zap\)<\/b> cap$/ : name);
  const roots = async () => (await viewRows(page, VIEW, { all: true })).filter((row) => row.level === 1);

  describe("view", () => {
    it("shows every guardrail with its limit and what it binds", async () => {
      await rowOf("Approved providers");
      const rows = await roots();
      assert.deepEqual(
        rows.map((row) => row.label).sort(),
        [...account.state.guardrails.values()].map((one) => one.name).sort(),
      );
      const figures = new Map(rows.map((row) => [row.label, row.description]));
      assert.equal(figures.get("Approved providers"), "$50 daily · 4 keys, 1 member · Production");
      assert.equal(figures.get("No personal data"), "1 key · Production");
      assert.equal(figures.get("Agent spend cap"), "binds nothing · $25 daily · Research");
    });

    it("tells one that binds nothing from the others", async () => {
      const idle = (await roots()).find((row) => row.label === "Agent spend cap");
      assert.equal(idle?.icon, "warning");
      assert.match(idle?.ariaLabel ?? "", /enforces nothing until it is assigned/);
      const row = await rowOf("Agent spend cap");
      await expandRow(row);
      await findRow(page, VIEW, "Enforces nothing until it is assigned");
      await collapseRow(row);
    });

    it("unfolds to limit, retention, lists, filters, keys and members", async () => {
      await expandRow(await rowOf("No personal data"));
      await expandRow(await findRow(page, VIEW, "Content Filters", { under: "No personal data" }));
      await expandRow(await findRow(page, VIEW, "Keys", { under: "No personal data" }));
      const rows = await viewRows(page, VIEW);
      const text = rows.map((row) => `${row.label}=${row.description}`);
      for (const line of ["Limit=no limit", "Allowed Models=all", "Ignored Models=none", "Content Filters=4", "Keys=1"])
        assert.ok(text.includes(line), line);
      for (const line of ["email=redact · [EMAIL]", "BL-[0-9]{8}=redact · [CUSTOMER]"])
        assert.ok(text.includes(line), line);
      assert.ok(rows.some((row) => row.label === "voice-bot" && row.level === 3));
      await collapseRow(await rowOf("No personal data"));
    });

    it("tells every field in the tooltip", async () => {
      const text = (await rowTooltip(await rowOf("Approved providers"))).replaceAll("\u00a0", " ");
      for (const part of ["Production", "50 USD", "openai, azure, anthropic, google-vertex", "mobile-app"])
        assert.ok(text.includes(part), part);
      await inThemes(host, page, ["dark", "hc", "light"], (theme) => screenshot(page, `guardrails-${theme}`));
      const wide = await narrowSidebar(page);
      await screenshot(page, "guardrails-narrow");
      await wide();
    });
  });

  describe("flows", () => {
    it("creates one after a review, and offers what makes it enforce something", async () => {
      await runTitleAction(page, VIEW, "Create Guardrail");
      await atStep(page, "Create Guardrail", 1, 5);
      await enter(page, "");
      await validation(page, /needs a name/);
      await enter(page, "x".repeat(201));
      await validation(page, /At most 200/);
      await enter(page, NEW);
      await atStep(page, "Create Guardrail", 2, 5);
      await pick(page, "Sandbox");
      await atStep(page, "Create Guardrail", 3, 5);
      await enter(page, "twelve");
      await validation(page, /amount in USD/);
      await enter(page, "12.50");
      await atStep(page, "Create Guardrail", 4, 6);
      await pick(page, "weekly");
      await atStep(page, "Create Guardrail", 5, 6);
      await back(page);
      await atStep(page, "Create Guardrail", 4, 6);
      await pick(page, "monthly");
      await atStep(page, "Create Guardrail", 5, 6);
      await tick(page, { Anthropic: true, "Other providers": true });
      await accept(page);
      await atStep(page, "Create Guardrail", 6, 6);
      await screenshot(page, "guardrail-create-review");
      const lines = (await choices(page)).map((one) => `${one.label}: ${one.description}`);
      assert.ok(lines.includes("limit_usd: $12.50"), lines.join());
      const before = sent("POST").length;
      await pick(page, "Create Guardrail");
      await toast(page, "enforces nothing until it is assigned").waitFor();
      assert.deepEqual(
        sent("POST")
          .slice(before)
          .map((one) => one.body),
        [
          {
            name: NEW,
            workspace_id: named("Sandbox: small models only").workspace_id,
            limit_usd: 12.5,
            reset_interval: "monthly",
            enforce_zdr_anthropic: true,
            enforce_zdr_other: true,
          },
        ],
      );
      await rowOf(NEW);
      assert.equal((await roots()).find((row) => exactly(shown(NEW)).test(row.label))?.icon, "warning");
    });

    it("assigns keys, and says which guardrail each of them leaves", async () => {
      await menu(NEW, "Assign Keys to Guardrail");
      const ana = (await choices(page)).find((one) => one.label === "playground-ana");
      assert.match(ana?.description ?? "", /^replaces Sandbox: small models only/);
      await accept(page); // with nothing checked, nothing happens
      await page.waitForTimeout(500);
      await tick(page, { "playground-ana": true, "mobile-app": true });
      await accept(page);
      await page.locator(".quick-input-title", { hasText: "(2/2)" }).waitFor();
      const notes = (await choices(page)).map((one) => one.label).join("\n");
      assert.match(notes, /Approved providers will no longer bind 1 key/);
      await pick(page, "Assign");
      await eventually("both are bound", () => bound(NEW).keys.join() === "mobile-app,playground-ana");
      await (await rowOf(NEW)).filter({ hasText: "2 keys" }).waitFor();
      await (await rowOf("Approved providers")).filter({ hasText: "3 keys" }).waitFor();
    });

    it("unassigns the key of a row after a question", async () => {
      await expandRow(await rowOf(NEW));
      await expandRow(await findRow(page, VIEW, "Keys", { under: "CI <b>$\u200b(zap)</b> cap" }));
      const row = await findRow(page, VIEW, "mobile-app");
      assert.deepEqual(await inlineActions(row), ["Unassign Keys from Guardrail"]);
      await runInlineAction(row, "Unassign Keys from Guardrail");
      await modal(page, "Unassign mobile-app from");
      await answerModal(page, "Cancel");
      assert.equal(bound(NEW).keys.length, 2);
      await runInlineAction(await findRow(page, VIEW, "mobile-app"), "Unassign Keys from Guardrail");
      await answerModal(page, "Unassign");
      await eventually("it is released", () => bound(NEW).keys.join() === "playground-ana");
      await collapseRow(await rowOf(NEW));
    });

    it("assigns and unassigns members", async () => {
      await menu(NEW, "Assign Members to Guardrail");
      await tick(page, { "Ana Reyes": true });
      await accept(page);
      await pick(page, "Assign");
      await eventually("she is bound", () => bound(NEW).members.length === 1);
      await (await rowOf(NEW)).filter({ hasText: "1 member" }).waitFor();
      await menu(NEW, "Unassign Members from Guardrail");
      await tick(page, { "Ana Reyes": true });
      await accept(page);
      await pick(page, "Unassign");
      await eventually("she is released", () => bound(NEW).members.length === 0);
    });

    it("edits limit and reset, before and after in the review", async () => {
      await menu(NEW, "Edit Limit of Guardrail");
      await quickInput(page).waitFor();
      await enter(page, "20");
      await pick(page, "daily");
      const lines = (await choices(page)).map((one) => `${one.label}: ${one.description}`);
      assert.ok(lines.includes("limit_usd: $12.50 → $20"), lines.join("\n"));
      await pick(page, "Change Guardrail");
      await eventually("it is changed", () => named(NEW).limit_usd === 20 && named(NEW).reset_interval === "daily");
      assert.deepEqual(sent("PATCH").at(-1)?.body, { limit_usd: 20, reset_interval: "daily" });
    });

    it("picks models, keeps what the catalog no longer has, and clears with null", async () => {
      const sandbox = "Sandbox: small models only";
      named(sandbox).allowed_models?.push("gone/model-1");
      await runTitleAction(page, VIEW, "Refresh Guardrails");
      await expandRow(await rowOf(sandbox));
      await (await findRow(page, VIEW, "Allowed Models")).filter({ hasText: "5" }).waitFor();
      await collapseRow(await rowOf(sandbox));
      await menu(sandbox, "Pick Models of Guardrail");
      await pick(page, "Allowed Models");
      await atStep(page, `Pick Models of Guardrail: ${sandbox}`, 2, 3);
      const gone = (await choices(page)).find((one) => one.label === "gone/model-1");
      assert.equal(gone?.checked, true);
      assert.match(gone?.description ?? "", /no longer in the catalog/);
      await tick(page, { "OpenAI: GPT-5 Nano": false, "DeepSeek: DeepSeek V3.2": true });
      await accept(page);
      const lines = (await choices(page)).map((one) => one.description);
      assert.ok(lines.includes("add deepseek/deepseek-v3.2") && lines.includes("remove openai/gpt-5-nano-20250807"));
      await pick(page, "Change Guardrail");
      await eventually(
        "the list is changed",
        () => named(sandbox).allowed_models?.includes("deepseek/deepseek-v3.2") ?? false,
      );
      assert.ok(named(sandbox).allowed_models?.includes("gone/model-1"));

      await menu("Research models", "Pick Providers of Guardrail");
      await pick(page, "Ignored Providers");
      await tick(page, { DeepInfra: false });
      await accept(page);
      await pick(page, "Change Guardrail");
      await eventually("the list is cleared", () => named("Research models").ignored_providers === null);
      assert.deepEqual(sent("PATCH").at(-1)?.body, { ignored_providers: null });
    });

    it("assigns a guardrail to a key, in place of the one that it has", async () => {
      await runCommand(page, "OpenRouter Admin: Assign Guardrail to Key");
      await pick(page, "voice-bot");
      await atStep(page, "Assign Guardrail to Key: voice-bot", 1, 2);
      await pick(page, "Research models");
      await atStep(page, "Assign Guardrail to Key: voice-bot", 2, 2);
      assert.match((await choices(page)).map((one) => one.label).join("\n"), /It replaces No personal data/);
      await pick(page, "Change Key's Guardrail");
      await eventually("it is moved", () => bound("Research models").keys.includes("voice-bot"));
      await (await rowOf("No personal data")).filter({ hasText: "binds nothing" }).waitFor();
    });

    it("deletes one after saying whom it binds", async () => {
      await menu(NEW, "Delete Guardrail");
      const { detail } = await modal(page, "Delete CI");
      assert.match(detail, /It binds 1 key: playground-ana\./);
      await answerModal(page, "Cancel");
      assert.ok(named(NEW));
      await menu(NEW, "Delete Guardrail");
      await answerModal(page, "Delete Guardrail");
      await eventually("it is gone", () => ![...account.state.guardrails.values()].some((one) => one.name === NEW));
      await eventually("its row is gone", async () => (await roots()).every((row) => !row.label.startsWith("CI ")));
    });
  });

  describe("as JSON", () => {
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
    const patches = () => sent("PATCH").length;

    it("opens the fields that can be changed, validated and completed from the catalog", async () => {
      await runInlineAction(await rowOf(GUARDRAIL), "Edit Guardrail as JSON");
      await editor().locator(".view-line", { hasText: '"limit_usd"' }).waitFor();
      const text = await editor().locator(".view-lines").innerText();
      assert.doesNotMatch(text, /"id"|"created_at"|"enforce_zdr"/);
      await screenshot(page, "guardrail-json");
      await write('{\n  "limit_usd": "many",\n  "allowed_providers": [\n    "gr');
      const suggestion = page.locator(".suggest-widget .monaco-list-row", { hasText: '"groq"' });
      // The schema comes with the catalog, after the document.
      await eventually("the catalog is suggested", async () => {
        await page.keyboard.press("Control+Space");
        await page.waitForTimeout(1_000);
        return suggestion.isVisible();
      });
      await screenshot(page, "guardrail-json-completion");
      await page.keyboard.press("Escape");
      await page.locator(".squiggly-error, .squiggly-warning").first().waitFor();
    });

    it("says where it is wrong, sends nothing and loses nothing", async () => {
      const before = account.requests.length;
      await save();
      await toast(page, "Nothing was sent. Line 4").waitFor();
      await runCommand(page, "Notifications: Clear All Notifications");
      await write({ limit_usd: "many" });
      await save();
      await toast(page, "Line 2: limit_usd").waitFor();
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
      await toast(page, "Nothing was sent, as you chose").waitFor();
      assert.equal(patches(), before);
      assert.ok(await dirty());
      assert.equal(await page.locator(".monaco-diff-editor").count(), 0, "the diff stays open");
    });

    it("applies only what changed, and shows the guardrail as it is then", async () => {
      await save();
      await modal(page, "Change Approved providers");
      await answerModal(page, "Apply");
      await eventually("it is sent", () => named(GUARDRAIL).limit_usd === 75);
      assert.deepEqual(sent("PATCH").at(-1)?.body, {
        limit_usd: 75,
        allowed_providers: ["openai", "azure", "anthropic", "google-vertex", "groq"],
      });
      await eventually("it is saved", async () => !(await dirty()));
      await editor().locator(".view-line", { hasText: '"name"' }).waitFor(); // the fields left out are back
      await (await rowOf(GUARDRAIL)).filter({ hasText: "$75 daily" }).waitFor();
    });

    it("sends nothing where nothing changed", async () => {
      const before = account.requests.length;
      await editor().locator(".view-lines").click();
      await save();
      await page.waitForTimeout(1_000);
      assert.equal(account.requests.length, before);
    });

    it("keeps what somebody else changed meanwhile, and says so", async () => {
      await write({ description: "mine" });
      Object.assign(named(GUARDRAIL), { limit_usd: 99, updated_at: new Date().toISOString() });
      await save();
      const { detail } = await modal(page, "Change Approved providers");
      assert.match(detail, /Changed at OpenRouter since you opened it; this stays:\s+limit_usd: 75 → 99/);
      await answerModal(page, "Apply");
      await eventually("it is sent", () => named(GUARDRAIL).description === "mine");
      assert.equal(named(GUARDRAIL).limit_usd, 99);
      await editor().locator(".view-line", { hasText: "99" }).waitFor();
    });

    it("says that the guardrail was deleted, and keeps the text", async () => {
      await write({ limit_usd: 1 });
      account.state.guardrails.delete(named(GUARDRAIL).id);
      await save();
      await toast(page, "has no such guardrail").waitFor();
      assert.ok(await dirty());
      await quickInputClosed(page);
    });
  });
});
