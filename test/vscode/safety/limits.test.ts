import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { apiError, reply } from "../../support/faults.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { untilHandled } from "../host/panel.ts";
import { pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { inThemes } from "../host/themes.ts";
import {
  chooseInContextMenu,
  expandRow,
  findRow,
  rowTooltip,
  runTitleAction,
  showView,
  viewRows,
} from "../host/tree.ts";
import { axeViolations, lowContrastTexts, overflows, waitForStoredState, webviewFrame } from "../host/webview.ts";
import { trueKey, trueKeys, usd } from "../truth/account.ts";

const VIEW = "Keys";
const TITLE = "What Limits This Key";

describeSession("what limits a key", { view: VIEW, watch: true }, (session) => {
  let account: SampleAccount;
  let page: Page;
  let frame: Frame;
  /** True while the guardrails and the budgets of workspaces can't be read. */
  let isRefused = false;
  /** True while what forecasts are made from can't be read. */
  let daysAreRefused = false;
  session.fault = ({ path }, response) => {
    const isOfDays = path === "/analytics/query" || path.startsWith("/activity");
    if ((isRefused && /^\/guardrails|\/budgets$/.test(path)) || (isOfDays && daysAreRefused))
      return reply(response, 500, apiError(500, "Internal Server Error"));
    return undefined;
  };

  before(() => {
    ({ account, page } = session);
  });

  const budgetReads = () => account.requests.filter(({ path }) => path.endsWith("/budgets"));
  const limitsRow = async (key: string) => findRow(page, VIEW, /^(Runs Out First|Used Up)$/, { parent: key });
  const textOf = async (selector: string) =>
    (await frame.locator(selector).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim());
  const guardrail = (name: string) => [...account.state.guardrails.values()].find((one) => one.name === name)!;

  async function showPage(key: string, opens = false): Promise<void> {
    if (opens) await chooseInContextMenu(await findRow(page, VIEW, key), TITLE);
    frame = await webviewFrame(page, "limits");
    await frame.locator("h1", { hasText: `What Limits “${key}”` }).waitFor();
    await frame.locator('main[aria-busy="false"]').waitFor();
  }

  async function ask(model: string, provider = ""): Promise<{ verdict: string; text: string }> {
    await frame.locator("#model").fill(model);
    await frame.locator("#provider").fill(provider);
    await frame.locator(".ask button[type=submit]").click();
    const verdict = frame.locator(".answer .verdict");
    await verdict.waitFor();
    const text = (await textOf(".answer")).join(" ");
    return { verdict: (await verdict.getAttribute("class"))!.replace("verdict ", ""), text };
  }

  it("is said in a row under the key; a workspace's budgets are read with the first of its keys", async () => {
    await findRow(page, VIEW, "mobile-app");
    const before = budgetReads().length;
    const { usage_daily } = trueKey(account, "mobile-app");
    await expandRow(await findRow(page, VIEW, "mobile-app"));
    await eventually(async () => {
      const text = await (await limitsRow("mobile-app")).innerText();
      assert.ok(text.includes(`${usd(50 - usage_daily)} left of $50/day · Approved providers · resets`), text);
    });
    await expandRow(await findRow(page, VIEW, "voice-bot"));
    await limitsRow("voice-bot");
    const [production] = account.state.workspaces;
    assert.deepEqual(
      budgetReads()
        .slice(before)
        .map(({ path }) => path),
      [`/workspaces/${production!.id}/budgets`],
    );
    const tooltip = (await rowTooltip(await limitsRow("mobile-app"))).replaceAll(/\s+/g, " ");
    assert.match(tooltip, /Limit of the key .*left of \$150\/month/);
    assert.match(tooltip, /Budget of workspace “Production”, shared by its keys.*at most .* left of \$25,000 lifetime/);
  });

  it("is the workspace's shared budget, if that has the least left", async () => {
    const key = trueKey(account, "code-review");
    const shared = trueKeys(account).filter((one) => one.workspace_id === key.workspace_id);
    const spent = shared.reduce((sum, one) => sum + one.usage_monthly + one.byok_usage_monthly, 0);
    const { budgets } = account.state.workspaces.find(({ id }) => id === key.workspace_id)!;
    const limit = Math.ceil(spent) + 10;
    assert.ok(limit - spent < key.limit_remaining!, "the case is gone from the sample account");
    budgets.find(({ reset_interval }) => reset_interval === "monthly")!.limit_usd = limit;
    await expandRow(await findRow(page, VIEW, "code-review"));
    await eventually(async () => {
      const text = await (await limitsRow("code-review")).innerText();
      assert.ok(text.includes(`≤ ${usd(limit - spent)} left of $${limit}/month · workspace budget`), text);
    });
  });

  it("is shown on a page, with the guardrail that each rule comes from", async () => {
    await chooseInContextMenu(await findRow(page, VIEW, "playground-ana"), TITLE);
    await showPage("playground-ana");
    const key = trueKey(account, "playground-ana");
    const [first, ...others] = await textOf(".budget");
    assert.match(first!, /^Runs Out First Limit of the key/);
    assert.ok(first!.includes(`${usd(key.limit_remaining!)} left of $5/month`), first);
    assert.equal(others.length, 1);
    assert.match(others[0]!, /^Guardrail, for this key alone .* left of \$5\/week .* Sandbox: small models only/);
    const models = frame.locator(".catalog").first();
    assert.match(await models.innerText(), /4 of 48 models of the catalog are allowed\.\s+Sandbox: small models only/);
    await models.locator("select").selectOption("allowed");
    assert.deepEqual(
      await models.locator(".entry").evaluateAll((rows) => rows.map((one) => one.getAttribute("data-entry"))),
      ["anthropic/claude-haiku-4.5", "openai/gpt-5-mini", "openai/gpt-5-nano", "mistralai/codestral-2508"].sort(
        (a, b) => (a < b ? -1 : 1),
      ),
    );
    await models.locator("select").selectOption("all");
    await models.locator("input").fill("claude opus");
    await eventually(async () => assert.equal(await models.locator(".entry.refused").count(), 2));
    assert.match(await models.locator(".entry").first().innerText(), /not in the list of allowed models/);
    await screenshot(page, "limits-page");
  });

  it("opens the guardrail of a rule in its view", async () => {
    await frame.locator(".guardrails button.link").click();
    await eventually(async () => {
      const row = (await viewRows(page, "Guardrails")).find(({ label }) => label === "Sandbox: small models only");
      assert.ok(row, "the guardrail is not shown");
    });
    await findRow(page, "Guardrails", "Sandbox: small models only");
    await showView(page, VIEW, { alone: true });
  });

  it("answers whether the key may use a model at a provider, and why not", async () => {
    const no = await ask("openai/o3");
    assert.equal(no.verdict, "refused");
    assert.match(no.text, /No\. .*not in the list of allowed models\. Sandbox: small models only/);
    assert.equal((await ask("openai/gpt-5-mini")).verdict, "allowed");
    assert.equal((await ask("openai/gpt-5-mini-20250807:nitro", "OpenAI")).verdict, "allowed");
    const elsewhere = await ask("openai/gpt-5-mini", "groq");
    assert.deepEqual([elsewhere.verdict, /“Groq” doesn't serve this model/.test(elsewhere.text)], ["refused", true]);
    assert.match((await ask("openai/gpt-99")).text, /catalog has no model “openai\/gpt-99”/);
  });

  it("follows changes of what limits the key, and asks again", async () => {
    assert.equal((await ask("openai/o3")).verdict, "refused");
    guardrail("Sandbox: small models only").allowed_models = ["openai/o3-20250416"];
    await frame.locator("header button").click();
    await eventually(async () => assert.match((await textOf(".answer")).join(), /Yes/));
    assert.match((await textOf(".catalog")).join(), /1 of 48 models/);
  });

  it("is used by the keyboard alone", async () => {
    await runCommand(page, `OpenRouter Admin: ${TITLE}`);
    await pick(page, "support-assistant");
    await showPage("support-assistant");
    assert.equal(await frame.locator("#model").inputValue(), "", "the question was about another key");
    await frame.locator("#model").focus();
    await page.keyboard.type("opus 4.5");
    await frame.locator("#model-choices li").first().waitFor();
    for (const key of ["ArrowDown", "Enter", "Tab"]) await untilHandled(frame, "keyup", () => page.keyboard.press(key));
    assert.equal(await frame.locator("#model").inputValue(), "anthropic/claude-opus-4.5");
    await page.keyboard.type("anthropic");
    await untilHandled(frame, "keyup", () => page.keyboard.press("Escape"));
    await page.keyboard.press("Enter");
    await frame.locator(".answer .verdict.refused").waitFor();
    assert.match(
      (await textOf(".answer")).join(),
      /Zero data retention is required for models of Anthropic.* Customer data: zero retention/,
    );
  });

  it("is said to be unknown, not nothing, if guardrails and budgets can't be read", async () => {
    await waitForStoredState(page, trueKey(account, "support-assistant").hash);
    isRefused = true;
    await reloadWindow(session.host, page);
    await showPage("support-assistant");
    await frame.locator(".gaps li").first().waitFor();
    const gaps = (await textOf(".gaps li")).join("\n");
    assert.match(gaps, /guardrails couldn't be loaded/);
    assert.match(gaps, /budgets of the key's workspace couldn't be loaded/);
    assert.match((await textOf(".catalog")).join(), /0 of 48 models .*Unknown: 48/);
    assert.equal((await ask("openai/gpt-5")).verdict, "unknown");
    isRefused = false;
    await frame.locator("header button").click();
    await eventually(async () => assert.equal(await frame.locator(".gaps li").count(), 0));
    assert.match((await textOf(".guardrails")).join(), /Customer data: zero retention/);
  });

  it("says why there is no forecast", async () => {
    daysAreRefused = true;
    await showPage("voice-bot", true);
    await frame.locator(".budget", { hasText: "Limit of the key" }).filter({ hasText: "No forecast: " }).waitFor();
    daysAreRefused = false;
  });

  it("says when the key's limit will probably be reached, on the page and in the tooltip of its row", async () => {
    const key = trueKey(account, "code-review");
    Object.assign(account.state.keys.get(key.hash)!, { limit: key.usage + 20, limit_reset: null });
    await runTitleAction(page, VIEW, "Refresh Keys");
    await showPage("code-review", true);
    const own = frame.locator(".budget", { hasText: "Limit of the key" });
    await own.filter({ hasText: /Will probably be reached: about \w{3} \d+/ }).waitFor();
    const tooltip = async () => (await rowTooltip(await findRow(page, VIEW, key.name))).replaceAll(/\s+/g, " ");
    await eventually(async () => assert.match(await tooltip(), /Forecast Will probably be reached: about/));
    await screenshot(page, "limits-reached");
  });

  it("can be read in each theme and width", async () => {
    await ask("anthropic/claude-opus-4.5");
    await runCommand(page, "View: Toggle Primary Side Bar Visibility");
    await page.mouse.move(10, 5);
    await inThemes(session.host, page, ["light", "dark", "hc", "hc-light"], async (theme) => {
      await eventually(async () =>
        assert.deepEqual(await lowContrastTexts(frame, theme.startsWith("hc") ? 7 : 4.5), [], theme),
      );
      assert.deepEqual(await axeViolations(frame), [], theme);
    });
    for (const width of [900, 480, 320, 250]) {
      await page.setViewportSize({ width, height: 1300 });
      await eventually(async () => assert.deepEqual(await overflows(frame, "input"), [], `${width} px`));
    }
    await screenshot(page, "limits-narrow");
  });
});
