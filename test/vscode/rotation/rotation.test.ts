import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quickInput, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerByKeyboard, answerModal, answerToast, modal, toastButtons } from "../host/dialogs.ts";
import { assertRemains, waitUntil } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { waitForActiveChoice } from "../host/keyboard.ts";
import { shrinkSidebar } from "../host/keyInput.ts";
import {
  accept,
  atStep,
  choices,
  currentStep,
  pick,
  quickInputClosed,
  ready,
  reviewFields,
  tick,
} from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { inThemes } from "../host/themes.ts";
import { contextMenu, expandRow, findRow, runInlineAction, viewRows, waitForSettledView } from "../host/tree.ts";
import {
  acceptDefaults,
  assertNoSecretLeaked,
  createRotationFixture,
  GROUP,
  hashOf,
  KEYS,
  type KnownKey,
  openRotateKey,
  rotate,
  rotationRow,
} from "./rotationFixture.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

describeSession("rotation", { account: { keys: 3 }, view: KEYS, independent: true }, (session) => {
  const fixture = createRotationFixture(session);
  const secrets: string[] = [];

  /** Creates a key to rotate, and refreshes the view. */
  async function createKey(name: string, settings: Record<string, unknown> = {}): Promise<KnownKey> {
    await fixture.removeLeftovers(name);
    const key = await fixture.createKey(name, settings);
    secrets.push(key.secret);
    await runCommand(fixture.page, "OpenRouter Admin: Refresh Keys");
    return key;
  }

  /** The new key: the only other key of that name. */
  function newKeyOf(old: KnownKey, name: string) {
    const [key, ...more] = fixture.keysNamed(name).filter(({ hash }) => hash !== old.hash);
    assert.ok(key, "there is no new key");
    assert.deepEqual(more, [], "there is more than one new key");
    return key;
  }

  async function copySecret(name: string): Promise<string> {
    const { page } = fixture;
    await atStep(page, `The new secret of ${name}`);
    await pick(page, "Copy");
    await modal(page, /is on the clipboard/);
    const secret = await readClipboard(page);
    secrets.push(secret);
    await answerModal(page, "I Have Saved It");
    await toast(page, `${name} was rotated`).waitFor();
    return secret;
  }

  const rowOf = async (name: string) =>
    (await viewRows(fixture.page, KEYS)).find((row) => row.label === name && row.level === 2);

  it("shows what carries over, creates the key, assigns its guardrail, and copies the secret", async () => {
    const { page, account } = fixture;
    const expires_at = new Date(Date.now() + 90 * DAY_MS).toISOString();
    const old = await createKey("copied", { limit: 25, limit_reset: "monthly", expires_at });
    const [guardrail] = account.state.guardrails.values();
    assert.ok(guardrail);
    account.state.keyAssignments.push({
      ...{ id: "1", guardrail_id: guardrail.id, target: old.hash, assigned_by: null, created_at: daysAgo(1) },
    });
    fixture.spend(old.hash, 6.8);

    await openRotateKey(fixture, "copied");
    await acceptDefaults(page);
    const rows = await choices(page);
    const sent = reviewFields(rows);
    assert.equal(sent.name, "Name: copied");
    assert.equal(sent.limit, "Limit: $25");
    assert.equal(sent.limit_reset, "Limit resets: monthly");
    assert.match(sent.expires_at ?? "", new RegExp(expires_at.slice(0, 10)));
    assert.equal(sent.include_byok_in_limit, "BYOK counts against the limit: no");
    assert.equal(sent.workspace_id, "Workspace: Production");
    assert.equal(sent.guardrail, `Guardrail: ${guardrail.name}`);
    const notes = rows.map(({ label }) => label).join("\n");
    assert.match(notes, /usage starts at 0; the old key.s usage is \$6\.80/);
    assert.match(notes, /The budget is refilled: \$18\.20 of \$25 monthly remained/);
    assert.equal(fixture.keysNamed("copied").length, 1, "something was created before the person agreed");
    await screenshot(page, "rotation-review");
    await pick(page, "Rotate Key");
    await atStep(page, "The new secret of copied");
    assert.equal((await rotationRow(fixture, "copied").then(() => rowOf("copied")))?.icon, "sync");
    assert.equal(fixture.journal()[0]?.step, "bound");
    await screenshot(page, "rotation-hand-over");
    const secret = await copySecret("copied");

    const key = newKeyOf(old, "copied");
    assert.equal(hashOf(secret), key.hash);
    assert.deepEqual([key.limit, key.limit_reset, key.workspace_id], [25, "monthly", account.state.defaultWorkspaceId]);
    assert.equal(Date.parse(key.expires_at ?? ""), Date.parse(expires_at));
    assert.deepEqual(fixture.guardrailsOf(key.hash), [guardrail.id]);
    assert.ok((await fixture.isAccepted(old.secret)) && (await fixture.isAccepted(secret)));
    assert.equal(fixture.journal()[0]?.step, "pending");
    assert.deepEqual(fixture.pendingSecrets(), []);
  });

  it("watches the old key, disables it, undoes that, and deletes it", async () => {
    const { page } = fixture;
    const [record] = fixture.journal();
    assert.ok(record);
    fixture.spend(record.old.hash, 0.12);
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    await waitUntil("the row shows the spend", async () =>
      /old key used \d.* · \$0\.12 since the rotation/.test((await rowOf("copied"))?.description ?? ""),
    );
    await expandRow(await rotationRow(fixture, "copied"));
    await screenshot(page, "rotation-pending");

    await runInlineAction(await rotationRow(fixture, "copied"), "Disable Old Key");
    assert.match((await modal(page, /still in use/)).detail, /\$0\.12 since the rotation · last used/);
    await answerModal(page, "Disable Old Key");
    await toast(page, "The old key of copied is disabled").waitFor();
    assert.equal(fixture.keyRecord(record.old.hash)?.disabled, true);
    await answerToast(page, "The old key of copied is disabled", "Undo");
    await waitUntil("the old key is active", () => fixture.keyRecord(record.old.hash)?.disabled === false);
    await waitUntil("the record is pending", () => fixture.journal()[0]?.step === "pending");

    await runInlineAction(await rotationRow(fixture, "copied"), "Disable Old Key");
    await answerModal(page, "Disable Old Key");
    await waitUntil("the record is disabled", () => fixture.journal()[0]?.step === "disabled");
    await waitForSettledView(page, KEYS);
    await runInlineAction(await rotationRow(fixture, "copied"), "Delete Old Key");
    assert.match(
      (await modal(page, /Delete the old key/)).detail,
      /\$0\.12.*not been unused for a full day.*can't be undone/s,
    );
    await answerModal(page, "Cancel");
    assert.ok(fixture.keyRecord(record.old.hash));
    await runInlineAction(await rotationRow(fixture, "copied"), "Delete Old Key");
    await answerModal(page, "Delete Old Key");
    await waitUntil("the old key is removed", () => fixture.keyRecord(record.old.hash) === undefined);
    await waitUntil("the rotation has ended", () => fixture.journal().length === 0);
    assert.equal(fixture.keysNamed("copied").length, 1);
    await waitUntil(
      "the group is removed",
      async () => !(await viewRows(page, KEYS)).some((row) => row.label === GROUP),
    );
  });

  it("replaces only whole occurrences of the old key in files", async () => {
    const { page } = fixture;
    const { folder } = fixture.host;
    const old = await createKey("in-files");
    const file = (name: string) => join(folder, name);
    const read = (name: string) => readFile(file(name), "utf8");
    await mkdir(file("app/node_modules/x"), { recursive: true });
    const texts = {
      ".env": `# keys\r\nOPENROUTER_API_KEY=${old.secret}\r\nOTHER=${old.secret}x\r\n`,
      "app/.env.local": `A="${old.secret}" # ${old.secret}\n`,
      "app/prod.env": `LABEL=${old.label}\n`,
      "app/node_modules/x/.env": `B=${old.secret}\n`,
      "notes.md": old.secret,
      "big.env": `${"#".repeat(1_100_000)}\nC=${old.secret}\n`,
    };
    for (const [name, text] of Object.entries(texts)) await writeFile(file(name), text);

    await rotate(fixture, "in-files");
    await pick(page, "Replace in Files");
    await atStep(page, "The old key of in-files: 3 occurrences");
    const places = await choices(page);
    assert.deepEqual(
      places.map((place) => [place.label, place.checked]),
      [
        [".env:2", true],
        ["app/.env.local:1", true],
        ["app/.env.local:1", true],
      ],
    );
    assert.ok(!JSON.stringify(places).includes(old.secret), "a list shows the old secret");
    assert.match((await quickInput(page).getAttribute("placeholder")) ?? "", /over 1 MB.*big\.env/);
    await screenshot(page, "rotation-places");
    await tick(page, { ".env:2": false });
    await accept(page);
    const dialog = await modal(page, /Replaced 2 occurrences in 1 file/);
    assert.match(dialog.detail, /Not replaced: 1 occurrence of the old key/);
    // Without confirmation, the delivery methods are offered again, and the remaining occurrence can be replaced.
    await answerModal(page, "Cancel");
    await atStep(page, "The new secret of in-files");
    assert.equal(fixture.journal()[0]?.step, "bound");
    await pick(page, "Replace in Files");
    await atStep(page, "The old key of in-files: 1 occurrence");
    await accept(page);
    await modal(page, /Replaced 1 occurrence in 1 file/);
    await screenshot(page, "rotation-replaced");
    await answerModal(page, "Done");
    await toast(page, "in-files was rotated").waitFor();

    const key = newKeyOf(old, "in-files");
    const secret = /OPENROUTER_API_KEY=(\S+)/.exec(await read(".env"))?.[1] ?? "";
    secrets.push(secret);
    assert.equal(hashOf(secret), key.hash);
    assert.equal(await read(".env"), `# keys\r\nOPENROUTER_API_KEY=${secret}\r\nOTHER=${old.secret}x\r\n`);
    assert.equal(await read("app/.env.local"), `A="${secret}" # ${secret}\n`);
    for (const name of ["app/prod.env", "app/node_modules/x/.env", "notes.md", "big.env"] as const)
      assert.equal(await read(name), texts[name], name);
    assert.equal(fixture.journal()[0]?.handedOver, "replaced");
    assert.deepEqual(fixture.pendingSecrets(), []);
  });

  it("reports that no file contains the key, and offers the other methods", async () => {
    const { page } = fixture;
    await createKey("nowhere");
    await rotate(fixture, "nowhere");
    await pick(page, "Replace in Files");
    await toast(page, /No file contains the old key/).waitFor();
    await atStep(page, "The new secret of nowhere");
    await pick(page, "Store in VS Code");
    await toast(page, "nowhere was rotated").waitFor();
  });

  it("stores the secret in VS Code, and copies it later", async () => {
    const { page } = fixture;
    const record = fixture.journal().find(({ old }) => old.name === "nowhere");
    assert.deepEqual([record?.step, record?.handedOver], ["pending", "kept"]);
    await reloadWindow(fixture.host, page);
    await rotationRow(fixture, "nowhere");
    await runCommand(page, "OpenRouter Admin: Copy Stored Secret");
    await pick(page, "nowhere");
    await toast(page, /is on the clipboard/).waitFor();
    const secret = await readClipboard(page);
    secrets.push(secret);
    assert.equal(hashOf(secret), record?.new?.hash);
  });

  it("keeps the secret pending after Escape and a restart, until it is saved", async () => {
    const { page } = fixture;
    const old = await createKey("waiting");
    await rotate(fixture, "waiting");
    await quickInput(page).press("Escape");
    assert.deepEqual(await toastButtons(page, "The rotation of waiting is paused"), ["Continue", "Roll Back"]);
    await screenshot(page, "rotation-waits");
    await reloadWindow(fixture.host, page);
    assert.deepEqual(await toastButtons(page, "The rotation of waiting was interrupted"), ["Continue", "Roll Back"]);
    assert.match(
      (await rotationRow(fixture, "waiting").then(() => rowOf("waiting")))?.description ?? "",
      /not saved yet/,
    );
    assert.ok(
      (await contextMenu(await rotationRow(fixture, "waiting"))).some(({ name }) => name === "Continue Rotation"),
    );
    await screenshot(page, "rotation-interrupted");
    await answerToast(page, "The rotation of waiting was interrupted", "Continue");
    const secret = await copySecret("waiting");
    assert.equal(hashOf(secret), newKeyOf(old, "waiting").hash);
  });

  it("doesn't disable the old key if the new one was deleted elsewhere", async () => {
    const { page, account } = fixture;
    const old = await createKey("last");
    await rotate(fixture, "last");
    await copySecret("last");
    account.state.keys.delete(newKeyOf(old, "last").hash);
    await waitForSettledView(page, KEYS);
    await runInlineAction(await rotationRow(fixture, "last"), "Disable Old Key");
    const { detail } = await modal(page, /The old key of “last” .* may still be in files/);
    assert.match(detail, /Not searched \(over 1 MB\): big\.env/);
    await answerModal(page, "Disable Old Key");
    await toast(page, /The new key of last was deleted, so only the old key is left/).waitFor();
    assert.equal(fixture.keyRecord(old.hash)?.disabled, false);
    assert.ok(await fixture.isAccepted(old.secret));
    await runCommand(page, "OpenRouter Admin: Roll Back Rotation");
    await pick(page, "last");
    assert.match(
      (await modal(page, /Roll back the rotation of “last”/)).detail,
      /The new key has already been deleted/,
    );
    await answerModal(page, "Roll Back");
    await waitUntil("the record is removed", () => !fixture.journal().some((one) => one.old.hash === old.hash));
    assert.ok(await fixture.isAccepted(old.secret));
  });

  it("rolls back after the secret was saved, and shows what is deleted and kept", async () => {
    const { page } = fixture;
    const record = fixture.journal().find(({ old }) => old.name === "waiting");
    assert.ok(record);
    await runCommand(page, "OpenRouter Admin: Roll Back Rotation");
    await pick(page, "waiting");
    const dialog = await modal(page, /Roll back the rotation of “waiting”/);
    assert.match(dialog.detail, /Will be deleted: the new key .* and its secret/);
    assert.match(dialog.detail, /Will be kept: the old key .* active/);
    await screenshot(page, "rotation-roll-back");
    await answerModal(page, "Roll Back");
    await waitUntil("the record is removed", () => !fixture.journal().some(({ id }) => id === record.id));
    assert.deepEqual(
      fixture.keysNamed("waiting").map(({ hash, disabled }) => [hash, disabled]),
      [[record.old.hash, false]],
    );
  });

  it("reminds once a day, and not while snoozed", async () => {
    const { page, host } = fixture;
    await fixture.rewriteRecords((record) => ({ ...record, startedAt: daysAgo(3), lastSpentAt: undefined }));
    await reloadWindow(host, page);
    const text = /nowhere was rotated; its old key is still active/;
    assert.deepEqual(await toastButtons(page, text), ["Disable Old Key", "Snooze a Week", "Show"]);
    assert.match(await toast(page, text).innerText(), /unused since the rotation/);
    await screenshot(page, "rotation-reminder");
    await answerToast(page, text, "Snooze a Week");
    const record = () => fixture.journal().find(({ old }) => old.name === "nowhere");
    await waitUntil("it is snoozed", () => Date.parse(record()?.snoozedUntil ?? "") > Date.now() + 6.9 * DAY_MS);

    // The other rotation has just been reminded of. This one is snoozed and unused, so it would be due otherwise.
    await fixture.rewriteRecords((one) => (one.old.name === "nowhere" ? { ...one, remindedAt: daysAgo(2) } : one));
    await reloadWindow(host, page);
    await waitUntil("the row says that it is silent", async () =>
      /unused since the rotation/.test(
        (await rotationRow(fixture, "nowhere").then(() => rowOf("nowhere")))?.description ?? "",
      ),
    );
    await assertRemains(async () => assert.equal(await toast(page, text).count(), 0), 1_500);
    await fixture.rewriteRecords((one) => (one.old.name === "nowhere" ? { ...one, snoozedUntil: daysAgo(1) } : one));
    await reloadWindow(host, page);
    await answerToast(page, text, "Show");
    await waitUntil("its row is selected", async () => (await rowOf("nowhere"))?.selected === true);
  });

  it("snoozes for the picked time, and ends with both keys kept", async () => {
    const { page } = fixture;
    const record = () => fixture.journal().find(({ old }) => old.name === "nowhere");
    await runCommand(page, "OpenRouter Admin: Snooze Rotation Reminder");
    await page.locator(".quick-input-title", { hasText: /^Snooze Rotation Reminder/ }).waitFor();
    if ((await currentStep(page)).title === "Snooze Rotation Reminder") await pick(page, "nowhere");
    await atStep(page, "Snooze Rotation Reminder: nowhere");
    await pick(page, "A Month");
    await waitUntil("it is snoozed", () => Date.parse(record()?.snoozedUntil ?? "") > Date.now() + 29 * DAY_MS);
    const before = fixture.keysNamed("nowhere").map(({ hash, disabled }) => [hash, disabled]);
    await runCommand(page, "OpenRouter Admin: End Rotation and Keep Both Keys");
    // The picker opens only if there are several rotations.
    const picker = page.locator(".quick-input-title", { hasText: "End Rotation and Keep Both Keys" });
    await picker.or(page.locator(".monaco-dialog-box")).waitFor();
    if (await picker.isVisible()) await pick(page, "nowhere");
    assert.match((await modal(page, /End the rotation of “nowhere”/)).detail, /stays active.*No key is changed/s);
    await answerModal(page, "End Rotation");
    await waitUntil("the rotation has ended", () => record() === undefined);
    assert.deepEqual(
      fixture.keysNamed("nowhere").map(({ hash, disabled }) => [hash, disabled]),
      before,
    );
  });

  it("carries over the remaining limit, and restores the whole limit after the period", async () => {
    const { page, host } = fixture;
    const old = await createKey("limited", { limit: 25, limit_reset: "monthly" });
    fixture.spend(old.hash, 6.8);
    await rotate(fixture, "limited", { 2: "The Remaining Limit" });
    await copySecret("limited");
    const key = newKeyOf(old, "limited");
    assert.equal(key.limit, 18.2);
    const { restoreLimit } = fixture.journal().find((one) => one.old.hash === old.hash) ?? {};
    assert.equal(restoreLimit?.limit, 25);
    await fixture.rewriteRecords((one) =>
      one.old.hash === old.hash
        ? { ...one, startedAt: daysAgo(3), restoreLimit: { limit: 25, from: daysAgo(1) } }
        : one,
    );
    await reloadWindow(host, page);
    await screenshot(page, "rotation-restore");
    await answerToast(page, /The limit of limited was reduced/, "Restore Limit");
    await toast(page, "Restored the limit of limited to $25 monthly").waitFor();
    assert.equal(fixture.keyRecord(key.hash)?.limit, 25);
    assert.equal(fixture.journal().find((one) => one.old.hash === old.hash)?.restoreLimit, undefined);
  });

  it("rotates with the keyboard alone", async () => {
    const { page } = fixture;
    const old = await createKey("typed");
    await findRow(page, KEYS, "typed", { parent: "Production" });
    const { keyboard } = page;
    await keyboard.press("F1");
    await keyboard.type("OpenRouter Admin: Rotate Key");
    const rows = page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "Rotate Key" }).first().waitFor();
    const focused = page.locator(".quick-input-list .monaco-list-row.focused");
    for (let row = 0; row < 5 && !/: Rotate Key/.test(await focused.innerText()); row++)
      await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await page.locator(".quick-input-title", { hasText: /^Rotate Key/ }).waitFor();
    // The picker opens unless the row of a key is selected.
    if ((await currentStep(page)).title === "Rotate Key") {
      await keyboard.type("typed");
      await waitForActiveChoice(page, "typed");
      await keyboard.press("Enter");
    }
    await page.locator(".quick-input-title", { hasText: "Rotate Key: typed — " }).filter({ hasText: "(1/" }).waitFor();
    await acceptDefaults(page);
    await ready(page);
    await keyboard.press("Enter");
    await atStep(page, "The new secret of typed");
    await ready(page);
    await keyboard.press("Enter");
    await modal(page, /is on the clipboard/);
    const secret = await readClipboard(page);
    secrets.push(secret);
    // Enter alone keeps VS Code's copy.
    await keyboard.press("Enter");
    await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
    await atStep(page, "The new secret of typed");
    assert.ok(fixture.pendingSecrets().some(({ hash }) => hash === hashOf(secret)));
    await ready(page);
    await keyboard.press("Enter");
    await modal(page, /is on the clipboard/);
    await answerByKeyboard(page, "I Have Saved It");
    await toast(page, "typed was rotated").waitFor();
    assert.equal(hashOf(secret), newKeyOf(old, "typed").hash);
  });

  it("doesn't start a second rotation of the same key", async () => {
    const { page } = fixture;
    const hash = fixture.journal().find(({ old }) => old.name === "typed")?.old.hash;
    assert.ok(hash);
    // Selects a rotation's row, because a selected key would be rotated without asking.
    await (await rotationRow(fixture, "typed")).locator(".label-name").click();
    await runCommand(page, "OpenRouter Admin: Rotate Key");
    await atStep(page, "Rotate Key");
    const label = fixture.keyRecord(hash)?.label.replace("sk-or-v1-", "") ?? "";
    await quickInput(page).fill(label);
    await waitUntil("only that key is left", async () => (await choices(page)).length === 1);
    await quickInput(page).press("Enter");
    await toast(page, "typed is already being rotated").waitFor();
    await quickInputClosed(page);
  });

  it("renders in every theme and in a narrow sidebar", async () => {
    const { page, host } = fixture;
    await rotationRow(fixture, "typed");
    await inThemes(host, page, ["light", "dark", "hc", "hc-light"], async (theme) => {
      await screenshot(page, `rotation-rows-${theme}`);
    });
    const widen = await shrinkSidebar(page);
    await screenshot(page, "rotation-rows-narrow");
    await widen();
  });

  it("writes no secret to logs or files", () => {
    assert.ok(secrets.length > 8);
    assertNoSecretLeaked(fixture, secrets);
  });
});
