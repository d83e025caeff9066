import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeSecret } from "../../support/plantedSecrets.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { answerByKeyboard, answerModal, answerToast, modal } from "../host/dialogs.ts";
import { waitUntil } from "../host/eventually.ts";
import { typeAtStep, typeCommand, withoutMouse } from "../host/keyboard.ts";
import { accept, atStep, choices, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import {
  contextMenu,
  expandRow,
  findRow,
  runInlineAction,
  showView,
  viewRows,
  waitForSettledView,
} from "../host/tree.ts";
import {
  acceptDefaults,
  assertNoSecretLeaked,
  createRotationFixture,
  type KnownKey,
} from "../rotation/rotationFixture.ts";
import { createRepository, LEAKS, labelOf, type Repository } from "./leaksFixture.ts";

const FIND = "OpenRouter Admin: Search for Leaked Keys…";
const DAY_MS = 86_400_000;

describeSession("leaked keys", { account: { keys: 3 }, view: "Keys" }, (session) => {
  const fixture = createRotationFixture(session);
  const foreign = makeSecret();
  let repository: Repository;
  let leaked: KnownKey;
  let typed: KnownKey;
  let commit: string;

  before(async () => {
    repository = await createRepository(session.host.folder);
    leaked = await fixture.createKey("leaked", { limit: 25, limit_reset: "monthly" });
    typed = await fixture.createKey("typed");
    await repository.write("app/.env", `A=1\nOPENROUTER_API_KEY=${leaked.secret}\n`);
    await repository.write("app/client.py", `key = "${leaked.secret}"\n`);
    const yesterday = new Date(Date.now() - DAY_MS).toISOString();
    commit = await repository.commit("Add the client", yesterday);
    await repository.git("update-ref", "refs/remotes/origin/main", "HEAD");
    await repository.write("typed.env", `KEY=${typed.secret}\n`);
    await repository.write("old.txt", foreign);
    await repository.commit("More");
    await repository.git("rm", "-q", "old.txt");
    await repository.commit("Remove");
    fixture.keyRecord(leaked.hash)!.created_at = new Date(Date.now() - 10 * DAY_MS).toISOString();
    fixture.spend(leaked.hash, 1.5);
    await runCommand(session.page, "OpenRouter Admin: Refresh Keys");
  });

  const rowOf = async (label: string) => {
    await waitForSettledView(session.page, LEAKS);
    return (await viewRows(session.page, LEAKS)).find((row) => row.label === label);
  };

  it("finds keys in files and in the history, and shows what is known about them without asking", async () => {
    const { page, account } = session;
    await runCommand(page, FIND);
    await toast(page, /3 OpenRouter keys found/).waitFor();
    await screenshot(page, "leaks-found");
    await showView(page, LEAKS, { alone: true });
    const row = await rowOf("leaked");
    assert.match(row?.description ?? "", /^active · pushed · 4 places · /);
    assert.match(
      (await rowOf(labelOf(foreign)))?.description ?? "",
      /^state unknown · 1 place · not a key of this account/,
    );
    await expandRow(await findRow(page, LEAKS, "leaked"));
    await waitUntil("the spend is read", async () => /\$1\.50 since/.test((await rowOf("Spend"))?.description ?? ""));
    assert.equal((await rowOf("Limit"))?.description, "$25 monthly");
    await expandRow(await findRow(page, LEAKS, "Searched"));
    const places = (await viewRows(page, LEAKS)).filter(({ label }) => /^(\.env|client\.py):/.test(label));
    assert.deepEqual(
      places.map(({ label, description }) => `${label} ${description.replace(/ · \w{3} \d+/, "")}`),
      [
        ".env:2 app",
        "client.py:1 app",
        `.env:2 ${commit.slice(0, 8)} · Ana Ruiz · pushed · app`,
        `client.py:1 ${commit.slice(0, 8)} · Ana Ruiz · pushed · app`,
      ],
    );
    await screenshot(page, "leaks-expanded");
    assert.equal(account.requests.filter(({ path }) => path === "/key").length <= 1, true, "a found key was sent");
    assertNothingShown(await page.content());
  });

  /** Asserts that no planted secret is in the page. */
  function assertNothingShown(html: string): void {
    for (const secret of [leaked.secret, typed.secret, foreign]) assert.ok(!html.includes(secret), "a secret is shown");
  }

  it("opens a commit's file with masked secrets, and a file with the key selected", async () => {
    const { page } = session;
    await expandRow(await findRow(page, LEAKS, labelOf(foreign)));
    await (await findRow(page, LEAKS, "old.txt:1", { parent: labelOf(foreign) })).click();
    await page.locator(".monaco-editor .view-line", { hasText: labelOf(foreign) }).waitFor();
    assertNothingShown(await page.content());
    await (await findRow(page, LEAKS, "client.py:1", { parent: "leaked" })).click();
    await page.locator(".tab.active", { hasText: "client.py" }).waitFor();
    await screenshot(page, "leaks-opened");
    await runCommand(page, "View: Close All Editors");
  });

  it("asks OpenRouter about the found keys only after consent, once for each", async () => {
    const { page, account } = session;
    await runCommand(page, "OpenRouter Admin: Ask OpenRouter About Found Keys…");
    const before = account.requests.length;
    assert.match(
      (await modal(page, /Ask OpenRouter about 3 found keys/)).detail,
      /sent to 127\.0\.0\.1:\d+, as the authorization of one request/,
    );
    await screenshot(page, "leaks-consent");
    await answerModal(page, "Don't Ask");
    assert.equal(account.requests.length, before);
    await runCommand(page, "OpenRouter Admin: Ask OpenRouter About Found Keys…");
    await answerModal(page, "Ask OpenRouter");
    await waitUntil("the answers are shown", async () =>
      /^doesn't work · /.test((await rowOf(labelOf(foreign)))?.description ?? ""),
    );
    assert.match((await rowOf("leaked"))?.description ?? "", /^works · pushed/);
    const asked = account.requests.slice(before).filter(({ path }) => path === "/key");
    assert.deepEqual(asked.map(({ status }) => status).sort(), [200, 200, 401]);
    await screenshot(page, "leaks-asked");
  });

  it("rotates the key, replaces it in the files where it was found, and disables the old key", async () => {
    const { page } = session;
    await runInlineAction(await findRow(page, LEAKS, "leaked"), "Rotate Leaked Key…");
    await page.locator(".quick-input-title", { hasText: "Rotate Key: leaked" }).waitFor();
    await acceptDefaults(page);
    await pick(page, "Rotate Key");
    await atStep(page, "The new secret of leaked");
    await pick(page, "Replace in Files");
    await atStep(page, "The old key of leaked: 2 occurrences");
    assert.deepEqual(
      (await choices(page)).map(({ label }) => label),
      ["app/.env:2", "app/client.py:1"],
    );
    await accept(page);
    await modal(page, /Replaced 2 occurrences in 2 files/);
    await answerModal(page, "Done");
    await answerToast(page, "leaked was rotated", "Disable Old Key");
    await waitUntil("it is disabled", async () => {
      if (await page.locator(".monaco-dialog-box").isVisible()) await answerModal(page, "Disable Old Key");
      return fixture.keyRecord(leaked.hash)?.disabled === true;
    });
    for (const path of ["app/.env", "app/client.py"])
      assert.ok(!(await readFile(join(session.host.folder, path), "utf8")).includes(leaked.secret), path);
    await waitUntil("only the history has it", async () =>
      /^disabled · pushed · 2 places · /.test((await rowOf("leaked"))?.description ?? ""),
    );
    await screenshot(page, "leaks-rotated");
    const menu = (await contextMenu(await findRow(page, LEAKS, "leaked"))).map(({ name }) => name);
    assert.ok(menu.includes("What Rewriting History Means"), String(menu));
  });

  it("does the same with the keyboard alone", async () => {
    const { page } = session;
    const { keyboard } = page;
    await withoutMouse(page, async () => {
      await typeCommand(page, FIND);
      // The new key is in the files, too.
      await toast(page, /4 OpenRouter keys found/).waitFor();
      await typeCommand(page, "Notifications: Clear All Notifications");
      await typeCommand(page, "OpenRouter Admin: Rotate Leaked Key…");
      await typeAtStep(page, "Rotate Leaked Key", "typed", "typed");
      await page.locator(".quick-input-title", { hasText: "Rotate Key: typed" }).waitFor();
      await acceptDefaults(page);
      await keyboard.press("Enter");
      await typeAtStep(page, "The new secret of typed", "Replace in Files", "Replace in Files");
      await atStep(page, "The old key of typed: 1 occurrence");
      await keyboard.press("Enter");
      await modal(page, /Replaced 1 occurrence in 1 file/);
      await answerByKeyboard(page, "Done");
      await toast(page, "typed was rotated").waitFor();
      await typeCommand(page, "OpenRouter Admin: Disable Old Key");
      await typeAtStep(page, "Disable Old Key", "typed", "typed");
      await waitUntil("it is disabled", async () => {
        if (await page.locator(".monaco-dialog-box").isVisible()) await answerByKeyboard(page, "Disable Old Key");
        return fixture.keyRecord(typed.hash)?.disabled === true;
      });
    });
    assert.ok(!(await readFile(join(session.host.folder, "typed.env"), "utf8")).includes(typed.secret));
  });

  it("keeps no secret in logs and files", () => {
    assertNoSecretLeaked(fixture, [leaked.secret, typed.secret, foreign]);
  });
});
