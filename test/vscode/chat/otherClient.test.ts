import assert from "node:assert/strict";
import { KEY, MODEL } from "../activity/activitySession.ts";
import { screenshot } from "../host/browser.ts";
import { groupBy } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { headline, isDrawnAsInLegend } from "../host/panel.ts";
import { axeViolations, lowContrastTexts, overflows, pixels } from "../host/webview.ts";
import { dayName, figuresOf, ledgerDays, near, sameSpend, spentBy } from "../truth/spend.ts";
import { appBench } from "./otherClient.ts";

const THEMES = ["light", "dark"] as const;

/** A subset of the protocol's variables, as hosts set them: each color for both themes. */
const VARIABLES = {
  "--color-background-primary": "light-dark(#ffffff, #262624)",
  "--color-text-primary": "light-dark(#141413, #faf9f5)",
  "--color-text-secondary": "light-dark(#5e5d59, #c2c0b6)",
  "--color-border-primary": "light-dark(#d1cfc5, #4a4a47)",
  "--font-sans": "serif",
};

// A client other than VS Code, with the official host implementation of the protocol.
describe("chart in another client's chat", function () {
  const bench = appBench(this);

  for (const [title, variables] of [
    ["with the variables of the protocol", VARIABLES],
    ["without any", {}],
  ] as const)
    it(`follows the theme, ${title}`, async () => {
      await bench.open({ context: { theme: "dark", styles: { variables } } });
      await bench.ask("or_activity", { aggregate: "by_model" });
      await bench.app.frame.locator("summary").click();
      const pictures = new Set<string>();
      for (const theme of THEMES) {
        await bench.app.change({ theme, styles: { variables } });
        await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
        assert.deepEqual(await lowContrastTexts(bench.app.frame, 4.5), [], theme);
        assert.deepEqual(await axeViolations(bench.app.frame), [], theme);
        assert.ok((await axisContrast()) >= 4.5, `the axes in ${theme}: ${await axisContrast()}`);
        assert.ok(await isDrawnAsInLegend(bench.app.frame), theme);
        pictures.add(await pixels(bench.app.frame.locator(".chart canvas")));
        await screenshot(bench.app.page, `app-page-${title.replaceAll(" ", "-")}-${theme}`);
      }
      assert.equal(pictures.size, THEMES.length);
      const font = "--font-sans";
      await bench.app.change({ styles: { variables: { ...variables, [font]: "monospace" } } });
      await eventually(async () =>
        assert.ok(!pictures.has(await pixels(bench.app.frame.locator(".chart canvas"))), font),
      );
    });

  /** Returns the contrast of the axis labels, which are drawn on the canvas, with the page's background. */
  function axisContrast(): Promise<number> {
    return bench.app.frame.evaluate<number>(`(() => {
      const canvas = document.querySelector(".chart canvas");
      const luminance = ([r, g, b]) => [r, g, b].reduce((sum, value, i) => {
        const part = value / 255;
        return sum + [0.2126, 0.7152, 0.0722][i] * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      }, 0);
      const behind = luminance(getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number));
      const { data } = canvas.getContext("2d").getImageData(0, 0, 20, canvas.height);
      const drawn = [];
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 250) drawn.push(luminance(data.slice(i, i + 3)));
      const [light, dark] = [drawn.sort((x, y) => Math.abs(y - behind) - Math.abs(x - behind))[0], behind].sort((x, y) => y - x);
      return (light + 0.05) / (dark + 0.05);
    })()`);
  }

  it("fits 320 px without overflow", async () => {
    await bench.open({ width: 320 });
    await bench.ask("or_activity", { aggregate: "by_model" });
    await bench.app.frame.locator("summary").click();
    assert.deepEqual(await overflows(bench.app.frame), []);
    await screenshot(bench.app.page, "app-page-320");
    await bench.app.frame.locator("table.figures button.open", { hasText: MODEL }).click();
    await bench.app.frame.locator(".crumb", { hasText: MODEL }).waitFor();
    assert.deepEqual(await overflows(bench.app.frame), []);
    await screenshot(bench.app.page, "app-page-320-drilled");
    await bench.ask("or_overview");
    assert.deepEqual(await overflows(bench.app.frame), []);
    await screenshot(bench.app.page, "app-page-320-overview");
    await bench.app.show({ isError: true, content: [{ type: "text", text: `or_activity: ${"long".repeat(200)}` }] });
    await bench.problem().filter({ hasText: "longlong" }).waitFor();
    assert.deepEqual(await overflows(bench.app.frame), []);
  });

  it("calls tools only for the spend of keys and for 30 days", async () => {
    await bench.open();
    await bench.ask("or_activity", { aggregate: "by_model", limit: 3 });
    near(await headline(bench.app.frame), figuresOf(bench.completed()).cost, "the headline");
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
    await groupBy(bench.app.frame, "provider");
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "provider"));
    assert.deepEqual(bench.calls, []);
    await groupBy(bench.app.frame, "key");
    await eventually(async () => assert.equal(await bench.header(), "Key"));
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "key"));
    assert.deepEqual(bench.calls, [{ name: "or_activity", arguments: { aggregate: "by_key", limit: 3 } }]);
    const names = (await bench.rows()).map(({ name }) => name);
    assert.ok(names.includes(KEY));
    await bench.ask("or_overview");
    await bench.app.frame.locator("button", { hasText: "Last 30 days" }).click();
    await eventually(async () => near(await headline(bench.app.frame), figuresOf(bench.completed()).cost, "30 days"));
    assert.deepEqual(bench.calls.slice(1), [{ name: "or_activity", arguments: {} }]);
  });

  it("drills down and back by keyboard only", async () => {
    await bench.open();
    await bench.ask("or_activity", { aggregate: "by_model" });
    await bench.app.frame.locator("summary").focus();
    await bench.app.page.keyboard.press("Enter");
    const row = bench.app.frame.locator("table.figures button.open", { hasText: MODEL });
    await row.focus();
    await bench.app.page.keyboard.press("Enter");
    await bench.app.frame.locator(".crumb", { hasText: MODEL }).waitFor();
    const own = bench.completed().filter(({ model }) => model === MODEL);
    sameSpend(await bench.rows(), spentBy(bench.account, own, "provider"));
    assert.ok(
      await bench.app.frame.evaluate('document.activeElement.className === "figures-frame"'),
      "the focus is lost",
    );
    await bench.app.frame.locator("table.figures button.open").first().press("Enter");
    await eventually(async () => assert.equal(await bench.header(), "Key"));
    assert.deepEqual(
      (await bench.rows()).map(({ name }) => name),
      [KEY],
    );
    await bench.app.frame.locator("table.figures button.open").first().waitFor({ state: "detached" });
    await bench.app.frame.locator(".crumb button").first().press("Enter");
    near(await headline(bench.app.frame), figuresOf(bench.completed()).cost, "the headline");
    // Days as rows: each drills into its day.
    await bench.app.frame.locator("details select").selectOption("buckets");
    assert.equal(await bench.header(), "Day (UTC)");
    await bench.app.frame.locator("table.figures button.open", { hasText: dayName(1) }).press("Enter");
    await bench.app.frame.locator(".crumb", { hasText: dayName(1) }).waitFor();
    near(await headline(bench.app.frame), figuresOf(ledgerDays(bench.account, 1, 1)).cost, "yesterday");
  });

  it("switches from an hour of today to the last 30 days", async () => {
    await bench.open();
    await bench.ask("or_overview");
    const box = await bench.app.frame.locator(".chart canvas").boundingBox();
    assert.ok(box);
    // The first hour of the day has always begun.
    await bench.app.page.mouse.click(box.x + 60, box.y + box.height / 2);
    await bench.app.frame.locator(".crumb", { hasText: "00:00" }).waitFor();
    await bench.app.frame.locator("button", { hasText: "Last 30 days" }).click();
    await eventually(async () => near(await headline(bench.app.frame), figuresOf(bench.completed()).cost, "30 days"));
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
    assert.equal(await bench.app.frame.locator(".crumb").count(), 0);
  });

  it("formats figures in the host's locale, if it is valid", async () => {
    const { cost } = figuresOf(bench.completed());
    const written = (locale: string) => cost.toLocaleString(locale, { style: "currency", currency: "USD" });
    const shown = () => bench.app.frame.locator(".headline .figure").innerText();
    await bench.open({ context: { locale: "en_US.UTF-8" } });
    await bench.ask("or_activity");
    assert.equal(await shown(), written("en-US"));
    for (const locale of ["de-DE", "en-IN"]) {
      await bench.app.change({ locale });
      await eventually(async () => assert.equal(await shown(), written(locale)));
    }
  });
});
