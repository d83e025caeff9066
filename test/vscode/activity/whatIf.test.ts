import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Frame, Page } from "playwright-core";
import type { LedgerRow } from "../../../src/sample/index.ts";
import { apiError, reply } from "../../support/faults.ts";
import { priceAnew } from "../../support/priceAnew.ts";
import { quickInput, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { withoutMouse } from "../host/keyboard.ts";
import { exactText } from "../host/list.ts";
import { backToCrumb, choose, chooseRange, narrowPanel, openPanel, openRow, press } from "../host/panel.ts";
import { atStep, choices, pick, quickInputClosed } from "../host/quickInput.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { chooseInContextMenu, findRow } from "../host/tree.ts";
import { axeViolations, lowContrastTexts, overflows } from "../host/webview.ts";
import { usd } from "../truth/account.ts";
import { dayAgo, ledgerDays, near } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

const OPUS = "anthropic/claude-opus-4.5";
const HAIKU = "anthropic/claude-haiku-4.5";
const TITLE = "What Another Model Would Have Cost";
const BUTTON = "Compare Other Models";
const THEMES: Theme[] = ["light", "dark", "hc", "hc-light"];

describeActivity("costs on other models", {}, (session) => {
  let page: Page;
  let frame: Frame;
  let broken = false;
  session.fault = ({ path }, response) =>
    broken && /^\/models/.test(path) ? reply(response, 403, apiError(403, "No catalog today")) : undefined;

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });

  const rowsOf = (days: number, wanted: (row: LedgerRow) => boolean) =>
    ledgerDays(session.account, days).filter(wanted);
  const spent = (rows: readonly LedgerRow[]) => rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;
  const part = () => frame.locator('.what-if[aria-busy="false"]');
  const row = (name: string) => part().locator("tbody tr", { has: frame.locator("th", { hasText: name }) });
  const cells = async (name: string) => (await row(name).locator("td").allInnerTexts()).map((text) => text.trim());
  const names = () => part().locator("tbody th").allInnerTexts();

  describe("in the panel", () => {
    it("are the ledger's tokens at the prices of the other models, to the cent", async () => {
      await openRow(frame, OPUS);
      await press(frame, BUTTON);
      await part().locator("table").waitFor();
      assert.match(await frame.evaluate<string>("document.activeElement.className"), /what-if/);
      const rows = rowsOf(30, ({ model }) => model === OPUS);
      const headline = await part().locator(".headline-text").innerText();
      assert.ok(headline.startsWith(`${usd(spent(rows))} for `), headline);
      while (await part().locator("[data-id=more-models]").count())
        await part().locator("[data-id=more-models]").click();
      assert.match(await frame.evaluate<string>("document.activeElement.className"), /what-if/);
      const [cost, , saving, certain, notes] = await cells("Claude Haiku 4.5");
      const expected = priceAnew(rows, HAIKU) / 1e6;
      assert.equal(cost, usd(expected));
      assert.equal(saving, `saves ${usd(spent(rows) - expected)}`);
      const sure = (priceAnew(rows, OPUS) - priceAnew(rows, HAIKU, { isCached: false })) / 1e6;
      assert.ok(certain?.startsWith(`${usd(sure)} of it certain (`), certain);
      assert.match(notes ?? "", /^without files/);
      assert.match((await cells("Llama 4 Maverick"))[3] ?? "", /^as long as it needs at most [\d.]+ × the tokens$/);
      await screenshot(page, "what-if");
    });

    it("are copied and exported with exact figures and what is certain of them", async () => {
      const rows = rowsOf(30, ({ model }) => model === OPUS);
      const button = (name: string) => part().locator("vscode-button", { hasText: exactText(name) });
      await button("Copy").click();
      await page.locator(".statusbar-item", { hasText: "Copied as CSV" }).waitFor();
      const [used, , ...models] = parse<Record<string, string>>(await readClipboard(page), { columns: true });
      near(Number(used!.cost), spent(rows), "what was spent");
      const haiku = models.find(({ model_id }) => model_id === HAIKU)!;
      const saving = spent(rows) - priceAnew(rows, HAIKU) / 1e6;
      const sure = (priceAnew(rows, OPUS) - priceAnew(rows, HAIKU, { isCached: false })) / 1e6;
      near(Number(haiku.cost), priceAnew(rows, HAIKU) / 1e6, "the cost");
      near(Number(haiku.saving), saving, "the saving");
      near(Number(haiku.certain_share), sure / saving, "the share that is certain");
      const name = `openrouter-provisioning-key-other-models-${dayAgo(29)}-${dayAgo(0)}.json`;
      await button("Export JSON…").click();
      await atStep(page, "Export Costs on Other Models");
      await eventually(async () => assert.equal(await quickInput(page).inputValue(), join(session.host.folder, name)));
      await page.keyboard.press("Enter");
      await quickInputClosed(page);
      await toast(page, `Exported to ${name}.`).waitFor();
      const exported = JSON.parse(await readFile(join(session.host.folder, name), "utf8"));
      assert.equal(exported.candidates.length, models.length);
      near(exported.candidates.find(({ id }: { id: string }) => id === HAIKU).saving, saving, "the exported saving");
    });

    it("are limited to models with what is needed", async () => {
      assert.ok((await names()).some((name) => name.includes("Haiku")));
      await part().getByLabel("files").check();
      assert.ok((await names()).length > 0 && (await names()).every((name) => !name.includes("Haiku")));
      assert.equal(await frame.evaluate("document.activeElement.dataset.id"), "needs-file");
    });

    it("end with another choice, and with Close, which leaves the focus in the page", async () => {
      await backToCrumb(frame, 0);
      await frame.locator(".what-if").waitFor({ state: "hidden" });
      await withoutMouse(page, async () => {
        await frame.locator("vscode-button", { hasText: BUTTON }).focus();
        await page.keyboard.press("Enter");
        await part().locator("table").waitFor();
        await frame.locator("[data-id=close-what-if]").focus();
        await page.keyboard.press("Enter");
        await frame.locator(".what-if").waitFor({ state: "hidden" });
        assert.notEqual(await frame.evaluate("document.activeElement.tagName"), "BODY");
      });
    });

    it("aren't offered for a provider", async () => {
      await choose(frame, "Group by", "Provider");
      await openRow(frame, "Anthropic");
      assert.equal(await frame.locator("vscode-button:visible", { hasText: BUTTON }).count(), 0);
      await backToCrumb(frame, 0);
      await choose(frame, "Group by", "Model");
    });

    it("say why there are none, until Retry", async () => {
      await chooseRange(frame, "7 days");
      broken = true;
      await press(frame, BUTTON);
      await part().locator(".problem", { hasText: "No catalog today" }).waitFor();
      broken = false;
      await part().locator("vscode-button", { hasText: "Retry" }).click();
      await part().locator("table").waitFor();
    });

    it("are readable in each theme", async () => {
      await inThemes(session.host, page, THEMES, async (theme) => {
        const least = theme.startsWith("hc") ? 7 : 4.5;
        await eventually(async () => assert.deepEqual(await lowContrastTexts(frame, least), [], theme));
        assert.deepEqual(await axeViolations(frame), [], theme);
        await frame.locator(".what-if").scrollIntoViewIfNeeded();
        await screenshot(page, `what-if-${theme}`);
      });
    });
  });

  describe("in the quick pick", () => {
    it("of a key, lists models with their saving, and copies an id", async () => {
      await chooseInContextMenu(await findRow(page, "Keys", "research-agent"), TITLE);
      await atStep(page, `${TITLE}: “research-agent”`);
      const { hash } = [...session.account.state.keys.values()].find(({ name }) => name === "research-agent")!;
      const rows = rowsOf(30, ({ key }) => key === hash);
      const all = await choices(page);
      const haiku = all.find(({ label }) => label.includes("Claude Haiku 4.5"))!;
      const expected = priceAnew(rows, HAIKU) / 1e6;
      assert.equal(haiku.description, `saves ${usd(spent(rows) - expected)}`);
      assert.ok(haiku.detail.startsWith(usd(expected)), haiku.detail);
      await screenshot(page, "what-if-quick-pick");
      await quickInput(page).fill("Haiku 4.5");
      await pick(page, /Claude Haiku 4\.5/);
      await atStep(page, "Anthropic: Claude Haiku 4.5");
      await pick(page, "Copy Model ID");
      await quickInputClosed(page);
      await eventually(async () => assert.equal(await readClipboard(page), HAIKU));
    });

    it("of the account, can be limited to one used model", async () => {
      await runCommand(page, `OpenRouter Admin: ${TITLE}`);
      await atStep(page, TITLE);
      await pick(page, "Only One of the Used Models…");
      await pick(page, OPUS);
      await eventually(async () => {
        const rows = rowsOf(30, ({ model }) => model === OPUS);
        const found = (await choices(page)).find(({ label }) => label.includes("Claude Haiku 4.5"));
        assert.equal(found?.description, `saves ${usd(spent(rows) - priceAnew(rows, HAIKU) / 1e6)}`);
      });
      await page.keyboard.press("Escape");
      await quickInputClosed(page);
    });

    it("of a key without use, says so", async () => {
      await chooseInContextMenu(await findRow(page, "Keys", "unused-spare"), TITLE);
      await page.locator(".notification-toast", { hasText: "Nothing was used from" }).waitFor();
    });
  });

  describe("in a narrow panel", () => {
    it("fit without overflow at 320 px", async () => {
      await narrowPanel(page, frame);
      await eventually(async () =>
        assert.deepEqual(await overflows(frame, ".figures-frame *, .what-if .scrolls *"), []),
      );
      await frame.locator(".what-if").scrollIntoViewIfNeeded();
      await screenshot(page, "what-if-320");
    });
  });
});
