// What must hold of each question that is answered only after the account was changed.
import assert from "node:assert/strict";
import { toast } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeTwoAccounts, SWITCHED_MESSAGE, type TwoAccounts } from "./twoAccounts.ts";

export interface Question {
  name: string;
  /** In account A, as far as the question. */
  open(two: TwoAccounts): Promise<void>;
  /** The account in use is B by now. */
  answer(two: TwoAccounts): Promise<void>;
  /** What the person is told then, if not the usual. */
  told?: RegExp;
  /** The first account's document stays open, with its unsaved changes. */
  documentStays?: boolean;
  /** What else must hold. */
  check?(two: TwoAccounts): void | Promise<void>;
}

export function describeSwitching(title: string, questions: Question[]): void {
  describeTwoAccounts(title, (two) => {
    for (const { name, open, answer, told = SWITCHED_MESSAGE, documentStays, check } of questions)
      it(name, async () => {
        const { a, b } = two;
        await open(two);
        const [ofA, ofB] = [a.account.requests.length, b.account.requests.length];
        await two.use(b);
        await answer(two);
        await eventually(async () => {
          const isTold = await toast(two.page, told).isVisible();
          // A write says why nothing is told.
          if (b.writes(ofB).length === 0) assert.ok(isTold, "nothing is told");
        }, 15_000);
        await two.assertNotCrossed({ editors: !documentStays });
        assert.deepEqual(b.writes(ofB), [], "the second account was written to");
        assert.deepEqual(a.writes(ofA), [], "the first account was written to after the switch");
        await check?.(two);
      });
  });
}
