import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { apiError, reply } from "../../support/faults.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { contrastsOf } from "../host/contrast.ts";
import { answerToast, toastButtons } from "../host/dialogs.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { describeSession } from "../host/session.ts";
import { statusItem, statusTooltip } from "../host/status.ts";
import { inThemes } from "../host/themes.ts";
import {
  findRow,
  type Row,
  runInlineAction,
  runTitleAction,
  showView,
  view,
  viewMessage,
  viewRows,
} from "../host/tree.ts";
import { trueKey, trueKeys, usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

/** Defined in the page. */
declare function getComputedStyle(element: unknown): { color: string };

type Network = "works" | "500" | "429" | "lost";

// High enough for rows of two views beside the headers of all.
describeSession("a failed refresh", { view: "Keys", viewport: { width: 1200, height: 1600 } }, (session) => {
  let account: SampleAccount;
  let page: Page;
  let network: Network = "works";
  /** The color of rows whose figures are current. */
  let normal = "";
  session.fault = (_request, response) => {
    if (network === "500") return reply(response, 500, apiError(500, "Internal Server Error"));
    if (network === "429") return reply(response, 429, apiError(429, "Slow down"), { "retry-after": "3600" });
    if (network !== "lost") return undefined;
    response.destroy();
    return "done";
  };

  before(async () => {
    ({ account, page } = session);
    for (const name of ["Guardrails", "Members"]) await view(page, name).waitFor();
    await showView(page, "Credits");
    await findRow(page, "Keys", "support-assistant");
    await findRow(page, "Credits", "Remaining");
  });

  const figures = (rows: Row[]) => rows.map(({ label, description, icon }) => ({ label, description, icon }));
  const refresh = () => runTitleAction(page, "Credits", "Refresh");

  /** Returns the computed colors of a view's labels. */
  async function colors(name: string): Promise<string[]> {
    const labels = view(page, name).locator(".monaco-list-row .label-name");
    return [...new Set(await labels.evaluateAll((all) => all.map((label) => getComputedStyle(label).color)))];
  }

  const dimmed = () =>
    page.evaluate<string>(`(() => {
      const probe = document.createElement("span");
      probe.style.color = "var(--vscode-openrouterAdmin-staleForeground)";
      document.querySelector(".part.sidebar").append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    })()`);

  const messages = {
    "500": "OpenRouter had a server error. Try again in a minute.",
    "429": "Too many requests. Try again at ",
    lost: "Couldn't reach OpenRouter. The connection to ",
  };
  /** What views say if the Credits view says why. */
  const brief = {
    "500": /^Not refreshed since \d+:\d\d:\d\d\s[AP]M($| · )/,
    "429": /^Too many requests: figures of \d+:\d\d:\d\d\s[AP]M($| · )/,
    lost: /^Offline: figures of \d+:\d\d:\d\d\s[AP]M($| · )/,
  };

  it("doesn't happen while the API answers", async () => {
    normal = (await colors("Credits"))[0] ?? "";
    for (const name of ["Keys", "Credits"]) {
      assert.ok(!(await colors(name)).includes(await dimmed()), name);
      assert.doesNotMatch(await viewMessage(page, name), /Not refreshed/);
    }
  });

  for (const kind of ["500", "429", "lost"] as const)
    it(`keeps and dims the figures, and says since when (${kind})`, async () => {
      const before = {
        keys: await viewRows(page, "Keys", { all: true }),
        credits: await viewRows(page, "Credits", { all: true }),
      };
      assert.ok(before.keys.length > trueKeys(account).length / 2 && before.credits.length > 3);
      const readAt = before.credits.find(({ label }) => label === "Read at")?.description ?? "?";
      network = kind;
      await refresh();
      await eventually(async () => {
        const message = await viewMessage(page, "Credits");
        assert.match(message, /^Not refreshed since \d+:\d\d:\d\d\s[AP]M\. /);
        assert.ok(message.includes(messages[kind]), message);
        // Codes and endpoints are in the log.
        assert.doesNotMatch(message, /[[\]]|GET|ECONN/);
      });
      await eventually(async () => assert.match(await viewMessage(page, "Keys"), brief[kind]));
      await eventually(async () => assert.deepEqual(await colors("Credits"), [await dimmed()]));
      // Keys near their limit keep its color.
      await eventually(async () => {
        const shown = await colors("Keys");
        assert.ok(shown.includes(await dimmed()) && !shown.includes(normal), `${shown}`);
      });
      assert.ok((await viewMessage(page, "Credits")).includes(readAt), "the message shows another time");
      assert.deepEqual(figures(await viewRows(page, "Keys", { all: true })), figures(before.keys));
      assert.deepEqual(figures(await viewRows(page, "Credits", { all: true })), figures(before.credits));
      const bar = usd(await trueRemaining(account));
      assert.ok((await statusItem(page, bar).innerHTML()).includes("codicon-warning"));
      assert.ok((await statusTooltip(page, bar)).replaceAll("\u00a0", " ").includes(messages[kind].slice(0, 25)));
      await screenshot(page, `not-refreshed-${kind}`);
    });

  it("keeps the rows readable in each theme", async () => {
    for (const name of ["Keys", "Credits"]) await findRow(page, name, name === "Keys" ? "support-assistant" : "Used");
    await inThemes(session.host, page, ["light", "hc", "hc-light", "dark"], async (theme) => {
      for (const name of ["Keys", "Credits"])
        for (const part of [".label-name", ".label-description"])
          await eventually(async () => {
            const texts = view(page, name).locator(`.monaco-list-row ${part}:not(:empty)`);
            const contrasts = await contrastsOf(texts);
            assert.ok(contrasts.length > 2 && Math.min(...contrasts) >= 4.5, `${name} in ${theme}: ${contrasts}`);
          });
      await screenshot(page, `not-refreshed-${theme}`);
    });
  });

  it("doesn't retry immediately after a rate limit", async () => {
    // Wait until retries of lost connections have ended.
    await eventually(async () => {
      const count = session.faults.received.length;
      await assertRemains(() => assert.equal(session.faults.received.length, count), 2_000);
    });
    network = "429";
    const mark = session.faults.received.length;
    const asked = (part: string) =>
      session.faults.received.slice(mark).filter(({ path }) => path.startsWith(part)).length;
    await runTitleAction(page, "Keys", "Refresh Keys");
    await eventually(async () => assert.match(await viewMessage(page, "Keys"), /Too many requests/));
    // Requests only what the view shows.
    const counts = () => ["/organization/members", "/guardrails/assignments/keys", "/workspaces"].map(asked);
    await eventually(() => assert.deepEqual(counts(), [0, 0, 1]));
    await assertRemains(() => assert.deepEqual(counts(), [0, 0, 1]), 2_000);
  });

  it("recovers with the next refresh and shows the latest data", async () => {
    network = "works";
    account.state.totalCredits += 250_000_000;
    const key = account.state.keys.get(trueKey(account, "translation").hash);
    assert.ok(key);
    key.name = "translation, changed meanwhile";
    await refresh();
    await findRow(page, "Keys", key.name);
    const remaining = usd(await trueRemaining(account));
    await eventually(async () => {
      assert.equal((await viewRows(page, "Credits", { all: true }))[0]?.description, remaining);
      assert.doesNotMatch(await viewMessage(page, "Keys"), /Not refreshed/);
      assert.equal(await viewMessage(page, "Credits"), "");
      for (const name of ["Keys", "Credits"]) assert.ok(!(await colors(name)).includes(await dimmed()), name);
    });
    assert.ok((await statusItem(page, remaining).innerHTML()).includes("codicon-credit-card"));
  });

  it("shows why a change failed, and Retry repeats it", async () => {
    network = "500";
    const key = trueKey(account, "mobile-app");
    await runInlineAction(await findRow(page, "Keys", key.name), "Disable Key");
    await toast(page, messages["500"]).waitFor();
    assert.deepEqual(await toastButtons(page, messages["500"]), ["Retry", "Open Log"]);
    assert.equal(trueKey(account, key.name).disabled, false);
    await screenshot(page, "change-failed");
    network = "works";
    await answerToast(page, messages["500"], "Retry");
    await eventually(() => assert.equal(trueKey(account, key.name).disabled, true));
    await eventually(async () => {
      const row = (await viewRows(page, "Keys", { all: true })).find(({ label }) => label === key.name);
      assert.equal(row?.icon, "circle-slash");
    });
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("opens the log, which contains the error and no key", async () => {
    network = "500";
    await runInlineAction(await findRow(page, "Keys", "mobile-app"), "Enable Key");
    await answerToast(page, messages["500"], "Open Log");
    network = "works";
    await page.locator(".part.panel .output-view-container, .part.panel .output-view").first().waitFor();
    await eventually(() =>
      assert.match(session.host.logs(), /openrouterAdmin\.enableKey: OpenRouter had a server error/),
    );
    assert.match(session.host.logs(), /Keys: Couldn't reach OpenRouter/);
    await screenshot(page, "log");
    assert.ok(!session.host.logs().includes(account.key));
    assert.deepEqual(filesContaining(account.key, [session.host.dataDir]), []);
  });

  it("never says that a change may have taken effect if no connection was made", async () => {
    await runCommand(page, "Notifications: Clear All Notifications");
    await session.faults.close();
    await runInlineAction(await findRow(page, "Keys", "ci-tests"), "Disable Key");
    const refused = toast(page, "Couldn't reach OpenRouter. The connection to ");
    await refused.waitFor();
    assert.doesNotMatch(await refused.innerText(), /may have|[[\]]|[0-9a-f]{24}/);
    assert.deepEqual(await toastButtons(page, "Couldn't reach OpenRouter."), ["Retry", "Open Log"]);
  });
});
