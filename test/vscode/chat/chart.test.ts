import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { serverEnv, startServer } from "../../support/mcp.ts";
import { KEY, MODEL, startHostileAccount } from "../activity/activitySession.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { prepareChat } from "../host/chat.ts";
import { askForChart, groupBy } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { headline, readTable } from "../host/panel.ts";
import type { Host } from "../host/server.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { scriptedModelVsix } from "../host/vsix.ts";
import { axeViolations, lowContrastTexts, overflows, pixels } from "../host/webview.ts";
import { dayName, figuresOf, ledgerDays, near, type Spent, sameSpend, spentBy } from "../truth/spend.ts";

const SIZE = { width: 1300, height: 1500 };
const THEMES: Theme[] = ["light", "hc", "dark"];

const options = {
  account: startHostileAccount,
  sidebar: false,
  watch: true,
  viewport: SIZE,
  settings: { ...WITH_CHAT, "workbench.colorTheme": "Default Dark Modern" },
  host: async () => ({ vsix: [await scriptedModelVsix()] }),
};

// Agent mode with a scripted model; the figures of its tool calls are drawn beside its replies.
describeSession("chat chart", options, (session) => {
  let account: SampleAccount;
  let host: Host;
  let page: Page;
  let frame: Frame;

  before(async () => {
    ({ account, host, page } = session);
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, /The MCP server works/).waitFor({ timeout: 60_000 });
    await prepareChat(page);
    await runCommand(page, "Chat: Open Chat");
    await runCommand(page, "View: Maximize Secondary Side Bar");
  });

  const completed = () => ledgerDays(account, 30, 1);

  /** Returns the tool result's text for a client without charts. */
  async function textWithoutChart(name: string, args: Record<string, unknown>): Promise<string> {
    const server = await startServer(serverEnv(account));
    const { raw } = await server.call(name, args).finally(() => server.close());
    assert.ok(!/_meta|openrouter-admin\/spend/.test(raw));
    return raw;
  }

  it("shows the account's figures by model beside or_activity's result", async () => {
    const { frame: shown, reply } = await askForChart(page, "What burned my credits? in-brief and-counted");
    frame = shown;
    near(await headline(frame), figuresOf(completed()).cost, "the headline");
    await frame.locator("summary").click();
    sameSpend((await readTable(frame)).rows, spentBy(account, completed(), "model"));
    await screenshot(page, "chat-app-activity");
    // The model gets the same text as without a chart, and none of the chart's data.
    const text = await textWithoutChart("or_activity", { aggregate: "by_day" });
    assert.match(reply, new RegExp(`\\(${text.length} characters\\)`));
  });

  it("shows names as text, without executing them", async () => {
    const names = (await readTable(frame)).rows.map(({ name }) => name);
    assert.ok(names.includes(MODEL), names.join("\n"));
  });

  it("groups by provider without a call, and by key with a read-only call", async () => {
    const before = account.requests.length;
    await groupBy(frame, "provider");
    sameSpend((await readTable(frame)).rows, spentBy(account, completed(), "provider"));
    assert.equal(account.requests.length, before);
    await groupBy(frame, "key");
    await eventually(async () => assert.equal((await readTable(frame)).header, "Key"));
    const { rows } = await readTable(frame);
    assert.ok(rows.some(({ name }) => name === KEY));
    sameSpend(rows, spentBy(account, completed(), "key"));
    const sent = account.requests.slice(before);
    assert.ok(sent.length > account.state.keys.size);
    assert.ok(sent.every(({ method }) => method === "GET"));
  });

  it("drills into a day, its models and their providers, and back", async () => {
    await groupBy(frame, "model");
    const canvas = frame.locator(".chart canvas");
    const box = await canvas.boundingBox();
    assert.ok(box, "the chart is not visible");
    // The last bar is yesterday's.
    await canvas.click({ position: { x: box.width - 12, y: box.height - 50 } });
    await frame.locator(".crumb", { hasText: dayName(1) }).waitFor();
    const yesterday = ledgerDays(account, 1, 1);
    sameSpend((await readTable(frame)).rows, spentBy(account, yesterday, "model"));
    // The first bar is the model with the highest cost.
    const [first] = spentBy(account, yesterday, "model").toSorted((a, b) => b.figures.cost! - a.figures.cost!);
    await canvas.click({ position: { x: box.width / 2, y: 24 } });
    await frame.locator(".crumb", { hasText: first!.name }).waitFor();
    const own = yesterday.filter(({ model }) => model === first!.name);
    sameSpend((await readTable(frame)).rows, spentBy(account, own, "provider"));
    await screenshot(page, "chat-app-drilled");
    await frame.locator(".crumb button").first().click();
    near(await headline(frame), figuresOf(completed()).cost, "the headline");
  });

  it("has enough contrast in each theme and no axe violations", async () => {
    const pictures = new Set<string>();
    await page.mouse.move(10, 5);
    await inThemes(host, page, THEMES, async (theme) => {
      await eventually(async () =>
        assert.deepEqual(await lowContrastTexts(frame, theme.startsWith("hc") ? 7 : 4.5), [], theme),
      );
      assert.deepEqual(await axeViolations(frame), [], theme);
      pictures.add(await pixels(frame.locator(".chart canvas")));
      await screenshot(page, `chat-app-${theme}`);
    });
    assert.equal(pictures.size, THEMES.length);
    // The page's class is the same for both dark themes.
    await host.updateSettings({ "workbench.colorTheme": "Abyss" });
    await eventually(async () => assert.ok(!pictures.has(await pixels(frame.locator(".chart canvas")))));
    await screenshot(page, "chat-app-abyss");
    await inThemes(host, page, ["dark"], async () => {});
  });

  it("shows each key's spend, and gives the model the same text as without a chart", async () => {
    const { frame: shown, reply } = await askForChart(page, "What was my spend-by-key?");
    assert.equal((await readTable(shown)).header, "Key");
    sameSpend((await readTable(shown)).rows, spentBy(account, completed(), "key"));
    // Text that looks like a URL keeps a backslash of the scripted model's Markdown. The source differs, because for the
    // chart each key takes a request of its own, to split by provider.
    const normalize = (text: string) =>
      text
        .replaceAll("\\", "")
        .replace(/Source by key: [^.]*\./, "")
        .replaceAll(/\s+/g, " ")
        .trim();
    const text = normalize(await textWithoutChart("or_activity", { aggregate: "by_key" }));
    assert.ok(text.includes(KEY));
    const [, rest = assert.fail(`${normalize(reply)}\n\nis not\n\n${text}`)] = normalize(reply).split(text);
    assert.match(rest, /^.{0,40}Scripted$/);
  });

  it("shows the hours of today beside or_overview's result, and switches to 30 days", async () => {
    const before = account.requests.length;
    ({ frame } = await askForChart(page, "Give me the account-overview in-brief"));
    const today = ledgerDays(account, 1);
    near(await headline(frame), figuresOf(today).cost, "today");
    await frame.locator("summary").click();
    sameSpend((await readTable(frame)).rows, spentBy(account, today, "model").map(costAndRequests));
    await screenshot(page, "chat-app-overview");
    const hour = await drillIntoFirstHour();
    const own = today.filter(({ at }) => new Date(at).toISOString().slice(11, 13) === hour);
    near(await headline(frame), figuresOf(own).cost, `${hour}:00`);
    sameSpend((await readTable(frame)).rows, spentBy(account, own, "model").map(costAndRequests));
    await screenshot(page, "chat-app-hour");
    await frame.locator("button", { hasText: "Last 30 days" }).click();
    await eventually(async () => near(await headline(frame), figuresOf(completed()).cost, "30 days"));
    const wrote = account.requests.slice(before).filter(({ method }) => method !== "GET");
    assert.deepEqual(new Set(wrote.map(({ method, path }) => `${method} ${path}`)), new Set(["POST /analytics/query"]));
  });

  /** Clicks the first hour of the chart, which has always begun, and returns it. */
  async function drillIntoFirstHour(): Promise<string> {
    const box = await frame.locator(".chart canvas").boundingBox();
    assert.ok(box, "the chart is not visible");
    await frame.locator(".chart canvas").click({ position: { x: 42, y: box.height - 40 } });
    const crumb = await frame.locator('.crumb[aria-current="location"]').innerText();
    return /(\d\d):00$/.exec(crumb)?.[1] ?? crumb;
  }

  /** The hours of or_overview have no other figures. */
  function costAndRequests({ name, figures: { cost, requests } }: Spent): Spent {
    const unknown = { byok_cost: null, prompt_tokens: null, completion_tokens: null, reasoning_tokens: null };
    return { name, figures: { ...unknown, cost, requests } };
  }

  it("fits a narrow window without overflow", async () => {
    for (const side of ["Primary", "Secondary"]) await runCommand(page, `View: Toggle ${side} Side Bar Visibility`);
    await page.setViewportSize({ width: 400, height: 1500 });
    await eventually(async () => {
      const width = await frame.evaluate<number>("document.documentElement.clientWidth");
      assert.ok(width > 250 && width <= 330, `the chart is ${width} px wide`);
      assert.deepEqual(await overflows(frame), []);
    });
    await screenshot(page, "chat-app-narrow");
    await page.setViewportSize(SIZE);
  });

  it("doesn't expose the key in pages or logs", async () => {
    for (const one of page.frames()) {
      const text = await one.evaluate<string>("document.documentElement.outerHTML").catch(() => "");
      assert.ok(!text.includes(account.key) && !/sk-or-v1-[0-9a-f]{16}/.test(text), one.url());
    }
    assert.ok(!host.logs().includes(account.key));
  });
});
