import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { runCommand, screenshot } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { assertOneLine, panelFrame, resizePanel } from "../host/panel.ts";
import { atStep, currentStep, enter, quickInputClosed } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { chooseInContextMenu, contextMenu, findRow, showView, viewMessage, viewRows } from "../host/tree.ts";
import { webviewFrame } from "../host/webview.ts";

// Checks that package.nls.de.json and bundle.l10n.de.json both reach the screen if the display language is German.
const options = { signedIn: false, viewport: { width: 1200, height: 1000 }, host: { language: "de" } };

describeSession("the interface in German", options, (session) => {
  let page: Page;

  before(() => {
    ({ page } = session);
  });

  it("shows the welcome view while signed out", async () => {
    const welcome = page.locator(".part.sidebar .welcome-view-content", {
      hasText: "Provisioning-Schlüssel (Management-Schlüssel)",
    });
    await welcome.locator(".monaco-button", { hasText: "Schlüssel festlegen" }).waitFor();
    await welcome.locator(".monaco-button", { hasText: "Beispielkonto erkunden" }).click();
  });

  it("shows credits with amounts in German format", async () => {
    await findRow(page, "Guthaben", "Verbleibend", { timeoutMs: 60_000 });
    assert.match(await viewMessage(page, "Guthaben"), /^Beispielkonto: /);
    const figures = new Map(
      (await viewRows(page, "Guthaben", { all: true })).map((row) => [row.label, row.description]),
    );
    assert.match(figures.get("Gekauft") ?? "", /^9\.500,00\s\$$/);
    assert.match(figures.get("Stand") ?? "", /^\d\d:\d\d:\d\d$/);
    const spend = await webviewFrame(page, "compact");
    const today = spend.locator("dl.amounts > div", { hasText: "Heute" }).locator("dd");
    assert.match(await today.innerText(), /^\d+,\d\d\s\$$/);
  });

  it("shows the commands of a key", async () => {
    await showView(page, "Schlüssel", { alone: true });
    const key = await findRow(page, "Schlüssel", "ci-tests");
    assert.match((await key.getAttribute("aria-label")) ?? "", /^ci-tests, aktiv, .* von 1\s\$\/Tag, /);
    const names = (await contextMenu(key)).map(({ name }) => name);
    for (const name of ["Schlüssel rotieren", "Limit des Schlüssels bearbeiten", "Schlüssel löschen"])
      assert.ok(names.includes(name), names.join(", "));
    await screenshot(page, "german-keys");
  });

  it("asks for the limit of a new key", async () => {
    await runCommand(page, "OpenRouter Admin: Schlüssel erstellen");
    await atStep(page, "Schlüssel erstellen", 1, 5);
    await enter(page, "probe");
    await atStep(page, "Schlüssel erstellen", 2, 5);
    await page.keyboard.press("Enter");
    await atStep(page, "Schlüssel erstellen", 3, 5);
    await page
      .locator(".quick-input-message", { hasText: "Ausgabenlimit in USD; für kein Limit leer lassen" })
      .waitFor();
    await enter(page, "viel");
    await page.locator(".quick-input-message", { hasText: "Einen Betrag in USD" }).waitFor();
    await screenshot(page, "german-create-key");
    await page.keyboard.press("Escape");
  });

  it("says in a question, in a title and in the panel that the account is the sample", async () => {
    await runCommand(page, "OpenRouter Admin: Schlüssel erstellen");
    await atStep(page, "Schlüssel erstellen", 1, 5);
    assert.equal((await currentStep(page)).account, "Sample");
    await page.keyboard.press("Escape");
    await quickInputClosed(page);
    await chooseInContextMenu(await findRow(page, "Schlüssel", "ci-tests"), "Schlüssel löschen");
    const { detail } = await modal(page, "ci-tests");
    assert.match(detail, /Konto: „Sample“ \(Beispielkonto, erfundene Daten\)$/);
    await screenshot(page, "german-delete-key");
    await answerModal(page, "Cancel"); // VS Code's own texts are in English here
    await runCommand(page, "OpenRouter Admin: Aktivität öffnen");
    const frame = await panelFrame(page);
    await page.setViewportSize({ width: 640, height: 1000 });
    await frame.locator(".account.banner", { hasText: "Konto: „Sample“ (Beispielkonto, erfundene Daten)" }).waitFor();
    await screenshot(page, "german-panel");
    for (const width of [900, 930, 1000, 1200]) {
      await resizePanel(page, frame, { width, height: 1000 });
      await eventually(() => assertOneLine(frame));
    }
  });
});
