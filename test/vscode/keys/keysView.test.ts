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
  viewDescription,
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
  truePercent,
  trueSpend,
  trueState,
  usd,
} from "../truth/account.ts";

type Order = (a: TrueKey, b: TrueKey) => number;
interface Sorting {
  order: Order;
  /** What a row says besides the key's state. */
  figures: (key: TrueKey) => string[];
  /** What a screen reader says instead, if times need words that the view's title says to others. */
  spoken?: (key: TrueKey) => string[];
}

const byNameOrder: Order = (a, b) =>
  a.name.localeCompare(b.name, "en", { numeric: true, sensitivity: "base" }) || (a.hash < b.hash ? -1 : 1);
const byName: Sorting = { order: byNameOrder, figures: (key) => [trueSpend(key)] };
const by = (figure: (key: TrueKey) => number, figures: Sorting["figures"], spoken?: Sorting["spoken"]): Sorting => ({
  order: (a, b) => figure(b) - figure(a) || byNameOrder(a, b),
  figures,
  spoken,
});
/** "31% of $20/day", if the key is active and has a limit. */
const shareOf = (key: TrueKey) => {
  const percent = truePercent(key);
  return percent === undefined ? [] : [trueSpend(key).replace(/^.* of /, `${percent}% of `)];
};
const day = (iso: string) => {
  const at = new Date(iso);
  const is = (other: Date) => other.toDateString() === at.toDateString();
  if (is(new Date())) return at.toLocaleTimeString("en-US", { timeStyle: "short" });
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  return at.toLocaleDateString("en-US", isThisYear ? { month: "short", day: "numeric" } : { dateStyle: "medium" });
};
const usedOrder = (key: TrueKey) =>
  key.last_used_at ? Date.parse(key.last_used_at) : key.usage + key.byok_usage > 0 ? -1 : -3;
const usedText = (said: string) => (key: TrueKey) => {
  const isIdle = key.usage + key.byok_usage > 0;
  const text = key.last_used_at ? said + day(key.last_used_at) : isIdle ? "not used since 2025" : "never used";
  return [text, trueSpend(key)];
};
const shortLabel = ({ label }: TrueKey) => label.replace("sk-or-v1-", "");
const HIDDEN = "Show Hidden Keys";

const ICONS = { active: "key", disabled: "circle-slash", expired: "history" };

describeSession("the Keys view", { view: "Keys" }, (session) => {
  let account: SampleAccount;
  let page: Page;

  before(async () => {
    ({ account, page } = session);
  });

  /** Times of a reset are checked in a test of their own. */
  const withoutTime = (text: string) => text.replace(/refused until .*?(?=( · |, )\S*[$%])/, "refused until TIME");
  const comparable = ({ label, description, ariaLabel, level, icon }: Row) => ({
    ...{ label, level, icon, description: withoutTime(description), ariaLabel: withoutTime(ariaLabel) },
  });

  /** The expected rows of these keys: grouped by workspace and collapsed. */
  function expectedRows(keys: TrueKey[], { order, figures, spoken }: Sorting): ReturnType<typeof comparable>[] {
    return account.state.workspaces.flatMap(({ id, name }) => {
      const own = keys.filter((key) => key.workspace_id === id).sort(order);
      if (own.length === 0) return [];
      const description = own.length === 1 ? "1 key" : `${own.length} keys`;
      const group = { label: name, description, ariaLabel: `Workspace ${name}, ${description}`, level: 1 };
      return [{ ...group, icon: "layers" }, ...own.map((key) => keyRow(key, figures(key), (spoken ?? figures)(key)))];
    });
  }

  function keyRow(key: TrueKey, figures: string[], spoken: string[]): ReturnType<typeof comparable> {
    const state = trueState(key);
    const percent = truePercent(key);
    const isReached = percent !== undefined && percent >= 100;
    const isNear = percent !== undefined && percent >= 90 && !isReached;
    const refused = isReached && (key.limit_reset ? "refused until TIME" : "refused: limit reached");
    const marked = isNear && figures.includes(trueSpend(key)) && `${percent}%`;
    const twins = trueKeys(account).filter(({ name, hash }) => name === key.name && hash !== key.hash);
    const label = twins.length > 0 && shortLabel(key);
    // Twins of the same workspace have their labels first.
    const labelFirst = twins.some(({ workspace_id }) => workspace_id === key.workspace_id) && label;
    const used = percent !== undefined && `${percent}% of the limit used`;
    return {
      label: key.name,
      description: [labelFirst, state !== "active" && state, refused, ...figures, marked, !labelFirst && label]
        .filter(Boolean)
        .join(" · "),
      ariaLabel: [key.name, label, state, refused, ...spoken, used].filter(Boolean).join(", "),
      level: 2,
      icon: isReached ? "error" : isNear ? "warning" : ICONS[state],
    };
  }

  const activeKeys = () => trueKeys(account).filter((key) => trueState(key) === "active");

  async function expectKeys(keys: TrueKey[], sorting = byName): Promise<void> {
    await eventually(async () => {
      const rows = await viewRows(page, "Keys", { all: true });
      assert.deepEqual(
        rows.filter(({ level, label }) => level < 3 && label !== HIDDEN).map(comparable),
        expectedRows(keys, sorting),
      );
    });
  }

  /** The child rows of a key, by label. */
  async function fields(name: string): Promise<Map<string, string>> {
    const rows = await viewRows(page, "Keys", { all: true });
    const from = rows.findIndex(({ label, level }) => level === 2 && label === name);
    const until = rows.findIndex(({ level }, i) => i > from && level < 3);
    const own = rows.slice(from + 1, until < 0 ? undefined : until);
    // The row of what limits the key has tests of its own.
    const ofKey = own.filter(({ label }) => !/^(Runs Out First|Used Up)$/.test(label));
    return new Map(ofKey.map(({ label, description }) => [label, description]));
  }

  const hiddenMessage = () => {
    const count = (state: string) => trueKeys(account).filter((key) => trueState(key) === state).length;
    assert.ok(count("disabled") > 0 && count("expired") > 0, "the account has no key of each state");
    return `Hidden: ${count("disabled")} disabled, ${count("expired")} expired`;
  };

  it("shows all active keys by workspace, with spend, limit and share", async () => {
    await expectKeys(activeKeys());
    await eventually(async () => assert.equal(await viewMessage(page, "Keys"), hiddenMessage()));
  });

  it("shows its actions in the view title", async () => {
    const shown = await titleActions(page, "Keys");
    assert.deepEqual(shown, ["Create Key", "Filter Keys", "Refresh Keys", "Collapse All"]);
    const behind = (await titleMenu(page, "Keys")).map(({ name }) => name);
    for (const name of ["Sort Keys", "Show Disabled and Expired Keys", "Rotate Key"])
      assert.ok(behind.includes(name), name);
  });

  const expandedKeys = ["partner-northwind", "gemini-3-trial", "research-agent"];
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
        Label: shortLabel(key),
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

  const keysWith = (text: string) => activeKeys().filter(({ name }) => name.includes(text));

  /** Opens the filter box and types a filter. */
  async function filter(text: string): Promise<void> {
    await runTitleAction(page, "Keys", "Filter Keys");
    await quickInput(page).fill(text);
  }

  const clearFilter = () => runTitleAction(page, "Keys", "Clear Key Filter");

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
    await expectKeys(activeKeys());
  });

  it("keeps the filter on Enter, and clears it", async () => {
    await filter("playground");
    await quickInput(page).press("Enter");
    await quickInputClosed(page);
    await expectKeys(keysWith("playground"));
    await clearFilter();
    await expectKeys(activeKeys());
  });

  const selected = async () =>
    (await viewRows(page, "Keys", { all: true })).filter((row) => row.selected).map(({ label }) => label);

  it("selects a found key by click and keeps the filter, also for its menu and a change", async () => {
    const before = trueKey(account, "playground-leila");
    await filter("playground");
    await expectKeys(keysWith("playground"));
    await (await findRow(page, "Keys", before.name)).click();
    await quickInputClosed(page);
    await eventually(async () => assert.deepEqual(await selected(), [before.name]));
    await expectKeys(keysWith("playground"));

    await chooseInContextMenu(await findRow(page, "Keys", before.name), "Rename Key");
    await quickInput(page).fill("renamed");
    await quickInput(page).press("Enter");
    await pick(page, "Change Key");
    await eventually(async () => {
      const rows = await viewRows(page, "Keys", { all: true });
      assert.ok(
        rows.some(({ label }) => label === "renamed"),
        "the changed key isn't shown",
      );
      const message = `“playground”: ${keysWith("playground").length} of ${trueKeys(account).length} keys`;
      assert.equal(await viewMessage(page, "Keys"), `${message} · Shown because just created or changed: 1`);
    });
    await screenshot(page, "keys-filtered");
    await clearFilter();
    await expectKeys(activeKeys());
  });

  it("moves to the found keys on Enter, so that the arrow keys select one", async () => {
    await filter("playground");
    await expectKeys(keysWith("playground"));
    await quickInput(page).press("Enter");
    await quickInputClosed(page);
    await eventually(async () => {
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      assert.equal((await selected()).length, 1);
    });
    await expectKeys(keysWith("playground"));
    await clearFilter();
  });

  it("finds keys by what their rows and tooltips show", async () => {
    const { hash, label } = trueKey(account, "voice-bot");
    const guardrail = trueGuardrail(account, trueKey(account, "research-agent"));
    const creator = account.state.members.find(({ id }) => id === trueKey(account, "voice-bot").creator_user_id);
    const of = (matches: (key: TrueKey) => boolean) => activeKeys().filter(matches);
    const stateIs = (state: string) => trueKeys(account).filter((key) => trueState(key) === state);
    for (const [typed, keys] of [
      ["expired", stateIs("expired")],
      ["disabled", stateIs("disabled")],
      [hash.slice(3, 24), of((key) => key.hash === hash)],
      [`${label.slice(-4)} voice`, of((key) => key.hash === hash)],
      [guardrail, of((key) => trueGuardrail(account, key) === guardrail)],
      [creator?.email ?? "", of((key) => key.creator_user_id === creator?.id)],
      ["sandbox", of((key) => key.workspace_id === account.state.workspaces.find((one) => one.name === "Sandbox")?.id)],
    ] as const) {
      await filter(typed);
      await expectKeys([...keys]);
      await quickInput(page).press("Escape");
      await quickInputClosed(page);
    }
  });

  it("offers matching keys that are hidden, and hides them again", async () => {
    const hidden = trueKeys(account).filter((key) => trueState(key) !== "active" && key.name.includes("legacy"));
    assert.ok(hidden.length > 0);
    await filter("legacy");
    await (await findRow(page, "Keys", HIDDEN)).click();
    await expectKeys(trueKeys(account).filter(({ name }) => name.includes("legacy")));
    await clearFilter();
    await expectKeys(trueKeys(account));
    await eventually(async () => assert.equal(await viewMessage(page, "Keys"), ""));
    await runTitleAction(page, "Keys", "Hide Disabled and Expired Keys");
    await expectKeys(activeKeys());
  });

  const spent = (figure: (key: TrueKey) => number, text: string) =>
    by(figure, (key) => [`${usd(figure(key))} ${text}`, ...shareOf(key)]);
  const sortings: [label: string, note: string, Sorting][] = [
    ["Spend Today", "by spend today", spent((key) => key.usage_daily + key.byok_usage_daily, "today")],
    [
      "Spend This Month",
      "by spend this month",
      spent((key) => key.usage_monthly + key.byok_usage_monthly, "this month"),
    ],
    ["Total Spend", "by total spend", spent((key) => key.usage + key.byok_usage, "in total")],
    ["Last Used", "by last use", by(usedOrder, usedText(""), usedText("used "))],
    ["Longest Unused", "longest unused first", by((key) => -usedOrder(key), usedText(""), usedText("used "))],
    ["Name", "", byName],
    [
      "Creation Date",
      "by creation date",
      by(
        (key) => Date.parse(key.created_at),
        (key) => [day(key.created_at), trueSpend(key)],
        (key) => [`created ${day(key.created_at)}`, trueSpend(key)],
      ),
    ],
  ];
  for (const [label, note, sorting] of sortings)
    it(`sorts by ${label}, says so, and shows its figure`, async () => {
      await runTitleAction(page, "Keys", "Sort Keys");
      await pick(page, label);
      await expectKeys(activeKeys(), sorting);
      await eventually(async () => assert.equal(await viewDescription(page, "Keys"), note));
    });

  it("keeps the sort order after a reload", async () => {
    await page.reload();
    await openContainer(page, NAME);
    await expectKeys(activeKeys(), sortings.at(-1)?.[2]);
  });

  it("marks a key near its limit, and says that the requests of one that reached it are refused", async () => {
    const key = trueKey(account, "voice-bot");
    const record = account.state.keys.get(key.hash);
    assert.ok(record && key.usage_monthly > 0);
    record.limit_reset = "monthly";
    for (const [limit, icon, text] of [
      [key.usage_monthly / 0.95, "warning", /95%/],
      [key.usage_monthly / 1.5, "error", /^refused until /],
    ] as const) {
      record.limit = limit;
      await runTitleAction(page, "Keys", "Refresh Keys");
      await eventually(async () => {
        const row = (await viewRows(page, "Keys", { all: true })).find(({ label }) => label === key.name);
        assert.equal(row?.icon, icon);
        assert.match(row.description, text);
      });
    }
    const now = new Date();
    const reset = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
    const tooltip = await rowTooltip(await findRow(page, "Keys", key.name));
    assert.ok(
      tooltip.replaceAll("\u00a0", " ").includes(`active, refused until ${time(reset.toISOString())}`),
      tooltip,
    );
    await screenshot(page, "keys-at-limit");
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
