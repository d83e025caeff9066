import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSecret } from "../../support/plantedSecrets.ts";
import { quickInput, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { assertRemains, eventually, waitUntil } from "../host/eventually.ts";
import { currentStep, enter, validation } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { createRotationFixture } from "../rotation/rotationFixture.ts";
import {
  chooseQuickFix,
  closeEditors,
  goTo,
  openFile,
  openProblems,
  openQuickFixes,
  problems,
  waitForProblems,
} from "./editors.ts";

const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-live-"));
const path = (name: string) => join(folder, name);
const baseline = path(".openrouter-leaks.json");
const label = (secret: string) => `sk-or-v1-${secret.slice(9, 12)}...${secret.slice(-4)}`;
const found = (secret: string, more = "") =>
  new RegExp(`^OpenRouter key found: ${label(secret)}\\.${more} OpenRouter Admin`);
const MARKER = "openrouter-admin:allow";

const options = { account: { keys: 3 }, host: { folder }, independent: true };

describeSession("keys in open files", options, (session) => {
  const fixture = createRotationFixture(session);
  before(() => openProblems(session.page));
  afterEach(() => closeEditors(session.host));
  after(() => rm(folder, { recursive: true, force: true }));

  async function open(name: string, text: string): Promise<void> {
    await writeFile(path(name), text);
    await openFile(session, name);
  }

  it("are listed in every form, also of an unsaved editor and of a large file", async () => {
    const { page } = session;
    const [plain, split, encoded, escaped, large, unsaved] = Array.from({ length: 6 }, makeSecret) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    await open(
      "forms.ts",
      [
        `const key = "${plain}";`,
        `f("${split.slice(0, 30)}" +`,
        `  "${split.slice(30)}");`,
        `g("${Buffer.from(encoded).toString("base64")}", "${escaped.replaceAll("-", "%2D")}");`,
        `// sk-or-v1-${"0".repeat(64)} ${plain}a ${plain.slice(0, -1)}`,
      ].join("\r\n"),
    );
    await waitForProblems(page, [
      found(plain),
      found(split, " It is split into parts\\."),
      found(encoded, " It is base64-encoded, which protects nothing\\."),
      found(escaped, " It is written with escapes\\."),
    ]);
    await screenshot(page, "leaks-problems");
    await closeEditors(session.host);
    await waitForProblems(page, []);

    await open("large.js", `${"f(1);".repeat(300_000)}"${large}"`);
    await waitForProblems(page, [found(large)]);
    await runCommand(page, "File: New Untitled Text File");
    await page.locator('.tab.active[data-resource-name="Untitled-1"]').waitFor();
    await page.keyboard.insertText(`key: ${unsaved}`);
    await waitForProblems(page, [found(large), found(unsaved)]);
  });

  it("are ignored after a comment in the file's own syntax", async () => {
    const { page } = session;
    const secret = makeSecret();
    for (const [name, text, line, expected] of [
      ["a.ts", `{\r\n\t"${secret}"\r\n}\r\n`, 2, `{\r\n\t// ${MARKER}\r\n\t"${secret}"\r\n}\r\n`],
      ["a.env", `A=${secret}\n`, 1, `# ${MARKER}\nA=${secret}\n`],
      ["a.html", `<p>${secret}</p>\n`, 1, `<!-- ${MARKER} -->\n<p>${secret}</p>\n`],
      ["a.sql", `select '${secret}';\n`, 1, `-- ${MARKER}\nselect '${secret}';\n`],
    ] as const) {
      await open(name, text);
      await waitForProblems(page, [found(secret)]);
      await goTo(page, line, 12);
      await openQuickFixes(page);
      await chooseQuickFix(page, "Ignore This Line");
      await waitForProblems(page, []);
      await page.keyboard.press("Control+S");
      await waitUntil(`${name} is saved`, () => readFileSync(path(name), "utf8") === expected);
      await closeEditors(session.host);
    }
    await open("a.json", JSON.stringify({ key: secret }));
    await waitForProblems(page, [found(secret)]);
    await goTo(page, 1, 12);
    assert.deepEqual(await openQuickFixes(page), ["Rotate This Key…", "Disable This Key…", "Mark as False Alarm…"]);
    await page.keyboard.press("Escape");
  });

  it("are false alarms if the baseline says so, without revealing them", async () => {
    const { page } = session;
    const [secret, other] = [makeSecret(), makeSecret()];
    await rm(baseline, { force: true });
    await open("alarm.ts", `const a = "${secret}";\nconst b = "${other}";\n`);
    await waitForProblems(page, [found(secret), found(other)]);
    await goTo(page, 1, 20);
    await openQuickFixes(page);
    await chooseQuickFix(page, "Mark as False Alarm");
    await enter(page, `was ${secret}`);
    assert.match(await validation(page), /must not contain a key/);
    await screenshot(page, "leaks-reason");
    await enter(page, "made up");
    await waitForProblems(page, [found(other)]);
    const text = await readFile(baseline, "utf8");
    assert.equal(JSON.parse(text).falseAlarms[0].reason, "made up");
    for (let at = 9; at + 8 <= secret.length; at++) assert.ok(!text.includes(secret.slice(at, at + 8)));
    await toast(page, `${label(secret)} is a false alarm`).waitFor();
    await screenshot(page, "leaks-alarm");

    await writeFile(baseline, text.replace('"version": 1', '"version": 1, "also": true'));
    await waitForProblems(page, [found(secret), found(other), /^Unknown property: also\. Until this is corrected/]);
    await screenshot(page, "leaks-baseline");
    // A link to what never ends isn't read.
    await rm(baseline);
    await symlink("/dev/zero", baseline);
    await waitForProblems(page, [found(secret), found(other), /^It isn't a file\. Until this is corrected/]);
    await rm(baseline);
    await writeFile(baseline, text);
    await waitForProblems(page, [found(other)]);
    await answerToast(page, `${label(secret)} is a false alarm`, "Undo");
    await waitForProblems(page, [found(secret), found(other)]);
    await assert.rejects(readFile(baseline));
  });

  it("name the account's key, which can be rotated or disabled", async () => {
    const { page } = session;
    const key = await fixture.createKey("in-a-file");
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    await open("known.ts", `const key = "${key.secret}";\n`);
    const known = (status: string) =>
      new RegExp(`^OpenRouter key found: “in-a-file” \\(${label(key.secret)}, workspace “Production”\\), ${status}\\.`);
    await waitForProblems(page, [known("active")]);
    await goTo(page, 1, 20);
    await openQuickFixes(page);
    await chooseQuickFix(page, "Rotate This Key");
    await eventually(async () => assert.equal((await currentStep(page)).title, "Rotate Key: in-a-file"));
    await page.keyboard.press("Escape");
    await goTo(page, 1, 21);
    await openQuickFixes(page);
    await chooseQuickFix(page, "Disable This Key");
    await modal(page, /^Disable “in-a-file”/);
    await screenshot(page, "leaks-disable");
    await answerModal(page, "Disable Key");
    await waitForProblems(page, [known("disabled")]);
    assert.equal(fixture.keyRecord(key.hash)?.disabled, true);

    const management = session.account.key;
    // A comment can't hide it.
    await open("management.ts", `const key = "${management}"; // ${MARKER}\n`);
    await waitForProblems(page, [known("disabled"), /^Management key found: sk-or-v1-.* leaked-management-key/]);
    await goTo(page, 1, 20);
    const fixes = await openQuickFixes(page);
    assert.deepEqual(fixes, ["Open the Page Where Management Keys Are Deleted", "Set Another Key…"]);
    await screenshot(page, "leaks-management");
    await page.keyboard.press("Escape");
  });

  it("are not listed if the setting is off", async () => {
    const { page, host } = session;
    const secret = makeSecret();
    await open("off.ts", `const key = "${secret}";\n`);
    await waitForProblems(page, [found(secret)]);
    await host.updateSettings({ "openrouterAdmin.leaks.problems": false });
    await waitForProblems(page, []);
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("x");
    await assertRemains(async () => assert.deepEqual(await problems(page), []), 1_500);
    await host.updateSettings({ "openrouterAdmin.leaks.problems": undefined });
    await waitForProblems(page, [found(secret)]);
    assert.equal(await quickInput(page).isVisible(), false);
  });
});
