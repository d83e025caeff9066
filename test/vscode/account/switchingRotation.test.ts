import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Rotation } from "../../../src/openrouter/rotation/index.ts";
import type { KeyRecord } from "../../../src/sample/index.ts";
import { runCommand, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { atStep, pick } from "../host/quickInput.ts";
import { findRow } from "../host/tree.ts";
import { acceptDefaults } from "../rotation/rotationFixture.ts";
import { describeInFlight, type InFlightRequest } from "./inFlightRequests.ts";
import { describeSwitching, type Question } from "./switchedDialogs.ts";
import { SWITCHED_MESSAGE, type TwoAccounts } from "./twoAccounts.ts";

const NAME = "A rotated";
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** Creates a key of A directly through the API. B has no key with its hash. */
async function makeKey({ a: { account } }: TwoAccounts, settings: object): Promise<KeyRecord> {
  const headers = { authorization: `Bearer ${account.key}`, "content-type": "application/json" };
  const body = JSON.stringify(settings);
  const response = await fetch(`${account.baseUrl}/keys`, { method: "POST", headers, body });
  return ((await response.json()) as { data: KeyRecord }).data;
}

const refOf = ({ hash, name, label }: KeyRecord) => ({ hash, name, label });

/** Records a rotation in A whose new secret was handed over. */
async function addRotation(two: TwoAccounts, changes: Partial<Rotation> = {}): Promise<void> {
  const old = await makeKey(two, { name: NAME });
  const key = await makeKey(two, { name: `${NAME} renewed`, limit: 3, limit_reset: "monthly" });
  if (changes.step === "disabled") two.a.account.state.keys.get(old.hash)!.disabled = true;
  const usage = { usage: 0, byok_usage: 0 };
  await two.record({
    ...{
      version: 2,
      id: randomUUID(),
      step: "pending",
      startedAt: inDays(-0.1),
      knownHashes: [],
      handedOver: "copied",
    },
    old: { ...refOf(old), disabled: false, usage },
    body: { name: NAME, limit: 3, limit_reset: "monthly" },
    new: refOf(key),
    ...changes,
  });
  await runCommand(two.page, "OpenRouter Admin: Refresh Keys");
  // The old key may be disabled and so hidden.
  await findRow(two.page, "Keys", `${NAME} renewed`);
}

async function onRotation({ page }: Pick<TwoAccounts, "page">, command: string): Promise<void> {
  await runCommand(page, `OpenRouter Admin: ${command}`);
  await atStep(page, command);
  await pick(page, NAME);
}

/** Returns state and limit of the rotation's keys. */
const rotationKeys = ({ a }: TwoAccounts) =>
  [...a.account.state.keys.values()]
    .filter(({ name }) => name.startsWith(NAME))
    .map(({ disabled, limit }) => `${disabled ? "disabled" : "active"}, ${limit}`);

const unchanged = (first = "active") => ({
  check: (two: TwoAccounts) => assert.deepEqual(rotationKeys(two), [`${first}, null`, "active, 3"]),
});

/** Runs Rotate Key up to the review step. */
async function atReview(page: Page, name: string): Promise<void> {
  await runCommand(page, "OpenRouter Admin: Rotate Key");
  await atStep(page, "Rotate Key");
  await pick(page, name);
  await page
    .locator(".quick-input-title", { hasText: `Rotate Key: ${name} — ` })
    .filter({ hasText: "(1/" })
    .waitFor();
  await acceptDefaults(page);
}

const questions: Question[] = [
  {
    name: "Rotate Key, review step",
    open: ({ page }) => atReview(page, "A search-embeddings"),
    answer: ({ page }) => pick(page, "Rotate Key"),
  },
  {
    name: "Disable Old Key, old key in use",
    async open(two) {
      await addRotation(two, { lastSpentAt: inDays(0) });
      await onRotation(two, "Disable Old Key");
      await modal(two.page, new RegExp(`The old key of “${NAME}” .* is still in use`));
    },
    answer: ({ page }) => answerModal(page, "Disable Old Key"),
    ...unchanged(),
  },
  {
    name: "Undo of an earlier notification",
    async open(two) {
      await addRotation(two);
      await onRotation(two, "Disable Old Key");
      await toast(two.page, `The old key of ${NAME} is disabled`).waitFor();
    },
    answer: ({ page }) => answerToast(page, `The old key of ${NAME} is disabled`, "Undo"),
    message: new RegExp(`${SWITCHED_MESSAGE.source}|This rotation belongs to `, "s"),
    ...unchanged("disabled"),
  },
  {
    name: "Delete Old Key",
    async open(two) {
      await addRotation(two, { step: "disabled" });
      await onRotation(two, "Delete Old Key");
      await modal(two.page, `Delete the old key of “${NAME}”`);
    },
    answer: ({ page }) => answerModal(page, "Delete Old Key"),
    ...unchanged("disabled"),
  },
  {
    name: "Restore Rotated Key Limit, before its time",
    async open(two) {
      await addRotation(two, { restoreLimit: { limit: 25, from: inDays(3) } });
      await onRotation(two, "Restore Rotated Key Limit");
      await modal(two.page, `Restore the limit of “${NAME}”`);
    },
    answer: ({ page }) => answerModal(page, "Restore Now"),
    ...unchanged(),
  },
  {
    name: "End Rotation and Keep Both Keys",
    async open(two) {
      await addRotation(two);
      await onRotation(two, "End Rotation and Keep Both Keys");
      await modal(two.page, `End the rotation of “${NAME}”`);
    },
    answer: ({ page }) => answerModal(page, "End Rotation"),
    check: (two) => assertPending(two, NAME),
  },
  {
    name: "Roll Back Rotation",
    async open(two) {
      await addRotation(two);
      await onRotation(two, "Roll Back Rotation");
      await modal(two.page, `Roll back the rotation of “${NAME}”`);
    },
    answer: ({ page }) => answerModal(page, "Roll Back"),
    ...unchanged(),
  },
];

describeSwitching("the account is switched while a question about a rotation is open", questions);

/** Checks that the rotation is still pending in A. */
async function assertPending(two: TwoAccounts, name: string): Promise<void> {
  await two.use(two.a);
  await findRow(two.page, "Keys", name, { parent: "Pending Rotations" });
}

const underway: InFlightRequest[] = [
  {
    name: "the old key, before it is disabled",
    method: "GET",
    path: /^\/keys\/[0-9a-f]+$/,
    prepare: (two) => addRotation(two),
    send: (page) => onRotation({ page }, "Disable Old Key"),
    outcome: ({ page }) => toast(page, SWITCHED_MESSAGE).waitFor(),
    check: unchanged().check,
  },
  {
    name: "disabling the old key",
    method: "PATCH",
    path: /^\/keys\//,
    prepare: (two) => addRotation(two),
    send: (page) => onRotation({ page }, "Disable Old Key"),
    write: /^PATCH \/keys\//,
    check: unchanged("disabled").check,
  },
  {
    name: "deleting the old key",
    method: "DELETE",
    path: /^\/keys\//,
    prepare: (two) => addRotation(two, { step: "disabled" }),
    async send(page) {
      await onRotation({ page }, "Delete Old Key");
      await modal(page, `Delete the old key of “${NAME}”`);
      await answerModal(page, "Delete Old Key");
    },
    write: /^DELETE \/keys\//,
    check: (two) => assert.deepEqual(rotationKeys(two), ["active, 3"]),
  },
  {
    name: "restoring the limit",
    method: "PATCH",
    path: /^\/keys\//,
    prepare: (two) => addRotation(two, { restoreLimit: { limit: 25, from: inDays(-1) } }),
    send: (page) => onRotation({ page }, "Restore Rotated Key Limit"),
    write: /^PATCH \/keys\//,
    check: (two) => assert.deepEqual(rotationKeys(two), ["active, null", "active, 25"]),
  },
  {
    name: "the creation of the new key, whose secret is stored or handed over",
    method: "POST",
    path: /^\/keys$/,
    async prepare(two) {
      await makeKey(two, { name: NAME });
      await runCommand(two.page, "OpenRouter Admin: Refresh Keys");
      await findRow(two.page, "Keys", NAME);
    },
    async send(page) {
      await atReview(page, NAME);
      await pick(page, "Rotate Key");
    },
    write: /^POST \/keys$/,
    async check(two) {
      const { a, storage } = two;
      const made = [...a.account.state.keys.values()].filter(({ name }) => name === NAME);
      assert.equal(made.length, 2);
      const held = await readdir(join(storage, "held"));
      assert.ok(
        made.some(({ hash }) => held.some((file) => file.includes(hash))),
        "its secret is not stored",
      );
      await two.closeEverything();
      await assertPending(two, NAME);
    },
  },
];

describeInFlight("the account is switched while a request of a rotation is in flight", underway);
