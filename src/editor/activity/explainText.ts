// Converts explanations to CSV and JSON. Pure.
import { type Cause, type Explanation, factors } from "../../openrouter/foresight/explain/model.ts";
import { toCsvText } from "../../openrouter/text/csv.ts";
import { accountFileParts } from "../ui/accountFileParts.ts";
import { accountCell, accountField, type ExportAccount } from "./exportText.ts";

/** Returns the name of a file with an explanation, as in `openrouter-work-change-2026-11-25.csv`. */
export function explanationFileName(
  { after: { from, to } }: Explanation,
  account: ExportAccount,
  format: "csv" | "json",
): string {
  const span = from === to ? from : `${from}-${to}`;
  return `${["openrouter", ...accountFileParts(account), "change", span].join("-")}.${format}`;
}

/** Converts an explanation to CSV: the whole change, then its causes; USD by factor, and the account in each row. */
export function explanationCsv(
  { before, after, difference, parts, causes }: Explanation,
  account: ExportAccount,
): string {
  const amounts = (of: Cause["parts"]) => factors.map((factor) => of[factor]);
  const total = ["(total)", "", "", "", before.cost, after.cost, difference, ...amounts(parts), accountCell(account)];
  const rows = causes.map((cause) => [
    ...[cause.count > 1 ? `(${cause.count} others)` : (cause.model?.name ?? "(unattributed)"), cause.model?.id ?? ""],
    ...[cause.key?.name ?? "", cause.key?.hash ?? ""],
    ...(cause.count > 1 ? [undefined, undefined] : [cause.before?.cost ?? 0, cause.after?.cost ?? 0]),
    ...[cause.difference, ...amounts(cause.parts), accountCell(account)],
  ]);
  const fields = ["model", "model_id", "key", "key_hash", "before", "after", "difference", ...factors, "account"];
  return toCsvText(fields, [total, ...rows]);
}

/** Converts an explanation to JSON, with the account, the unit and what is missing. */
export function explanationJson(explanation: Explanation, account: ExportAccount): string {
  const content = { account: accountField(account), time_zone: "UTC", currency: "USD", ...explanation };
  return `${JSON.stringify(content, null, 2)}\n`;
}
