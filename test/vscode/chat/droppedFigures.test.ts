import assert from "node:assert/strict";
import type { Answer } from "../host/appPage.ts";
import { screenshot } from "../host/browser.ts";
import { groupBy } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { headline } from "../host/panel.ts";
import { axeViolations, lowContrastTexts, overflows } from "../host/webview.ts";
import { figuresOf, ledgerDays, near, sameSpend, spentBy } from "../truth/spend.ts";
import { appBench } from "./otherClient.ts";

const THEMES = ["light", "dark"] as const;

/** Host contexts that name the call of a page: by the protocol, and as VS Code does. */
const opened = (name: string) => ({ toolInfo: { tool: { name, inputSchema: { type: "object" } } } });
const openedInVsCode = (toolName: string) => ({ toolCall: { toolCallId: "call_1", toolName } });

const TEXT = [
  "Total usage 12.5 USD, requests 3 (2026-11-01 to 2026-11-02, 2 days with activity; UTC).",
  "model\tusage\trequests",
  "<img src=x onerror=globalThis.__pwned=1>\t12.4\t2",
  `${"long/".repeat(30)}\t0.1\t1`,
].join("\n");
const TEXT_ONLY: Answer = { content: [{ type: "text", text: TEXT }] };

describe("chart in another client's chat that drops the figures of a result", function () {
  const bench = appBench(this);

  /** A tool result after the host has dropped everything but the text. */
  async function textOnly(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
    const { content } = await bench.fromServer({ name, arguments: args });
    return { content };
  }

  async function assertTextShown(): Promise<void> {
    await eventually(async () => assert.equal(await bench.resultText().textContent(), TEXT));
    assert.ok(await bench.resultText().isVisible());
    assert.equal(await bench.problem().isVisible(), false);
    assert.equal(await bench.status().innerText(), "");
    await bench.assertNothingDrawn();
  }

  it("calls the tool again once with the same arguments, and draws", async () => {
    const args = { aggregate: "by_provider", limit: 3 };
    await bench.open({ context: { theme: "light", ...opened("or_activity") }, input: args });
    await bench.app.show(await textOnly("or_activity", args));
    await bench.app.frame.locator(".body:not([hidden])").waitFor();
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "provider"));
    assert.deepEqual(bench.calls, [{ name: "or_activity", arguments: args }]);
    assert.equal(await bench.resultText().isVisible(), false);
    await groupBy(bench.app.frame, "key");
    await eventually(async () => assert.equal(await bench.header(), "Key"));
    assert.deepEqual(bench.calls.slice(1), [{ name: "or_activity", arguments: { ...args, aggregate: "by_key" } }]);
    for (const theme of THEMES) {
      await bench.app.change({ theme });
      await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
      await screenshot(bench.app.page, `app-page-dropped-drawn-${theme}`);
    }
  });

  for (const [name, expected] of [
    ["OpenRouter-Admin-or_overview", "or_overview"],
    ["mcp_openrouter-admi_or_activity", "or_activity"],
  ] as const)
    it(`recognizes the tool by VS Code's name: ${name}`, async () => {
      await bench.open({ context: openedInVsCode(name) });
      await bench.app.show(await textOnly(expected));
      await bench.app.frame.locator(".body:not([hidden])").waitFor();
      const days = expected === "or_overview" ? ledgerDays(bench.account, 1) : bench.completed();
      near(await headline(bench.app.frame), figuresOf(days).cost, "the headline");
      assert.deepEqual(bench.calls, [{ name: expected, arguments: {} }]);
    });

  it("calls no tool if the result has figures", async () => {
    await bench.open({ context: opened("or_activity") });
    await bench.ask("or_activity", { aggregate: "by_model" });
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
    assert.deepEqual(bench.calls, []);
  });

  const activity = opened("or_activity");
  for (const [condition, options] of [
    ["the host doesn't let pages call tools", { context: activity, capabilities: { logging: {} } }],
    ["the host doesn't name the tool", {}],
    ["the host doesn't pass the arguments", { context: activity, input: null }],
    ["it was another tool", { context: opened("or_key_delete") }],
    ["it was another server's tool", { context: openedInVsCode("mcp_paint_color_activity") }],
  ] as const)
    it(`shows the text if ${condition}`, async () => {
      await bench.open({ ...options, context: { theme: "light", ...("context" in options && options.context) } });
      await bench.app.show(TEXT_ONLY);
      await assertTextShown();
      assert.deepEqual(bench.calls, []);
    });

  for (const [failure, answer] of [
    ["is refused", () => Promise.reject(new Error("The host says no"))],
    ["fails", async () => ({ isError: true, content: [{ type: "text" as const, text: "or_activity: 500" }] })],
    ["loses its figures, too", async () => ({ content: [{ type: "text" as const, text: "again" }] })],
    ["returns invalid figures", async () => ({ content: [], _meta: { "openrouter-admin/spend": "a lot" } })],
  ] as const)
    it(`shows the text if the call ${failure}, and doesn't call again`, async () => {
      await bench.open({ context: { theme: "light", ...activity } });
      bench.answers = answer;
      await bench.app.show(TEXT_ONLY);
      await assertTextShown();
      await bench.app.change({ theme: "dark" });
      await bench.app.frame.locator(':root[data-theme="dark"]').waitFor();
      await assertTextShown();
      assert.equal(bench.calls.length, 1);
      // The next result gets a call of its own.
      bench.answers = bench.fromServer;
      await bench.app.show(TEXT_ONLY);
      await bench.app.frame.locator(".body:not([hidden])").waitFor();
      assert.equal(bench.calls.length, 2);
      assert.equal(await bench.resultText().isVisible(), false);
    });

  it("shows the text readably in each theme and at 320 px, scrollable by keyboard", async () => {
    for (const width of [800, 320]) {
      await bench.open({ context: { theme: "light" }, width });
      await bench.app.show({ content: [{ type: "text", text: `${TEXT}\n${"row\t1\n".repeat(60)}` }] });
      await bench.resultText().filter({ hasText: "Total usage" }).waitFor();
      for (const theme of THEMES) {
        await bench.app.change({ theme });
        await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
        assert.deepEqual(await lowContrastTexts(bench.app.frame, 4.5), [], theme);
        assert.deepEqual(await axeViolations(bench.app.frame), [], theme);
        assert.deepEqual(await overflows(bench.app.frame), [], theme);
        await screenshot(bench.app.page, `app-page-text-${width}-${theme}`);
      }
      await bench.resultText().focus();
      await bench.app.page.keyboard.press("End");
      const scrolled = () => bench.app.frame.evaluate<number>('document.querySelector(".result-text").scrollTop');
      await eventually(async () => assert.ok((await scrolled()) > 0));
      if (width === 800) await bench.app.assertClean().finally(() => bench.app.close());
    }
  });

  it("shows the text while the figures take long", async () => {
    await bench.open({ context: { theme: "light", ...activity }, clock: true });
    const resume = bench.pause();
    await bench.app.show(TEXT_ONLY);
    await bench.status().filter({ hasText: "Loading…" }).waitFor();
    assert.equal(await bench.resultText().isVisible(), false);
    await bench.app.page.clock.fastForward("00:06");
    await bench.resultText().filter({ hasText: "Total usage" }).waitFor();
    assert.equal(await bench.status().innerText(), "Loading…");
    await screenshot(bench.app.page, "app-page-dropped-reading");
    resume();
    await bench.app.frame.locator(".body:not([hidden])").waitFor();
    assert.equal(await bench.resultText().isVisible(), false);
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
  });

  it("shows the error of a failed tool, and doesn't call it again", async () => {
    await bench.open({ context: { theme: "light", ...activity } });
    await bench.app.show({ isError: true, content: [{ type: "text", text: "or_activity failed: 401" }] });
    await bench.problem().filter({ hasText: "or_activity failed: 401" }).waitFor();
    assert.equal(await bench.resultText().isVisible(), false);
    await bench.assertNothingDrawn();
    assert.deepEqual(bench.calls, []);
    await screenshot(bench.app.page, "app-page-dropped-failed");
  });

  it("aborts its call when the host cancels, and ignores late results", async () => {
    await bench.open({ context: activity });
    for (const end of ["cancel", "tearDown"] as const) {
      const resume = bench.pause();
      await bench.app.show(TEXT_ONLY);
      await bench.status().filter({ hasText: "Loading…" }).waitFor();
      await bench.app[end]();
      await eventually(async () => assert.equal(await bench.status().innerText(), ""));
      if (end === "cancel") await bench.problem().filter({ hasText: "cancelled" }).waitFor();
      resume();
      await assertStaysUndrawn();
    }
    assert.equal(bench.calls.length, 2);
  });

  it("draws the newest result if figures of an earlier one arrive late", async () => {
    await bench.open({ context: activity, input: { aggregate: "by_provider" } });
    const resume = bench.pause();
    await bench.app.show(TEXT_ONLY);
    await bench.status().filter({ hasText: "Loading…" }).waitFor();
    bench.answers = bench.fromServer;
    await bench.app.input({ aggregate: "by_model" });
    await bench.app.show(await textOnly("or_activity", { aggregate: "by_model" }));
    await bench.app.frame.locator(".body:not([hidden])").waitFor();
    resume();
    await eventually(async () => assert.equal(await bench.header(), "Model"));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await bench.header(), "Model");
    assert.deepEqual(
      bench.calls.map((call) => call.arguments),
      [{ aggregate: "by_provider" }, { aggregate: "by_model" }],
    );
  });

  /** Waits long enough for the server's result to arrive. */
  async function assertStaysUndrawn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await bench.assertNothingDrawn();
  }
});
