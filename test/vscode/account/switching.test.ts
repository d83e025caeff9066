import assert from "node:assert/strict";
import { runCommand, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { atStep, enter, pick } from "../host/quickInput.ts";
import { describeSwitching, type Question } from "./switchedDialogs.ts";
import type { TwoAccounts } from "./twoAccounts.ts";

const KEY = "email-triage";

/** Runs a command and picks a key of A. */
async function onKey({ page }: TwoAccounts, command: string, name = KEY): Promise<void> {
  await runCommand(page, `OpenRouter Admin: ${command}`);
  await atStep(page, command);
  await pick(page, `A ${name}`);
}

const changeKey = ({ page }: TwoAccounts) => pick(page, "Change Key");

const DISABLED = new RegExp(`“A ${KEY}” .+ is disabled`);

async function atDelete(two: TwoAccounts): Promise<void> {
  await onKey(two, "Delete Key");
  await modal(two.page, `Delete “A ${KEY}”`);
}

const questions: Question[] = [
  {
    name: "Create Key, review step",
    async open({ page }) {
      await runCommand(page, "OpenRouter Admin: Create Key");
      await atStep(page, "Create Key", 1, 5);
      await enter(page, "made for A");
      await atStep(page, "Create Key", 2, 5);
      await pick(page, "A Sandbox");
      await atStep(page, "Create Key", 3, 5);
      await enter(page, "");
      await atStep(page, "Create Key", 4, 5);
      await pick(page, "Never");
      await atStep(page, "Create Key", 5, 5);
    },
    answer: ({ page }) => pick(page, "Create Key"),
  },
  {
    name: "Edit Key Limit, review step",
    async open(two) {
      await onKey(two, "Edit Key Limit");
      await atStep(two.page, `Edit Key Limit: A ${KEY}`, 1, 2);
      await enter(two.page, "33.50");
      await atStep(two.page, `Edit Key Limit: A ${KEY}`, 2, 2);
    },
    answer: changeKey,
  },
  {
    name: "Rename Key, review step",
    async open(two) {
      await onKey(two, "Rename Key");
      await atStep(two.page, `Rename Key: A ${KEY}`, 1, 2);
      await enter(two.page, "A renamed");
      await atStep(two.page, `Rename Key: A ${KEY}`, 2, 2);
    },
    answer: changeKey,
  },
  {
    name: "Change Key Limit Reset, review step",
    async open(two) {
      await onKey(two, "Change Key Limit Reset");
      await atStep(two.page, `Change Key Limit Reset: A ${KEY}`, 1, 2);
      await pick(two.page, "daily");
      await atStep(two.page, `Change Key Limit Reset: A ${KEY}`, 2, 2);
    },
    answer: changeKey,
  },
  {
    name: "Assign Guardrail to Key, review step",
    async open(two) {
      await onKey(two, "Assign Guardrail to Key", "search-embeddings");
      await atStep(two.page, "Assign Guardrail to Key: A search-embeddings", 1, 2);
      await pick(two.page, "A Approved providers");
      await atStep(two.page, "Assign Guardrail to Key: A search-embeddings", 2, 2);
    },
    answer: ({ page }) => pick(page, "Change Key's Guardrail"),
  },
  {
    name: "key picker of a command without further steps",
    async open({ page }) {
      await runCommand(page, "OpenRouter Admin: Disable Key");
      await atStep(page, "Disable Key");
    },
    answer: ({ page }) => pick(page, `A ${KEY}`),
  },
  {
    name: "key picker of a command with further steps",
    async open({ page }) {
      await runCommand(page, "OpenRouter Admin: Rename Key");
      await atStep(page, "Rename Key");
    },
    async answer(two) {
      const { page } = two;
      await pick(page, `A ${KEY}`);
      await atStep(page, `Rename Key: A ${KEY}`, 1, 2);
      await enter(page, "A renamed");
      await atStep(page, `Rename Key: A ${KEY}`, 2, 2);
      await changeKey(two);
    },
  },
  {
    name: "Delete Key",
    open: atDelete,
    answer: ({ page }) => answerModal(page, "Delete Key"),
  },
  {
    name: "Delete Key, Disable Instead",
    open: atDelete,
    answer: ({ page }) => answerModal(page, "Disable Instead"),
  },
  {
    name: "Re-enable of an earlier notification",
    async open(two) {
      await onKey(two, "Disable Key");
      await toast(two.page, DISABLED).waitFor();
      assert.equal(two.a.key(KEY).disabled, true);
    },
    answer: ({ page }) => answerToast(page, DISABLED, "Re-enable"),
    check({ a }) {
      assert.equal(a.key(KEY).disabled, true);
    },
  },
];

describeSwitching("the account is switched while a question about keys is open", questions);
