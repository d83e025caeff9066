import { t } from "@vscode/l10n";
import { type Measure, type Metric, measures } from "../openrouter/spend/model.ts";
import { formatCount, formatExactMoney, formatMoney } from "../openrouter/text/format.ts";
import { fill, h } from "./dom.ts";
import { measureName, percent } from "./labels.ts";
import { MAX_TABLE_NAME, shortNames } from "./shortNames.ts";
import { type Sort, sortRows, type TableRow } from "./tableRows.ts";

export interface FiguresTableOptions {
  caption: string;
  /** The header of the rows: "Model", "Day (UTC)". */
  rowHeader: string;
  rows: readonly TableRow[];
  total: TableRow["figures"];
  sort: Sort;
  metric: Metric;
  locale: string;
  onSort(sort: Sort): void;
  /** Drills into a row; without it, rows have no buttons. */
  onOpen?(row: TableRow): void;
  /** Asks an agent about a row; without it, rows have neither the button nor the entry in the context menu. */
  onAsk?(row: TableRow): void;
  /** Explains the change in a row; without it, rows don't have the button. */
  onExplain?(row: TableRow): void;
  /** Called when the context menu of a row opens. */
  onContextMenu?(row: TableRow): void;
}

const moneyMeasures = new Set<Measure>(["cost", "byok_cost"]);
/** Tells VS Code that the context menu is of a bar or row; see `webview/context` in package.json. */
export const FIGURE_CONTEXT = JSON.stringify({ webviewSection: "figure", preventDefaultContextMenuItems: true });
/** Rows drawn at first and with each "Show more", to stay fast with thousands of keys. */
const PAGE_SIZE = 200;

/** Draws the figures as a sortable table that works with keyboard and screen reader. */
export function drawFiguresTable(table: HTMLTableElement, options: FiguresTableOptions, limit = PAGE_SIZE): void {
  const { rows, sort, metric, locale, rowHeader, total } = options;
  const ordered = sortRows(rows, sort, metric);
  const visible = ordered.slice(0, limit);
  const columns = ["name", ...measures, "share"];
  const header = (column: string) =>
    column === "name" ? rowHeader : column === "share" ? t("Share") : measureName(column as Measure);
  const active = (column: string) =>
    column === sort.column || (sort.column === "metric" && column === metricColumn(metric));
  const head = columns.map((column) =>
    h(
      "th",
      {
        scope: "col",
        class: column === "name" ? "name" : "number",
        "aria-sort": active(column) ? (sort.descending ? "descending" : "ascending") : "none",
      },
      h(
        "button",
        {
          type: "button",
          "data-id": `sort-${column}`,
          on: {
            click: () => options.onSort({ column, descending: active(column) ? !sort.descending : column !== "name" }),
          },
        },
        header(column),
        h("span", { class: "arrow", "aria-hidden": "true" }, active(column) ? (sort.descending ? "▼" : "▲") : ""),
      ),
    ),
  );
  const names = shortNames(
    visible.map(({ name }) => name),
    MAX_TABLE_NAME,
  );
  const body = visible.map((row, i) =>
    h(
      "tr",
      options.onContextMenu && {
        "data-vscode-context": FIGURE_CONTEXT,
        on: { contextmenu: () => options.onContextMenu?.(row) },
      },
      h(
        "th",
        { scope: "row", class: "name", title: row.name },
        nameCell(row, names[i]!, options),
        explainButton(row, options),
        askButton(row, options),
      ),
      ...measures.map((measure) => figureCell(measure, row.figures[measure], locale)),
      h("td", { class: "number" }, row.share === undefined ? "–" : percent(row.share, locale)),
    ),
  );
  const remaining = ordered.length - visible.length;
  fill(
    table,
    h("caption", { class: "visually-hidden" }, options.caption),
    h("thead", {}, h("tr", {}, ...head)),
    h(
      "tbody",
      {},
      ...body,
      remaining > 0 && moreRow(remaining, columns.length, () => drawFiguresTable(table, options, limit + PAGE_SIZE)),
    ),
    h(
      "tfoot",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "row", class: "name" }, t("Total")),
        ...measures.map((measure) => figureCell(measure, total[measure], locale)),
        h("td", { class: "number" }, ""),
      ),
    ),
  );
}

function nameCell(row: TableRow, name: string, { onOpen }: FiguresTableOptions): HTMLElement {
  if (!onOpen) return h("span", {}, name);
  const id = row.bucket ?? row.group?.id ?? "unattributed";
  return h(
    "button",
    { type: "button", class: "open", "data-id": `open-${id}`, on: { click: () => onOpen(row) } },
    name,
  );
}

/** Only for days and hours: other rows have it in their context menu and once they are opened, which saves Tab stops. */
function explainButton(row: TableRow, { onExplain }: FiguresTableOptions): HTMLElement | undefined {
  if (!onExplain || row.bucket === undefined) return undefined;
  return rowButton("explain", t("Explain This Change"), row, onExplain);
}

function askButton(row: TableRow, { onAsk }: FiguresTableOptions): HTMLElement | undefined {
  return onAsk && rowButton("ask", t("Ask Agent About This"), row, onAsk);
}

/** The button has no text, so that the cell's text is the name; its sign comes from the style sheet. */
function rowButton(kind: string, label: string, row: TableRow, click: (row: TableRow) => void): HTMLElement {
  const id = row.bucket ?? row.group?.id ?? "unattributed";
  const accessible = { title: label, "aria-label": `${label}: ${row.name}`, "data-id": `${kind}-${id}` };
  return h("button", { type: "button", class: `in-row ${kind}`, ...accessible, on: { click: () => click(row) } });
}

/** Creates a cell with the rounded figure, and the exact one as its tooltip. */
function figureCell(measure: Measure, value: number | undefined, locale: string): HTMLElement {
  if (value === undefined) return h("td", { class: "number unknown", title: t("Not available") }, t("unknown"));
  const isMoney = moneyMeasures.has(measure);
  const exact = isMoney ? formatExactMoney(value, locale) : formatCount(value, locale);
  return h("td", { class: "number", title: exact, "data-value": value }, isMoney ? formatMoney(value, locale) : exact);
}

function moreRow(remaining: number, columns: number, more: () => void): HTMLElement {
  const button = h(
    "button",
    { type: "button", class: "open", on: { click: more } },
    t("Show more ({0} remaining)", remaining),
  );
  return h("tr", {}, h("td", { colspan: columns }, button));
}

/** Returns the column that shows the arrow when rows are sorted by a metric. */
function metricColumn(metric: Metric): string {
  return { cost: "cost", requests: "requests", tokens: "prompt_tokens" }[metric];
}
