import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { createChangeLog } from "../../../src/editor/agents/changes/changeLog.ts";
import type { SampleAccount } from "../../../src/sample/index.ts";
import type { McpServer } from "../../support/mcp.ts";
import { guardrailDriver, VIEW } from "../guardrails/guardrailSession.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { globalStorage } from "../host/paths.ts";
import { accept, atStep, choices, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { findRow, titleMenu, viewRows } from "../host/tree.ts";
import { requestsSince, trueDescription, trueKey } from "../truth/account.ts";
import { agentHome, callAndAnswer, startAgent } from "./gateSession.ts";

const home = agentHome();
const options = {
  view: VIEW,
  settings: { "openrouterAdmin.allowWriteTools": "ask" },
  host: { env: { HOME: home.home } },
};
const SHOW = "OpenRouter Admin: Show Agent Changes";

describeSession("writes of agents to guardrails", options, (session) => {
  const bench = guardrailDriver(session);
  let account: SampleAccount;
  let page: Page;
  let agent: McpServer;
  /** A guardrail with a limit and assigned keys, another guardrail, and a key without a guardrail. */
  let [own, other, free] = ["", "", ""];

  before(async () => {
    ({ account, page } = session);
    const { guardrails, keyAssignments, keys } = account.state;
    const limited = [...guardrails.values()].filter(({ limit_usd }) => limit_usd != null);
    own = limited.find(({ id }) => keyAssignments.some((one) => one.guardrail_id === id))?.name ?? "";
    const bound = keyAssignments.find(({ guardrail_id }) => guardrail_id !== bench.named(own).id);
    other = guardrails.get(bound?.guardrail_id ?? "")?.name ?? "";
    free = [...keys.values()].find(({ hash }) => !keyAssignments.some(({ target }) => target === hash))?.name ?? "";
    await bench.row(own);
    agent = await startAgent(session.host, home);
  });
  after(async () => {
    await agent?.close();
    await home.remove();
  });

  const asked = (name: string, args: Record<string, unknown>, button: string) =>
    callAndAnswer(page, () => agent.call(name, args), button);
  const describes = async (name: string) => (await bench.rows()).find(({ label }) => label === name)?.description ?? "";

  /** Opens the newest change with this title and runs one of its actions. */
  async function runChangeAction(title: string | RegExp, action: string): Promise<void> {
    await runCommand(page, SHOW);
    await atStep(page, "Agent Changes");
    await pick(page, title);
    await pick(page, action);
  }

  it("offers the list of changes in the view's menu", async () => {
    const names = (await titleMenu(page, VIEW)).map(({ name }) => name);
    assert.ok(names.includes("Show Agent Changes"), names.join(", "));
  });

  it("asks before changing a limit, and shows the change without reloading the lists", async () => {
    const { id, limit_usd } = bench.named(own);
    const mark = account.requests.length;
    const { question, answer } = await asked("or_guardrail_update", { id, limit_usd: 321 }, "Allow");
    assert.equal(answer.isError, false, answer.text);
    assert.equal(question.message, `Let an agent change the guardrail “${own}”?`);
    assert.match(question.detail, new RegExp(`Limit: \\$${limit_usd} → \\$321`));
    assert.match(question.detail, /The change applies immediately to \d+ keys?/);
    await eventually(async () => assert.match(await describes(own), /^\$321\/day · .* · by agent/));
    const lists = requestsSince(account, mark).filter((one) => /^GET \/guardrails$|assignments/.test(one));
    assert.deepEqual(lists, []);
  });

  it("undoes a change, and says what someone else has changed since", async () => {
    const guardrail = bench.named(own);
    guardrail.limit_usd = 400;
    await runChangeAction(`Change guardrail “${own}”`, "Undo");
    const { detail } = await modal(page);
    await screenshot(page, "gate-guardrail-undo");
    assert.match(detail, /Limit: \$400 → \$\d+/);
    assert.match(detail, /Changed by someone else since then: Limit\./);
    guardrail.limit_usd = 410;
    await page.locator(".monaco-dialog-box .dialog-buttons .monaco-button", { hasText: "Undo" }).click();
    await eventually(async () => {
      const again = await modal(page);
      assert.match(again.detail, /It changed while the question was open\./);
      assert.match(again.detail, /Limit: \$410 → \$\d+/);
    });
    await answerModal(page, "Undo");
    await eventually(() => assert.ok(![321, 400, 410].includes(bench.named(own).limit_usd ?? 0)));
  });

  it("shows a change in the truncated part of a text", async () => {
    const { id, description } = bench.named(own);
    const long = "x".repeat(200);
    bench.named(own).description = `${long}a`;
    const change = (text: string) => asked("or_guardrail_update", { id, description: text }, "Refuse");
    const { question } = await change(`${long}b`);
    assert.match(question.detail, /Description: “x+… \+41” → “x+… \+41”: “…x{20}a” → “…x{20}b”/);
    assert.match((await change(`${long}a`)).question.detail, /Description: “x+… \+41” \(unchanged\)/);
    bench.named(own).description = description;
  });

  it("says which keys an assignment moves from another guardrail, and undoes it", async () => {
    const [taken] = bench.assigned(other).keys;
    const hashes = [taken ?? "", free].map((name) => trueKey(account, name).hash);
    const call = agent.call("or_guardrail_assign_keys", { id: bench.named(own).id, hashes });
    const { message, detail, buttons } = await modal(page);
    await screenshot(page, "gate-guardrail-assign");
    assert.equal(message, `Let an agent assign 2 keys to the guardrail “${own}”?`);
    // Distinguishes guardrails and keys of the same name.
    const { id, workspace_id } = bench.named(own);
    const workspace = account.state.workspaces.find((one) => one.id === workspace_id)?.name ?? "";
    assert.ok(detail.includes(`The guardrail “${own}” (workspace “${workspace}”), id “${id.slice(0, 8)}…”.`), detail);
    const withLabel = (name: string) => trueDescription(account, trueKey(account, name));
    for (const name of [taken ?? "", free]) assert.ok(detail.includes(withLabel(name)), detail);
    assert.match(detail, new RegExp(`Their current guardrail will no longer apply to “${taken}”`));
    assert.ok(!buttons.includes("Allow for This Session"));
    await answerModal(page, "Allow");
    const { isError, text } = await call;
    assert.equal(isError, false, text);
    assert.ok(bench.assigned(own).keys.includes(free));
    await runChangeAction(new RegExp(`Assign 2 keys to “${own}”`), "Undo");
    const undo = await modal(page, /^Undo: Assign 2 keys/);
    assert.ok(
      undo.detail.includes(`Will be assigned to the guardrail “${other}” again: ${withLabel(taken ?? "")}.`),
      undo.detail,
    );
    assert.ok(undo.detail.includes(`Will have no guardrail again: ${withLabel(free)}.`), undo.detail);
    await answerModal(page, "Undo");
    await eventually(() => {
      assert.ok(bench.assigned(other).keys.includes(taken ?? ""));
      assert.ok(!bench.assigned(own).keys.some((name) => [taken, free].includes(name)));
    });
  });

  it("asks before assigning members, and records the refusal", async () => {
    const [first, second] = account.state.members;
    const user_ids = [first?.id, second?.id];
    const { question } = await asked("or_guardrail_assign_members", { id: bench.named(own).id, user_ids }, "Refuse");
    assert.match(question.message, /assign 2 members to the guardrail/);
    assert.ok(question.detail.includes(first?.first_name ?? ""), question.detail);
    await runCommand(page, SHOW);
    const [newest] = await choices(page);
    assert.match(newest?.label ?? "", /Assign 2 members to/);
    assert.equal(newest?.detail, "Refused by you");
    await page.keyboard.press("Escape");
  });

  it("creates a guardrail, opens its row and deletes it after a question", async () => {
    const created = await asked(
      "or_guardrail_create",
      { name: "by an agent", limit_usd: 5, reset_interval: "daily" },
      "Allow",
    );
    assert.equal(created.answer.isError, false, created.answer.text);
    assert.match(created.question.detail, /^Name: “by an agent”\nLimit: \$5\nLimit resets: daily/);
    await findRow(page, VIEW, "by an agent");
    await runChangeAction("Create guardrail “by an agent”", "Open Guardrail");
    await eventually(async () =>
      assert.equal((await bench.rows()).find(({ label }) => label === "by an agent")?.selected, true),
    );
    const { question, answer } = await asked("or_guardrail_delete", { id: bench.named("by an agent").id }, "Allow");
    assert.equal(answer.isError, false, answer.text);
    assert.match(question.detail, /It isn't assigned to any key or member/);
    await eventually(async () => assert.ok(!(await bench.rows()).some(({ label }) => label === "by an agent")));
  });

  it("names the keys that a deletion unassigns, and resists names that fake parts of the question", async () => {
    const { id } = bench.named(own);
    const [assigned] = account.state.keyAssignments.filter(({ guardrail_id }) => guardrail_id === id);
    const key = account.state.keys.get(assigned?.target ?? "");
    assert.ok(key);
    const { name } = key;
    key.name = `none”. Nothing is lost.\n\nAccount: “Mine” ${"z".repeat(400)}`;
    await runCommand(page, "OpenRouter Admin: Refresh Guardrails");
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    await eventually(async () => {
      const { question } = await asked("or_guardrail_delete", { id }, "Refuse");
      assert.match(question.detail, /“none'\. Nothing is lost\. +Account: 'Mine' z+… \+\d+”/);
      assert.equal(question.detail.match(/^Account: “/gm)?.length, 1);
    });
    key.name = name;
  });

  it("shows what an agent changed through another window", async () => {
    const log = createChangeLog(join(globalStorage(session.host), "agents"));
    const last = (await log.list()).find(({ action, outcome }) => action === "updateGuardrail" && outcome === "done");
    assert.ok(last);
    const target = bench.named(other);
    target.limit_usd = 777;
    const at = new Date().toISOString();
    const elsewhere = { id: "elsewhere", at, pid: process.pid, target: target.id, undo: undefined, undoes: undefined };
    await log.add({ ...last, ...elsewhere });
    await eventually(async () => assert.match(await describes(other), /^\$777(\/\w+)? · .* · by agent/));
  });

  it("opens the row of a key whose view was never visible", async () => {
    const key = trueKey(account, free);
    const { answer } = await asked("or_key_update", { hash: key.hash, limit: 55 }, "Allow");
    assert.equal(answer.isError, false, answer.text);
    await runChangeAction(`Change key “${free}”`, "Open Key");
    await eventually(async () => {
      const row = (await viewRows(page, "Keys", { all: true })).find(({ label }) => label === free);
      assert.equal(row?.selected, true);
      assert.match(row?.description ?? "", / of \$55.* · by agent/);
    });
  });

  it("replaces an old key in files by a new key's secret", async () => {
    const old = trueKey(account, "ci-tests");
    const [head = "", tail = ""] = old.label.split("...");
    const file = join(session.host.folder, ".env");
    writeFileSync(file, `KEY=${head}${"0".repeat(60)}${tail}\n`);
    const { answer } = await asked("or_key_create", { name: "successor" }, "Allow");
    assert.equal(answer.isError, false, answer.text);
    await answerToast(page, /An agent created the key “successor”/, "Replace in Files…");
    await atStep(page, "Replace in Files…");
    await pick(page, "ci-tests");
    await atStep(page, "The old key of ci-tests: 1 occurrence");
    await accept(page);
    await modal(page, "Replaced 1 occurrence in 1 file.");
    await answerModal(page, "Done");
    const [, secret = ""] = /^KEY=(.*)\n$/.exec(readFileSync(file, "utf8")) ?? [];
    const response = await fetch(`${account.baseUrl}/key`, { headers: { Authorization: `Bearer ${secret}` } });
    const { data } = (await response.json()) as { data: { label: string } };
    assert.equal(data.label, trueKey(account, "successor").label);
  });
});
