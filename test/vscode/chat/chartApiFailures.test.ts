import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { apiError, reply } from "../../support/faults.ts";
import { DEFAULT_TOOLS } from "../../support/toolCounts.ts";
import { startHostileAccount } from "../activity/activitySession.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { ask, prepareChat } from "../host/chat.ts";
import { askForChart, groupBy } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { headline, readTable } from "../host/panel.ts";
import type { Host } from "../host/server.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";
import { inThemes } from "../host/themes.ts";
import { scriptedModelVsix } from "../host/vsix.ts";
import { axeViolations, lowContrastTexts } from "../host/webview.ts";
import { figuresOf, ledgerDays, near, type Spent, sameSpend, spentBy } from "../truth/spend.ts";

const options = {
  account: startHostileAccount,
  sidebar: false,
  watch: true,
  viewport: { width: 1300, height: 1200 },
  settings: { ...WITH_CHAT, "openrouterAdmin.allowWriteTools": "on", "workbench.colorTheme": "Default Dark Modern" },
  host: async () => ({ vsix: [await scriptedModelVsix()] }),
};

// Agent mode with write tools on, over a failing network.
describeSession("chat chart when the API fails", options, (session) => {
  let account: SampleAccount;
  let host: Host;
  let page: Page;
  let frame: Frame;
  let network: "works" | "500" | "gone" | "no analytics" = "works";
  session.fault = ({ path }, response) => {
    if (network === "500") return reply(response, 500, apiError(500, "Internal <b>Server</b> Error"));
    if (network === "no analytics" && path.startsWith("/analytics")) return reply(response, 403, apiError(403, "No"));
    if (network !== "gone") return undefined;
    response.destroy();
    return "done";
  };

  before(async () => {
    ({ account, host, page } = session);
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, new RegExp(`The MCP server works: ${DEFAULT_TOOLS} tools`)).waitFor({ timeout: 60_000 });
    await prepareChat(page);
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  const completed = () => ledgerDays(account, 30, 1);
  const problem = () => frame.locator("main > .problem");

  /** Finds the app's frame whose error contains a text. */
  function frameWithError(text: string): Promise<Frame> {
    return eventually(async () => {
      for (const one of page.frames()) {
        const shown = await one.evaluate("document.querySelector('main > .problem')?.innerText").catch(() => "");
        if (String(shown).includes(text)) return one;
      }
      throw new Error(`No app shows ${text}`);
    });
  }

  it("shows the error and no figures when the tool fails", async () => {
    for (const [failing, text] of [
      ["500", "Internal <b>Server</b> Error"],
      ["gone", "no connection"],
    ] as const) {
      network = failing;
      await runCommand(page, "Chat: New Chat");
      await page.locator(".interactive-response").waitFor({ state: "detached" });
      const reply = await ask(page, "What burned my credits? in-brief", /The account says/);
      assert.ok(reply.includes(text), reply);
      frame = await frameWithError(text);
      assert.equal(await frame.locator(".body").isVisible(), false);
      assert.equal(await frame.locator("[data-value]").count(), 0);
      assert.equal(await problem().locator("b").count(), 0, "the API's text was rendered as HTML");
    }
    await inThemes(host, page, ["light", "hc", "dark"], async (theme) => {
      await eventually(async () =>
        assert.deepEqual(await lowContrastTexts(frame, theme.startsWith("hc") ? 7 : 4.5), [], theme),
      );
      assert.deepEqual(await axeViolations(frame), [], theme);
      await screenshot(page, `chat-trouble-${theme}`);
    });
    network = "works";
  });

  it("keeps its figures when a further call fails, and can try again", async () => {
    ({ frame } = await askForChart(page, "What burned my credits? in-brief"));
    await frame.locator("summary").click();
    network = "gone";
    await groupBy(frame, "key");
    await problem().filter({ hasText: "no connection" }).waitFor();
    await inThemes(host, page, ["light", "dark"], async () => {
      near(await headline(frame), figuresOf(completed()).cost, "the headline");
      sameSpend((await readTable(frame)).rows, spentBy(account, completed(), "model"));
      assert.equal(await frame.locator("select").first().inputValue(), "model");
    });
    await screenshot(page, "chat-trouble-further-call");
    network = "works";
    await groupBy(frame, "key");
    await eventually(async () => assert.equal((await readTable(frame)).header, "Key"));
    sameSpend((await readTable(frame)).rows, spentBy(account, completed(), "key"));
    assert.equal(await problem().isVisible(), false);
  });

  it("shows today by key from the counters, and from there the keys' 30 days", async () => {
    network = "no analytics";
    ({ frame } = await askForChart(page, "Give me the account-overview in-brief"));
    await frame.locator("summary").click();
    const { header, rows } = await readTable(frame);
    assert.equal(header, "Key");
    const today = spentBy(account, ledgerDays(account, 1), "key").filter(({ name }) => name !== "Unattributed");
    sameSpend(
      rows.filter(({ figures }) => figures.cost !== 0),
      today.filter(({ figures }) => figures.cost !== 0).map(costsOnly),
    );
    await frame.locator(".sources .note").first().waitFor();
    await screenshot(page, "chat-trouble-counters");
    await frame.locator("button", { hasText: "Last 30 days" }).click();
    await eventually(async () => near(await headline(frame), figuresOf(completed()).cost, "30 days"));
    sameSpend((await readTable(frame)).rows, spentBy(account, completed(), "key"));
    network = "works";
  });

  /** The counters have no requests and tokens. */
  function costsOnly({ name, figures: { cost, byok_cost } }: Spent): Spent {
    const unknown = { requests: null, prompt_tokens: null, completion_tokens: null, reasoning_tokens: null };
    return { name, figures: { ...unknown, cost, byok_cost } };
  }

  it("sends only read requests, even with write tools enabled", () => {
    const sent = session.faults.received.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`);
    assert.ok(sent.length > 50);
    assert.deepEqual(new Set(sent.filter((one) => !one.startsWith("GET "))), new Set(["POST /analytics/query"]));
  });
});
