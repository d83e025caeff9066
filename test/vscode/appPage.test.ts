import assert from "node:assert/strict";
import { EXTENSION_ID, RESOURCE_MIME_TYPE } from "@modelcontextprotocol/ext-apps/server";
import type { SampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";
import { KEY, MODEL, startHostileAccount } from "./activitySetup.ts";
import { type Answer, type AppPage, type Call, openAppPage } from "./host/appPage.ts";
import { screenshot } from "./host/browser.ts";
import { groupBy } from "./host/chatApp.ts";
import { eventually } from "./host/eventually.ts";
import { headline, isDrawnAsInLegend, readTable } from "./host/panel.ts";
import { axeViolations, faintTexts, overflows, pixels } from "./host/webview.ts";
import { figuresOf, ledgerDays, near, sameSpend, spentBy } from "./spendTruth.ts";

const THEMES = ["light", "dark"] as const;

/** As hosts give them: each colour for both themes, and not all that there are. */
const VARIABLES = {
  "--color-background-primary": "light-dark(#ffffff, #262624)",
  "--color-text-primary": "light-dark(#141413, #faf9f5)",
  "--color-text-secondary": "light-dark(#5e5d59, #c2c0b6)",
  "--color-border-primary": "light-dark(#d1cfc5, #4a4a47)",
  "--font-sans": "serif",
};

// Another client than VS Code, with the official host side of the protocol and nothing of the editor's.
describe("the chart in another client's chat", function () {
  this.timeout(120_000);
  this.retries(1); // see stepByStep
  let account: SampleAccount;
  let server: McpServer;
  let app: AppPage;
  let calls: Call[] = [];
  let answers: (call: Call) => Promise<Answer>;

  const fromServer = async (call: Call) => (await server.client.callTool({ ...call })) as Answer;
  const completed = () => ledgerDays(account, 30, 1);
  const status = () => app.frame.locator("main > .hint");
  const table = () => readTable(app.frame);

  before(async () => {
    account = await startHostileAccount();
    const apps = { extensions: { [EXTENSION_ID]: { mimeTypes: [RESOURCE_MIME_TYPE] } } };
    server = await startServer(serverEnv(account, "1"), apps);
  });
  after(async () => {
    await server?.close();
    await account?.close();
  });
  beforeEach(() => {
    calls = [];
    answers = fromServer;
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(app.page, `failed-app-page-${this.currentTest.title}`);
    await app.assertClean().finally(() => app.close());
  });

  async function open(options: Partial<Parameters<typeof openAppPage>[0]> = {}): Promise<void> {
    app = await openAppPage({
      call(call) {
        calls.push({ name: call.name, arguments: call.arguments });
        return answers(call);
      },
      ...options,
    });
  }

  async function ask(name: string, args: Record<string, unknown> = {}): Promise<void> {
    await app.show(await fromServer({ name, arguments: args }));
    await app.frame.locator(".body:not([hidden])").waitFor();
  }

  /** Nothing is drawn: neither a chart nor a figure. */
  async function assertNothingDrawn(): Promise<void> {
    assert.equal(await app.frame.locator(".body").isVisible(), false);
    assert.equal(await app.frame.locator("[data-value]").count(), 0);
  }

  for (const [what, variables] of [
    ["with the variables of the protocol", VARIABLES],
    ["without any", {}],
  ] as const)
    it(`takes over the theme, ${what}`, async () => {
      await open({ context: { theme: "dark", styles: { variables } } });
      await ask("or_activity", { aggregate: "by_model" });
      await app.frame.locator("summary").click();
      const pictures = new Set<string>();
      for (const theme of THEMES) {
        await app.change({ theme, styles: { variables } });
        await app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
        assert.deepEqual(await faintTexts(app.frame, 4.5), [], theme);
        assert.deepEqual(await axeViolations(app.frame), [], theme);
        assert.ok((await axisContrast()) >= 4.5, `the axes in ${theme}: ${await axisContrast()}`);
        assert.ok(await isDrawnAsInLegend(app.frame), theme);
        pictures.add(await pixels(app.frame.locator(".chart canvas")));
        await screenshot(app.page, `app-page-${what.replaceAll(" ", "-")}-${theme}`);
      }
      assert.equal(pictures.size, THEMES.length);
      const font = await app.frame.evaluate("getComputedStyle(document.body).fontFamily");
      assert.equal(font === "serif", "--font-sans" in variables);
    });

  /** Of the labels on the left of the chart, which are drawn and no text of the page, with what is behind them. */
  function axisContrast(): Promise<number> {
    return app.frame.evaluate<number>(`(() => {
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

  it("needs no more than 320 px", async () => {
    await open({ width: 320 });
    await ask("or_activity", { aggregate: "by_model" });
    await app.frame.locator("summary").click();
    assert.deepEqual(await overflows(app.frame), []);
    await screenshot(app.page, "app-page-320");
    await app.frame.locator("table.figures button.open", { hasText: MODEL }).click();
    await app.frame.locator(".crumb", { hasText: MODEL }).waitFor();
    assert.deepEqual(await overflows(app.frame), []);
    await screenshot(app.page, "app-page-320-drilled");
    await ask("or_overview");
    assert.deepEqual(await overflows(app.frame), []);
    await screenshot(app.page, "app-page-320-overview");
    await app.show({ isError: true, content: [{ type: "text", text: `or_activity: ${"long".repeat(200)}` }] });
    await status().filter({ hasText: "longlong" }).waitFor();
    assert.deepEqual(await overflows(app.frame), []);
  });

  it("asks the host for what each key spent, and for nothing else", async () => {
    await open();
    await ask("or_activity", { aggregate: "by_model", limit: 3 });
    near(await headline(app.frame), figuresOf(completed()).cost, "the headline");
    sameSpend((await table()).rows, spentBy(account, completed(), "model"));
    await groupBy(app.frame, "provider");
    sameSpend((await table()).rows, spentBy(account, completed(), "provider"));
    assert.deepEqual(calls, []);
    await groupBy(app.frame, "key");
    await eventually(async () => assert.equal((await table()).header, "Key"));
    sameSpend((await table()).rows, spentBy(account, completed(), "key"));
    assert.deepEqual(calls, [{ name: "or_activity", arguments: { aggregate: "by_key", limit: 3 } }]);
    const names = (await table()).rows.map(({ name }) => name);
    assert.ok(names.includes(KEY));
    await ask("or_overview");
    await app.frame.locator("button", { hasText: "Last 30 days" }).click();
    await eventually(async () => near(await headline(app.frame), figuresOf(completed()).cost, "30 days"));
    assert.deepEqual(calls.slice(1), [{ name: "or_activity", arguments: {} }]);
  });

  it("can be gone into and back by keyboard alone", async () => {
    await open();
    await ask("or_activity", { aggregate: "by_model" });
    await app.frame.locator("summary").focus();
    await app.page.keyboard.press("Enter");
    const row = app.frame.locator("table.figures button.open", { hasText: MODEL });
    await row.focus();
    await app.page.keyboard.press("Enter");
    await app.frame.locator(".crumb", { hasText: MODEL }).waitFor();
    const own = completed().filter(({ model }) => model === MODEL);
    sameSpend((await table()).rows, spentBy(account, own, "provider"));
    assert.ok(await app.frame.evaluate('document.activeElement.className === "figures-frame"'), "the focus is lost");
    await app.frame.locator("table.figures button.open").first().press("Enter");
    await eventually(async () => assert.equal((await table()).header, "Key"));
    assert.deepEqual(
      (await table()).rows.map(({ name }) => name),
      [KEY],
    );
    await app.frame.locator("table.figures button.open").first().waitFor({ state: "detached" });
    await app.frame.locator(".crumb button").first().press("Enter");
    near(await headline(app.frame), figuresOf(completed()).cost, "the headline");
  });

  it("keeps what it has, and what it was chosen by, where a call fails, in another theme too", async () => {
    await open({ context: { theme: "light" } });
    await ask("or_activity", { aggregate: "by_model" });
    answers = async () => ({ isError: true, content: [{ type: "text", text: "or_activity: <b>500</b>" }] });
    for (const fails of [answers, () => Promise.reject(new Error("<b>500</b> The host says no"))]) {
      answers = fails;
      await groupBy(app.frame, "key");
      await status().filter({ hasText: "<b>500</b>" }).waitFor();
      await app.change({ theme: "dark" });
      await app.frame.locator(':root[data-theme="dark"]').waitFor();
      assert.match(await status().innerText(), /<b>500<\/b>/);
      assert.equal(await app.frame.locator("select").first().inputValue(), "model");
      sameSpend((await table()).rows, spentBy(account, completed(), "model"));
      assert.equal(await app.frame.locator("select:disabled").count(), 0);
      await screenshot(app.page, "app-page-call-failed");
    }
    answers = fromServer;
    await groupBy(app.frame, "key");
    await eventually(async () => assert.equal((await table()).header, "Key"));
    assert.equal(await status().innerText(), "");
  });

  it("draws what was not yet known in no theme: keys that are still being asked for", async () => {
    await open({ context: { theme: "light" } });
    await ask("or_activity", { aggregate: "by_model" });
    let go = () => {};
    answers = async (call) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return fromServer(call);
    };
    await app.frame.locator("select").first().selectOption("key");
    await status().filter({ hasText: "Reading…" }).waitFor();
    await app.change({ theme: "dark" });
    await app.frame.locator(':root[data-theme="dark"]').waitFor();
    sameSpend((await table()).rows, spentBy(account, completed(), "model"));
    assert.equal(await status().innerText(), "Reading…");
    go();
    await eventually(async () => assert.equal((await table()).header, "Key"));
    sameSpend((await table()).rows, spentBy(account, completed(), "key"));
  });

  it("waits longer for an answer than the protocol would by itself", async () => {
    await open({ clock: true });
    await ask("or_activity");
    let go = () => {};
    answers = async (call) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return fromServer(call);
    };
    await app.frame.locator("select").first().selectOption("key");
    await status().filter({ hasText: "Reading…" }).waitFor();
    await app.page.clock.fastForward("05:00");
    go();
    await eventually(async () => assert.equal((await table()).header, "Key"));
  });

  it("leads from an hour of today to the days before", async () => {
    await open();
    await ask("or_overview");
    const box = await app.frame.locator(".chart canvas").boundingBox();
    assert.ok(box);
    // The first hour of the day has always begun.
    await app.page.mouse.click(box.x + 60, box.y + box.height / 2);
    await app.frame.locator(".crumb", { hasText: "00:00" }).waitFor();
    await app.frame.locator("button", { hasText: "Last 30 days" }).click();
    await eventually(async () => near(await headline(app.frame), figuresOf(completed()).cost, "30 days"));
    sameSpend((await table()).rows, spentBy(account, completed(), "model"));
    assert.equal(await app.frame.locator(".crumb").count(), 0);
  });

  it("says the words of an answer that failed, or came without figures, and draws nothing", async () => {
    await open();
    await status().filter({ hasText: "Waiting for figures…" }).waitFor();
    const words = "or_activity: 401 <img src=x onerror=globalThis.__pwned=1>\nCheck the key.";
    await app.show({ isError: true, content: [{ type: "text", text: words }] });
    await status().filter({ hasText: "Check the key." }).waitFor();
    assert.equal(await status().innerText(), words);
    await assertNothingDrawn();
    assert.deepEqual(await axeViolations(app.frame), []);
    await app.show({ content: [{ type: "text", text: words }] });
    await status().filter({ hasText: "without figures" }).waitFor();
    assert.equal(await status().innerText(), `The answer came without figures to draw.\n${words}`);
    await assertNothingDrawn();
    await screenshot(app.page, "app-page-without-figures");
    await app.cancel();
    await status().filter({ hasText: "cancelled" }).waitFor();
    await assertNothingDrawn();
  });
});
