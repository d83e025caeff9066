// Converts the figures of a chart to CSV and JSON. Pure.
import { exportRows, measures, type SpendTable } from "../../openrouter/spend/model.ts";
import { toCsvText } from "../../openrouter/text/csv.ts";
import { oneLine } from "../../openrouter/text/printable.ts";
import { type ActivityState, viewOf } from "../../webview/state.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { accountFileParts } from "../ui/accountFileParts.ts";

/** The account of the figures, which every export names. */
export interface ExportAccount {
  name: string;
  /** True for the sample account, whose figures are invented. */
  isSample: boolean;
}

/** What a file says about the sample account, beside its name. */
const SAMPLE_NOTE = "sample account, invented data";

export function exportAccount({ name, source }: NamedAccount): ExportAccount {
  return { name, isSample: source === "sample" };
}

/** Names the account in a cell of CSV. */
export function accountCell({ name, isSample }: ExportAccount): string {
  return isSample ? `${oneLine(name)} (${SAMPLE_NOTE})` : oneLine(name);
}

/** Names the account in JSON. */
export function accountField({ name, isSample }: ExportAccount) {
  return { name: oneLine(name), sample: isSample, ...(isSample && { note: SAMPLE_NOTE }) };
}

/** Returns the name of a file with these figures, as in `openrouter-work-2026-11-01-2026-11-30-by-model.csv`. */
export function exportFileName(
  table: SpendTable,
  state: ActivityState,
  account: ExportAccount,
  format: "csv" | "json",
): string {
  const { groupBy } = exportQuery(table, state);
  const span = `${table.buckets[0]}-${table.buckets.at(-1)}`.replaceAll(":", "");
  const parts = ["openrouter", ...accountFileParts(account), span, "by", groupBy];
  return `${parts.join("-")}.${format}`;
}

/** Returns the query that selects the figures shown in the chart. */
export function exportQuery(table: SpendTable, state: ActivityState) {
  return viewOf(table, state).query;
}

/** Converts the figures to CSV: USD and counts, with empty cells for unknown figures, and the account in each row. */
export function toCsv(table: SpendTable, state: ActivityState, account: ExportAccount): string {
  const query = exportQuery(table, state);
  const rows = exportRows(table, query).map(({ bucket, id, name, figures }) => [
    bucket,
    id ?? "",
    name ?? "(unattributed)",
    ...measures.map((measure) => figures[measure]),
    accountCell(account),
  ]);
  const fields = [table.unit, `${query.groupBy}_id`, query.groupBy, ...measures, "account"];
  return toCsvText(fields, rows);
}

/** Converts the figures to JSON, with the account, units, filters, sources and notes. */
export function toJson(table: SpendTable, state: ActivityState, account: ExportAccount): string {
  const query = exportQuery(table, state);
  const { from = 0, to = table.buckets.length } = query;
  const content = {
    account: accountField(account),
    unit: table.unit,
    time_zone: "UTC",
    currency: "USD",
    group_by: query.groupBy,
    filter: query.filter,
    buckets: table.buckets.slice(from, to),
    unknown: Object.fromEntries(
      measures.map((measure) => [
        measure,
        table.buckets.slice(from, to).filter((_, i) => !table.known[measure][from + i]),
      ]),
    ),
    sources: table.sources,
    notes: table.notes,
    rows: exportRows(table, query).map(({ bucket, id, name, figures }) => ({
      [table.unit]: bucket,
      id,
      name,
      ...figures,
    })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
