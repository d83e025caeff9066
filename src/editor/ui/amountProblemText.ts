import * as vscode from "vscode";
import { formatCount, numberFormat } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";
import { quotable } from "../platform/quotable.ts";
import { type AmountProblem, amountText, MAX_DECIMALS } from "./amount.ts";

/** A longer text is cut in the message. */
const MAX_TEXT = 24;

/** Explains why a text is no amount, and what to type instead. @param options.required an empty text is no answer */
export function amountProblemText(text: string, problem: AmountProblem, { required = false } = {}): string {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  switch (problem.kind) {
    case "ambiguous": {
      const dollars = numberFormat(locale, {
        ...({ style: "currency", currency: "USD" } as const),
        minimumFractionDigits: 0,
        maximumFractionDigits: MAX_DECIMALS,
      });
      const [decimal, whole] = problem.readings;
      return t(
        "{0} can mean {1} or {2}: type {3} or {4}.",
        quotable(text, MAX_TEXT),
        ...[decimal, whole].map((usd) => dollars.format(usd)),
        ...[decimal, whole].map((usd) => amountText(usd, locale)),
      );
    }
    case "negative":
      return t("The amount can't be negative.");
    case "tooLarge":
      return t("The amount is too large.");
    case "tooManyDecimals":
      return t("Enter at most {0} decimal places.", formatCount(MAX_DECIMALS, locale));
    case "notAnAmount": {
      const examples = [25, 1234.5].map((usd) => amountText(usd, locale));
      return required
        ? t("Enter an amount in USD such as {0} or {1}.", ...examples)
        : t("Enter an amount in USD such as {0} or {1}, or leave the field empty for no limit.", ...examples);
    }
  }
}
