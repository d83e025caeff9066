import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { quickInput, readClipboard, screenshot } from "../host/browser.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { atStep, choices, enter, pick, quickInputClosed } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import {
  chooseInContextMenu,
  contextMenu,
  expandRow,
  findRow,
  type Row,
  rowTooltip,
  runInlineAction,
  runTitleAction,
  showView,
  viewDescription,
  viewMessage,
  viewRows,
} from "../host/tree.ts";
import { requestsSince, type TrueKey, trueCreator, trueKeys, trueState, usd } from "../truth/account.ts";

const VIEW = "Key Safety";
const POLICY = "openrouter-policy.json";

describeSession("the Key Safety view", { view: "Keys" }, (session) => {
  let account: SampleAccount;
  let page: Page;
  let policyFile: string;

  before(() => {
    ({ account, page } = session);
    policyFile = join(session.host.folder, POLICY);
  });

  const active = () => trueKeys(account).filter((key) => trueState(key) === "active");
  const unlimited = () => active().filter(({ limit }) => limit === null);
  const spent = ({ limit, limit_remaining }: TrueKey) => (limit ?? 0) - (limit_remaining ?? limit ?? 0);
  const exhausted = () => active().filter((key) => key.limit !== null && spent(key) >= key.limit);
  const thisMonth = (keys: TrueKey[]) =>
    keys.reduce((sum, { usage_monthly, byok_usage_monthly }) => sum + usage_monthly + byok_usage_monthly, 0);
  const keysText = (count: number) => (count === 1 ? "1 key" : `${count} keys`);
  const groupText = (keys: TrueKey[]) =>
    [keysText(keys.length), thisMonth(keys) > 0 && `${usd(thisMonth(keys))} at risk`].filter(Boolean).join(" · ");

  const rows = () => viewRows(page, VIEW, { all: true });
  const group = async (label: string): Promise<Row | undefined> =>
    (await rows()).find((row) => row.level === 1 && row.label === label);
  const badge = async () => {
    const item = page.locator(".part.activitybar .action-item", { has: page.locator('a[aria-label^="OpenRouter"]') });
    return (await item.locator(".badge-content").allTextContents()).join("");
  };
  const writePolicy = (content: unknown) =>
    writeFileSync(policyFile, typeof content === "string" ? content : JSON.stringify(content, undefined, 2));

  async function saveAs(path: string): Promise<void> {
    await eventually(async () => assert.match(await quickInput(page).inputValue(), /key-safety-.*\.csv$/));
    await enter(page, path);
    await quickInputClosed(page);
  }

  it("counts severe findings on the view's icon while it is hidden, without a request of its own", async () => {
    await findRow(page, "Keys", active()[0]!.name, { timeoutMs: 60_000 });
    const severe = unlimited().length + exhausted().length;
    assert.ok(severe > 0, "the account has no severe finding");
    await eventually(async () => assert.equal(await badge(), String(severe)), 30_000);
    const sent = account.requests.length;
    await assertRemains(() => assert.deepEqual(requestsSince(account, sent), []), 2_000);
  });

  it("lists findings by rule, severe ones first, with the number of keys and what they spent this month", async () => {
    await showView(page, VIEW, { alone: true });
    await findRow(page, VIEW, "No limit", { timeoutMs: 60_000 });
    const [first, second] = await rows();
    assert.deepEqual([first?.label, first?.description], ["No limit", groupText(unlimited())]);
    assert.deepEqual([second?.label, second?.description], ["Limit reached", groupText(exhausted())]);
    assert.equal((await group("Policy"))?.description, "built-in rules");
    await expandRow(await findRow(page, VIEW, "No limit"));
    const key = unlimited()[0]!;
    const row = await findRow(page, VIEW, key.name, { parent: "No limit" });
    const workspace = account.state.workspaces.find(({ id }) => id === key.workspace_id)!.name;
    assert.match((await row.getAttribute("aria-label")) ?? "", new RegExp(`^${key.name}, active, .*, ${workspace}$`));
    const tooltip = await rowTooltip(row);
    for (const text of [key.label, trueCreator(account, key), usd(thisMonth([key]))])
      assert.ok(tooltip.includes(text), `${text} is not in ${tooltip}`);
    await screenshot(page, "key-safety");
  });

  it("shows the key of a finding in the Keys view", async () => {
    const [key] = unlimited();
    const row = await findRow(page, VIEW, key!.name, { parent: "No limit" });
    const offered = (await contextMenu(row)).map(({ name }) => name);
    for (const name of ["What Limits This Key", "Open Activity", "Ask Agent About This", "Add Exception to Policy"])
      assert.ok(offered.includes(name), `${name} is not among ${offered.join(", ")}`);
    assert.equal(new Set(offered).size, offered.length, offered.join(", "));
    await runInlineAction(row, "Show in Keys View");
    await eventually(async () => {
      const selected = page.locator(".part.sidebar .pane.expanded .monaco-list-row.selected", { hasText: key!.name });
      assert.ok((await selected.count()) > 0, "no row is selected");
    });
    await showView(page, VIEW, { alone: true });
  });

  it("shows only the findings of a workspace and an owner, and says so", async () => {
    const [key] = unlimited();
    const workspace = account.state.workspaces.find(({ id }) => id === key!.workspace_id)!.name;
    await runTitleAction(page, VIEW, "Filter Findings");
    await pick(page, workspace);
    await eventually(async () => assert.equal(await viewDescription(page, VIEW), `workspace ${workspace}`));
    await runTitleAction(page, VIEW, "Filter Findings");
    await pick(page, trueCreator(account, key!));
    await eventually(async () =>
      assert.equal(await viewDescription(page, VIEW), `owner ${trueCreator(account, key!)} · workspace ${workspace}`),
    );
    const own = unlimited().filter(
      (one) => one.workspace_id === key!.workspace_id && one.creator_user_id === key!.creator_user_id,
    );
    await eventually(async () => assert.equal((await group("No limit"))?.description, groupText(own)));
    assert.match(await viewMessage(page, VIEW), /^\d+ of \d+ findings$/);
    await runTitleAction(page, VIEW, "Clear Findings Filter");
    await eventually(async () => assert.equal((await group("No limit"))?.description, groupText(unlimited())));
    assert.equal(await viewDescription(page, VIEW), "");
  });

  it("exports what it shows, and copies the list of owners", async () => {
    const file = join(session.host.folder, "findings.csv");
    await runTitleAction(page, VIEW, "Export Findings");
    await pick(page, "CSV");
    await saveAs(file);
    await eventually(() => assert.ok(existsSync(file)));
    const text = readFileSync(file, "utf8");
    for (const key of unlimited())
      assert.match(text, new RegExp(`^no-limit,No limit,severe,finding,${key.name},`, "m"));
    await runTitleAction(page, VIEW, "Copy or Save Owner List");
    await pick(page, "Copy as Markdown");
    const [key] = unlimited();
    await eventually(async () => {
      const copied = await readClipboard(page);
      const section = copied.split(/^## /m).find((one) => one.startsWith(trueCreator(account, key!)));
      assert.ok(section?.includes(key!.name), copied.slice(0, 500));
    });
  });

  it("adds one exception for each of the selected findings, after showing them, and counts them no more", async () => {
    await expandRow(await findRow(page, VIEW, "Limit reached"));
    const names = exhausted().map(({ name }) => name);
    assert.ok(names.length > 1, "the account has only one key that spent its limit");
    // A name that others have would cover them, too.
    const isTwin = (name: string) => trueKeys(account).filter((one) => one.name === name).length > 1;
    const written = exhausted()
      .slice(0, 2)
      .map(({ name, label }) => (isTwin(name) ? label : name));
    const first = await findRow(page, VIEW, names[0]!, { parent: "Limit reached" });
    const second = await findRow(page, VIEW, names[1]!, { parent: "Limit reached" });
    await first.click();
    await second.click({ modifiers: ["ControlOrMeta"] });
    assert.ok(!(await contextMenu(second)).some(({ name }) => name === "Open Activity"));
    await chooseInContextMenu(second, "Add Exception to Policy");
    await pick(page, `Create ${POLICY} in ${basename(session.host.folder)}`);
    await atStep(page, "Add Exception to Policy", 1, 4);
    await pick(page, "Only “Limit reached”");
    await atStep(page, "Add Exception to Policy", 2, 4);
    await enter(page, "Demo accounts, closed at the end of the year");
    await atStep(page, "Add Exception to Policy", 3, 4);
    await pick(page, "90 days");
    await atStep(page, "Add Exception to Policy", 4, 4);
    const review = await choices(page);
    assert.deepEqual(
      review
        .slice(1)
        .map(({ label }) => label)
        .sort(),
      written.toSorted(),
    );
    assert.equal(existsSync(policyFile), false, "written before the review");
    await pick(page, `Add to ${POLICY}`);
    await quickInputClosed(page);
    await eventually(() => {
      const { exceptions } = JSON.parse(readFileSync(policyFile, "utf8"));
      assert.deepEqual(exceptions.map(({ key }: { key: string }) => key).sort(), written.sort());
      assert.match(exceptions[0].until, /^\d{4}-\d\d-\d\d$/);
    });
    await eventually(async () => assert.equal((await group("Excepted"))?.description, keysText(2)));
    await eventually(async () => assert.equal(await badge(), String(unlimited().length + exhausted().length - 2)));
    await expandRow(await findRow(page, VIEW, "Excepted"));
    const excepted = await findRow(page, VIEW, names[0]!, { parent: "Excepted" });
    assert.match(await excepted.innerText(), /Limit reached · Demo accounts, closed at the end of the year \(until /);
    assert.equal((await group("Policy"))?.description, POLICY);
  });

  it("says where the policy has a problem and which rules apply instead, until it is corrected", async () => {
    writePolicy('{\n  "rules": {\n    "no-limits": "off"\n  }\n}\n');
    await eventually(async () => assert.equal((await rows())[0]?.label, `${POLICY} has a problem`));
    assert.equal(
      await viewMessage(page, VIEW),
      `${POLICY} isn't used because of a problem in line 3. In use instead: built-in rules.`,
    );
    await (await findRow(page, VIEW, `${POLICY} has a problem`)).click();
    const editor = page.locator(".editor-group-container .monaco-editor");
    await editor.locator(".squiggly-error").first().waitFor();
    // By the JSON schema, which also completes.
    await editor.locator(".squiggly-warning").first().waitFor();
    await screenshot(page, "key-safety-problem");
    writePolicy({ rules: { "no-limit": "off" }, exceptions: [] });
    await eventually(async () => {
      const labels = (await rows()).map(({ label }) => label);
      assert.ok(!labels.includes("No limit") || labels.indexOf("No limit") > labels.indexOf("Policy"));
      assert.ok(!labels[0]?.includes("problem"), labels[0]);
    });
    assert.equal(await viewMessage(page, VIEW), "");
  });

  it("says that an exception has ended, and that another covers nothing", async () => {
    const [key] = unlimited();
    writePolicy({
      exceptions: [
        { rule: "no-limit", key: key!.name, reason: "trial", until: "2026-01-31" },
        { rule: "*", key: "no such key", reason: "typo" },
      ],
    });
    await eventually(async () => assert.equal(await viewMessage(page, VIEW), "1 exception has ended"));
    await expandRow(await findRow(page, VIEW, "No limit"));
    const row = await findRow(page, VIEW, key!.name, { parent: "No limit" });
    assert.match(await row.innerText(), /exception ended 2026-01-31/);
    await expandRow(await findRow(page, VIEW, "Policy"));
    const ended = await findRow(page, VIEW, `Exception: ${key!.name}`);
    assert.match(await ended.innerText(), /ended 2026-01-31 · No limit · trial/);
    assert.match(await (await findRow(page, VIEW, "Exception: no such key")).innerText(), /covers nothing/);
  });

  it("says what was checked if nothing is found", async () => {
    const rules = Object.fromEntries(
      ["never-expires", "idle", "never-used", "expired", "disabled", "near-limit", "limit-reached", "no-guardrail"]
        .concat(["same-name", "unfinished-rotation", "lifetime-above", "limit-above", "name-pattern"])
        .map((rule) => [rule, "off"]),
    );
    writePolicy({ rules, exceptions: [{ rule: "no-limit", key: "*", reason: "all have guardrails" }] });
    await eventually(async () =>
      assert.equal(
        await viewMessage(page, VIEW),
        `Nothing found in ${keysText(trueKeys(account).length)}. Rules checked: 1 (${POLICY}).`,
      ),
    );
    await eventually(async () => assert.equal(await badge(), ""));
  });

  it("uses the policy of the user's settings if there is no file, never that of the workspace's settings", async () => {
    const inWorkspace = join(session.host.folder, ".vscode");
    mkdirSync(inWorkspace);
    const off = { "openrouterAdmin.safety.policy": { rules: { "no-limit": "off", "limit-reached": "off" } } };
    writeFileSync(join(inWorkspace, "settings.json"), JSON.stringify(off));
    rmSync(policyFile);
    await eventually(async () => assert.equal((await group("Policy"))?.description, "built-in rules"));
    await assertRemains(async () => assert.equal((await rows())[0]?.label, "No limit"), 2_000);
    await session.host.updateSettings({ "openrouterAdmin.safety.policy": { rules: { "no-limit": "off" } } });
    await eventually(async () => assert.equal((await group("Policy"))?.description, "policy of your settings"));
    assert.equal((await rows())[0]?.label, "Limit reached");
    await session.host.updateSettings({ "openrouterAdmin.safety.policy": { rule: {} } });
    await eventually(async () => assert.equal((await rows())[0]?.label, "policy of your settings has a problem"));
  });

  it("creates a policy with the built-in rules, and opens it", async () => {
    await session.host.updateSettings({ "openrouterAdmin.safety.policy": undefined });
    await eventually(async () => assert.equal((await group("Policy"))?.description, "built-in rules"));
    await runTitleAction(page, VIEW, "Open Key Policy");
    await pick(page, `Create ${POLICY} in ${basename(session.host.folder)}`);
    await eventually(() => {
      const { rules } = JSON.parse(readFileSync(policyFile, "utf8"));
      assert.deepEqual([rules["no-limit"], rules.idle], ["severe", { severity: "warning", days: 90 }]);
    });
    await page.locator(".editor-group-container .view-lines", { hasText: '"unfinished-rotation"' }).waitFor();
    await eventually(async () => assert.equal((await group("Policy"))?.description, POLICY));
    assert.equal((await rows())[0]?.label, "No limit");
  });
});
