import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import type { LedgerRow, SampleAccount } from "../../../src/sample/index.ts";
import { spike } from "../../../src/sample/seed/profiles.ts";
import { assertInOrder } from "../agent/skillCases.ts";
import { FOLLOW, skillMarks } from "../extensions/scripted-model/followSkill.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { ask, prepareChat } from "../host/chat.ts";
import { askForChart } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { headline } from "../host/panel.ts";
import type { Host } from "../host/server.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { scriptedModelVsix } from "../host/vsix.ts";
import { axeViolations, lowContrastTexts, overflows, pixels } from "../host/webview.ts";
import { dayAgo, figuresOf, near } from "../truth/spend.ts";

const SIZE = { width: 1300, height: 1500 };
const THEMES: Theme[] = ["light", "hc-light", "hc", "dark"];

const options = {
  sidebar: false,
  watch: true,
  viewport: SIZE,
  settings: {
    ...WITH_CHAT,
    "workbench.colorTheme": "Default Dark Modern",
    "openrouterAdmin.mcp.tools": ["default", "extra"],
  },
  host: async () => ({ vsix: [await scriptedModelVsix()] }),
};

// The question that people bring, in agent mode: the sample account has a spike yesterday.
describeSession("“Why did my spend jump yesterday?”", options, (session) => {
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

  /** Returns yesterday's cost less the average of the same weekday in up to eight weeks before, of the given rows. */
  function jump(isWanted: (row: LedgerRow) => boolean = () => true): number {
    const { ledger } = account.state;
    const first = ledger.reduce((min, { day }) => (day < min ? day : min), dayAgo(0));
    const cost = (day: string) => figuresOf(ledger.filter((row) => row.day === day && isWanted(row))).cost;
    const days = Array.from({ length: 8 }, (_, week) => dayAgo(1 + 7 * (week + 1))).filter((day) => day >= first);
    return cost(dayAgo(1)) - days.reduce((sum, day) => sum + cost(day), 0) / days.length;
  }
  const isSpike = (row: LedgerRow) => row.model === spike.model && account.state.keys.get(row.key)?.name === spike.key;
  const amountOf = (selector: string) => frame.locator(selector).first().getAttribute("data-value").then(Number);

  it("is answered with the key and the model that burned the credits, to the cent of the account's ledger", async () => {
    const before = account.requests.length;
    const { frame: shown, reply } = await askForChart(page, "Why did my spend jump yesterday?");
    frame = shown;
    near(await headline(frame), jump(), "the difference");
    const first = frame.locator(".cause").first();
    assert.match(await first.innerText(), new RegExp(`^${spike.key}: `));
    near(await amountOf(".cause-amount"), jump(isSpike), spike.key);
    // The model gets the same figures, and none of the chart's data.
    assert.ok(reply.includes(spike.key) && reply.includes(spike.model), reply);
    assert.ok(reply.includes(`Difference: +${String(Number(jump().toFixed(6))).slice(0, -1)}`), reply);
    assert.ok(!reply.includes("openrouter-admin/"));
    const sent = account.requests.slice(before);
    assert.ok(sent.every(({ method, path }) => method === "GET" || path === "/analytics/query"));
  });

  it("has a waterfall that is readable in each theme", async () => {
    // A short answer leaves the chart visible.
    ({ frame } = await askForChart(page, "Why did my spend jump yesterday? in-brief"));
    const pictures = new Set<string>();
    await page.mouse.move(10, 5);
    await inThemes(host, page, THEMES, async (theme) => {
      await eventually(async () =>
        assert.deepEqual(await lowContrastTexts(frame, theme.startsWith("hc") ? 7 : 4.5), [], theme),
      );
      assert.deepEqual(await axeViolations(frame), [], theme);
      pictures.add(await pixels(frame.locator(".waterfall canvas")));
      await screenshot(page, `chat-app-explanation-${theme}`);
    });
    assert.equal(pictures.size, THEMES.length);
  });

  it("has a waterfall that fits a narrow window", async () => {
    for (const side of ["Primary", "Secondary"]) await runCommand(page, `View: Toggle ${side} Side Bar Visibility`);
    await page.setViewportSize({ width: 400, height: 1500 });
    await eventually(async () => {
      const width = await frame.evaluate<number>("document.documentElement.clientWidth");
      assert.ok(width > 250 && width <= 330, `the chart is ${width} px wide`);
      assert.deepEqual(await overflows(frame), []);
    });
    await screenshot(page, "chat-app-explanation-narrow");
    await page.setViewportSize(SIZE);
  });

  it("is a part of the spend review, with what is coming", async () => {
    await runCommand(page, "Chat: New Chat");
    await page.locator(".interactive-response").waitFor({ state: "detached" });
    const { begin, end } = skillMarks(7);
    const reply = await ask(page, `/openrouter-spend-review ${FOLLOW} ID=7`, end);
    assertInOrder(reply, [begin, "Total usage", "Difference: +", spike.key, "Forecast for the account", end]);
  });
});
