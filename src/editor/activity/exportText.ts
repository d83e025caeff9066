// Converts the figures of a chart to CSV and JSON. Pure.
import papaparse from "papaparse";
import { exportRows, measures, type SpendTable } from "../../openrouter/spend/model.ts";
import { type ActivityState, viewOf } from "../../webview/state.ts";

/**
 * Matches names that a spreadsheet would read as a formula, including full-width signs, and signs after whitespace, quotes
 * or invisible characters that an import may drop. Such names get an apostrophe in front; numbers stay as they are.
 */
const FORMULA =
  /^[\s\p{Default_Ignorable_Code_Point}\p{Cc}"'`\u2018-\u201f\uff02\uff07]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]|^[\t\r\n]/u;

/** Returns the query that selects the figures shown in the chart. */
export function exportQuery(table: SpendTable, state: ActivityState) {
  return viewOf(table, state).query;
}

/** Converts the figures to CSV: USD and counts, with empty cells for unknown figures. */
export function toCsv(table: SpendTable, state: ActivityState): string {
  const query = exportQuery(table, state);
  const rows = exportRows(table, query).map(({ bucket, id, name, figures }) => [
    bucket,
    id ?? "",
    name ?? "(unattributed)",
    ...measures.map((measure) => figures[measure]),
  ]);
  const fields = [table.unit, `${query.groupBy}_id`, query.groupBy, ...measures];
  return `${papaparse.unparse([fields, ...rows], { escapeFormulae: FORMULA, newline: "\n" })}\n`;
}

/** Converts the figures to JSON, with units, filters, sources and notes. */
export function toJson(table: SpendTable, state: ActivityState): string {
  const query = exportQuery(table, state);
  const { from = 0, to = table.buckets.length } = query;
  const content = {
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
