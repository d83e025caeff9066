import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { quickInput, screenshot } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually, waitUntil } from "../host/eventually.ts";
import { shrinkSidebar } from "../host/keyInput.ts";
import { atStep, choices, enter, pick, quickInputClosed, validation } from "../host/quickInput.ts";
import { withParents } from "../host/rows.ts";
import { describeSession } from "../host/session.ts";
import {
  chooseInContextMenu,
  collapseRow,
  contextMenu,
  expandRow,
  findRow,
  runTitleAction,
  showView,
  viewMessage,
  viewRows,
} from "../host/tree.ts";
import { guardrailDriver, VIEW } from "./guardrailSession.ts";

describeSession("workspaces in the Guardrails view, and members", { view: VIEW }, (session) => {
  const guardrails = guardrailDriver(session);
  let account: SampleAccount;
  let page: Page;

  before(() => {
    ({ account, page } = session);
  });

  const budgetReads = () => account.requests.filter(({ method, path }) => method === "GET" && /\/budgets$/.test(path));
  const budgetsRow = (workspace: string) => findRow(page, VIEW, "Budgets", { parent: workspace });
  const budgetRow = (label: string) => findRow(page, VIEW, label, { parent: "Budgets" });
  const shownBudgets = async () =>
    withParents(await viewRows(page, VIEW, { all: true }))
      .filter(({ parent }) => parent === "Budgets")
      .map(({ label, description }) => `${label}=${description}`);

  describe("budgets", () => {
    it("are read when their row is opened", async () => {
      await guardrails.row("Approved providers");
      assert.equal(budgetReads().length, 0);
      await expandRow(await budgetsRow("Production"));
      await eventually(async () =>
        assert.deepEqual(await shownBudgets(), [
          "Daily=$150",
          "Weekly=not set",
          "Monthly=$1,500",
          "Lifetime=$25,000",
          "BYOK=doesn't count",
        ]),
      );
      assert.deepEqual(
        budgetReads().map(({ path }) => path),
        [`/workspaces/${account.state.workspaces[0]!.id}/budgets`],
      );
      await screenshot(page, "workspace-budgets");
    });

    it("are refused if they break the order, and set after a review", async () => {
      await chooseInContextMenu(await budgetRow("Weekly"), "Set Workspace Budget");
      await atStep(page, "Set Workspace Budget: Production", 1, 2);
      for (const [typed, problem] of [
        ["1500", /lower than the monthly budget \(\$1,500\)/],
        ["150", /higher than the daily budget \(\$150\)/],
        ["0", /above 0/],
        ["", /amount/],
      ] as const) {
        await enter(page, typed);
        await validation(page, problem);
      }
      await enter(page, "600");
      await atStep(page, "Set Workspace Budget: Production", 2, 2);
      const lines = (await choices(page)).map(({ label, description }) => `${label} ${description}`).join("\n");
      assert.match(lines, /not set → \$600/);
      assert.match(lines, /Production/);
      await screenshot(page, "workspace-budget-review");
      assert.equal(guardrails.requests("PUT").length, 0);
      await pick(page, "Set Budget");
      await eventually(async () => assert.ok((await shownBudgets()).includes("Weekly=$600")));
      assert.deepEqual(guardrails.requests("PUT").at(-1)?.body, { limit_usd: 600 });
    });

    it("are removed after a question", async () => {
      assert.ok(!(await contextMenu(await findRow(page, VIEW, "Lifetime"))).some(({ name }) => name === "Show All"));
      await chooseInContextMenu(await budgetRow("Weekly"), "Remove Workspace Budget");
      const { detail } = await modal(page, "Remove the weekly budget of workspace “Production”?");
      assert.match(detail, /It is \$600/);
      await page.keyboard.press("Enter");
      await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
      assert.equal(guardrails.requests("DELETE").length, 0);
      await chooseInContextMenu(await budgetRow("Weekly"), "Remove Workspace Budget");
      await modal(page, "Remove the weekly budget");
      await answerModal(page, "Remove Budget");
      await eventually(async () => assert.ok((await shownBudgets()).includes("Weekly=not set")));
      assert.equal(account.state.workspaces[0]!.budgets.length, 3);
      assert.ok(!(await contextMenu(await budgetRow("Weekly"))).some(({ name }) => name.startsWith("Remove")));
    });

    it("say if they can't be read, instead of showing 0", async () => {
      await collapseRow(await budgetsRow("Production"));
      Object.assign(account.state.workspaces[1]!.budgets[0]!, { limit_usd: "many" });
      await expandRow(await budgetsRow("Research"));
      await findRow(page, VIEW, "Couldn't load the budgets");
      Object.assign(account.state.workspaces[1]!.budgets[0]!, { limit_usd: 600 });
      await (await findRow(page, VIEW, "Couldn't load the budgets")).click();
      await eventually(async () => assert.ok((await shownBudgets()).includes("Monthly=$600")));
      await collapseRow(await budgetsRow("Research"));
    });
  });

  describe("rows", () => {
    it("edits a default guardrail that was never changed", async () => {
      const { default_guardrail_id: id } = account.state.workspaces[0]!;
      await chooseInContextMenu(await guardrails.row("Default", "Production"), "Edit Guardrail Limit");
      await enter(page, "40");
      await pick(page, "daily");
      await pick(page, "Change Guardrail");
      await (await guardrails.row("Default", "Production")).filter({ hasText: "$40" }).waitFor();
      assert.deepEqual(guardrails.requests("PATCH").at(-1)?.path, `/guardrails/${id}`);
      const actions = (await contextMenu(await guardrails.row("Default", "Sandbox"))).map(({ name }) => name);
      assert.ok(!actions.includes("Delete Guardrail") && !actions.includes("Assign Keys to Guardrail"));
    });

    it("filters guardrails by what their rows show, until the filter is cleared", async () => {
      const labels = async () => (await guardrails.rows()).map(({ label }) => label);
      await runTitleAction(page, VIEW, "Filter Guardrails");
      for (const [typed, wanted] of [
        ["unassigned", ["Agent spend cap"]],
        ["voice-bot", ["No personal data"]],
        ["reseARCH models", ["Research models"]],
        ["deepinfra", ["Research models"]],
        ["sandbox default", ["Default"]],
      ] as const) {
        await quickInput(page).fill(typed);
        await eventually(async () => assert.deepEqual(await labels(), wanted));
      }
      await quickInput(page).fill("approved");
      await quickInput(page).press("Enter");
      await quickInputClosed(page);
      await (await guardrails.row("Approved providers")).click();
      const all = account.state.guardrails.size + 1;
      await eventually(async () => assert.equal(await viewMessage(page, VIEW), `“approved”: 1 of ${all} guardrails`));
      assert.equal((await guardrails.rows()).find(({ label }) => label === "Approved providers")?.selected, true);
      await runTitleAction(page, VIEW, "Clear Guardrail Filter");
      await eventually(async () => assert.equal((await labels()).length, all));
      const wide = await shrinkSidebar(page);
      await screenshot(page, "guardrails-workspaces-narrow");
      await wide();
    });

    it("finds members by role, mail and guardrail, and changes their guardrail", async () => {
      const VIEW = "Members";
      await showView(page, VIEW, { alone: true });
      const labels = async () =>
        (await viewRows(page, VIEW)).filter(({ level }) => level === 2).map(({ label }) => label);
      await findRow(page, VIEW, "Ana Reyes", { parent: "Admins" });
      await runTitleAction(page, VIEW, "Filter Members");
      for (const [typed, wanted] of [
        ["admin", ["Ana Reyes", "Jonas Weber"]],
        ["priya@", ["Priya Nair"]],
        ["Research models", ["Yuki Tanaka"]],
      ] as const) {
        await quickInput(page).fill(typed);
        await eventually(async () => assert.deepEqual(await labels(), wanted));
      }
      await quickInput(page).press("Enter");
      await quickInputClosed(page);
      const yuki = () => findRow(page, VIEW, "Yuki Tanaka");
      const actions = (await contextMenu(await yuki())).map(({ name }) => name);
      for (const name of ["Open Activity", "Assign Guardrail to Member", "Copy Email Address"])
        assert.ok(actions.includes(name), name);
      await screenshot(page, "members-filtered");
      await chooseInContextMenu(await yuki(), "Assign Guardrail to Member");
      await atStep(page, "Assign Guardrail to Member: Yuki Tanaka", 1, 2);
      await pick(page, "No personal data");
      assert.match((await choices(page)).map(({ label }) => label).join("\n"), /It replaces Research models/);
      await pick(page, "Change Member's Guardrail");
      await waitUntil("the member is reassigned", () => guardrails.assigned("No personal data").members.length === 1);
      await runTitleAction(page, VIEW, "Clear Member Filter");
      await (await yuki()).filter({ hasText: "No personal data" }).waitFor();
    });
  });
});
