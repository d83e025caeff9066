import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openKeyReview } from "../host/createKeyWizard.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { headline, openPanel, settled } from "../host/panel.ts";
import { atStep, enter, pick, quickInputClosed } from "../host/quickInput.ts";
import { runTitleAction } from "../host/tree.ts";
import { figuresOf, ledgerDays, near } from "../truth/spend.ts";
import { describeInFlight, type InFlightRequest, run } from "./inFlightRequests.ts";
import type { Side } from "./twoAccounts.ts";

const KEY = "email-triage";
const GUARDRAIL = "Approved providers";

async function choose(page: Page, command: string, row: string): Promise<void> {
  await run(page, command);
  await atStep(page, command);
  await pick(page, row);
}

const all: InFlightRequest[] = [
  {
    name: "the list of keys",
    method: "GET",
    path: /^\/keys\?/,
    send: (page) => run(page, "Refresh Keys"),
  },
  {
    name: "the credits",
    method: "GET",
    path: /^\/credits/,
    send: (page) => runTitleAction(page, "Credits", "Refresh"),
  },
  {
    name: "the list of guardrails",
    method: "GET",
    path: /^\/guardrails(\?|$)/,
    send: (page) => run(page, "Refresh Guardrails"),
  },
  {
    name: "the guardrail for Edit Guardrail as JSON",
    method: "GET",
    path: /^\/guardrails\/[^/]+$/,
    send: (page) => choose(page, "Edit Guardrail as JSON", `A ${GUARDRAIL}`),
  },
  {
    name: "the guardrail for Edit Guardrail Limit",
    method: "GET",
    path: /^\/guardrails\/[^/]+$/,
    send: (page) => choose(page, "Edit Guardrail Limit", `A ${GUARDRAIL}`),
  },
  {
    name: "a change of a key",
    method: "PATCH",
    path: /^\/keys\//,
    async send(page) {
      await choose(page, "Edit Key Limit", `A ${KEY}`);
      await atStep(page, `Edit Key Limit: A ${KEY}`, 1, 2);
      await enter(page, "33.50");
      await pick(page, "Change Key");
    },
    write: /^PATCH \/keys\//,
    check: ({ a, b }) => assert.deepEqual([a.key(KEY).limit, b.key(KEY).limit], [33.5, 15.22]),
  },
  {
    name: "a change of a guardrail",
    method: "PATCH",
    path: /^\/guardrails\//,
    async send(page) {
      await choose(page, "Edit Guardrail Limit", `A ${GUARDRAIL}`);
      await atStep(page, `Edit Guardrail Limit: A ${GUARDRAIL}`, 1, 2);
      await enter(page, "20");
      await pick(page, "weekly");
      await pick(page, "Change Guardrail");
    },
    write: /^PATCH \/guardrails\//,
    check: ({ a, b }) =>
      assert.deepEqual([a.guardrail(GUARDRAIL).limit_usd, b.guardrail(GUARDRAIL).limit_usd], [20, 50.22]),
  },
  {
    name: "the creation of a key, whose secret is still handed over",
    method: "POST",
    path: /^\/keys$/,
    async send(page) {
      await openKeyReview(page, "A made meanwhile", "A Sandbox");
      await pick(page, "Create Key");
    },
    write: /^POST \/keys$/,
    outcome: ({ page }) => atStep(page, "A made meanwhile was created"),
    async check({ a, page }) {
      await pick(page, "Store in VS Code");
      await quickInputClosed(page);
      assert.ok(a.key("made meanwhile"));
    },
  },
  {
    name: "the deletion of a key",
    method: "DELETE",
    path: /^\/keys\//,
    async send(page) {
      await choose(page, "Delete Key", `A ${KEY}`);
      await modal(page, `Delete “A ${KEY}”`);
      await answerModal(page, "Delete Key");
    },
    write: /^DELETE \/keys\//,
    check({ a, b }) {
      assert.throws(() => a.key(KEY));
      assert.ok(b.key(KEY));
    },
  },
];

describeInFlight("the account is switched while a request is in flight", all, (two) => {
  it("the load of the activity panel", async () => {
    const { a, b, page } = two;
    const frame = await openPanel(page);
    const cost = ({ account }: Side) => figuresOf(ledgerDays(account, 30)).cost;
    const shows = (side: Side) => eventually(async () => near(await headline(frame), cost(side), "headline"));
    await shows(a);
    const held = a.hold("GET", /^\/activity/);
    await run(page, "Refresh Activity");
    await held.arrives();
    await two.use(b);
    await shows(b);
    await held.release();
    await settled(frame);
    near(await headline(frame), cost(b), "headline");
    await two.assertNotCrossed();
  });
});
