import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import type { LedgerRow } from "../../../src/sample/index.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { choose, chooseRange, headline, openPanel, panelFrame, readTable } from "../host/panel.ts";
import { chooseInContextMenu, expandRow, findRow, showView } from "../host/tree.ts";
import { webviewCount } from "../host/webview.ts";
import { figuresOf, ledgerDays, near, sameSpend, spentBy } from "../truth/spend.ts";
import { describeActivity, KEY } from "./activitySession.ts";

const OPEN = "Open Activity";

describeActivity("activity of a key, guardrail, model or provider", {}, (session) => {
  let page: Page;
  let frame: Frame;

  before(async () => {
    ({ page } = session);
  });

  const chips = () => frame.locator(".chip span").allInnerTexts();
  const rows = (matches: (row: LedgerRow) => boolean, days = 30) => ledgerDays(session.account, days).filter(matches);

  /** Asserts that the panel shows these rows and the filter's chip. */
  async function shows(chip: string, own: LedgerRow[], long = false): Promise<void> {
    assert.ok(own.length > 0, `the account has no spend for ${chip}`);
    await eventually(async () => {
      frame = await panelFrame(page);
      assert.deepEqual(await chips(), [chip]);
      near(await headline(frame), figuresOf(own).cost, "headline");
      sameSpend((await readTable(frame)).rows, spentBy(session.account, own, "model", { long }));
    });
  }

  describe("from the Keys view", () => {
    const own = (row: LedgerRow) => session.account.state.keys.get(row.key)?.name === KEY;

    before(() => showView(page, "Keys", { alone: true }));

    it("opens the activity of a key", async () => {
      await chooseInContextMenu(await findRow(page, "Keys", KEY), OPEN);
      await shows(`Key: ${KEY}`, rows(own));
    });

    it("keeps the filter in other ranges", async () => {
      await chooseRange(frame, "90 days");
      await shows(`Key: ${KEY}`, rows(own, 90), true);
      await chooseRange(frame, "30 days");
    });

    it("switches to another key in the same panel", async () => {
      const name = "support-assistant";
      await chooseInContextMenu(await findRow(page, "Keys", name), OPEN);
      await shows(
        `Key: ${name}`,
        rows((row) => session.account.state.keys.get(row.key)?.name === name),
      );
      assert.equal(await webviewCount(page, "panel"), 1);
    });

    it("says which of two keys of the same name is shown", async () => {
      const { state } = session.account;
      const sandbox = state.workspaces.find(({ name }) => name === "Sandbox")!.id;
      const twins = [...state.keys.values()].filter(({ name }) => name === "checkout-assistant");
      const twin = twins.find(({ workspace_id }) => workspace_id === sandbox)!;
      const row = await findRow(page, "Keys", "checkout-assistant", { parent: "Sandbox" });
      await chooseInContextMenu(row, OPEN);
      await shows(
        `Key: checkout-assistant (${twin.label.replace("sk-or-v1-", "")})`,
        rows(({ key }) => key === twin.hash),
      );
      await chooseInContextMenu(await findRow(page, "Keys", "support-assistant"), OPEN);
      await eventually(async () => assert.deepEqual(await chips(), ["Key: support-assistant"]));
      frame = await panelFrame(page);
    });

    it("removes the filter with its chip", async () => {
      await frame.getByRole("button", { name: "Remove filter Key: support-assistant" }).click();
      frame = await panelFrame(page);
      assert.deepEqual(await chips(), []);
      near(await headline(frame), figuresOf(rows(() => true)).cost, "headline");
    });

    it("updates a panel behind another editor", async () => {
      await runCommand(page, "File: New Untitled Text File");
      await eventually(async () => assert.equal(await webviewCount(page, "panel"), 0));
      await chooseInContextMenu(await findRow(page, "Keys", KEY), OPEN);
      await shows(`Key: ${KEY}`, rows(own));
      await runCommand(page, "View: Close All Editors");
    });
  });

  describe("from the Guardrails view", () => {
    const bound = (name: string) => {
      const { guardrails, keyAssignments, memberAssignments, keys } = session.account.state;
      const id = [...guardrails.values()].find((one) => one.name === name)?.id;
      const targets = (all: typeof keyAssignments) =>
        all.filter(({ guardrail_id }) => guardrail_id === id).map(({ target }) => target);
      const members = targets(memberAssignments);
      const created = [...keys.values()].filter(({ creator_user_id }) => members.includes(creator_user_id ?? ""));
      return new Set([...targets(keyAssignments), ...created.map(({ hash }) => hash)]);
    };

    before(() => showView(page, "Guardrails", { alone: true }));

    it("opens the spend of a guardrail's keys, including those created by its members", async () => {
      const keys = bound("Sandbox: small models only");
      assert.ok(keys.size > 3);
      await chooseInContextMenu(await findRow(page, "Guardrails", "Sandbox: small models only"), OPEN);
      await shows(
        `Key: Sandbox: small models only (${keys.size} keys)`,
        rows(({ key }) => keys.has(key)),
        true, // several keys are read from analytics
      );
    });

    it("opens a model of a guardrail's list, which has its canonical slug", async () => {
      const row = await findRow(page, "Guardrails", "Sandbox: small models only");
      await expandRow(row);
      await expandRow(await findRow(page, "Guardrails", "Allowed Models", { parent: "Sandbox: small models only" }));
      await chooseInContextMenu(await findRow(page, "Guardrails", "anthropic/claude-haiku-4.5-20251015"), OPEN);
      await shows(
        "Model: anthropic/claude-haiku-4.5",
        rows(({ model }) => model === "anthropic/claude-haiku-4.5"),
      );
      await screenshot(page, "activity-of-a-model");
    });

    it("opens a provider of a guardrail's list, which has its slug", async () => {
      await expandRow(await findRow(page, "Guardrails", "Approved providers"));
      await expandRow(await findRow(page, "Guardrails", "Allowed Providers", { parent: "Approved providers" }));
      await chooseInContextMenu(await findRow(page, "Guardrails", "google-vertex"), OPEN);
      await shows(
        "Provider: Google",
        rows(({ provider }) => provider === "Google"),
      );
    });

    it("opens a key that is assigned to a guardrail", async () => {
      await expandRow(await findRow(page, "Guardrails", "Keys", { parent: "Approved providers" }));
      await chooseInContextMenu(await findRow(page, "Guardrails", "mobile-app"), OPEN);
      await shows(
        "Key: mobile-app",
        rows(({ key }) => session.account.state.keys.get(key)?.name === "mobile-app"),
      );
    });

    it("opens the keys that a member created", async () => {
      const { members, keys } = session.account.state;
      const created = (id: string) => [...keys.values()].filter(({ creator_user_id }) => creator_user_id === id);
      const member = members.find(({ id, first_name }) => first_name && created(id).length > 1)!;
      const hashes = new Set(created(member.id).map(({ hash }) => hash));
      const name = `${member.first_name} ${member.last_name}`;
      await showView(page, "Members", { alone: true });
      await chooseInContextMenu(await findRow(page, "Members", name), OPEN);
      await shows(
        `Key: ${name} (${hashes.size} keys)`,
        rows(({ key }) => hashes.has(key)),
        true,
      );
      await showView(page, "Guardrails", { alone: true });
    });

    it("shows zero spend for a guardrail without assignments", async () => {
      await chooseInContextMenu(await findRow(page, "Guardrails", "Agent spend cap"), OPEN);
      await eventually(async () => {
        frame = await panelFrame(page);
        assert.deepEqual(await chips(), ["Key: Agent spend cap (0 keys)"]);
        assert.equal(await headline(frame), 0);
      });
    });

    it("opens without a filter from the command palette", async () => {
      await runCommand(page, "View: Close All Editors");
      await eventually(async () => assert.equal(await webviewCount(page, "panel"), 0));
      frame = await openPanel(page);
      assert.deepEqual(await chips(), []);
      await choose(frame, "Group by", "Key");
      near(await headline(frame), figuresOf(rows(() => true)).cost, "headline");
    });
  });
});
