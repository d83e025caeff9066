import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { quickInput, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { assertRemains, waitUntil } from "../host/eventually.ts";
import { shrinkSidebar } from "../host/keyInput.ts";
import { accept, atStep, back, choices, enter, pick, reviewFields, tick, validation } from "../host/quickInput.ts";
import { withParents } from "../host/rows.ts";
import { describeSession } from "../host/session.ts";
import { inThemes } from "../host/themes.ts";
import {
  collapseRow,
  contextMenu,
  expandRow,
  findRow,
  inlineActions,
  rowTooltip,
  runInlineAction,
  runTitleAction,
  viewRows,
} from "../host/tree.ts";
import { guardrailDriver, VIEW } from "./guardrailSession.ts";

const NEW = "CI <b>$(zap)</b> cap";
/** The label in the view: VS Code inserts a zero-width space so that $(zap) isn't rendered as an icon. */
const NEW_LABEL = /^CI <b>\$.?\(zap\)<\/b> cap$/;

describeSession("Guardrails view", { view: VIEW, independent: true }, (session) => {
  const guardrails = guardrailDriver(session);
  let account: SampleAccount;
  let page: Page;

  before(() => {
    ({ account, page } = session);
  });

  describe("rows", () => {
    it("shows each workspace's guardrails with limit and assignments, its default first", async () => {
      await guardrails.row("Approved providers");
      const { state } = account;
      const rows = await guardrails.rows();
      const configured = [...state.guardrails.values()].filter(({ name }) => !name.endsWith(" Default"));
      const defaults = state.workspaces.map(() => "Default");
      assert.deepEqual(
        rows.map(({ label }) => label).sort(),
        [...configured.map(({ name }) => name), ...defaults].sort(),
      );
      const figures = new Map(rows.map((row) => [row.label, row.description]));
      assert.equal(figures.get("Approved providers"), "$50/day · 4 keys, 1 member");
      assert.equal(figures.get("No personal data"), "1 key");
      assert.equal(figures.get("Agent spend cap"), "unassigned · $25/day");
      assert.deepEqual(
        rows.filter(({ label }) => label === "Default").map(({ description }) => description),
        ["not configured yet", "no limit", "not configured yet"],
      );
      const all = withParents(await viewRows(page, VIEW, { all: true }));
      for (const { name } of state.workspaces) {
        const labels = all.filter(({ parent }) => parent === name).map(({ label }) => label);
        assert.deepEqual(labels.slice(0, 2), ["Default", "Budgets"]);
      }
      const uuid = /[0-9a-f]{8}-[0-9a-f]{4}/;
      assert.ok(!all.some((row) => uuid.test(`${row.label} ${row.description} ${row.ariaLabel}`)));
    });

    it("says in words that a guardrail is not assigned", async () => {
      const idle = (await guardrails.rows()).find((row) => row.label === "Agent spend cap");
      assert.equal(idle?.icon, "shield");
      assert.match(idle?.ariaLabel ?? "", /unassigned, .*no effect until assigned/);
      const row = await guardrails.row("Agent spend cap");
      await expandRow(row);
      await findRow(page, VIEW, "No effect until assigned");
      await collapseRow(row);
    });

    it("shows what a workspace's default guardrail applies to, and refuses to delete it", async () => {
      const rowOf = async () =>
        (await guardrails.rows()).find((row) => row.ariaLabel.startsWith("Default of Research"));
      assert.match((await rowOf())?.ariaLabel ?? "", /no limit, default guardrail of Research/);
      const row = await guardrails.row("Default", "Research");
      await expandRow(row);
      await findRow(page, VIEW, "Applies to everything in Research without its own guardrail");
      await collapseRow(row);
      const text = (await rowTooltip(row)).replaceAll("\u00a0", " ");
      assert.match(text, /It is the default guardrail of “Research” and applies to every key and member there/);
      const actions = async (of: Locator) => (await contextMenu(of)).map((entry) => entry.name);
      assert.ok(!(await actions(row)).includes("Delete Guardrail"));
      assert.ok((await actions(await guardrails.row("Agent spend cap"))).includes("Delete Guardrail"));
      const before = guardrails.requests("DELETE").length;
      await row.click();
      await runCommand(page, "OpenRouter Admin: Delete Guardrail");
      await toast(page, "is the default guardrail of Research and can't be deleted").waitFor();
      assert.equal(guardrails.requests("DELETE").length, before);
      assert.ok(await rowOf());
      await collapseRow(row); // the click expanded it
    });

    it("expands to the limit, lists, filters, keys and members", async () => {
      await expandRow(await guardrails.row("No personal data"));
      await expandRow(await findRow(page, VIEW, "Content Filters", { parent: "No personal data" }));
      await expandRow(await findRow(page, VIEW, "Keys", { parent: "No personal data" }));
      const rows = await viewRows(page, VIEW);
      const text = rows.map((row) => `${row.label}=${row.description}`);
      for (const line of ["Limit=no limit", "Allowed Models=all", "Ignored Models=none", "Content Filters=4", "Keys=1"])
        assert.ok(text.includes(line), line);
      for (const line of ["email=redact · [EMAIL]", "BL-[0-9]{8}=redact · [CUSTOMER]"])
        assert.ok(text.includes(line), line);
      assert.ok(rows.some((row) => row.label === "voice-bot" && row.level === 4));
      await collapseRow(await guardrails.row("No personal data"));
    });

    it("shows all fields in the tooltip", async () => {
      const text = (await rowTooltip(await guardrails.row("Approved providers"))).replaceAll("\u00a0", " ");
      for (const part of ["Production", "50 USD", "openai, azure, anthropic, google-vertex", "mobile-app"])
        assert.ok(text.includes(part), part);
      await inThemes(session.host, page, ["dark", "hc", "light"], (theme) => screenshot(page, `guardrails-${theme}`));
      const wide = await shrinkSidebar(page);
      await screenshot(page, "guardrails-narrow");
      await wide();
    });
  });

  describe("commands", () => {
    it("creates a guardrail after a review and offers to assign it", async () => {
      await runTitleAction(page, VIEW, "Create Guardrail");
      await atStep(page, "Create Guardrail", 1, 5);
      await enter(page, "");
      await validation(page, /needs a name/);
      await enter(page, "x".repeat(201));
      await validation(page, /at most 200/);
      await enter(page, NEW);
      await atStep(page, "Create Guardrail", 2, 5);
      await pick(page, "Sandbox");
      await atStep(page, "Create Guardrail", 3, 5);
      await enter(page, "twelve");
      await validation(page, /amount in USD/);
      await enter(page, "12.50");
      await atStep(page, "Create Guardrail", 3, 5);
      await pick(page, "weekly");
      await atStep(page, "Create Guardrail", 4, 5);
      await back(page);
      await atStep(page, "Create Guardrail", 3, 5);
      await pick(page, "monthly");
      await atStep(page, "Create Guardrail", 4, 5);
      await tick(page, { Anthropic: true, "Other providers": true });
      await accept(page);
      await atStep(page, "Create Guardrail", 5, 5);
      await screenshot(page, "guardrail-create-review");
      assert.equal(reviewFields(await choices(page)).limit_usd, "Limit: $12.50");
      const before = guardrails.requests("POST").length;
      await pick(page, "Create Guardrail");
      await toast(page, "has no effect until it is assigned").waitFor();
      assert.deepEqual(
        guardrails
          .requests("POST")
          .slice(before)
          .map((one) => one.body),
        [
          {
            name: NEW,
            workspace_id: guardrails.named("Sandbox: small models only").workspace_id,
            limit_usd: 12.5,
            reset_interval: "monthly",
            enforce_zdr_anthropic: true,
            enforce_zdr_other: true,
          },
        ],
      );
      await guardrails.row(NEW_LABEL);
      assert.equal((await guardrails.rows()).find((row) => NEW_LABEL.test(row.label))?.icon, "shield");
    });

    it("assigns keys and shows which guardrails that replaces", async () => {
      await guardrails.menu(NEW_LABEL, "Assign Keys to Guardrail");
      const ana = (await choices(page)).find((one) => one.label === "playground-ana");
      assert.match(ana?.description ?? "", /^replaces Sandbox: small models only/);
      const titleOf = () => page.locator(".quick-input-title").innerText();
      const title = await titleOf();
      await accept(page); // does nothing without a selection
      await assertRemains(async () => assert.equal(await titleOf(), title), 500);
      await tick(page, { "playground-ana": true, "mobile-app": true });
      await accept(page);
      await page.locator(".quick-input-title", { hasText: "(2/2)" }).waitFor();
      const notes = (await choices(page)).map((one) => one.label).join("\n");
      assert.match(notes, /Approved providers will no longer apply to 1 key/);
      await pick(page, "Assign");
      await waitUntil(
        "both keys are assigned",
        () => guardrails.assigned(NEW).keys.join() === "mobile-app,playground-ana",
      );
      await (await guardrails.row(NEW_LABEL)).filter({ hasText: "2 keys" }).waitFor();
      await (await guardrails.row("Approved providers")).filter({ hasText: "3 keys" }).waitFor();
    });

    it("unassigns a key from its row after confirmation", async () => {
      await expandRow(await guardrails.row(NEW_LABEL));
      await expandRow(await findRow(page, VIEW, "Keys", { parent: "CI <b>$\u200b(zap)</b> cap" }));
      const row = await findRow(page, VIEW, "mobile-app");
      assert.deepEqual(await inlineActions(row), ["Unassign Keys from Guardrail"]);
      await runInlineAction(row, "Unassign Keys from Guardrail");
      await modal(page, /Unassign “mobile-app” \(sk-or-v1-.+, workspace “.+”\) from/);
      await answerModal(page, "Cancel");
      assert.equal(guardrails.assigned(NEW).keys.length, 2);
      await runInlineAction(await findRow(page, VIEW, "mobile-app"), "Unassign Keys from Guardrail");
      await answerModal(page, "Unassign");
      await waitUntil("the key is unassigned", () => guardrails.assigned(NEW).keys.join() === "playground-ana");
      await collapseRow(await guardrails.row(NEW_LABEL));
    });

    it("assigns and unassigns members", async () => {
      await guardrails.menu(NEW_LABEL, "Assign Members to Guardrail");
      await tick(page, { "Ana Reyes": true });
      await accept(page);
      await pick(page, "Assign");
      await waitUntil("the member is assigned", () => guardrails.assigned(NEW).members.length === 1);
      await (await guardrails.row(NEW_LABEL)).filter({ hasText: "1 member" }).waitFor();
      await guardrails.menu(NEW_LABEL, "Unassign Members from Guardrail");
      await tick(page, { "Ana Reyes": true });
      await accept(page);
      await pick(page, "Unassign");
      await waitUntil("the member is unassigned", () => guardrails.assigned(NEW).members.length === 0);
    });

    it("edits the limit and its reset and shows both values in the review", async () => {
      await guardrails.menu(NEW_LABEL, "Edit Guardrail Limit");
      await quickInput(page).waitFor();
      await enter(page, "20");
      await pick(page, "daily");
      assert.equal(reviewFields(await choices(page)).limit_usd, "Limit: $12.50 → $20");
      await pick(page, "Change Guardrail");
      await waitUntil(
        "the limit is updated",
        () => guardrails.named(NEW).limit_usd === 20 && guardrails.named(NEW).reset_interval === "daily",
      );
      assert.deepEqual(guardrails.requests("PATCH").at(-1)?.body, { limit_usd: 20, reset_interval: "daily" });
    });

    it("picks models, keeps entries missing from the catalog, and clears an empty list with null", async () => {
      const sandbox = "Sandbox: small models only";
      guardrails.named(sandbox).allowed_models?.push("gone/model-1");
      await runTitleAction(page, VIEW, "Refresh Guardrails");
      await expandRow(await guardrails.row(sandbox));
      await (await findRow(page, VIEW, "Allowed Models")).filter({ hasText: "5" }).waitFor();
      await collapseRow(await guardrails.row(sandbox));
      await guardrails.menu(sandbox, "Select Guardrail Models");
      await pick(page, "Allowed Models");
      await atStep(page, `Select Guardrail Models: ${sandbox}`, 2, 3);
      const gone = (await choices(page)).find((one) => one.label === "gone/model-1");
      assert.equal(gone?.checked, true);
      assert.match(gone?.description ?? "", /no longer in the catalog/);
      await tick(page, { "OpenAI: GPT-5 Nano": false, "DeepSeek: DeepSeek V3.2": true });
      await accept(page);
      const lines = (await choices(page)).map((one) => one.label);
      for (const line of ["add deepseek/deepseek-v3.2", "remove openai/gpt-5-nano-20250807"])
        assert.ok(lines.includes(`Allowed Models: ${line}`), lines.join("\n"));
      await pick(page, "Change Guardrail");
      await waitUntil(
        "the list is changed",
        () => guardrails.named(sandbox).allowed_models?.includes("deepseek/deepseek-v3.2") ?? false,
      );
      assert.ok(guardrails.named(sandbox).allowed_models?.includes("gone/model-1"));

      await guardrails.menu("Research models", "Select Guardrail Providers");
      await pick(page, "Ignored Providers");
      await tick(page, { DeepInfra: false });
      await accept(page);
      await pick(page, "Change Guardrail");
      await waitUntil("the list is cleared", () => guardrails.named("Research models").ignored_providers === null);
      assert.deepEqual(guardrails.requests("PATCH").at(-1)?.body, { ignored_providers: null });
    });

    it("keeps changes that someone else makes to the list before or during picking", async () => {
      const research = "Research models";
      const list = () => guardrails.named(research).ignored_models ?? [];
      const addFromElsewhere = (model: string) =>
        Object.assign(guardrails.named(research), { ignored_models: [...list(), model] });
      const before = list();
      addFromElsewhere("theirs/before");
      await guardrails.menu(research, "Select Guardrail Models");
      await pick(page, "Ignored Models");
      await tick(page, { "DeepSeek: DeepSeek V3.2": true });
      assert.equal((await choices(page)).find((one) => one.label === "theirs/before")?.checked, true);
      addFromElsewhere("theirs/meanwhile");
      await accept(page);
      const sent = guardrails.requests("PATCH").length;
      await pick(page, "Change Guardrail");
      const { detail } = await modal(page, `Change “${research}” (workspace “Research”) at OpenRouter?`);
      assert.match(detail, /Changed at OpenRouter since you opened it \(kept\):\s+ignored_models: .*theirs\/meanwhile/);
      assert.equal(guardrails.requests("PATCH").length, sent);
      await answerModal(page, "Apply");
      await waitUntil("the list is changed", () => list().includes("deepseek/deepseek-v3.2"));
      assert.deepEqual(guardrails.requests("PATCH").at(-1)?.body, {
        ignored_models: [...before, "theirs/before", "theirs/meanwhile", "deepseek/deepseek-v3.2"],
      });
    });

    it("replaces the guardrail of a key", async () => {
      await runCommand(page, "OpenRouter Admin: Assign Guardrail to Key");
      await pick(page, "voice-bot");
      await atStep(page, "Assign Guardrail to Key: voice-bot", 1, 2);
      await pick(page, "Research models");
      await atStep(page, "Assign Guardrail to Key: voice-bot", 2, 2);
      assert.match((await choices(page)).map((one) => one.label).join("\n"), /It replaces No personal data/);
      await pick(page, "Change Key's Guardrail");
      await waitUntil("the key is reassigned", () => guardrails.assigned("Research models").keys.includes("voice-bot"));
      await (await guardrails.row("No personal data")).filter({ hasText: "unassigned" }).waitFor();
    });

    it("deletes a guardrail after showing the affected keys", async () => {
      await guardrails.menu(NEW_LABEL, "Delete Guardrail");
      const { detail } = await modal(page, "Delete “CI");
      assert.match(detail, /It will no longer apply to 1 key: “playground-ana”\./);
      await answerModal(page, "Cancel");
      assert.ok(guardrails.named(NEW));
      await guardrails.menu(NEW_LABEL, "Delete Guardrail");
      await answerModal(page, "Delete Guardrail");
      await waitUntil(
        "the guardrail is deleted",
        () => ![...account.state.guardrails.values()].some((one) => one.name === NEW),
      );
      await waitUntil("its row is removed", async () =>
        (await guardrails.rows()).every((row) => !row.label.startsWith("CI ")),
      );
    });
  });
});
