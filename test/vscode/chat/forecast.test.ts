import assert from "node:assert/strict";
import type { LedgerRow } from "../../../src/sample/index.ts";
import { refused, upcoming } from "../../support/forecastFigures.ts";
import type { Answer } from "../host/appPage.ts";
import { screenshot } from "../host/browser.ts";
import { headline } from "../host/panel.ts";
import { axeViolations, lowContrastTexts, overflows, pixels } from "../host/webview.ts";
import { dayAgo, figuresOf, ledgerDays, near } from "../truth/spend.ts";
import { appBench } from "./otherClient.ts";

const THEMES = ["light", "dark"] as const;
const TEXT = "No forecast: see the page.";

const answerWith = (forecast: unknown): Answer => ({
  content: [{ type: "text", text: TEXT }],
  _meta: {
    "openrouter-admin/forecast": forecast,
    "openrouter-admin/call": { name: "or_forecast", arguments: {} },
    "openrouter-admin/account": { sample: false },
  },
});

describe("forecast in another client's chat", function () {
  const bench = appBench(this, "all");

  const texts = () => bench.app.frame.locator(".sources li").allInnerTexts();
  const rows = () =>
    bench.app.frame.evaluate<(number | null)[][]>(
      `[...document.querySelectorAll("table.figures tbody tr")].map((row) =>
        [...row.cells].slice(1).map(({ dataset }) => (dataset.value === undefined ? null : Number(dataset.value))))`,
    );

  async function show(answer: Answer): Promise<void> {
    await bench.app.show(answer);
    await bench.app.frame.locator(".body:not([hidden])").waitFor();
  }

  it("says the month's end and when the credits end with their ranges, and how the ranges held", async () => {
    await bench.open({ context: { theme: "light", locale: "en-US" } });
    await show(answerWith(upcoming()));
    const headlineText = await bench.app.frame.locator(".headline .figure").innerText();
    assert.match(headlineText, /^about \$413 by Mar 31, 2028 \(\$380\s?–\s?\$455\)$/);
    assert.deepEqual(await texts(), [
      "The credits last until about May 2, 2028 (from Apr 20, 2028), if none are added.",
      "Forecast from 60 days of spend. 8 of 10 outcomes are expected in the range.",
      "Checked on 280 past days: 83% of them were in the range.",
    ]);
    await bench.app.frame.locator("summary").click();
    const all = await rows();
    assert.equal(all.length, 44);
    assert.deepEqual(all[29], [10 + (59 % 7) * 1.5, null, null, null]);
    assert.deepEqual(all[30], [4, 8, 12, 20]);
    assert.deepEqual(all[31], [null, 9, 13, 21]);
  });

  it("is readable in each theme and at 320 px", async () => {
    for (const width of [800, 320]) {
      await bench.open({ context: { theme: "light" }, width });
      await show(answerWith(upcoming()));
      await bench.app.frame.locator("summary").click();
      const pictures = new Set<string>();
      for (const theme of THEMES) {
        await bench.app.change({ theme });
        await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
        assert.deepEqual(await lowContrastTexts(bench.app.frame, 4.5), [], theme);
        assert.deepEqual(await axeViolations(bench.app.frame), [], theme);
        assert.deepEqual(await overflows(bench.app.frame), [], theme);
        pictures.add(await pixels(bench.app.frame.locator("canvas")));
        await screenshot(bench.app.page, `app-page-forecast-${width}-${theme}`);
      }
      assert.equal(pictures.size, THEMES.length);
      if (width === 800) await bench.app.assertClean().finally(() => bench.app.close());
    }
  });

  it("says why there is none, beside what was spent", async () => {
    await bench.open();
    await show(answerWith(refused({ reason: "tooFewDays", days: 3, needed: 21 })));
    assert.deepEqual(await texts(), ["No forecast yet: it needs 21 days since the first spend, there are 3."]);
    assert.equal(await bench.app.frame.locator(".headline").isVisible(), false);
    await bench.app.frame.locator("summary").click();
    assert.ok((await rows()).every(([spent, ...range]) => spent !== null && range.every((one) => one === null)));
    await show(answerWith(refused({ reason: "unreliable", within: 0.52, needed: 0.7 })));
    assert.deepEqual(await texts(), ["No forecast: only 52% of past days were in the range; 70% are needed."]);
  });

  it("is not drawn if it is invalid; the text is shown instead", async () => {
    await bench.open();
    for (const invalid of ["soon", { ...upcoming(), past: undefined }]) {
      await bench.app.show(answerWith(invalid));
      await bench.problem().filter({ hasText: TEXT }).waitFor();
      await bench.assertNothingDrawn();
    }
  });

  it("has what the account spent, and the figures of the tool's text", async () => {
    await bench.open();
    const answer = await bench.fromServer({ name: "or_forecast", arguments: {} });
    await show(answer);
    await bench.app.frame.locator("summary").click();
    const spent = (await rows()).flatMap(([usd]) => (usd === null || usd === undefined ? [] : [usd]));
    const completed = spent.slice(0, 30).reduce((sum, usd) => sum + usd, 0);
    const { keys } = bench.account.state;
    const isEnded = (hash: string) => {
      const key = keys.get(hash);
      if (!key) return false;
      // Its limit is used up and never resets.
      if (key.name === "synthetic-data") return true;
      return key.disabled || (key.expires_at !== null && Date.parse(key.expires_at) <= Date.now());
    };
    const counted = (rows: readonly LedgerRow[]) => figuresOf(rows.filter(({ key }) => !isEnded(key))).cost;
    near(completed, counted(bench.completed()), "30 days");
    near(spent[29]!, counted(ledgerDays(bench.account, 1, 1)), "yesterday");
    assert.equal((await texts()).at(-1), "Past spend of keys that can't spend any more is left out.");
    const text = answer.content![0]!.text;
    const [, middle] = /^month_end \S+: ([\d.]+) \(/m.exec(text) ?? assert.fail(text);
    const shown = await headline(bench.app.frame);
    assert.ok(Math.abs(shown! - Number(middle)) < 0.005, text);
    assert.ok(text.includes(dayAgo(0)), text);
  });
});
