// How the server's texts name the account, so that nobody mistakes one for another, or the sample account for a real one.
import { joinLines, quoted } from "./text.ts";

/** The account of a call. */
export interface CalledAccount {
  /** Stays the same if the account is renamed; undefined without a window that uses it. */
  accountId?: string;
  /** Its name in VS Code; undefined without a window that uses it. */
  accountName?: string;
  /** True for the sample account: results say that its data is invented. */
  isSample: boolean;
}

const SAMPLE_LINE = "Sample account: all figures and names are invented.";

/** Marks a result of the sample account: in its first line, or in the last one of an error, which starts with the tool's name. */
export function markSample(text: string, isError: boolean): string {
  return isError ? joinLines(text, SAMPLE_LINE) : joinLines(SAMPLE_LINE, text);
}

/** Names the account without its figures, as in `account: “Work”`. */
export function accountName({ accountName }: CalledAccount): string {
  return accountName === undefined ? "unnamed; its key is the one in OPENROUTER_PROVISIONING_KEY" : quoted(accountName);
}

/** Adds the account to a question. */
export function withAccount(question: string, account: CalledAccount): string {
  return account.isSample ? markSample(question, true) : joinLines(question, `Account: ${accountName(account)}.`);
}
