import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { quickInput, runCommand, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { atStep, back, choices, enter, pick, quickInputClosed, reviewFields } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import {
  chooseInContextMenu,
  contextMenu,
  findRow,
  inlineActions,
  type Row,
  runInlineAction,
  viewRows,
} from "../host/tree.ts";
import {
  lastRequest,
  requestsSince,
  type TrueKey,
  trueDescription,
  trueKey,
  trueKeys,
  trueSpend,
  usd,
} from "../truth/account.ts";

const command = (title: string) => `OpenRouter Admin: ${title}`;

describeSession("commands that change a key", { view: "Keys" }, (session) => {
  let account: SampleAccount;
  let page: Page;

  before(async () => {
    ({ account, page } = session);
    await findRow(page, "Keys", "support-assistant");
  });

  const keyRow = (name: string) => findRow(page, "Keys", name);

  async function rowOf(name: string): Promise<Row> {
    const row = (await viewRows(page, "Keys", { all: true })).find(({ label }) => label === name);
    assert.ok(row, `no row ${name}`);
    return row;
  }

  /** Runs an action; expects that it sends one PATCH with this body and no other request. */
  async function expectPatch(key: TrueKey, body: Record<string, unknown>, act: () => Promise<void>): Promise<void> {
    const mark = account.requests.length;
    await act();
    await eventually(() => assert.ok(account.requests.length > mark));
    await eventually(async () => {
      const shown = await rowOf(trueKeys(account).find(({ hash }) => hash === key.hash)?.name ?? "");
      assert.ok(shown.description.includes(trueSpend(trueKey(account, shown.label))), shown.description);
    });
    assert.deepEqual(lastRequest(account, "PATCH", `/keys/${key.hash}`).body, body);
    assert.deepEqual(requestsSince(account, mark), [`PATCH /keys/${key.hash}`]);
  }

  /** The fields of the review step, after checking that it names the key by more than its name. */
  async function reviewLines(key: TrueKey): Promise<Record<string, string>> {
    await page.locator(".quick-input-list").getByText("Change Key", { exact: true }).waitFor();
    const rows = await choices(page);
    assert.equal(rows[1]?.label, trueDescription(account, key));
    return reviewFields(rows);
  }

  const send = () => pick(page, "Change Key");

  it("asks for the key when run from the command palette, and shows labels and workspaces", async () => {
    await runCommand(page, command("Rename Key"));
    await atStep(page, "Rename Key");
    const offered = await choices(page);
    assert.deepEqual(
      offered.map(({ label, description }) => `${label} ${description}`).sort(),
      trueKeys(account)
        .map(({ name, label, workspace_id }) => {
          const workspace = account.state.workspaces.find(({ id }) => id === workspace_id)?.name;
          return `${name} ${label.replace("sk-or-v1-", "")} · ${workspace}`;
        })
        .sort(),
    );
    await quickInput(page).fill("voice-bot");
    await pick(page, "voice-bot");
  });

  it("renames a key with a PATCH of its name only", async () => {
    const key = trueKey(account, "voice-bot");
    await atStep(page, "Rename Key: voice-bot", 1, 2);
    assert.equal(await quickInput(page).inputValue(), "voice-bot");
    await enter(page, "voice bot 2");
    await atStep(page, "Rename Key: voice-bot", 2, 2);
    await back(page);
    await atStep(page, "Rename Key: voice-bot", 1, 2);
    await enter(page, "voice bot 3");
    assert.deepEqual(await reviewLines(key), { name: "Name: voice-bot → voice bot 3" });
    await expectPatch(key, { name: "voice bot 3" }, send);
    assert.equal(trueKey(account, "voice bot 3").hash, key.hash);
  });

  it("sends nothing if the review is closed", async () => {
    const mark = account.requests.length;
    await chooseInContextMenu(await keyRow("voice bot 3"), "Rename Key");
    await enter(page, "voice bot 4");
    await page.locator(".quick-input-list").getByText("Change Key", { exact: true }).waitFor();
    await quickInput(page).press("Escape");
    await quickInputClosed(page);
    assert.equal((await rowOf("voice bot 3")).level, 2);
    assert.deepEqual(requestsSince(account, mark), []);
  });

  it("edits a limit from the context menu with a PATCH of the limit only", async () => {
    const key = trueKey(account, "email-triage");
    await chooseInContextMenu(await keyRow(key.name), "Edit Key Limit");
    await atStep(page, `Edit Key Limit: ${key.name}`, 1, 2);
    assert.equal(await quickInput(page).inputValue(), String(key.limit));
    await enter(page, "33.50");
    assert.deepEqual(await reviewLines(key), { limit: `Limit: $${key.limit} → $33.50` });
    await expectPatch(key, { limit: 33.5 }, send);
  });

  it("says before it is sent that a limit is already spent", async () => {
    const key = trueKey(account, "email-triage");
    const spent = key.usage_weekly + (key.include_byok_in_limit ? key.byok_usage_weekly : 0);
    await chooseInContextMenu(await keyRow(key.name), "Edit Key Limit");
    await enter(page, "0.01");
    await reviewLines(key);
    const [, , spentText, refusedText = ""] = (await choices(page)).map(({ label }) => label);
    assert.equal(spentText, `${usd(spent)} is already spent this week.`);
    assert.match(refusedText, /^Requests will be refused until .+ \(UTC\)\.$/);
    await quickInput(page).press("Escape");
    await quickInputClosed(page);
  });

  it("removes a limit", async () => {
    const key = trueKey(account, "email-triage");
    await chooseInContextMenu(await keyRow(key.name), "Edit Key Limit");
    await enter(page, "");
    assert.deepEqual(await reviewLines(key), { limit: "Limit: $33.50 → no limit" });
    assert.match((await choices(page))[2]?.label ?? "", /^Without a limit, this key can spend all credits\.$/);
    await expectPatch(key, { limit: null }, send);
    await eventually(async () => assert.match((await rowOf(key.name)).description, /this month$/));
  });

  it("changes the reset of the selected key without asking for the key", async () => {
    const key = trueKey(account, "moderation");
    await (await keyRow(key.name)).click();
    await runCommand(page, command("Change Key Limit Reset"));
    await atStep(page, `Change Key Limit Reset: ${key.name}`, 1, 2);
    await pick(page, "weekly");
    assert.deepEqual(await reviewLines(key), { limit_reset: `Limit resets: ${key.limit_reset} → weekly` });
    await expectPatch(key, { limit_reset: "weekly" }, send);
    await eventually(async () => assert.match((await rowOf(key.name)).description, / of \$2\/week\b/));
  });

  it("disables a key with the inline action, keeps it visible, and enables it again", async () => {
    const key = trueKey(account, "mobile-app");
    assert.deepEqual(await inlineActions(await keyRow(key.name)), ["Rotate Key", "Disable Key"]);
    await expectPatch(key, { disabled: true }, async () => runInlineAction(await keyRow(key.name), "Disable Key"));
    await eventually(async () => {
      const row = await rowOf(key.name);
      assert.deepEqual([row.icon, row.description], ["circle-slash", `disabled · ${trueSpend(key)}`]);
      assert.match(row.ariaLabel, /^mobile-app, disabled, /);
    });
    assert.equal(trueKey(account, key.name).disabled, true);
    await eventually(async () => assert.deepEqual(await inlineActions(await keyRow(key.name)), ["Enable Key"]));

    await expectPatch(key, { disabled: false }, async () => runInlineAction(await keyRow(key.name), "Enable Key"));
    await eventually(async () => assert.equal((await rowOf(key.name)).icon, "key"));
    assert.equal(trueKey(account, key.name).disabled, false);
  });

  it("offers to re-enable a key after disabling it", async () => {
    const key = trueKey(account, "mobile-app");
    await chooseInContextMenu(await keyRow(key.name), "Disable Key");
    await eventually(() => assert.equal(trueKey(account, key.name).disabled, true));
    await answerToast(page, /“mobile-app” .+ is disabled/, "Re-enable");
    await eventually(() => assert.equal(trueKey(account, key.name).disabled, false));
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("offers only disabled keys for Enable Key", async () => {
    const disabled = trueKeys(account).filter((key) => key.disabled);
    assert.ok(disabled.length > 1);
    await runCommand(page, command("Enable Key"));
    await atStep(page, "Enable Key");
    assert.deepEqual((await choices(page)).map(({ label }) => label).sort(), disabled.map(({ name }) => name).sort());
    await pick(page, disabled[0]?.name ?? "");
    await eventually(() => assert.equal(trueKey(account, disabled[0]?.name ?? "").disabled, false));
    await findRow(page, "Keys", disabled[0]?.name ?? "");
  });

  /** The usage text that the modal must show, computed from `GET /activity`. */
  async function trueImpact(key: TrueKey): Promise<string> {
    const response = await fetch(`${account.baseUrl}/activity?api_key_hash=${key.hash}`, {
      headers: { Authorization: `Bearer ${account.key}` },
    });
    const { data } = (await response.json()) as {
      data: { usage: number; byok_usage_inference: number; requests: number }[];
    };
    const sum = (field: "usage" | "byok_usage_inference" | "requests") =>
      data.reduce((total, row) => total + row[field], 0);
    const byok = sum("byok_usage_inference");
    const withByok = (usage: number, byok: number) => usd(usage) + (byok ? ` + ${usd(byok)} BYOK` : "");
    const spent = withByok(sum("usage"), byok);
    const today = withByok(key.usage_daily, key.byok_usage_daily);
    const requests = sum("requests").toLocaleString("en-US");
    return `In the last 30 completed days (UTC): ${spent} in ${requests} requests. Today: ${today}.`;
  }

  it("asks before deleting, and shows the recent usage and the guardrail", async () => {
    const key = trueKey(account, "partner-northwind");
    await chooseInContextMenu(await keyRow(key.name), "Delete Key");
    const dialog = await modal(page, `Delete ${trueDescription(account, key)}?`);
    assert.ok(dialog.detail.includes(await trueImpact(key)), dialog.detail);
    assert.match(dialog.detail, /assigned to the guardrail Approved providers\./);
    assert.deepEqual(dialog.buttons.toSorted(), ["Cancel", "Delete Key", "Disable Instead", "Keep Key"]);
    const mark = account.requests.length;
    // The safe button has the focus, so that Enter alone deletes nothing.
    await page.locator(".monaco-dialog-box .monaco-button:focus", { hasText: "Keep Key" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
    await keyRow(key.name);
    assert.deepEqual(requestsSince(account, mark), []);
  });

  it("disables a key with Disable Instead", async () => {
    const key = trueKey(account, "partner-northwind");
    await chooseInContextMenu(await keyRow(key.name), "Delete Key");
    await modal(page, `Delete “${key.name}”`);
    await expectPatch(key, { disabled: true }, () => answerModal(page, "Disable Instead"));
    await eventually(async () => assert.equal((await rowOf(key.name)).icon, "circle-slash"));
  });

  it("doesn't offer Disable Instead for a disabled key, and deletes it", async () => {
    const key = trueKey(account, "partner-northwind");
    await chooseInContextMenu(await keyRow(key.name), "Delete Key");
    const { buttons } = await modal(page, `Delete “${key.name}”`);
    assert.deepEqual(buttons.toSorted(), ["Cancel", "Delete Key", "Keep Key"]);
    const mark = account.requests.length;
    await answerModal(page, "Delete Key");
    await eventually(async () =>
      assert.ok(!(await viewRows(page, "Keys", { all: true })).some(({ label }) => label === key.name)),
    );
    assert.equal(account.state.keys.has(key.hash), false);
    assert.deepEqual(requestsSince(account, mark), [`DELETE /keys/${key.hash}`]);
  });

  it("shows that an unused key was not used", async () => {
    await chooseInContextMenu(await keyRow("unused-spare"), "Delete Key");
    assert.match((await modal(page, "Delete “unused-spare”")).detail, /^It was not used in the last 30 days\./);
    await answerModal(page, "Cancel");
  });

  it("shows only context menu entries that apply to the key's state", async () => {
    const names = async (name: string) => (await contextMenu(await keyRow(name))).map((entry) => entry.name);
    const active = await names("translation");
    for (const entry of ["Rotate Key", "Edit Key Limit", "Change Key Limit Reset", "Rename Key", "Disable Key"])
      assert.ok(active.includes(entry), `${entry} is not in ${active}`);
    assert.ok(!active.includes("Enable Key") && !active.includes("Copy Stored Secret"));
  });

  let deletedKey: TrueKey | undefined;
  it("shows an error if the key was deleted elsewhere", async () => {
    // A retry finds the key already deleted.
    deletedKey ??= trueKey(account, "notebook-yuki");
    const key = deletedKey;
    account.state.keys.delete(key.hash);
    await chooseInContextMenu(await keyRow(key.name), "Disable Key");
    await toast(page, "may have been deleted elsewhere").waitFor();
    assert.ok((await keyRow(key.name)).isVisible());
    await runCommand(page, command("Refresh Keys"));
    await eventually(async () =>
      assert.ok(!(await viewRows(page, "Keys", { all: true })).some(({ label }) => label === key.name)),
    );
  });
});
