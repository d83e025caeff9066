import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import type { CureRun } from "../../../src/openrouter/safety/cures/record.ts";
import type { KeyRecord } from "../../../src/sample/index.ts";
import { reply } from "../../support/faults.ts";
import { openContainer, openWindow, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal, toastButtons } from "../host/dialogs.ts";
import { waitUntil } from "../host/eventually.ts";
import { crashAndRestart } from "../host/extensionHost.ts";
import { chooseEntry, menuEntries } from "../host/menu.ts";
import { globalStorage } from "../host/paths.ts";
import { accept, atStep, choices, enter, pick, tick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { chooseInContextMenu, findRow, showView, viewRows, waitForSettledView } from "../host/tree.ts";

const SAFETY = "Key Safety";

describeSession("cures of many keys", { account: { keys: 90 }, view: SAFETY }, (session) => {
  let page: Page;
  /** Holds the request that this accepts. */
  let hold: ((method: string, path: string) => boolean) | undefined;
  let isHeld = false;
  /** Refuses the request that this accepts. */
  let refuse: typeof hold;
  /** Delays each change of a key, ms. */
  let delayMs = 0;
  session.fault = async ({ method, path }, response) => {
    if (method === "PATCH") await sleep(delayMs);
    if (refuse?.(method, path)) return reply(response, 400, { error: { code: 400, message: "Key is in use" } });
    if (!hold?.(method, path)) return undefined;
    isHeld = true;
    return "done";
  };

  /** Requests that earlier tests, or attempts of this one, sent. */
  let earlier = 0;

  before(() => {
    ({ page } = session);
  });
  beforeEach(() => {
    [hold, refuse, isHeld, delayMs] = [undefined, undefined, false, 0];
    earlier = session.faults.received.length;
  });

  const keys = () => [...session.account.state.keys.values()];
  const isActive = ({ disabled, expires_at }: KeyRecord) =>
    !disabled && (expires_at === null || Date.parse(expires_at) > Date.now());
  const unlimited = () => keys().filter((key) => isActive(key) && key.limit === null);
  const patches = () => session.faults.received.slice(earlier).filter(({ method }) => method === "PATCH");
  const runs = (): CureRun[] => {
    const folder = join(globalStorage(session.host), "cures");
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    return files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  };

  it("sets the limit of 50 findings over a crash, and leaves a key alone that was changed meanwhile", async () => {
    const extra = unlimited().slice(50);
    for (const key of extra) Object.assign(key, { limit: 3, limit_reset: "monthly" });
    const found = unlimited();
    for (const key of keys()
      .filter((one) => isActive(one) && one.limit !== null)
      .slice(0, 50 - found.length))
      Object.assign(key, { limit: null, limit_reset: null });
    const fifty = unlimited();
    assert.equal(fifty.length, 50);
    await runCommand(page, "OpenRouter Admin: Refresh Key Safety");
    const rule = await findRow(page, SAFETY, "No limit");
    await waitUntil("all are found", async () => (await rule.innerText()).includes("50 keys"));
    await chooseInContextMenu(rule, "Set Limits of Selected Keys");
    await atStep(page, "Set Limits");
    await screenshot(page, "cure-basis");
    await pick(page, "One Limit for All…");
    await enter(page, "12");
    await pick(page, "monthly");
    const requests = await choices(page);
    await screenshot(page, "cure-preview");
    assert.equal(requests.length, 50);
    for (const { detail, checked } of requests) {
      assert.match(detail, /^PATCH \/keys\/\{hash\} · Limit: no limit → \$12 monthly$/);
      assert.equal(checked, true);
    }
    await accept(page);
    const asked = await modal(page, "Set the limit of 50 keys?");
    assert.equal(asked.buttons.at(-1), "Change Nothing");
    await screenshot(page, "cure-confirm");

    // The 21st change reaches the account, and its answer never comes.
    hold = (method) => method === "PATCH" && patches().length > 20;
    await answerModal(page, "Set Limits");
    await waitUntil("a request is held", () => isHeld, 30_000);
    await screenshot(page, "cure-progress");
    await crashAndRestart(session.host, page);
    hold = undefined;
    const before = patches().length;
    const untouched = fifty.find((key) => key.limit === null)!;
    Object.assign(untouched, { limit: 77, limit_reset: "weekly" });

    await openContainer(page, "OpenRouter Admin");
    await toast(page, "Set Limits was interrupted").waitFor({ timeout: 30_000 });
    await screenshot(page, "cure-interrupted");
    await answerToast(page, "Set Limits was interrupted", "Continue");
    await modal(page, /Set the limit of \d+ keys\?/);
    await answerModal(page, "Set Limits");
    await toast(page, "Set Limits: 49 of 50 done, 1 skipped.").waitFor({ timeout: 60_000 });
    const byHash = new Map(fifty.map((key) => [key.hash, session.account.state.keys.get(key.hash)!]));
    for (const [hash, { limit, limit_reset }] of byHash)
      assert.deepEqual([limit, limit_reset], hash === untouched.hash ? [77, "weekly"] : [12, "monthly"]);
    // Only what was on its way at the crash was sent again.
    assert.ok(patches().length - before <= 50 - (before - 3), `${before}, then ${patches().length}`);
    assert.deepEqual(keys().filter((key) => key.limit === 12).length, 49);
    await answerToast(page, "Set Limits: 49 of 50 done", "Show Results");
    await page.locator(".editor-instance .view-lines", { hasText: "Skipped" }).waitFor();
    await screenshot(page, "cure-results");
  });

  it("takes back what it did itself", async () => {
    await runCommand(page, "OpenRouter Admin: Undo Key Changes");
    await atStep(page, "Undo Key Changes");
    await pick(page, "Set Limits");
    await modal(page, "Undo the changes to");
    await answerModal(page, "Undo: Set Limits");
    await toast(page, /Undo: Set Limits: (\d+) of \1 done\./).waitFor({ timeout: 60_000 });
    assert.equal(keys().filter((key) => key.limit === 12).length, 0);
    assert.equal(keys().filter((key) => key.limit === 77).length, 1);
    assert.ok(runs().every(({ owner, endedAt }) => owner === undefined && endedAt !== undefined));
    assert.deepEqual(await toastButtons(page, "Undo: Set Limits"), ["Show Results"]);
  });

  /** Selects rows of the Keys view: the first by a click, the others with Ctrl. Returns the last. */
  async function selectKeys(labels: readonly string[]): Promise<Locator> {
    let row!: Locator;
    for (const [i, label] of labels.entries()) {
      row = await findRow(page, "Keys", label);
      await row.click({ modifiers: i === 0 ? [] : ["Control"] });
    }
    return row;
  }

  /** Creates keys with `POST /keys`, outside VS Code. */
  async function createKeys(names: readonly string[]): Promise<{ hash: string; secret: string }[]> {
    const headers = { authorization: `Bearer ${session.account.key}`, "content-type": "application/json" };
    // Left by an earlier attempt.
    for (const key of keys()) if (names.includes(key.name)) session.account.state.keys.delete(key.hash);
    const created = [];
    for (const name of names) {
      const body = JSON.stringify({ name, limit: 4, limit_reset: "monthly" });
      const response = await fetch(`${session.account.baseUrl}/keys`, { method: "POST", headers, body });
      const { data, key } = (await response.json()) as { data: { hash: string }; key: string };
      created.push({ hash: data.hash, secret: key });
    }
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    await waitForSettledView(page, "Keys");
    return created;
  }

  it("deletes the selected keys of the Keys view, and shows what was refused", async () => {
    await runCommand(page, "Notifications: Clear All Notifications");
    await showView(page, "Keys", { alone: true });
    const created = await createKeys(["!one", "!two", "!three"]);
    const row = await selectKeys(["!one", "!two", "!three"]);
    await row.click({ button: "right" });
    const entries = (await menuEntries(page)).map(({ name }) => name);
    assert.deepEqual(
      entries.filter((name) => /Delete|Disable|Limit|Rename|Rotate/.test(name)),
      ["Set Limits of Selected Keys", "Disable Selected Keys", "Delete Selected Keys"],
    );
    await chooseEntry(page, "Delete Selected Keys");
    await atStep(page, "Delete Keys");
    const requests = await choices(page);
    assert.deepEqual(
      requests.map(({ label, detail }) => [label, detail]),
      ["!one", "!three", "!two"].map((name) => [name, "DELETE /keys/{hash}"]),
    );
    for (const { description } of requests) assert.match(description, / · spent \$0\.00 · last used: never$/);
    await tick(page, { "!two": false });
    await accept(page);
    const { detail } = await modal(page, "Delete 2 keys?");
    assert.match(detail, /“!one” .*spent \$0\.00\n“!three” .*spent \$0\.00/);
    assert.match(detail, /This can't be undone/);
    await screenshot(page, "cure-delete");
    const refused = created[2]!.hash;
    refuse = (method, path) => method === "DELETE" && path.endsWith(refused);
    await answerModal(page, "Delete Keys");
    await toast(page, "Delete Keys: 1 of 2 done, 1 failed.").waitFor();
    assert.deepEqual(await toastButtons(page, "Delete Keys: 1 of 2 done"), ["Retry", "Show Results"]);
    refuse = undefined;
    await answerToast(page, "Delete Keys: 1 of 2 done", "Retry");
    await modal(page, "Delete “!three”");
    await answerModal(page, "Delete Keys");
    await toast(page, "Delete Keys: 2 of 2 done.").waitFor();
    assert.deepEqual(
      created.map(({ hash }) => session.account.state.keys.has(hash)),
      [false, true, false],
    );
    await waitForSettledView(page, "Keys");
    const labels = (await viewRows(page, "Keys")).map(({ label }) => label);
    assert.deepEqual(
      labels.filter((label) => label.startsWith("!")),
      ["!two"],
    );
  });

  it("replaces keys by expiring ones over a restart, each with its guardrail, and hands over their secrets one by one", async () => {
    await runCommand(page, "Notifications: Clear All Notifications");
    const old = await createKeys(["!four", "!five"]);
    const row = await selectKeys(["!four", "!five"]);
    await chooseInContextMenu(row, "Replace Selected Keys with Expiring Keys");
    await atStep(page, "Replace Keys");
    await pick(page, "In 30 days");
    const requests = await choices(page);
    for (const { detail } of requests) assert.match(detail, /^POST \/keys · Expires: /);
    await accept(page);
    await modal(page, "Replace 2 keys with new keys that expire?");
    const guarded = old[0]!.hash;
    const [guardrail] = [...session.account.state.guardrails.keys()];
    const assignments = () => session.account.state.keyAssignments;
    const assignment = { id: guarded, guardrail_id: guardrail!, target: guarded, assigned_by: null, created_at: "" };
    assignments().push(assignment);
    refuse = (method, path) => method === "POST" && path === "/keys";
    await answerModal(page, "Replace Keys");
    await toast(page, "Replace Keys: 0 of 2 done, 2 failed.").waitFor();
    // Nothing has loaded the assignments after this.
    await crashAndRestart(session.host, page);
    refuse = (method, path) => method === "POST" && path.includes("/assignments/");
    await openContainer(page, "OpenRouter Admin");
    await runCommand(page, "OpenRouter Admin: Resume Key Changes");
    await atStep(page, "Resume Key Changes");
    await pick(page, "Replace Keys");
    await pick(page, "Continue");
    await modal(page, "Replace 2 keys");
    await answerModal(page, "Replace Keys");
    await toast(page, "Replace Keys: 1 of 2 done, 1 uncertain.").waitFor();
    refuse = undefined;
    await answerToast(page, "Replace Keys: 1 of 2 done", "Retry");
    await modal(page, "Replace “!four”");
    await answerModal(page, "Replace Keys");
    await toast(page, "Replace Keys: 2 of 2 done.").waitFor();
    const guardedNow = assignments().filter(({ guardrail_id }) => guardrail_id === guardrail);
    const names = guardedNow.map(({ target }) => session.account.state.keys.get(target)?.name);
    assert.equal(names.filter((name) => name === "!four").length, 2);
    await answerToast(page, "Replace Keys: 2 of 2 done.", "Save Secrets");
    const secrets: string[] = [];
    for (const name of ["!five", "!four"]) {
      await atStep(page, `The new secret of ${name}`);
      await pick(page, "Copy");
      await modal(page, /is on the clipboard/);
      secrets.push(await readClipboard(page));
      await answerModal(page, "I Have Saved It");
    }
    for (const { hash } of old) {
      const before = session.account.state.keys.get(hash)!;
      const after = keys().find((key) => key.name === before.name && key.hash !== hash)!;
      assert.deepEqual([after.limit, after.limit_reset, before.disabled], [4, "monthly", false]);
      assert.ok(Date.parse(after.expires_at!) > Date.now() + 29 * 86_400_000);
    }
    const stored = runs()
      .map((run) => JSON.stringify(run))
      .join();
    for (const secret of [...secrets, ...old.map((one) => one.secret)]) assert.ok(!stored.includes(secret));
    assert.equal(new Set(secrets).size, 2);
  });

  it("sends nothing more after a cancel, and continues in one window only", async () => {
    await runCommand(page, "Notifications: Clear All Notifications");
    const names = Array.from({ length: 12 }, (_, i) => `!c${String(i).padStart(2, "0")}`);
    const created = await createKeys(names);
    const row = await selectKeys(names);
    await chooseInContextMenu(row, "Disable Selected Keys");
    await atStep(page, "Disable Keys");
    await choices(page);
    await accept(page);
    await modal(page, "Disable 12 keys?");
    delayMs = 400;
    const before = patches().length;
    await answerModal(page, "Disable Keys");
    const disabled = () => created.filter(({ hash }) => session.account.state.keys.get(hash)?.disabled).length;
    await waitUntil("some are disabled", () => disabled() >= 2);
    await answerToast(page, /Disable Keys: \d+ of 12/, "Cancel");
    const ended = toast(page, /Disable Keys: \d+ of 12 done, \d+ not sent\./);
    await ended.waitFor();
    const sent = patches().length - before;
    assert.equal(sent, disabled());
    assert.match(await ended.innerText(), new RegExp(`${sent} of 12 done, ${12 - sent} not sent`));

    const other = await page.context().newPage();
    try {
      await openWindow(other, session.host, {});
      await openContainer(other, "OpenRouter Admin");
      await runCommand(other, "OpenRouter Admin: Resume Key Changes");
      await atStep(other, "Resume Key Changes");
      await pick(other, "Disable Keys");
      await pick(other, "Continue");
      await modal(other, `Disable ${12 - sent} keys?`);
      await answerToast(page, "Disable Keys:", "Retry");
      await modal(page, `Disable ${12 - sent} keys?`);
      await answerModal(page, "Disable Keys");
      await toast(page, /Disable Keys: \d+ of 12/).waitFor();
      await answerModal(other, "Disable Keys");
      await toast(other, "Disable Keys is still in progress, perhaps in another window.").waitFor();
    } finally {
      await other.close();
    }
    await toast(page, "Disable Keys: 12 of 12 done.").waitFor({ timeout: 30_000 });
    assert.equal(patches().length - before, 12);
    assert.equal(disabled(), 12);
    await answerToast(page, "Disable Keys: 12 of 12 done.", "Undo");
    await modal(page, "Undo the changes to 12 keys?");
    await answerModal(page, "Undo: Disable Keys");
    await toast(page, "12 of 12 done.").waitFor();
    await waitUntil("all are active again", () => disabled() === 0);
  });
});
