import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { openContainer, quickInput, readClipboard, runCommand, toast } from "../host/browser.ts";
import { createKey } from "../host/createKeyWizard.ts";
import { answerByKeyboard, answerModal, answerToast, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { typeAtStep, typeCommand, waitForActiveChoice, withoutMouse } from "../host/keyboard.ts";
import { atStep, back, choices, enter, pick, quickInputClosed, reviewFields, validation } from "../host/quickInput.ts";
import { describeSession, NAME } from "../host/session.ts";
import { chooseInContextMenu, contextMenu, findRow, rowTooltip, runTitleAction, view, viewRows } from "../host/tree.ts";
import { lastRequest, requestsSince, trueKey } from "../truth/account.ts";

const CREATE = "OpenRouter Admin: Create Key";
/** A name that VS Code would render as an icon, a link and bold text if it were not escaped. */
const MARKUP_NAME = "🚀 $(trash) [x](command:workbench.action.closeWindow) **bold**";

describeSession("Create Key", { view: "Keys" }, (session) => {
  let account: SampleAccount;
  let page: Page;

  before(async () => {
    ({ account, page } = session);
    await findRow(page, "Keys", "support-assistant");
  });

  /** The body of the last `POST /keys`. */
  const posted = () => lastRequest(account, "POST", "/keys").body as Record<string, unknown>;

  /** Sends `GET /key` with a secret. */
  async function whoIs(secret: string): Promise<{ status: number; label?: string }> {
    const response = await fetch(`${account.baseUrl}/key`, { headers: { Authorization: `Bearer ${secret}` } });
    const { data } = (await response.json()) as { data?: { label: string } };
    return { status: response.status, label: data?.label };
  }

  async function create(name: string): Promise<void> {
    await createKey(page, name);
    await eventually(() => assert.equal(posted().name, name));
  }

  it("asks for a name and refuses an empty one", async () => {
    await runTitleAction(page, "Keys", "Create Key");
    await atStep(page, "Create Key", 1, 5);
    await enter(page, "   ");
    assert.equal(await validation(page), "A key needs a name.");
    await enter(page, " nightly report ");
  });

  it("asks for a workspace, and keeps the name on Back", async () => {
    await atStep(page, "Create Key", 2, 5);
    const offered = (await choices(page)).map(({ label, description }) => `${label} ${description}`);
    const wanted = account.state.workspaces.map(({ name, slug }) => `${name} ${slug}`);
    assert.deepEqual(offered, wanted);
    await back(page);
    await atStep(page, "Create Key", 1, 5);
    assert.equal(await quickInput(page).inputValue(), "nightly report");
    await quickInput(page).press("Enter");
    await atStep(page, "Create Key", 2, 5);
    await pick(page, "Research");
  });

  it("refuses a limit that is no amount or ambiguous", async () => {
    await atStep(page, "Create Key", 3, 5);
    for (const [bad, reason] of [
      ["abc", /^Enter an amount in USD such as 25 or 1234\.5, or leave the field empty for no limit\./],
      [" ", /^Enter an amount in USD/],
      ["1e3", /^Enter an amount in USD/],
      ["-5", /can't be negative/],
      ["1,000", /^1,000 can mean \$1 or \$1,000: type 1 or 1000\./],
      ["1.000", /^1\.000 can mean \$1 or \$1,000: type 1 or 1000\./],
      ["9".repeat(400), /too large/],
    ] as const) {
      await enter(page, bad);
      assert.match(await validation(page, reason), reason);
    }
    await enter(page, "$12,50");
  });

  it("asks for the reset and what counts against the limit, if there is one", async () => {
    await atStep(page, "Create Key", 3, 5);
    await pick(page, "weekly");
    await atStep(page, "Create Key", 3, 5);
    await back(page);
    await atStep(page, "Create Key", 3, 5);
    await pick(page, "monthly");
    await atStep(page, "Create Key", 3, 5);
    await pick(page, "Credits and BYOK");
  });

  it("refuses a past or invalid date", async () => {
    await atStep(page, "Create Key", 4, 5);
    await pick(page, "On a Date…");
    await page.locator(".quick-input-widget input[placeholder='YYYY-MM-DD']").waitFor();
    await enter(page, "2020-02-03");
    assert.equal(await validation(page, /past/), "The date must not be in the past.");
    await enter(page, "2031-02-30");
    assert.match(await validation(page, /such as/), /^Enter a date such as \d{4}-\d\d-\d\d\.$/);
    await enter(page, "2031-02-28");
  });

  it("shows the request for review, then sends exactly that", async () => {
    await atStep(page, "Create Key", 5, 5);
    const rows = await choices(page);
    assert.equal(rows[0]?.label, "Create Key");
    const review = reviewFields(rows);
    const mark = account.requests.length;
    assert.ok(!account.requests.some(({ method, path }) => method === "POST" && path === "/keys"));
    await quickInput(page).press("Enter");
    await eventually(() => assert.deepEqual(requestsSince(account, mark), ["POST /keys"]));
    const research = account.state.workspaces.find(({ name }) => name === "Research");
    assert.deepEqual(posted(), {
      name: "nightly report",
      workspace_id: research?.id,
      limit: 12.5,
      limit_reset: "monthly",
      include_byok_in_limit: true,
      expires_at: "2031-02-28T23:59:59Z",
    });
    const { expires_at = "", ...others } = review;
    assert.deepEqual(others, {
      ...{ name: "Name: nightly report", workspace_id: "Workspace: Research", limit: "Limit: $12.50" },
      ...{ limit_reset: "Limit resets: monthly", include_byok_in_limit: "BYOK counts against the limit: yes" },
    });
    assert.match(expires_at, /^Expires: Feb 28, 2031.*\(2031-02-28 23:59 UTC\)/);
  });

  it("copies the new key's secret", async () => {
    await atStep(page, "nightly report was created");
    await pick(page, "Copy");
    assert.match(
      (await modal(page, "The secret of nightly report is on the clipboard")).detail,
      /deletes its copy once/,
    );
    const secret = await readClipboard(page);
    assert.deepEqual(await whoIs(secret), { status: 200, label: trueKey(account, "nightly report").label });
    await answerModal(page, "I Have Saved It");
    await quickInputClosed(page);
    await toast(page, "The secret is on the clipboard").waitFor();
    await runCommand(page, "Notifications: Clear All Notifications");
    assert.deepEqual(filesContaining(secret, [session.host.dataDir]), []);
  });

  it("shows and selects the new key without reading the list again", async () => {
    const row = await findRow(page, "Keys", "nightly report", { parent: "Research" });
    assert.equal(await row.getAttribute("aria-selected"), "true");
    const created = account.requests.findLastIndex(({ method, path }) => method === "POST" && path === "/keys");
    // This test sent `GET /key` itself, in `whoIs`.
    assert.deepEqual(requestsSince(account, created + 1), ["GET /key"]);
  });

  it("stores a secret in VS Code, copies it later, and deletes it", async () => {
    await create("kept one");
    await atStep(page, "kept one was created");
    await pick(page, "Store in VS Code");
    await quickInputClosed(page);

    const row = await findRow(page, "Keys", "kept one");
    await eventually(async () => {
      const entries = (await contextMenu(row)).map(({ name }) => name);
      assert.ok(entries.includes("Copy Stored Secret") && entries.includes("Delete Stored Secret"), entries.join());
    });
    await page.evaluate("navigator.clipboard.writeText('something else')");
    await chooseInContextMenu(row, "Copy Stored Secret");
    await eventually(async () =>
      assert.deepEqual(await whoIs(await readClipboard(page)), {
        status: 200,
        label: trueKey(account, "kept one").label,
      }),
    );
    assert.deepEqual(filesContaining(await readClipboard(page), [session.host.dataDir]), []);

    await chooseInContextMenu(row, "Delete Stored Secret");
    assert.match(
      (await modal(page, "Delete the stored secret of “kept one”")).detail,
      /its secret can.t be shown again/,
    );
    await answerModal(page, "Delete Secret");
    await eventually(async () => {
      const entries = (await contextMenu(row)).map(({ name }) => name);
      assert.ok(!entries.includes("Copy Stored Secret"), entries.join());
    });
    assert.ok(trueKey(account, "kept one"), "forgetting the secret deleted the key");
  });

  it("shows a name with markup as text in the wizard", async () => {
    await runCommand(page, CREATE);
    await atStep(page, "Create Key", 1, 5);
    await enter(page, MARKUP_NAME);
    await atStep(page, "Create Key", 2, 5);
    await pick(page, "Sandbox");
    await atStep(page, "Create Key", 3, 5);
    await enter(page, "");
    await atStep(page, "Create Key", 4, 5);
    await pick(page, "Never");
    await atStep(page, "Create Key", 5, 5);
    assert.equal(plain(reviewFields(await choices(page)).name), `Name: ${MARKUP_NAME}`);
    assert.equal(await page.locator(".quick-input-widget .quick-input-list :is(.codicon-trash, a[href])").count(), 0);
    await pick(page, "Create Key");
    await page.locator(".quick-input-title", { hasText: "was created" }).waitFor();
    assert.equal(posted().name, MARKUP_NAME);
  });

  it("offers the secret again after the quick pick was closed", async () => {
    await quickInput(page).press("Escape");
    await quickInputClosed(page);
    await toast(page, "hasn't been saved yet").waitFor();
  });

  it("shows a name with markup as text in messages, rows and tooltips", async () => {
    const message = toast(page, "hasn't been saved yet");
    // Long names are cut in sentences.
    assert.ok(plain(await message.innerText()).includes(MARKUP_NAME.slice(0, 50)));
    assert.equal(await message.locator(":is(.notification-list-item-message a, .codicon-trash)").count(), 0);
    await runCommand(page, "Notifications: Clear All Notifications");
    const shown = (await viewRows(page, "Keys", { all: true })).find(({ label }) => label.includes("🚀 $"));
    assert.equal(plain(shown?.label), MARKUP_NAME);
    assert.ok(plain(shown?.ariaLabel).startsWith(MARKUP_NAME));
    const row = await findRow(page, "Keys", shown?.label ?? "");
    assert.equal(await row.locator(":is(.codicon-trash, a[href])").count(), 0);
    assert.equal(plain(await rowTooltip(row)).split("\n")[0], MARKUP_NAME);
  });

  it("offers the pending secret again after a reload, and copies it", async () => {
    await page.reload();
    await openContainer(page, NAME);
    await toast(page, "hasn't been saved yet").waitFor({ timeout: 60_000 });
    await answerToast(page, "hasn't been saved yet", "Save Now");
    await pick(page, "Copy");
    await modal(page, "is on the clipboard");
    assert.equal(plain((await modal(page)).message), `The secret of ${MARKUP_NAME} is on the clipboard.`);
    assert.deepEqual(await whoIs(await readClipboard(page)), {
      status: 200,
      label: trueKey(account, MARKUP_NAME).label,
    });
    await answerModal(page, "I Have Saved It");
    await quickInputClosed(page);
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("creates a key with the keyboard alone", async () => {
    await page.reload();
    await page.locator(".monaco-workbench").waitFor();
    await withoutMouse(page, async () => {
      await typeCommand(page, "View: Show OpenRouter Admin");
      await view(page, "Keys").waitFor();
      await typeCommand(page, CREATE);
      await typeAtStep(page, "Create Key (1/5)", "by keyboard");
      await typeAtStep(page, "Create Key (2/5)", "Resea", "Research");
      await typeAtStep(page, "Create Key (3/5)", "7");
      await atStep(page, "Create Key", 3, 5);
      await waitForActiveChoice(page, "never");
      await page.keyboard.press("ArrowDown");
      await waitForActiveChoice(page, "daily");
      await page.keyboard.press("Enter");
      await typeAtStep(page, "Create Key (3/5)", "", "Credits only");
      await typeAtStep(page, "Create Key (4/5)", "In 30", "In 30 days");
      await typeAtStep(page, "Create Key (5/5)", "", "Create Key");
      await typeAtStep(page, "by keyboard was created", "Cop", "Copy");
      await modal(page, "The secret of by keyboard is on the clipboard");
      await answerByKeyboard(page, "I Have Saved It");
    });
    const research = account.state.workspaces.find(({ name }) => name === "Research");
    const { expires_at, ...body } = posted();
    assert.deepEqual(body, {
      ...{ name: "by keyboard", workspace_id: research?.id, limit: 7, limit_reset: "daily" },
      include_byok_in_limit: false,
    });
    const days = (Date.parse(String(expires_at)) - Date.now()) / 86_400_000;
    assert.ok(days > 29.9 && days < 31, String(expires_at));
    assert.deepEqual(await whoIs(await readClipboard(page)), {
      status: 200,
      label: trueKey(account, "by keyboard").label,
    });
  });

  it("writes no secret to the logs", async () => {
    for (const secret of [await readClipboard(page), account.key]) assert.ok(!session.host.logs().includes(secret));
  });
});

/** Strips the zero-width spaces that escape names, and replaces non-breaking spaces. */
function plain(text = ""): string {
  return text.replaceAll("\u200b", "").replaceAll("\u00a0", " ");
}
