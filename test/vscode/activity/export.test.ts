import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Frame, Page } from "playwright-core";
import type { LedgerRow } from "../../../src/sample/index.ts";
import { quickInput, readClipboard, screenshot, toast } from "../host/browser.ts";
import { answerToast } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { backToCrumb, choose, chooseRange, openPanel, openRow, panelFrame, press } from "../host/panel.ts";
import { atStep, quickInputClosed } from "../host/quickInput.ts";
import { webviewCount } from "../host/webview.ts";
import { type Dimension, dayAgo, figuresOf, ledgerDays, MEASURES, nameOf, near } from "../truth/spend.ts";
import { describeActivity, KEY, MODEL } from "./activitySession.ts";

/** The account of the environment variable, with the label of its key. */
const ACCOUNT = /^OPENROUTER_PROVISIONING_KEY \([0-9a-f]{3}\.\.\.[0-9a-f]{4}\)$/;

describeActivity("export of the activity panel", {}, (session) => {
  let page: Page;
  let frame: Frame;
  let folder: string;

  before(async () => {
    ({ page } = session);
    folder = session.host.folder;
    frame = await openPanel(page);
  });

  const whole = () => ledgerDays(session.account, 30);
  const span = (days = 30) => `${dayAgo(days - 1)}-${dayAgo(0)}`;

  /** Presses the button and saves to the proposed file, or under another name in its folder. */
  async function save(button: string, proposed: string, name = proposed): Promise<string> {
    await press(frame, button);
    await atStep(page, "Export Activity");
    const box = quickInput(page);
    await eventually(async () => assert.equal(await box.inputValue(), join(folder, proposed)));
    await box.fill(join(folder, name));
    await page.keyboard.press("Enter");
    await quickInputClosed(page);
    await toast(page, `Exported to ${name}.`).waitFor();
    return readFile(join(folder, name), "utf8");
  }

  type Row = Record<string, string>;
  const rowsOf = (csv: string): Row[] => parse(csv, { columns: true });
  /** Escapes a name so that a spreadsheet treats it as text. */
  const escaped = (name: string) => (/^[=+\-@]/.test(name) ? `'${name}` : name);

  /** Asserts that the rows have each bucket and group once, with the ledger's figures. */
  function isLedger(rows: Row[], ledger: LedgerRow[], unit: "day" | "hour", by: Dimension): void {
    const { state } = session.account;
    const bucketOf = ({ at }: LedgerRow) => new Date(at).toISOString().slice(0, unit === "day" ? 10 : 13);
    const name = nameOf(session.account, by);
    const label = (row: LedgerRow) =>
      by === "key" && !state.keys.has(row.key) ? "(unattributed)" : escaped(name(row));
    const id = (row: LedgerRow) => (by === "key" && state.keys.has(row.key) ? row.key : label(row));
    const expected = Map.groupBy(ledger, (row) => `${bucketOf(row)} ${id(row)}`);
    const seen = new Set<string>();
    for (const row of rows) {
      const at = `${row[unit]} ${by === "key" ? row.key_id || "(unattributed)" : row[by]}`;
      const own = expected.get(at);
      assert.ok(own && !seen.has(at), `${at} is in the file, ${own ? "twice" : "not in the ledger"}`);
      seen.add(at);
      assert.equal(row[by], label(own[0]!));
      const figures = figuresOf(own);
      for (const measure of MEASURES) near(Number(row[measure]), figures[measure], `${at}, ${measure}`);
    }
    assert.equal(seen.size, expected.size);
  }

  it("saves each day and model of the ledger as CSV to the chosen file", async () => {
    const csv = await save("Export CSV…", `openrouter-provisioning-key-${span()}-by-model.csv`);
    assert.deepEqual(csv.split("\n")[0]!.split(","), ["day", "model_id", "model", ...MEASURES, "account"]);
    assert.ok(csv.endsWith("\n") && !csv.includes("\r"));
    const rows = rowsOf(csv);
    for (const { account } of rows) assert.match(account!, ACCOUNT);
    isLedger(rows, whole(), "day", "model");
    assert.ok(rows.some(({ model, model_id }) => model === MODEL && model_id === MODEL));
    await screenshot(page, "activity-exported");
  });

  it("opens the exported file", async () => {
    const name = `openrouter-provisioning-key-${span()}-by-model.csv`;
    await answerToast(page, "Exported to", "Open");
    await page.locator(".tab.active", { hasText: name }).waitFor();
    await eventually(async () => assert.equal(await webviewCount(page, "panel"), 0));
    await page.locator(".tab", { hasText: "OpenRouter Activity" }).click();
    frame = await panelFrame(page);
  });

  it("escapes names that a spreadsheet would read as formulas", async () => {
    await choose(frame, "Group by", "Key");
    const csv = await save("Export CSV…", `openrouter-provisioning-key-${span()}-by-key.csv`);
    isLedger(rowsOf(csv), whole(), "day", "key");
    const key = rowsOf(csv).filter((row) => row.key!.includes("HYPERLINK"));
    assert.ok(key.length >= 4);
    for (const row of key) assert.equal(row.key, `'${KEY}`);
    assert.ok(!/(^|,)"?[=@]/m.test(csv), "a cell starts a formula");
  });

  it("copies the same CSV to the clipboard", async () => {
    await press(frame, "Copy");
    await page.locator(".statusbar-item", { hasText: "Copied as CSV" }).waitFor();
    const saved = await readFile(join(folder, `openrouter-provisioning-key-${span()}-by-key.csv`), "utf8");
    await eventually(async () => assert.equal(await readClipboard(page), saved));
  });

  it("saves JSON with units, buckets, sources and unescaped names", async () => {
    const json = JSON.parse(
      await save("Export JSON…", `openrouter-provisioning-key-${span()}-by-key.json`, "keys.json"),
    );
    const { account, unit, time_zone, currency, group_by, buckets, sources, rows } = json;
    assert.match(account.name, ACCOUNT);
    assert.equal(account.sample, false);
    assert.deepEqual([unit, time_zone, currency, group_by], ["day", "UTC", "USD", "key"]);
    assert.deepEqual([buckets[0], buckets.at(-1), buckets.length], [dayAgo(29), dayAgo(0), 30]);
    assert.deepEqual(
      sources.map(({ source }: { source: string }) => source),
      ["activity", "analytics"],
    );
    assert.ok(rows.some(({ name }: Row) => name === KEY));
    const asCsv = rows.map(({ id, name, ...row }: Row) => ({
      ...{ ...row, key_id: id ?? "", key: escaped(name ?? "(unattributed)") },
    }));
    isLedger(asCsv, whole(), "day", "key");
  });

  it("exports only the group that was drilled into", async () => {
    await choose(frame, "Group by", "Provider");
    await openRow(frame, "Anthropic");
    const csv = await save("Export CSV…", `openrouter-provisioning-key-${span()}-by-model.csv`, "anthropic.csv");
    const own = whole().filter(({ provider }) => provider === "Anthropic");
    isLedger(rowsOf(csv), own, "day", "model");
    const json = JSON.parse(await save("Export JSON…", `openrouter-provisioning-key-${span()}-by-model.json`));
    assert.deepEqual(json.filter, { provider: ["Anthropic"] });
    await backToCrumb(frame, 0);
  });

  it("exports the hours of today", async () => {
    await choose(frame, "Group by", "Model");
    await chooseRange(frame, "Today");
    const csv = await save("Export CSV…", `openrouter-provisioning-key-${dayAgo(0)}T00-${dayAgo(0)}T23-by-model.csv`);
    isLedger(rowsOf(csv), ledgerDays(session.account, 1), "hour", "model");
  });

  it("saves nothing when the dialog is cancelled, and can export again", async () => {
    await chooseRange(frame, "7 days");
    const before = readdirSync(folder);
    await press(frame, "Export CSV…");
    await atStep(page, "Export Activity");
    await page.keyboard.press("Escape");
    await quickInputClosed(page);
    assert.deepEqual(readdirSync(folder), before);
    const name = `openrouter-provisioning-key-${span(7)}-by-model.csv`;
    isLedger(rowsOf(await save("Export CSV…", name)), ledgerDays(session.account, 7), "day", "model");
    assert.ok(existsSync(join(folder, name)));
  });
});
