import assert from "node:assert/strict";
import { runCommand } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { accept, atStep, enter, pick, tick } from "../host/quickInput.ts";
import { expandRow, findRow, runInlineAction } from "../host/tree.ts";
import { describeSwitching, type Question } from "./switchedDialogs.ts";
import type { TwoAccounts } from "./twoAccounts.ts";

const GUARDRAIL = "Approved providers";
const SANDBOX = "Sandbox: small models only";

/** Runs a command and picks a guardrail of A. */
async function onGuardrail({ page }: TwoAccounts, command: string, name = GUARDRAIL): Promise<void> {
  await runCommand(page, `OpenRouter Admin: ${command}`);
  await atStep(page, command);
  await pick(page, `A ${name}`);
}

const review = ({ page }: TwoAccounts, step: number, steps = step) =>
  page.locator(".quick-input-title", { hasText: `(${step}/${steps})` }).waitFor();

const change = ({ page }: TwoAccounts) => pick(page, "Change Guardrail");

const questions: Question[] = [
  {
    name: "Create Guardrail, review step",
    async open({ page }) {
      await runCommand(page, "OpenRouter Admin: Create Guardrail");
      await atStep(page, "Create Guardrail", 1, 5);
      await enter(page, "made for A");
      await atStep(page, "Create Guardrail", 2, 5);
      await pick(page, "A Sandbox");
      await atStep(page, "Create Guardrail", 3, 5);
      await enter(page, "");
      await atStep(page, "Create Guardrail", 4, 5);
      await accept(page);
      await atStep(page, "Create Guardrail", 5, 5);
    },
    answer: ({ page }) => pick(page, "Create Guardrail"),
  },
  {
    name: "Edit Guardrail Limit, review step",
    async open(two) {
      await onGuardrail(two, "Edit Guardrail Limit");
      await review(two, 1, 2);
      await enter(two.page, "20");
      await pick(two.page, "weekly");
      await review(two, 2);
    },
    answer: change,
  },
  {
    name: "Select Guardrail Models, review step",
    async open(two) {
      await onGuardrail(two, "Select Guardrail Models", SANDBOX);
      await review(two, 1, 3);
      await pick(two.page, "Allowed Models");
      await review(two, 2, 3);
      await tick(two.page, { "DeepSeek: DeepSeek V3.2": true });
      await accept(two.page);
      await review(two, 3);
    },
    answer: change,
  },
  {
    name: "Select Guardrail Providers, review step",
    async open(two) {
      await onGuardrail(two, "Select Guardrail Providers", "Research models");
      await review(two, 1, 3);
      await pick(two.page, "Ignored Providers");
      await review(two, 2, 3);
      await tick(two.page, { DeepInfra: false });
      await accept(two.page);
      await review(two, 3);
    },
    answer: change,
  },
  {
    name: "Assign Keys to Guardrail, review step",
    async open(two) {
      await onGuardrail(two, "Assign Keys to Guardrail");
      await review(two, 1, 2);
      await tick(two.page, { "A search-embeddings": true });
      await accept(two.page);
      await review(two, 2);
    },
    answer: ({ page }) => pick(page, "Assign"),
  },
  {
    name: "Unassign Keys from Guardrail, review step",
    async open(two) {
      await onGuardrail(two, "Unassign Keys from Guardrail");
      await review(two, 1, 2);
      await tick(two.page, { "A translation": true });
      await accept(two.page);
      await review(two, 2);
    },
    answer: ({ page }) => pick(page, "Unassign"),
  },
  {
    name: "Assign Members to Guardrail, review step",
    async open(two) {
      await onGuardrail(two, "Assign Members to Guardrail");
      await review(two, 1, 2);
      await tick(two.page, { "A Leila Haddad": true });
      await accept(two.page);
      await review(two, 2);
    },
    answer: ({ page }) => pick(page, "Assign"),
  },
  {
    name: "Unassign of a key's row",
    async open({ page }) {
      const guardrail = await findRow(page, "Guardrails", `A ${GUARDRAIL}`);
      await expandRow(guardrail);
      await expandRow(await findRow(page, "Guardrails", "Keys", { parent: `A ${GUARDRAIL}` }));
      await runInlineAction(await findRow(page, "Guardrails", "A translation"), "Unassign Keys from Guardrail");
      await modal(page, "Unassign “A translation”");
    },
    answer: ({ page }) => answerModal(page, "Unassign"),
  },
  {
    name: "guardrail picker of a command with further steps",
    async open({ page }) {
      await runCommand(page, "OpenRouter Admin: Edit Guardrail Limit");
      await atStep(page, "Edit Guardrail Limit");
    },
    answer: ({ page }) => pick(page, `A ${GUARDRAIL}`),
  },
  {
    name: "Delete Guardrail",
    async open(two) {
      await onGuardrail(two, "Delete Guardrail");
      await modal(two.page, `Delete “A ${GUARDRAIL}”`);
    },
    answer: ({ page }) => answerModal(page, "Delete Guardrail"),
  },
  {
    name: "saving a guardrail as JSON",
    async open(two) {
      const { page } = two;
      await openDocument(two);
      await write(two, { limit_usd: 75 });
      await page.keyboard.press("Control+S");
      await modal(page, `Change “A ${GUARDRAIL}”`);
    },
    answer: ({ page }) => answerModal(page, "Apply"),
    documentStays: true,
    async check({ page }) {
      assert.equal(await page.locator(".tab.dirty").count(), 1, "the document lost its changes");
    },
  },
  {
    name: "a guardrail as JSON with unsaved changes",
    async open(two) {
      await openDocument(two);
      await write(two, { limit_usd: 75 });
    },
    async answer({ page }) {
      await editor({ page }).locator(".view-lines").click();
      await page.keyboard.press("Control+S");
    },
    documentStays: true,
    async check(two) {
      const { page } = two;
      assert.equal(await page.locator(".tab.dirty").count(), 1, "the document lost its changes");
      assert.match(await editor(two).locator(".view-lines").innerText(), /75/);
      await runCommand(page, "Notifications: Clear All Notifications");
      await runCommand(page, "File: Revert File");
      await waitForDocument(two, "B");
      await runCommand(page, "View: Close All Editors");
      await openDocument(two, "B");
      // The tab may keep the guardrail's name from A, since both accounts have the same ids.
      await two.assertNotCrossed({ editors: false });
      assert.doesNotMatch(await editor(two).locator(".view-lines").innerText(), /"A[\s\u00a0]/);
    },
  },
];

const editor = ({ page }: Pick<TwoAccounts, "page">) => page.locator(".editor-instance .monaco-editor").last();

/** Waits until the document shows that account's guardrail. */
async function waitForDocument({ page }: TwoAccounts, side: string): Promise<void> {
  const name = editor({ page }).locator(".view-line", { hasText: `${side} ${GUARDRAIL}` });
  await name.waitFor();
}

async function openDocument(two: TwoAccounts, side = "A"): Promise<void> {
  const { page } = two;
  await runCommand(page, "OpenRouter Admin: Edit Guardrail as JSON");
  await atStep(page, "Edit Guardrail as JSON");
  await pick(page, `${side} ${GUARDRAIL}`);
  await waitForDocument(two, side);
}

/** Replaces the document's text and removes brackets that the editor closes automatically. */
async function write({ page }: TwoAccounts, fields: object): Promise<void> {
  await editor({ page }).locator(".view-lines").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(JSON.stringify(fields, null, 2));
  await page.keyboard.press("Control+Shift+End");
  await page.keyboard.press("Delete");
  await page.locator(".tab.dirty").waitFor();
}

describeSwitching("the account is switched while a question about guardrails is open", questions);
