import assert from "node:assert/strict";
import { factors } from "../../../src/openrouter/foresight/explain/model.ts";
import { explanationOf, HOSTILE, spike } from "../../support/explanations.ts";
import type { Answer } from "../host/appPage.ts";
import { screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { headline } from "../host/panel.ts";
import { axeViolations, lowContrastTexts, overflows, pixels } from "../host/webview.ts";
import { figuresOf, near } from "../truth/spend.ts";
import { appBench } from "./otherClient.ts";

const THEMES = ["light", "dark"] as const;
const CALL = { name: "or_explain_change", arguments: {} };

const answerWith = (explanation: unknown): Answer => ({
  content: [{ type: "text", text: "USD +312.9" }],
  _meta: {
    "openrouter-admin/explanation": explanation,
    "openrouter-admin/call": CALL,
    "openrouter-admin/account": { sample: false },
  },
});

describe("explanation in another client's chat", function () {
  const bench = appBench(this, "all");

  const chart = () => bench.app.frame.locator(".explanation canvas");
  const values = (selector: string) =>
    bench.app.frame.evaluate<number[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => Number(one.dataset.value))`,
    );
  const amounts = () => values(".explanation .figures [data-value]");
  const causes = () => bench.app.frame.locator(".cause-text").allInnerTexts();

  async function show(answer: Answer): Promise<void> {
    await bench.app.show(answer);
    await bench.app.frame.locator(".body:not([hidden]) .explanation").waitFor();
  }

  it("has the waterfall's figures in its table, and the causes in words, with names as text", async () => {
    await bench.open({ context: { theme: "light" } });
    const explanation = spike();
    await show(answerWith(explanation));
    near(await headline(bench.app.frame), explanation.difference, "the difference");
    const { before, after, parts } = explanation;
    const expected = [before.cost, ...factors.map((factor) => parts[factor]).filter((part) => part !== 0), after.cost];
    const shown = await amounts();
    assert.equal(shown.length, expected.length);
    for (const [i, value] of expected.entries()) near(shown[i]!, value, `row ${i}`);
    for (const [i, value] of (await values(".cause-amount")).entries())
      near(value, explanation.causes[i]!.difference, `cause ${i}`);
    const texts = await causes();
    assert.equal(texts[0], "ci-tests: 3,100 more requests to anthropic/claude-opus-4.5");
    assert.ok(
      texts.some((text) => text.includes(HOSTILE)),
      texts.join("\n"),
    );
    assert.deepEqual(bench.calls, []);
  });

  it("is readable in each theme and at 320 px", async () => {
    for (const width of [800, 320]) {
      await bench.open({ context: { theme: "light" }, width });
      await show(answerWith(spike()));
      const pictures = new Set<string>();
      for (const theme of THEMES) {
        await bench.app.change({ theme });
        await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
        assert.deepEqual(await lowContrastTexts(bench.app.frame, 4.5), [], theme);
        assert.deepEqual(await axeViolations(bench.app.frame), [], theme);
        assert.deepEqual(await overflows(bench.app.frame), [], theme);
        pictures.add(await pixels(chart()));
        await screenshot(bench.app.page, `app-page-explanation-${width}-${theme}`);
      }
      assert.equal(pictures.size, THEMES.length);
      if (width === 800) await bench.app.assertClean().finally(() => bench.app.close());
    }
  });

  it("takes the place of a spend chart, and gives it back", async () => {
    await bench.open();
    await bench.ask("or_activity", { aggregate: "by_model" });
    await bench.app.frame.locator(".toolbar select").first().selectOption("provider");
    await show(answerWith(spike()));
    assert.equal(await bench.app.frame.locator(".toolbar").count(), 0);
    assert.equal(await bench.app.frame.locator("canvas").count(), 1);
    await bench.ask("or_activity", { aggregate: "by_model" });
    assert.equal(await bench.app.frame.locator(".explanation").count(), 0);
    near(await headline(bench.app.frame), figuresOf(bench.completed()).cost, "the headline");
  });

  it("says that nothing changed", async () => {
    await bench.open();
    await show(answerWith(explanationOf([], 12.5)));
    assert.equal(await headline(bench.app.frame), 0);
    assert.deepEqual(await amounts(), [12.5, 12.5]);
    assert.equal(await bench.app.frame.locator(".cause").count(), 0);
  });

  it("is not drawn if it is invalid; the text is shown instead", async () => {
    await bench.open();
    for (const invalid of ["much", { ...spike(), parts: { volume: 1 } }]) {
      await bench.app.show(answerWith(invalid));
      await bench.problem().filter({ hasText: "USD +312.9" }).waitFor();
      await bench.assertNothingDrawn();
    }
  });

  it("is read again if the host drops it", async () => {
    const toolInfo = { tool: { name: CALL.name, inputSchema: { type: "object" } } };
    const input = { day: "2028-03-29" };
    await bench.open({ context: { toolInfo }, input });
    bench.answers = async () => answerWith(spike());
    const { content } = answerWith(spike());
    await show({ content });
    await eventually(async () => near(await headline(bench.app.frame), spike().difference, "the difference"));
    assert.deepEqual(bench.calls, [{ name: CALL.name, arguments: input }]);
  });
});
