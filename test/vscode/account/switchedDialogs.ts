// Checks for questions that are answered after the account was switched.
import assert from "node:assert/strict";
import { toast } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeTwoAccounts, SWITCHED_MESSAGE, type TwoAccounts } from "./twoAccounts.ts";

export interface Question {
  name: string;
  /** Opens the question in account A. */
  open(two: TwoAccounts): Promise<void>;
  /** Answers the question, after the switch to account B. */
  answer(two: TwoAccounts): Promise<void>;
  /** The expected message; by default SWITCHED_MESSAGE. */
  message?: RegExp;
  /** True if the document of account A stays open with its unsaved changes. */
  documentStays?: boolean;
  /** Additional checks. */
  check?(two: TwoAccounts): void | Promise<void>;
}

export function describeSwitching(title: string, questions: Question[]): void {
  describeTwoAccounts(title, (two) => {
    for (const { name, open, answer, message = SWITCHED_MESSAGE, documentStays, check } of questions)
      it(name, async () => {
        const { a, b } = two;
        await open(two);
        const [ofA, ofB] = [a.account.requests.length, b.account.requests.length];
        await two.use(b);
        await answer(two);
        await eventually(async () => {
          const isShown = await toast(two.page, message).isVisible();
          // If B was written to, the assertion below gives a better error.
          if (b.writes(ofB).length === 0) assert.ok(isShown, "no message is shown");
        }, 15_000);
        await two.assertNotCrossed({ editors: !documentStays });
        assert.deepEqual(b.writes(ofB), [], "the second account was written to");
        assert.deepEqual(a.writes(ofA), [], "the first account was written to after the switch");
        await check?.(two);
      });
  });
}
