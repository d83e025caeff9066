import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { reply } from "../../support/faults.ts";
import { quickInput, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { quickInputClosed } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { findRow, rowCount, runTitleAction, view, viewMessage, viewRows } from "../host/tree.ts";
import { trueKey, trueKeys, trueState } from "../truth/account.ts";

const KEYS = 10_000;
const PAGE_SIZE = 100;
const BATCH_SIZE = 200;

describeSession(`the Keys view with ${KEYS} keys`, { account: { keys: KEYS }, view: "Keys" }, (session) => {
  let account: SampleAccount;
  let page: Page;
  /** Delayed requests for all pages except each workspace's first; undefined once they have been released. */
  let delayed: (() => void)[] | undefined = [];
  session.fault = ({ method, path }, response) => {
    if (!delayed || method !== "GET" || !(offsetOf(path) ?? 0)) return undefined;
    delayed.push(async () => {
      const answer = await fetch(`${account.baseUrl}${path}`, { headers: { Authorization: `Bearer ${account.key}` } });
      reply(response, answer.status, await answer.text());
    });
    return "done";
  };

  before(async () => {
    ({ account, page } = session);
  });

  /** The offset of a `GET /keys` request; undefined for other requests. */
  function offsetOf(path: string): number | undefined {
    const url = new URL(path, "http://localhost");
    return url.pathname === "/keys" ? Number(url.searchParams.get("offset") ?? 0) : undefined;
  }

  const pages = () => account.requests.filter(({ method, path }) => method === "GET" && path === "/keys");
  const shownIn = (workspace: string) =>
    trueKeys(account).filter((key) => key.workspace_id === workspace && trueState(key) === "active").length;
  const number = (value: number) => value.toLocaleString("en-US");

  it("shows the first keys while the other pages are loading", async () => {
    const { workspaces } = account.state;
    const first = workspaces.length * PAGE_SIZE;
    await eventually(async () => assert.match(await viewMessage(page, "Keys"), new RegExp(`^${first} keys so far…`)));
    assert.ok((delayed?.length ?? 0) >= workspaces.length, "not every workspace's second page is delayed");
    const names = new Set(trueKeys(account).map(({ name }) => name));
    await eventually(async () => {
      const rows = (await viewRows(page, "Keys", { all: true })).filter(({ level }) => level === 2);
      assert.ok(rows.length > first / 2 && rows.length <= first, `${rows.length} rows`);
      for (const { label } of rows) assert.ok(names.has(label), label);
    });
    await view(page, "Keys").locator(".monaco-progress-container.active").first().waitFor();
    await screenshot(page, "many-keys-so-far");
  });

  it("shows and counts all keys once they are loaded", async () => {
    const requests = delayed ?? [];
    delayed = undefined;
    for (const release of requests) release();
    await eventually(async () => {
      const rows = await viewRows(page, "Keys", { all: true });
      const groups = rows
        .filter(({ level }) => level === 1)
        .map(({ label, description }) => `${label}: ${description}`);
      const wanted = account.state.workspaces.map(({ id, name }) => `${name}: ${number(shownIn(id))} keys`);
      assert.deepEqual(groups, wanted);
    }, 120_000);
    const count = (state: string) => number(trueKeys(account).filter((key) => trueState(key) === state).length);
    await eventually(async () =>
      assert.equal(
        await viewMessage(page, "Keys"),
        `Hidden: ${count("disabled")} disabled, ${count("expired")} expired`,
      ),
    );
    assert.equal(trueKeys(account).length, KEYS);
  });

  it("requests no page twice, and few pages beyond the last", () => {
    const requested = pages().map(({ query }) => JSON.stringify([query.workspace_id, query.offset ?? "0"]));
    assert.equal(new Set(requested).size, requested.length);
    // Pages overlap by one key, and each list ends with an empty page.
    assert.ok(
      requested.length >= KEYS / PAGE_SIZE &&
        requested.length <= KEYS / (PAGE_SIZE - 1) + 8 * account.state.workspaces.length,
    );
  });

  it("shows the keys of a workspace in batches", async () => {
    const { id, name } = account.state.workspaces[0]!;
    const before = await rowCount(page, "Keys");
    const more = await findRow(page, "Keys", "Show 200 More", { parent: name });
    const description = () => more.locator(".label-description").innerText();
    assert.equal(await description(), `${number(shownIn(id) - BATCH_SIZE)} not shown; filter to find them`);
    await more.click();
    await eventually(async () => assert.equal(await rowCount(page, "Keys"), before + BATCH_SIZE));
    const next = await findRow(page, "Keys", "Show 200 More", { parent: name });
    const rest = await next.locator(".label-description").innerText();
    assert.equal(rest, `${number(shownIn(id) - 2 * BATCH_SIZE)} not shown; filter to find them`);
    await screenshot(page, "many-keys-more");
  });

  it("finds a key far beyond the first batch while typing", async () => {
    const wanted = trueKey(account, "tenant-09721");
    assert.equal(wanted.disabled, false);
    const enabled = trueKeys(account).filter((key) => !key.disabled);
    await runTitleAction(page, "Keys", "Filter Keys");
    for (const typed of ["tenant-097", "tenant-09721"]) {
      await quickInput(page).fill(typed);
      const names = enabled.filter(({ name }) => name.includes(typed)).map(({ name }) => name);
      await eventually(async () => {
        const rows = (await viewRows(page, "Keys", { all: true })).filter(({ level }) => level === 2);
        assert.deepEqual(rows.map(({ label }) => label).sort(), names.sort());
      });
    }
    await screenshot(page, "many-keys-filtered");
    await quickInput(page).press("Enter");
    await quickInputClosed(page);
    await runTitleAction(page, "Keys", "Clear Key Filter");
    await eventually(async () => assert.ok((await rowCount(page, "Keys")) > BATCH_SIZE));
  });

  it("reads each page again once on refresh, and shows a change on the last page", async () => {
    const mark = account.requests.length;
    const enabled = [...account.state.keys.values()].filter((key) => !key.disabled);
    const oldest = enabled.sort((a, b) => (a.created_at < b.created_at ? -1 : 1))[0];
    assert.ok(oldest);
    oldest.name = "a first one, renamed elsewhere";
    await runTitleAction(page, "Keys", "Refresh Keys");
    await findRow(page, "Keys", oldest.name, { timeoutMs: 120_000 });
    const requested = account.requests.slice(mark).filter(({ method, path }) => method === "GET" && path === "/keys");
    assert.equal(new Set(requested.map(({ query }) => JSON.stringify(query))).size, requested.length);
    assert.ok(requested.length >= KEYS / PAGE_SIZE);
  });
});
