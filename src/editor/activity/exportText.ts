// The figures of a chart as CSV and JSON. Pure.
import papaparse from "papaparse";
import { exportRows, measures, type SpendTable } from "../../openrouter/spend/model.ts";
import { type ActivityState, viewOf } from "../../webview/state.ts";

/**
 * What a spreadsheet would take for a formula, also with signs of full width and behind blanks, quotes or characters that
 * nobody sees, which an import may drop. Such a name gets an apostrophe before it. Numbers are left alone.
 */
const FORMULA =
  /^[\s\p{Default_Ignorable_Code_Point}\p{Cc}"'`\u2018-\u201f\uff02\uff07]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]|^[\t\r\n]/u;

/** What the chart shows. */
export function exportQuery(table: SpendTable, state: ActivityState) {
  return viewOf(table, state).query;
}

/** USD and counts; a figure that is not known is an empty cell. */
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

/** With what the figures are of and where they come from. */
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
