import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startLargeAccount } from "../../support/largeAccount.ts";
import { runCommand } from "../host/browser.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { setWindowFocus } from "../host/focus.ts";
import { describeSession } from "../host/session.ts";
import { statusItem, statusTooltip } from "../host/status.ts";
import { expandRow, findRow, rowCount, runTitleAction, showView } from "../host/tree.ts";
import { webviewFrame } from "../host/webview.ts";
import { requestsSince, trueKeys } from "../truth/account.ts";

/** Requests follow each other within this time. */
const QUIET_MS = 3_000;
const INTERVAL_MS = 60_000;

describeSession("the requests of the views", { account: startLargeAccount }, (session) => {
  let page: Page;
  /** The requests before the current step. */
  let mark = 0;

  before(() => {
    ({ page } = session);
  });

  /** Waits until no more requests are sent, and returns those of the current step, sorted. */
  async function requests(): Promise<string[]> {
    const { account } = session;
    const isSent = () => assert.ok(account.requests.length > mark, "nothing was requested");
    await eventually(isSent);
    await eventually(async () => {
      const count = account.requests.length;
      await assertRemains(() => assert.equal(account.requests.length, count), QUIET_MS);
    }, 60_000);
    const sent = requestsSince(account, mark).sort();
    mark = account.requests.length;
    return sent;
  }

  const kinds = (sent: string[]) => [...new Set(sent)];
  const repeated = (sent: string[]) =>
    kinds(sent.filter((one, i) => sent.indexOf(one) !== i)).filter(
      (one) => !/^GET \/(keys|guardrails)|^POST \/analytics/.test(one),
    );
  /** The reading of the current day, and those of the forecast: by day, by hour, and of keys that can spend no more. */
  const assertQueries = (sent: string[]) => {
    const queries = sent.filter((one) => one === "POST /analytics/query").length;
    assert.ok(queries <= 4, `${queries} queries:\n${sent.join("\n")}`);
  };

  it("are at most 17 when all views are first shown, and none is sent twice", async () => {
    // The Spend view is a web page, which may be loaded long after the trees.
    await webviewFrame(page, "compact");
    const sent = await requests();
    assert.ok(sent.includes("GET /activity"), "the Spend view has read nothing");
    assertQueries(sent);
    assert.ok(sent.length <= 17, `${sent.length} requests:\n${sent.join("\n")}`);
    assert.deepEqual(repeated(sent), []);
    await eventually(async () => assert.ok((await rowCount(page, "Keys")) > 200));
  });

  it("are only those for what a view shows when it is refreshed", async () => {
    await runTitleAction(page, "Keys", "Refresh Keys");
    assert.deepEqual(kinds(await requests()), ["GET /keys", "GET /workspaces"]);
    await runTitleAction(page, "Guardrails", "Refresh Guardrails");
    const sent = await requests();
    assert.ok(
      sent.every((one) => /^GET \/(guardrails|workspaces)/.test(one)),
      sent.join("\n"),
    );
    assert.deepEqual(repeated(sent), []);
  });

  it("name a key's creator and the budgets of its workspace once its row is expanded", async () => {
    const { account } = session;
    const key = trueKeys(account).find((one) => one.name === "support-assistant")!;
    const creator = account.state.members.find(({ id }) => id === key.creator_user_id)!;
    await expandRow(await findRow(page, "Keys", key.name));
    const row = await findRow(page, "Keys", "Creator", { parent: key.name });
    assert.ok((await row.innerText()).includes(`${creator.first_name} ${creator.last_name}`));
    assert.deepEqual(kinds(await requests()), [
      "GET /organization/members",
      `GET /workspaces/${key.workspace_id}/budgets`,
    ]);
  });

  it("ask for everything at most once on a refresh of all views", async () => {
    await runTitleAction(page, "Credits", "Refresh");
    const sent = await requests();
    assertQueries(sent);
    assert.ok(sent.length <= 17, `${sent.length} requests:\n${sent.join("\n")}`);
    assert.deepEqual(repeated(sent), []);
  });

  it("pause without the focus, and then are one reading for the status bar if the sidebar is closed", async () => {
    const { account } = session;
    await session.host.updateSettings({ "openrouterAdmin.refreshInterval": INTERVAL_MS / 1000 });
    await runCommand(page, "View: Toggle Primary Side Bar Visibility");
    await setWindowFocus(page, false);
    mark = account.requests.length;
    await assertRemains(() => assert.deepEqual(requestsSince(account, mark), []), INTERVAL_MS + 15_000);
    account.state.totalCredits += 1_000_000_000;
    await setWindowFocus(page, true);
    assert.deepEqual(await requests(), ["GET /credits", "POST /analytics/query"]);
    await session.host.updateSettings({ "openrouterAdmin.refreshInterval": 0 });
    await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  });

  it("leave the figures of the status bar with their time if they fail", async () => {
    const { account } = session;
    const before = await statusTooltip(page, / today/);
    const readAt = /Read at\s+(.*)/.exec(before.replaceAll("\u00a0", " "))?.[1]?.trim();
    assert.ok(readAt, before);
    await account.close();
    await showView(page, "Credits");
    await runTitleAction(page, "Credits", "Refresh");
    await eventually(async () => {
      const text = (await statusItem(page, / today/).innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
      assert.ok(text.includes(`as of ${readAt.replaceAll(/[\u00a0\u202f]/g, " ")}`), text);
    }, 60_000);
  });
});
