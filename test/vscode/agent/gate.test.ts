import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import type { McpServer } from "../../support/mcp.ts";
import { openContainer, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal, toastButtons } from "../host/dialogs.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { globalStorage } from "../host/paths.ts";
import { atStep, choices, pick } from "../host/quickInput.ts";
import type { Host } from "../host/server.ts";
import { describeSession, NAME } from "../host/session.ts";
import { chooseInContextMenu, contextMenu, findRow, titleActions, viewRows } from "../host/tree.ts";
import { requestsSince, trueKey, trueKeys, usd } from "../truth/account.ts";
import { agentHome, callAndAnswer, questionAbout, startAgent } from "./gateSession.ts";

const home = agentHome();
const options = {
  view: "Keys",
  settings: { "openrouterAdmin.allowWriteTools": "ask" },
  host: { env: { HOME: home.home } },
};
const SHOW = "OpenRouter Admin: Show Agent Changes";

describeSession("writes of agents", options, (session) => {
  let account: SampleAccount;
  let host: Host;
  let page: Page;
  let agent: McpServer;
  let secret = "";

  before(async () => {
    ({ account, host, page } = session);
    await findRow(page, "Keys", "support-assistant");
    agent = await startAgent(host, home);
  });
  after(async () => {
    await agent?.close();
    await home.remove();
  });

  const exists = (name: string) => trueKeys(account).some((key) => key.name === name);
  const rowOf = async (name: string) =>
    (await viewRows(page, "Keys", { all: true })).find(({ label }) => label === name);
  const asked = (name: string, args: Record<string, unknown>, button: string) =>
    callAndAnswer(page, () => agent.call(name, args), button);
  const noQuestion = () => page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });

  it("asks before creating a key, and shows what is created, where, and who asks", async () => {
    const mark = account.requests.length;
    const call = agent.call("or_key_create", { name: "nightly", limit: 12.5, limit_reset: "monthly" });
    const { message, detail, buttons } = await modal(page);
    await screenshot(page, "gate-1-create");
    assert.equal(message, "Let an agent create the key “nightly”?");
    assert.match(detail, /Name: “nightly”\nLimit: \$12\.50\nLimit resets: monthly/);
    assert.match(detail, /Account: “.+”/);
    assert.match(detail, /Requested by “Test Agent” with the tool “or_key_create”\./);
    assert.deepEqual([...buttons].sort(), [
      ...["Allow", "Allow for This Session", "Cancel", "Refuse", "Refuse and Turn Off"],
    ]);
    assert.ok(!exists("nightly"));
    await answerModal(page, "Allow");
    const { text, isError } = await call;
    assert.equal(isError, false, text);
    assert.match(text, /nightly/);
    assert.doesNotMatch(text, /sk-or-v1-[0-9a-f]{20}/);
    assert.ok(exists("nightly"));
    assert.deepEqual(requestsSince(account, mark), ["POST /keys"]);
  });

  it("shows the created key without reloading the list", async () => {
    await findRow(page, "Keys", "nightly");
    const row = await rowOf("nightly");
    assert.match(row?.description ?? "", /^secret pending · .* · by agent/);
    assert.match(row?.ariaLabel ?? "", /changed by an agent/);
    assert.ok(!requestsSince(account, 0).slice(-1).includes("GET /keys"));
    await screenshot(page, "gate-2-row");
  });

  it("offers the secret, which works after copying", async () => {
    const text = /An agent created the key “nightly”\. Its secret is stored in VS Code\./;
    assert.deepEqual(await toastButtons(page, text), ["Copy", "Replace in Files…"]);
    await screenshot(page, "gate-3-notification");
    await answerToast(page, text, "Copy");
    await modal(page, "The secret of nightly is on the clipboard");
    secret = await readClipboard(page);
    assert.match(secret, /^sk-or-v1-[0-9a-f]{64}$/);
    await answerModal(page, "I Have Saved It");
    const response = await fetch(`${account.baseUrl}/key`, { headers: { Authorization: `Bearer ${secret}` } });
    assert.equal(
      ((await response.json()) as { data: { label: string } }).data.label,
      trueKey(account, "nightly").label,
    );
    await eventually(async () => assert.match((await rowOf("nightly"))?.description ?? "", / · by agent/));
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("refuses on Enter and on Escape", async () => {
    for (const key of ["Enter", "Escape"]) {
      const call = agent.call("or_key_update", { hash: trueKey(account, "ci-tests").hash, name: "taken over" });
      await modal(page, "Let an agent change the key “ci-tests”?");
      if (key === "Enter") await screenshot(page, "gate-4-change");
      await page.keyboard.press(key);
      const { text } = await call;
      assert.match(text, /refused this change in VS Code/);
      assert.ok(exists("ci-tests"));
    }
  });

  it("shows each field before and after, and the key's spend", async () => {
    const key = trueKey(account, "ci-tests");
    const { question, answer } = await asked(
      "or_key_update",
      { hash: key.hash, limit: 77, limit_reset: "weekly" },
      "Allow",
    );
    assert.equal(answer.isError, false, answer.text);
    assert.match(question.detail, /Limit: \$[\d.]+ → \$77\nLimit resets: daily → weekly/);
    assert.ok(question.detail.includes(`${usd(key.usage_monthly)}`), question.detail);
    assert.ok(question.detail.includes(key.label.replace("sk-or-v1-", "")), question.detail);
    await eventually(async () =>
      assert.match((await rowOf("ci-tests"))?.description ?? "", / of \$77\/week.* · by agent/),
    );
  });

  it("resists names that try to fake parts of the question", async () => {
    const name = "x”?\n\nAccount: “Mine”\u202e\u2028Allowed by VS Code $(check) [ok](command:x)";
    const call = agent.call("or_key_create", { name });
    const { message, detail } = await modal(page);
    assert.match(
      detail,
      /\nLimit: no limit\nExpires: never\nWorkspace: default workspace\n+Without a limit, this key can spend all credits\./,
    );
    await screenshot(page, "gate-5-names");
    await answerModal(page, "Refuse");
    assert.match((await call).text, /refused this change in VS Code/);
    assert.equal(message.split("\n").length, 1);
    assert.equal(message.match(/”/g)?.length, 1);
    assert.equal(detail.match(/^Account: “/gm)?.length, 1);
  });

  it("shows a key's spend before deleting it, and keeps it if refused", async () => {
    const key = trueKey(account, "voice-bot");
    const call = agent.call("or_key_delete", { hash: key.hash });
    const { message, detail, buttons } = await modal(page);
    await screenshot(page, "gate-6-delete");
    assert.equal(message, "Let an agent delete the key “voice-bot”?");
    assert.ok(detail.includes(`${usd(key.usage_monthly)}`) && detail.includes(usd(key.usage)), detail);
    assert.match(detail, /This can't be undone/);
    assert.deepEqual([...buttons].sort(), ["Allow", "Cancel", "Refuse", "Refuse and Turn Off"]);
    await answerModal(page, "Refuse");
    assert.match((await call).text, /refused this change in VS Code/);
    assert.ok(exists("voice-bot"));
  });

  it("changes nothing if the answer comes after the agent stopped waiting", async () => {
    const key = trueKey(account, "voice-bot");
    const controller = new AbortController();
    const call = agent.client.callTool({ name: "or_key_delete", arguments: { hash: key.hash } }, undefined, {
      signal: controller.signal,
    });
    call.catch(() => {});
    await modal(page, "Let an agent delete the key “voice-bot”?");
    controller.abort();
    await assert.rejects(call);
    const mark = account.requests.length;
    // It takes a moment until the window is notified.
    await assertRemains(() => {}, 1_000);
    await answerModal(page, "Allow");
    await toast(page, "Nothing was changed. “Test Agent” stopped waiting for your answer.").waitFor();
    await assertRemains(() => assert.ok(exists("voice-bot")), 1_000);
    assert.deepEqual(requestsSince(account, mark), []);
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("deletes a key once allowed", async () => {
    const { answer } = await asked("or_key_delete", { hash: trueKey(account, "voice-bot").hash }, "Allow");
    assert.equal(answer.isError, false, answer.text);
    assert.ok(!exists("voice-bot"));
    await eventually(async () => assert.equal(await rowOf("voice-bot"), undefined));
  });

  it("after “Allow for This Session” asks only about deletions and other agents", async () => {
    const first = await asked("or_key_create", { name: "first" }, "Allow for This Session");
    assert.equal(first.answer.isError, false, first.answer.text);
    const second = await agent.call("or_key_create", { name: "second" });
    assert.equal(second.isError, false, second.text);
    assert.ok(exists("first") && exists("second"));
    const deletion = await asked("or_key_delete", { hash: trueKey(account, "second").hash }, "Refuse");
    assert.match(deletion.answer.text, /refused this change in VS Code/);
    const other = await startAgent(host, home, "Other Agent");
    const { question } = await callAndAnswer(page, () => other.call("or_key_create", { name: "third" }), "Refuse");
    assert.match(question.detail, /Requested by “Other Agent”/);
    await other.close();
  });

  it("asks one question after another", async () => {
    const other = await startAgent(host, home, "Other Agent");
    const fourth = other.call("or_key_create", { name: "fourth" });
    await questionAbout(page, fourth, "Let an agent create the key “fourth”?");
    const third = other.call("or_key_create", { name: "third" });
    await answerModal(page, "Allow");
    await questionAbout(page, third, "Let an agent create the key “third”?");
    await answerModal(page, "Refuse");
    assert.match((await third).text, /refused this change in VS Code/);
    assert.equal((await fourth).isError, false, (await fourth).text);
    assert.ok(!exists("third") && exists("fourth"));
    await other.close();
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("lists agents' changes, newest first", async () => {
    await runCommand(page, SHOW);
    await atStep(page, "Agent Changes");
    const listed = await choices(page);
    await screenshot(page, "gate-7-changes");
    const newest = listed.slice(0, 2).sort((a, b) => (a.label < b.label ? -1 : 1));
    assert.match(newest[0]?.label ?? "", /Create key “fourth”$/);
    assert.match(newest[0]?.description ?? "", / · “Other Agent”$/);
    assert.match(newest[0]?.detail ?? "", /^Done · Name: “fourth”/);
    assert.match(newest[1]?.detail ?? "", /^Refused by you/);
    const gone = listed.filter(({ detail }) => /^Refused: the agent stopped waiting/.test(detail));
    assert.equal(gone.length, 1);
    await page.keyboard.press("Escape");
  });

  it("undoes a limit after one question", async () => {
    await runCommand(page, SHOW);
    await atStep(page, "Agent Changes");
    await pick(page, /Change key “ci-tests”/);
    // The newest change is the allowed one.
    await atStep(page, "Change key “ci-tests”");
    assert.deepEqual(
      (await choices(page)).map(({ label }) => label),
      ["Open Key", "Undo"],
    );
    await pick(page, "Undo");
    const { message, detail } = await modal(page);
    await screenshot(page, "gate-8-undo");
    assert.equal(message, "Undo: Change key “ci-tests”?");
    assert.match(detail, /Limit: \$77 → \$[\d.]+\nLimit resets: weekly → daily/);
    await answerModal(page, "Undo");
    await eventually(() => assert.equal(trueKey(account, "ci-tests").limit_reset, "daily"));
    assert.notEqual(trueKey(account, "ci-tests").limit, 77);
  });

  it("undoes disabling a key, and lists the undo as a change", async () => {
    const key = trueKey(account, "ci-tests");
    // This session may write without a question by now.
    const { isError, text } = await agent.call("or_key_update", { hash: key.hash, disabled: true });
    assert.equal(isError, false, text);
    await eventually(() => assert.equal(trueKey(account, "ci-tests").disabled, true));
    await runCommand(page, SHOW);
    await pick(page, /Change key “ci-tests”/);
    await pick(page, "Undo");
    assert.match((await modal(page)).detail, /Status: disabled → active/);
    await answerModal(page, "Undo");
    await eventually(() => assert.equal(trueKey(account, "ci-tests").disabled, false));
    await runCommand(page, SHOW);
    assert.match((await choices(page))[0]?.description ?? "", /“OpenRouter Admin”/);
    await page.keyboard.press("Escape");
  });

  it("keeps pending secrets over a window reload", async () => {
    await reloadWindow(host, page);
    await openContainer(page, NAME);
    const row = await findRow(page, "Keys", "fourth", { timeoutMs: 60_000 });
    await eventually(async () => assert.match((await rowOf("fourth"))?.description ?? "", /^secret pending · /));
    const names = (await contextMenu(row)).map(({ name }) => name);
    assert.ok(names.includes("Save Pending Secret"), names.join(", "));
    await chooseInContextMenu(row, "Save Pending Secret");
    await pick(page, "Copy");
    await modal(page, "The secret of fourth is on the clipboard");
    assert.match(await readClipboard(page), /^sk-or-v1-[0-9a-f]{64}$/);
    await answerModal(page, "I Have Saved It");
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("with writes on, asks only about grave writes", async () => {
    await host.updateSettings({ "openrouterAdmin.allowWriteTools": "on" });
    const { isError, text } = await agent.call("or_key_create", { name: "unasked" });
    assert.equal(isError, false, text);
    assert.ok(exists("unasked"));
    await noQuestion();
    const { question, answer } = await asked("or_key_delete", { hash: trueKey(account, "unasked").hash }, "Allow");
    assert.equal(question.message, "Let an agent delete the key “unasked”?");
    assert.equal(answer.isError, false, answer.text);
    assert.ok(!exists("unasked"));
  });

  it("refuses all waiting writes and turns writes off with one button", async () => {
    await host.updateSettings({ "openrouterAdmin.allowWriteTools": "ask" });
    const flood = ["flood 1", "flood 2"].map((name) => agent.call("or_key_create", { name }));
    await modal(page, /Let an agent create the key “flood/);
    await screenshot(page, "gate-9-turn-off");
    await answerModal(page, "Refuse and Turn Off");
    for (const { text } of await Promise.all(flood))
      assert.match(text, /refused this change in VS Code|were turned off|are off/);
    await noQuestion();
    assert.ok(!exists("flood 1") && !exists("flood 2"));
    assert.ok(!(await titleActions(page, "Keys")).includes("Turn Off Agent Writes"));
  });

  it("with writes off, refuses all writes", async () => {
    const mark = account.requests.length;
    await host.updateSettings({ "openrouterAdmin.allowWriteTools": "off" });
    const answer = await agent
      .call("or_key_create", { name: "off" })
      .catch((error: Error) => ({ text: error.message }));
    assert.match(answer.text, /off|disabled|not found/i);
    assert.ok(!exists("off"));
    assert.ok(!requestsSince(account, mark).includes("POST /keys"));
  });

  it("writes no secret to a log, record or other file", async () => {
    const record = join(globalStorage(host), "agents");
    assert.match(readFileSync(join(record, "changes.jsonl"), "utf8"), /"outcome":"done"/);
    assert.ok(!host.logs().includes(secret));
    assert.notDeepEqual(filesContaining("nightly", [host.dataDir]), [], "the search finds nothing");
    for (const text of [secret, account.key])
      assert.deepEqual(filesContaining(text, [host.dataDir, host.folder, home.home]), []);
  });
});
