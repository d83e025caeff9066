import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { openContainer, quickInput, readClipboard, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { pick, quickInputClosed } from "../host/quickInput.ts";
import { describeSession, NAME } from "../host/session.ts";
import {
  chooseInContextMenu,
  collapseRow,
  expandRow,
  findRow,
  type Row,
  rowTooltip,
  runTitleAction,
  titleActions,
  titleMenu,
  viewMessage,
  viewRows,
} from "../host/tree.ts";
import {
  exactly,
  type TrueKey,
  time,
  trueCreator,
  trueGuardrail,
  trueKey,
  trueKeys,
  trueLastUse,
  trueSpend,
  trueState,
  usd,
} from "../truth/account.ts";

type Order = (a: TrueKey, b: TrueKey) => number;
const byName: Order = (a, b) =>
  a.name.localeCompare(b.name, "en", { numeric: true, sensitivity: "base" }) || (a.hash < b.hash ? -1 : 1);
const by =
  (figure: (key: TrueKey) => number): Order =>
  (a, b) =>
    figure(b) - figure(a) || byName(a, b);

const ICONS = { active: "key", disabled: "circle-slash", expired: "history" };

describeSession("the Keys view", { view: "Keys" }, (session) => {
  let account: SampleAccount;
  let page: Page;

  before(async () => {
    ({ account, page } = session);
  });

  const comparable = ({ label, description, ariaLabel, level, icon }: Row) => ({
    ...{ label, description, ariaLabel, level, icon },
  });

  /** The expected rows of these keys: grouped by workspace and collapsed. */
  function expectedRows(keys: TrueKey[], order: Order = byName): ReturnType<typeof comparable>[] {
    return account.state.workspaces.flatMap(({ id, name }) => {
      const own = keys.filter((key) => key.workspace_id === id).sort(order);
      if (own.length === 0) return [];
      const description = own.length === 1 ? "1 key" : `${own.length} keys`;
      const group = { label: name, description, ariaLabel: `Workspace ${name}, ${description}`, level: 1 };
      return [{ ...group, icon: "layers" }, ...own.map(keyRow)];
    });
  }

  function keyRow(key: TrueKey): ReturnType<typeof comparable> {
    const state = trueState(key);
    return {
      label: key.name,
      description: trueSpend(key) + (state === "active" ? "" : ` · ${state}`),
      ariaLabel: `${key.name}, ${state}, ${trueSpend(key)}`,
      level: 2,
      icon: ICONS[state],
    };
  }

  const enabledKeys = () => trueKeys(account).filter((key) => !key.disabled);

  async function expectKeys(keys: TrueKey[], order?: Order): Promise<void> {
    await eventually(async () => {
      const rows = await viewRows(page, "Keys", { all: true });
      assert.deepEqual(rows.filter(({ level }) => level < 3).map(comparable), expectedRows(keys, order));
    });
  }

  /** The child rows of a key, by label. */
  async function fields(name: string): Promise<Map<string, string>> {
    const rows = await viewRows(page, "Keys", { all: true });
    const from = rows.findIndex(({ label, level }) => level === 2 && label === name);
    const until = rows.findIndex(({ level }, i) => i > from && level < 3);
    const own = rows.slice(from + 1, until < 0 ? undefined : until);
    return new Map(own.map(({ label, description }) => [label, description]));
  }

  it("shows all enabled keys by workspace, with spend and state", async () => {
    await expectKeys(enabledKeys());
    const states = new Set(enabledKeys().map(trueState));
    assert.ok(states.has("expired") && states.has("active"), "the account has no key of each state");
    const hidden = trueKeys(account).filter((key) => key.disabled).length;
    await eventually(async () => assert.equal(await viewMessage(page, "Keys"), `Disabled keys hidden: ${hidden}`));
  });

  it("shows its actions in the view title", async () => {
    const shown = await titleActions(page, "Keys");
    assert.deepEqual(shown, ["Create Key", "Filter Keys", "Refresh Keys", "Collapse All"]);
    const behind = (await titleMenu(page, "Keys")).map(({ name }) => name);
    for (const name of ["Sort Keys", "Show Disabled Keys", "Rotate Key"]) assert.ok(behind.includes(name), name);
  });

  const expandedKeys = ["partner-northwind", "seasonal-campaign", "research-agent"];
  for (const name of expandedKeys)
    it(`expands ${name} into its fields`, async () => {
      const key = trueKey(account, name);
      const row = await findRow(page, "Keys", name);
      await expandRow(row);
      const spent = (own: number, byok: number) => usd(own) + (byok ? ` + ${usd(byok)} BYOK` : "");
      const limit = key.limit === null ? "no limit" : `$${key.limit}${key.limit_reset ? ` ${key.limit_reset}` : ""}`;
      await eventually(async () =>
        assert.deepEqual(Object.fromEntries(await fields(name)), {
          Limit: limit,
          ...(key.limit_remaining === null ? {} : { Remaining: usd(key.limit_remaining) }),
          Today: spent(key.usage_daily, key.byok_usage_daily),
          "This Week": spent(key.usage_weekly, key.byok_usage_weekly),
          "This Month": spent(key.usage_monthly, key.byok_usage_monthly),
          Total: spent(key.usage, key.byok_usage),
          "Last Used": trueLastUse(key),
          Expires: time(key.expires_at),
          Guardrail: trueGuardrail(account, key),
          Creator: trueCreator(account, key),
          Created: time(key.created_at),
          Hash: key.hash,
        }),
      );
      await collapseRow(row);
    });

  for (const name of [...expandedKeys, "workshop-2024", "unused-spare"])
    it(`shows all fields of ${name} with exact figures in its tooltip`, async () => {
      const key = trueKey(account, name);
      const text = (await rowTooltip(await findRow(page, "Keys", name))).replaceAll("\u00a0", " ");
      const tooltip = new Map(
        text.split("\n").map((line) => line.split("\t").map((cell) => cell.trim()) as [string, string]),
      );
      const spent = (own: number, byok: number) => `${exactly(own)} + ${exactly(byok)} BYOK`;
      const limits = (amount: number | null) => (amount === null ? "no limit" : exactly(amount));
      const expected = {
        Status: trueState(key),
        Label: key.label.replace("sk-or-v1-", ""),
        Workspace: account.state.workspaces.find(({ id }) => id === key.workspace_id)?.name,
        Limit: limits(key.limit),
        Reset: key.limit_reset ?? "never",
        Remaining: limits(key.limit_remaining),
        "BYOK counts against the limit": key.include_byok_in_limit ? "yes" : "no",
        Today: spent(key.usage_daily, key.byok_usage_daily),
        "This Week": spent(key.usage_weekly, key.byok_usage_weekly),
        "This Month": spent(key.usage_monthly, key.byok_usage_monthly),
        Total: spent(key.usage, key.byok_usage),
        "Last Used": trueLastUse(key),
        Expires: time(key.expires_at),
        Guardrail: trueGuardrail(account, key),
        Creator: trueCreator(account, key),
        Created: time(key.created_at),
        Updated: time(key.updated_at),
      };
      const shown = Object.fromEntries(Object.keys(expected).map((field) => [field, tooltip.get(field)]));
      assert.deepEqual(shown, expected, text);
      assert.ok(text.endsWith(`Hash: ${key.hash}`), text);
    });

  it("keeps expanded rows and the selection on refresh, and shows changes made elsewhere", async () => {
    const chosen = trueKey(account, "research-agent");
    await expandRow(await findRow(page, "Keys", chosen.name));
    await (await findRow(page, "Keys", "Total")).click();
    await collapseRow(await findRow(page, "Keys", "Sandbox"));

    const changedElsewhere = account.state.keys.get(trueKey(account, "translation").hash);
    assert.ok(changedElsewhere);
    changedElsewhere.name = "translated elsewhere";
    changedElsewhere.limit = 81;
    await runTitleAction(page, "Keys", "Refresh Keys");
    await findRow(page, "Keys", changedElsewhere.name);

    const rows = await viewRows(page, "Keys", { all: true });
    assert.deepEqual(
      rows.find(({ label }) => label === changedElsewhere.name)?.description,
      trueSpend(trueKey(account, changedElsewhere.name)),
    );
    assert.equal(rows.find(({ label }) => label === chosen.name)?.expanded, true);
    assert.equal(rows.find(({ label }) => label === "Sandbox")?.expanded, false);
    assert.deepEqual(
      rows.filter(({ selected }) => selected).map(({ label, level }) => [label, level]),
      [["Total", 3]],
    );
    await expandRow(await findRow(page, "Keys", "Sandbox"));
    await collapseRow(await findRow(page, "Keys", chosen.name));
  });

  const keysWith = (text: string) => enabledKeys().filter(({ name }) => name.includes(text));

  it("filters while typing", async () => {
    await runTitleAction(page, "Keys", "Filter Keys");
    await quickInput(page).pressSequentially("check");
    await expectKeys(keysWith("check"));
    const all = trueKeys(account).length;
    await eventually(async () =>
      assert.equal(await viewMessage(page, "Keys"), `“check”: ${keysWith("check").length} of ${all} keys`),
    );
    await quickInput(page).pressSequentially("out-assistant (");
    await expectKeys(keysWith("checkout-assistant ("));
  });

  it("shows a message if no key matches", async () => {
    await quickInput(page).fill("no such key");
    await expectKeys([]);
    await eventually(async () => assert.equal(await viewMessage(page, "Keys"), "No key matches “no such key”."));
    await screenshot(page, "keys-no-match");
  });

  it("restores the previous filter on Escape", async () => {
    await quickInput(page).press("Escape");
    await quickInputClosed(page);
    await expectKeys(enabledKeys());
  });

  it("keeps the filter on Enter, and clears it", async () => {
    await runTitleAction(page, "Keys", "Filter Keys");
    await quickInput(page).fill("playground");
    await quickInput(page).press("Enter");
    await quickInputClosed(page);
    await expectKeys(keysWith("playground"));
    await runTitleAction(page, "Keys", "Clear Key Filter");
    await expectKeys(enabledKeys());
  });

  it("finds keys by state, label and hash", async () => {
    const { hash, label } = trueKey(account, "voice-bot");
    for (const [typed, keys] of [
      ["expired", enabledKeys().filter((key) => trueState(key) === "expired")],
      [hash.slice(3, 24), [trueKey(account, "voice-bot")]],
      [`${label.slice(-4)} voice`, [trueKey(account, "voice-bot")]],
    ] as const) {
      await runTitleAction(page, "Keys", "Filter Keys");
      await quickInput(page).fill(typed);
      await expectKeys([...keys]);
      await quickInput(page).press("Escape");
      await quickInputClosed(page);
    }
  });

  it("shows disabled keys, and hides them again", async () => {
    await runTitleAction(page, "Keys", "Show Disabled Keys");
    assert.ok(trueKeys(account).length > enabledKeys().length);
    await expectKeys(trueKeys(account));
    await eventually(async () => assert.equal(await viewMessage(page, "Keys"), ""));
    await runTitleAction(page, "Keys", "Hide Disabled Keys");
    await expectKeys(enabledKeys());
  });

  const orders: Record<string, Order> = {
    "Spend Today": by((key) => key.usage_daily),
    "Spend This Month": by((key) => key.usage_monthly),
    "Total Spend": by((key) => key.usage),
    Name: byName,
    "Creation Date": by((key) => Date.parse(key.created_at)),
  };
  for (const [label, order] of Object.entries(orders))
    it(`sorts by ${label}`, async () => {
      await runTitleAction(page, "Keys", "Sort Keys");
      await pick(page, label);
      await expectKeys(enabledKeys(), order);
    });

  it("keeps the sort order after a reload", async () => {
    await page.reload();
    await openContainer(page, NAME);
    await expectKeys(enabledKeys(), orders["Creation Date"]);
  });

  it("copies a key's hash and name", async () => {
    const key = trueKey(account, "release-notes 🚀");
    const row = await findRow(page, "Keys", key.name);
    await chooseInContextMenu(row, "Copy Key Hash");
    await eventually(async () => assert.equal(await readClipboard(page), key.hash));
    await chooseInContextMenu(row, "Copy Key Name");
    await eventually(async () => assert.equal(await readClipboard(page), key.name));
  });
});
