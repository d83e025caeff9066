// Checks for requests that are answered after the account was switched.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { runCommand } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeTwoAccounts, type TwoAccounts } from "./twoAccounts.ts";

export interface InFlightRequest {
  name: string;
  method: string;
  path: RegExp;
  /** Prepares account A. */
  prepare?(two: TwoAccounts): Promise<void>;
  /** Sends the request in account A. */
  send(page: Page): Promise<void>;
  /** The write that A receives after the switch, since it was already sent. */
  write?: RegExp;
  /** Waits for a visible effect of the response. */
  outcome?(two: TwoAccounts): Promise<void>;
  /** Additional checks after A has responded; the account in use is B. */
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
        // The response is processed once no progress is shown any more.
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
