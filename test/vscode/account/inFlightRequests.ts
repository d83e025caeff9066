// What must hold of each request that is answered only after the account was changed.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { runCommand } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeTwoAccounts, type TwoAccounts } from "./twoAccounts.ts";

export interface InFlightRequest {
  name: string;
  method: string;
  path: RegExp;
  /** What has to be in account A first. */
  prepare?(two: TwoAccounts): Promise<void>;
  /** In account A, as far as the request. */
  send(page: Page): Promise<void>;
  /** The write that A gets after the switch, since it was on its way. */
  write?: RegExp;
  /** Waits for what the answer leads to, where that is to be seen. */
  outcome?(two: TwoAccounts): Promise<void>;
  /** Once A has answered; the account in use is B. */
  check?(two: TwoAccounts): void | Promise<void>;
}

/** @param more defines further tests of the suite */
export function describeInFlight(title: string, all: InFlightRequest[], more?: (two: TwoAccounts) => void): void {
  describeTwoAccounts(title, (two) => {
    for (const { name, method, path, prepare, send, write, outcome, check } of all)
      it(name, async () => {
        const { a, b, page } = two;
        await prepare?.(two);
        const held = a.hold(method, path);
        await send(page);
        await held.arrives();
        const [ofA, ofB] = [a.account.requests.length, b.account.requests.length];
        await two.use(b);
        await held.release();
        // The answer has been dealt with once nothing tells of progress any more.
        const progress = page.locator(".notification-toast .monaco-progress-container.active");
        await eventually(async () => assert.equal(await progress.count(), 0));
        await outcome?.(two);
        await two.assertNotCrossed();
        assert.deepEqual(b.writes(ofB), [], "the second account was written to");
        const writes = a.writes(ofA);
        assert.equal(writes.length, write ? 1 : 0, writes.join());
        if (write) assert.match(writes.join(), write);
        await check?.(two);
      });
    more?.(two);
  });
}

export const run = (page: Page, command: string): Promise<void> => runCommand(page, `OpenRouter Admin: ${command}`);
