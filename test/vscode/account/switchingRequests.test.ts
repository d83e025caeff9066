import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { runCommand } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { headline, openPanel, settled } from "../host/panel.ts";
import { atStep, enter, pick, quickInputClosed } from "../host/quickInput.ts";
import { pictureFailures } from "../host/session.ts";
import { runTitleAction } from "../host/tree.ts";
import { figuresOf, ledgerDays, near } from "../truth/spend.ts";
import { type Side, startTwoAccounts, type TwoAccounts } from "./twoAccounts.ts";

const KEY = "email-triage";
const GUARDRAIL = "Approved providers";

interface Underway {
  name: string;
  method: string;
  path: RegExp;
  /** In account A, as far as the request. */
  send(page: Page): Promise<void>;
  /** The write that A gets after the switch, since it was on its way. */
  write?: RegExp;
  /** Once A has answered; the account in use is B. */
  check?(two: TwoAccounts): void | Promise<void>;
}

const run = (page: Page, command: string) => runCommand(page, `OpenRouter Admin: ${command}`);

async function choose(page: Page, command: string, row: string): Promise<void> {
  await run(page, command);
  await atStep(page, command);
  await pick(page, row);
}

const all: Underway[] = [
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
    name: "the guardrail of Edit Guardrail as JSON",
    method: "GET",
    path: /^\/guardrails\/[^/]+$/,
    send: (page) => choose(page, "Edit Guardrail as JSON", `A ${GUARDRAIL}`),
  },
  {
    name: "the guardrail of Edit Limit",
    method: "GET",
    path: /^\/guardrails\/[^/]+$/,
    send: (page) => choose(page, "Edit Limit of Guardrail", `A ${GUARDRAIL}`),
  },
  {
    name: "a change of a key",
    method: "PATCH",
    path: /^\/keys\//,
    async send(page) {
      await choose(page, "Edit Limit of Key", `A ${KEY}`);
      await atStep(page, `Edit Limit of Key: A ${KEY}`, 1, 2);
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
      await choose(page, "Edit Limit of Guardrail", `A ${GUARDRAIL}`);
      await atStep(page, `Edit Limit of Guardrail: A ${GUARDRAIL}`, 1, 3);
      await enter(page, "20");
      await pick(page, "weekly");
      await pick(page, "Change Guardrail");
    },
    write: /^PATCH \/guardrails\//,
    check: ({ a, b }) =>
      assert.deepEqual([a.guardrail(GUARDRAIL).limit_usd, b.guardrail(GUARDRAIL).limit_usd], [20, 50.22]),
  },
  {
    name: "the creation of a key, whose secret is handed over all the same",
    method: "POST",
    path: /^\/keys$/,
    async send(page) {
      await run(page, "Create Key");
      await atStep(page, "Create Key", 1, 5);
      await enter(page, "A made meanwhile");
      await atStep(page, "Create Key", 2, 5);
      await pick(page, "A Sandbox");
      await atStep(page, "Create Key", 3, 5);
      await enter(page, "");
      await atStep(page, "Create Key", 4, 5);
      await pick(page, "Never");
      await atStep(page, "Create Key", 5, 5);
      await pick(page, "Create Key");
    },
    write: /^POST \/keys$/,
    async check({ a, page }) {
      await atStep(page, "A made meanwhile was created");
      await pick(page, "Keep in VS Code");
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
      await modal(page, `Delete A ${KEY}?`);
      await answerModal(page, "Delete Key");
    },
    write: /^DELETE \/keys\//,
    check({ a, b }) {
      assert.throws(() => a.key(KEY));
      assert.ok(b.key(KEY));
    },
  },
];

describe("the account is switched while a request is under way", function () {
  this.timeout(10 * 60_000);
  this.retries(1); // see stepByStep
  let two: TwoAccounts;

  before(async () => {
    two = await startTwoAccounts();
  });
  after(() => two?.close());
  pictureFailures(this, "switching-requests", () => two?.page);
  beforeEach(() => two.begin());

  /** Neither account was written to since, but by what was on its way. */
  function assertWrites(ofA: number, ofB: number, write?: RegExp): void {
    assert.deepEqual(two.b.writes(ofB), [], "the second account was written to");
    const writes = two.a.writes(ofA);
    assert.equal(writes.length, write ? 1 : 0, writes.join());
    if (write) assert.match(writes.join(), write);
  }

  for (const { name, method, path, send, write, check } of all)
    it(name, async () => {
      const { a, b, page } = two;
      const held = a.hold(method, path);
      await send(page);
      await held.arrives();
      const [ofA, ofB] = [a.account.requests.length, b.account.requests.length];
      await two.use(b);
      await held.release();
      // The answer has been dealt with once nothing tells of progress any more.
      const progress = page.locator(".notification-toast .monaco-progress-container.active");
      await eventually(async () => assert.equal(await progress.count(), 0));
      await check?.(two);
      await two.assertNotCrossed();
      assertWrites(ofA, ofB, write);
    });

  it("the reading of the activity panel", async () => {
    const { a, b, page } = two;
    const frame = await openPanel(page);
    const cost = ({ account }: Side) => figuresOf(ledgerDays(account, 30)).cost;
    const shows = (side: Side) => eventually(async () => near(await headline(frame), cost(side), "headline"));
    await shows(a);
    const held = a.hold("GET", /^\/activity/);
    await run(page, "Refresh Activity");
    await held.arrives();
    const [ofA, ofB] = [a.account.requests.length, b.account.requests.length];
    await two.use(b);
    await shows(b);
    await held.release();
    await settled(frame);
    near(await headline(frame), cost(b), "headline");
    await two.assertNotCrossed();
    assertWrites(ofA, ofB);
  });
});
