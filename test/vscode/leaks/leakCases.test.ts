import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeSecret } from "../../support/plantedSecrets.ts";
import { quickInput, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { waitUntil } from "../host/eventually.ts";
import { choices, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import {
  chooseInContextMenu,
  contextMenu,
  expandRow,
  findRow,
  inlineActions,
  showView,
  viewRows,
  waitForSettledView,
} from "../host/tree.ts";
import { createRotationFixture, type KnownKey } from "../rotation/rotationFixture.ts";
import { createRepository, LEAKS, labelOf, type Repository } from "./leaksFixture.ts";

const FIND = "OpenRouter Admin: Search for Leaked Keys…";

describeSession("leaked keys that are special", { account: { keys: 3 }, view: "Keys" }, (session) => {
  const fixture = createRotationFixture(session);
  const alarm = makeSecret();
  const unsaved = makeSecret();
  let repository: Repository;
  let twin: KnownKey;

  before(async () => {
    repository = await createRepository(session.host.folder);
    twin = await fixture.createKey("twin");
    // Another key whose label shows the same digits.
    const other = await fixture.createKey("other twin");
    fixture.keyRecord(other.hash)!.label = twin.label;
    await repository.write("twin.txt", `${twin.secret}\n`);
    await repository.write("docs/example.md", `Set it to ${alarm}.\n`);
    await repository.write("deploy.sh", `export OPENROUTER_PROVISIONING_KEY=${session.account.key}\n`);
    await repository.commit("All");
    await runCommand(session.page, "OpenRouter Admin: Refresh Keys");
  });

  const rowOf = async (label: string) => {
    await waitForSettledView(session.page, LEAKS);
    return (await viewRows(session.page, LEAKS)).find((row) => row.label === label);
  };

  it("warns of the management key, and offers to revoke it instead of rotating it", async () => {
    const { page } = session;
    await runCommand(page, FIND);
    const { detail, buttons } = await modal(page, /The Provisioning \(Management\) key of .* has leaked/);
    assert.match(detail, /create, change and delete all keys/);
    assert.match(detail, /Found in: deploy\.sh:1, deploy\.sh:1 in commit [0-9a-f]{8}\./);
    assert.match(detail, /https:\/\/openrouter\.ai\/settings\/management-keys/);
    assert.deepEqual(buttons.toSorted(), ["Cancel", "Not Now", "Open OpenRouter", "Set Key"]);
    await screenshot(page, "leaks-management");
    await answerModal(page, "Not Now");
    await showView(page, LEAKS, { alone: true });
    const label = labelOf(session.account.key);
    assert.match((await rowOf(label))?.description ?? "", /^management key · active · 2 places/);
    const [first] = await viewRows(page, LEAKS);
    assert.equal(first?.label, label, "it is not the first row");
    const row = await findRow(page, LEAKS, label);
    assert.deepEqual(await inlineActions(row), ["Open Management Keys at OpenRouter"]);
    const menu = (await contextMenu(row)).map(({ name }) => name);
    assert.ok(!menu.some((name) => /Rotate|Disable|False Alarm/.test(name)), String(menu));
  });

  it("says that two keys match, and asks which one is meant", async () => {
    const { page } = session;
    assert.match((await rowOf(twin.label))?.description ?? "", /2 keys have this label/);
    await chooseInContextMenu(await findRow(page, LEAKS, twin.label), "Disable Leaked Key");
    await page.locator(".quick-input-title", { hasText: "Disable Key" }).waitFor();
    assert.deepEqual(
      (await choices(page)).map(({ label }) => label),
      ["other twin", "twin"],
    );
    await pick(page, "twin");
    await waitUntil("it is disabled", () => fixture.keyRecord(twin.hash)?.disabled === true);
  });

  it("hides a false alarm, which is kept as a salted hash, until that is undone", async () => {
    const { page } = session;
    await chooseInContextMenu(await findRow(page, LEAKS, labelOf(alarm)), "Mark as False Alarm…");
    await page.locator(".quick-input-title", { hasText: "Mark as False Alarm" }).waitFor();
    await quickInput(page).fill("made up");
    await quickInput(page).press("Enter");
    await toast(page, /is a false alarm from now on/).waitFor();
    await waitUntil("it is hidden", async () => (await rowOf(labelOf(alarm))) === undefined);
    const baseline = join(session.host.folder, ".openrouter-leaks.json");
    const stored = await readFile(baseline, "utf8");
    assert.match(stored, /"reason": "made up"/);
    assert.ok(!stored.includes(alarm.slice(9, 30)), "the baseline contains the secret");
    await expandRow(await findRow(page, LEAKS, "Searched"));
    assert.ok((await viewRows(page, LEAKS)).some(({ label }) => /^Not shown.*: 1$/.test(label)));
    await answerToast(page, /is a false alarm from now on/, "Undo");
    await waitUntil("it is shown again", async () => (await rowOf(labelOf(alarm))) !== undefined);
  });

  it("finds a key in an editor that was never saved, and explains the history", async () => {
    const { page } = session;
    await runCommand(page, "File: New Untitled Text File");
    await page.locator(".monaco-editor.focused").waitFor();
    await page.keyboard.type(unsaved);
    await runCommand(page, FIND);
    await answerModal(page, "Not Now");
    await expandRow(await findRow(page, LEAKS, labelOf(unsaved)));
    const row = await findRow(page, LEAKS, /^Untitled-\d+:1$/, { parent: labelOf(unsaved) });
    assert.match(await row.innerText(), /unsaved/);
    await row.click();
    await page.locator(".tab.active", { hasText: "Untitled" }).waitFor();
    await runCommand(page, "OpenRouter Admin: What Rewriting History Means");
    await page.locator(".monaco-editor .view-line", { hasText: "Rotate the key first" }).waitFor();
    await screenshot(page, "leaks-history");
  });
});
