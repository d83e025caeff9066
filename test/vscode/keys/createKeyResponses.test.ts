import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { readClipboard, runCommand, toast } from "../host/browser.ts";
import { createKey } from "../host/createKeyWizard.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { atStep, pick, quickInputClosed } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { findRow } from "../host/tree.ts";
import { trueKey } from "../truth/account.ts";

type CreateResponse = { data: Record<string, unknown>; key: string };

/** Responses to `POST /keys` that differ from the documented form. Each contains the secret. */
const responses: [what: string, body: (created: CreateResponse) => string][] = [
  ["label and times missing", ({ data: { label, created_at, ...data }, key }) => JSON.stringify({ data, key })],
  ["usage retyped", ({ data, key }) => JSON.stringify({ data: { ...data, usage: "none" }, key })],
  ["only the secret", ({ key }) => JSON.stringify({ key })],
  ["cut after the secret", (created) => JSON.stringify(created).slice(0, -1)],
];

describeSession("Create Key with an undocumented response", { view: "Keys", independent: true }, function (session) {
  this.retries(0);
  let account: SampleAccount;
  let page: Page;
  let body: ((created: CreateResponse) => string) | undefined;
  session.fault = ({ method }) => (method === "POST" && body ? { body: (text) => body!(JSON.parse(text)) } : undefined);

  before(async () => {
    ({ account, page } = session);
    await findRow(page, "Keys", "support-assistant");
  });

  for (const [what, change] of responses)
    it(`hands over the secret and shows the key: ${what}`, async () => {
      const name = `odd ${what}`;
      body = change;
      await createKey(page, name);
      await atStep(page, `${name} was created`);
      await pick(page, "Copy");
      await modal(page, `The secret of ${name} is on the clipboard`);
      const secret = await readClipboard(page);
      const response = await fetch(`${account.baseUrl}/key`, { headers: { Authorization: `Bearer ${secret}` } });
      const { data } = (await response.json()) as { data?: { label: string } };
      assert.equal(data?.label, trueKey(account, name).label);
      await answerModal(page, "I Have Saved It");
      await quickInputClosed(page);
      await toast(page, "The secret is on the clipboard").waitFor();
      await runCommand(page, "Notifications: Clear All Notifications");
      await findRow(page, "Keys", name, { parent: "Sandbox" });
      await eventually(() => assert.deepEqual(filesContaining(secret, [session.host.dataDir]), []));
      assert.equal([...account.state.keys.values()].filter((key) => key.name === name).length, 1);
    });
});
