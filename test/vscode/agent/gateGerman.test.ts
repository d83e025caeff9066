import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { McpServer } from "../../support/mcp.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { atStep, choices } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { findRow } from "../host/tree.ts";
import { trueKey } from "../truth/account.ts";
import { agentHome, callAndAnswer, startAgent } from "./gateSession.ts";

const home = agentHome();
const options = {
  settings: { "openrouterAdmin.allowWriteTools": "ask", "workbench.colorTheme": "Default Dark Modern" },
  view: "Schlüssel",
  host: { env: { HOME: home.home }, language: "de" },
};

describeSession("writes of agents, in German and with a dark theme", options, (session) => {
  let page: Page;
  let agent: McpServer;

  before(async () => {
    ({ page } = session);
    await findRow(page, "Schlüssel", "ci-tests");
    agent = await startAgent(session.host, home);
  });
  after(async () => {
    await agent?.close();
    await home.remove();
  });

  it("asks before deleting a key", async () => {
    const call = agent.call("or_key_delete", { hash: trueKey(session.account, "ci-tests").hash });
    const { message, detail, buttons } = await modal(page);
    await screenshot(page, "gate-german-delete");
    assert.equal(message, "Darf ein Agent den Schlüssel „ci-tests“ löschen?");
    assert.match(detail, /Er hat diesen Monat .+ und insgesamt .+ ausgegeben\./);
    assert.ok(buttons.includes("Erlauben"), buttons.join());
    await answerModal(page, "Ablehnen");
    assert.match((await call).text, /refused this change in VS Code/);
  });

  it("asks before changing a key", async () => {
    const args = { hash: trueKey(session.account, "ci-tests").hash, limit: 7.5, limit_reset: "weekly" };
    const call = agent.call("or_key_update", args);
    const { message, detail } = await modal(page);
    await screenshot(page, "gate-german-change");
    assert.equal(message, "Darf ein Agent den Schlüssel „ci-tests“ ändern?");
    assert.match(detail, /^Limit: 1\s\$ → 7,50\s\$\nLimit wird zurückgesetzt: täglich → wöchentlich/);
    await answerModal(page, "Ablehnen");
    await call;
  });

  it("offers a new secret and lists the changes", async () => {
    const { answer } = await callAndAnswer(page, () => agent.call("or_key_create", { name: "neu" }), "Erlauben");
    assert.equal(answer.isError, false, answer.text);
    await toast(page, "Ein Agent hat den Schlüssel „neu“ erstellt. Sein Secret ist in VS Code gespeichert.").waitFor();
    await runCommand(page, "OpenRouter Admin: Änderungen durch Agents anzeigen");
    await atStep(page, "Änderungen durch Agents");
    const listed = (await choices(page)).map(({ label, detail }) => `${label}: ${detail}`);
    await screenshot(page, "gate-german-changes");
    assert.deepEqual(listed, [
      "Schlüssel „neu“ erstellen: Fertig · Name: „neu“",
      "Schlüssel „ci-tests“ ändern: Selbst abgelehnt · Limit: 7,50\u00a0$, Limit wird zurückgesetzt: wöchentlich",
      "Schlüssel „ci-tests“ löschen: Selbst abgelehnt",
    ]);
  });
});
