import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { CureRun } from "../../../src/openrouter/safety/cures/record.ts";
import type { KeyRecord } from "../../../src/sample/index.ts";
import { openContainer, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal, toastButtons } from "../host/dialogs.ts";
import { waitUntil } from "../host/eventually.ts";
import { crashAndRestart } from "../host/extensionHost.ts";
import { globalStorage } from "../host/paths.ts";
import { accept, atStep, choices, enter, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { chooseInContextMenu, findRow } from "../host/tree.ts";

const SAFETY = "Key Safety";

describeSession("cures of many keys", { account: { keys: 90 }, view: SAFETY }, (session) => {
  let page: Page;
  /** Holds the request that this accepts. */
  let hold: ((method: string, path: string) => boolean) | undefined;
  let isHeld = false;
  session.fault = ({ method, path }) => {
    if (!hold?.(method, path)) return undefined;
    isHeld = true;
    return "done";
  };

  before(() => {
    ({ page } = session);
  });

  const keys = () => [...session.account.state.keys.values()];
  const isActive = ({ disabled, expires_at }: KeyRecord) =>
    !disabled && (expires_at === null || Date.parse(expires_at) > Date.now());
  const unlimited = () => keys().filter((key) => isActive(key) && key.limit === null);
  const patches = () => session.faults.received.filter(({ method }) => method === "PATCH");
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
    await chooseInContextMenu(rule, "Set Limits of Keys");
    await atStep(page, "Set Limits");
    await screenshot(page, "cure-basis");
    await pick(page, "One Limit for All…");
    await enter(page, "12");
    await pick(page, "monthly");
    const requests = await choices(page);
    await screenshot(page, "cure-preview");
    assert.equal(requests.length, 50);
    for (const { detail, checked } of requests) {
      assert.match(detail, /^PATCH \/keys\/\{hash\} · Limit: no limit → \$12 · Limit resets: never → monthly$/);
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
    await modal(page, "Take back the changes of");
    await answerModal(page, "Undo: Set Limits");
    await toast(page, /Undo: Set Limits: (\d+) of \1 done\./).waitFor({ timeout: 60_000 });
    assert.equal(keys().filter((key) => key.limit === 12).length, 0);
    assert.equal(keys().filter((key) => key.limit === 77).length, 1);
    assert.ok(runs().every(({ owner, endedAt }) => owner === undefined && endedAt !== undefined));
    assert.deepEqual(await toastButtons(page, "Undo: Set Limits"), ["Show Results"]);
  });
});
