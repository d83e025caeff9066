import * as vscode from "vscode";
import type { Explanation, Period } from "../../openrouter/foresight/explain/model.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { chatQuestion } from "../platform/chatQuestion.ts";
import { quoted } from "../platform/quoted.ts";
import { type FigureFilter, filterText } from "./spendQuestion.ts";

/** Words a question about a change in spend: both periods, the filters, and the tool that explains it with its arguments. */
export function explainQuestion(
  account: NamedAccount,
  explanation: Explanation,
  filters: readonly FigureFilter[],
): string {
  const t = vscode.l10n.t;
  const { after, before, difference } = explanation;
  const tool = toolArguments(explanation, filters);
  return redact(
    chatQuestion(account, [
      t("OpenRouter spend in {0} (UTC): {1}.", periodText(after), usd(after.cost)),
      t("Compared with {0}: {1}; difference: {2}.", periodText(before), usd(before.cost), usd(difference)),
      ...(filters.length > 0 ? [t("Only {0}.", filters.map(filterText).join(", "))] : []),
      t("Why did it change? Check it with tools, by model and key."),
      tool
        ? t("Why it changed: or_explain_change ({0}), if it is available.", tool)
        : t("Both periods: or_analytics_query, if it is available."),
    ]),
  );
}

/** A shortened id would be another one. */
const MAX_MODEL = 200;

const usd = (value: number) => `${dropFloatNoise(value)} USD`;

function periodText({ from, to, averageOf }: Period): string {
  const t = vscode.l10n.t;
  const [first, last] = [from, to].map((bucket) => bucket.replace(/T(\d\d)$/, " $1:00"));
  const span = from === to ? first! : t("{0} to {1}", first!, last!);
  return averageOf === undefined ? span : t("the average of {0} days of the same weekday, {1}", averageOf, span);
}

/** Returns undefined if the tool can't be limited to these figures: to hours, providers, workspaces or several keys. */
function toolArguments({ after, before }: Explanation, filters: readonly FigureFilter[]): string | undefined {
  const single = filters.map(({ dimension, ids: [id, ...others] }) => {
    if (typeof id !== "string" || others.length > 0) return undefined;
    if (dimension === "key") return `api_key_hash=${id}`;
    return dimension === "model" ? `model=${quoted(id, MAX_MODEL)}` : undefined;
  });
  const limits = single.filter((one) => one !== undefined);
  if (limits.length < filters.length || after.from.includes("T")) return undefined;
  const periods =
    before.averageOf !== undefined
      ? [`day=${after.from}`]
      : [
          ...[`after_from=${after.from}`, `after_to=${after.to}`],
          ...[`before_from=${before.from}`, `before_to=${before.to}`],
        ];
  return [...periods, ...limits].join(", ");
}
