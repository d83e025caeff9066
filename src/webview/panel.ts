// The activity panel: keeps what is chosen, asks the editor for what that needs, and draws it.
import "@vscode-elements/elements/dist/vscode-progress-bar/index.js";
import { t } from "@vscode/l10n";
import type { SpendRequest, SpendTable } from "../openrouter/spend/model.ts";
import { createControls } from "./controls.ts";
import { fill, h } from "./dom.ts";
import { drawFiguresTable } from "./figuresTable.ts";
import { drawHeadline } from "./headline.ts";
import { dimensionName } from "./labels.ts";
import { drawLegend } from "./legend.ts";
import { readTheme } from "./palette.ts";
import { drawPath } from "./path.ts";
import { drawProblem } from "./problem.ts";
import type { FromWebview, ToWebview } from "./protocol.ts";
import { seriesOf } from "./series.ts";
import { drawSources } from "./sources.ts";
import { createSpendChart } from "./spendChart.ts";
import { spokenChart } from "./spokenChart.ts";
import {
  type ActivityState,
  answers,
  backTo,
  canDrill,
  choose,
  drill,
  initialState,
  requestFor,
  type Scope,
  type Step,
  shownDimension,
  showRows,
  type View,
  viewOf,
} from "./state.ts";
import { tableOf } from "./tableOf.ts";
import type { TableRow } from "./tableRows.ts";

export interface PanelOptions {
  locale: string;
  state: ActivityState | undefined;
  scopes: Scope[] | undefined;
  post(message: FromWebview): void;
  /** Keeps the state for when the panel is shown again. */
  keep(state: ActivityState): void;
}

export interface Panel {
  receive(message: ToWebview): void;
  /** The theme is another. */
  redraw(): void;
}

export function createPanel(root: HTMLElement, { locale, post, keep, ...from }: PanelOptions): Panel {
  const kept = from.state ?? initialState;
  let state = from.scopes ? choose(kept, { scopes: from.scopes }) : kept;
  let isolated: string | undefined;
  let read: { request: SpendRequest; table: SpendTable; sample: boolean } | undefined;
  let asked: { id: number; request: SpendRequest } | undefined;
  /** What could not be read; what is shown for it, if anything, is older. */
  let failed: SpendRequest | undefined;
  let lastId = 0;

  const controls = createControls(
    (change) => become(choose(state, change)),
    () => ask(true),
  );
  const nav = h("nav", { class: "path", "aria-label": t("Where you are") });
  const banner = h("p", { class: "banner", hidden: true }, t("Sample account: generated data."));
  const headline = h("div", { class: "headline", "aria-live": "polite" });
  const progress = h("div", { class: "progress" });
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const canvas = h("canvas", { role: "img" });
  const hint = h("p", { class: "hint" });
  const legend = h("ul", { class: "legend", "aria-label": t("Legend") });
  const rowsChoice = h("div", { class: "ranges", role: "group", "aria-label": t("Rows of the table") });
  const table = h("table", { class: "figures" });
  const frame = h("div", { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Figures") }, table);
  const sources = h("ul", { class: "sources", "aria-label": t("Sources") });
  const button = (text: string, click: () => void) => h("vscode-button", { secondary: true, on: { click } }, text);
  const toolbar = h(
    "div",
    { class: "toolbar" },
    rowsChoice,
    button(t("Copy"), () => post({ type: "copy", state, request: requestFor(state) })),
    button(t("Export CSV…"), () => post({ type: "export", format: "csv", state, request: requestFor(state) })),
    button(t("Export JSON…"), () => post({ type: "export", format: "json", state, request: requestFor(state) })),
  );
  const body = h(
    "div",
    { class: "body", hidden: true },
    headline,
    h("div", { class: "chart" }, canvas),
    hint,
    legend,
    toolbar,
    frame,
    sources,
  );
  fill(
    root,
    h("h1", { class: "visually-hidden" }, t("OpenRouter Activity")),
    banner,
    controls.element,
    nav,
    progress,
    problem,
    body,
  );
  const chart = createSpendChart(canvas, ({ bucket, group }) => {
    if (bucket !== undefined) enter({ bucket });
    else if (group && canDrill(state)) goInto(group);
  });

  function goInto({ id, name }: { id: string | null; name: string }): void {
    enter({ dimension: shownDimension(state), id, name });
  }

  /** Not from a chart that shows what was chosen before: its bars stand for something else. */
  function enter(step: Step): void {
    if (isRead()) become(drill(state, step));
  }

  const isRead = () => read !== undefined && answers(read.request, requestFor(state));

  function become(next: ActivityState): void {
    if (next.groupBy !== state.groupBy || next.path !== state.path) isolated = undefined;
    state = next;
    keep(state);
    if (!isRead()) ask(false);
    else {
      // What another choice asked for, or failed with, is of no interest any more.
      const request = requestFor(state);
      if (asked && !answers(asked.request, request)) asked = undefined;
      if (failed && !answers(failed, request)) succeed();
      showProgress();
      draw();
    }
  }

  function ask(fresh: boolean): void {
    const request = requestFor(state);
    lastId += 1;
    asked = { id: lastId, request };
    post({ type: "read", id: lastId, request, fresh });
    succeed();
    showProgress();
    draw();
  }

  function showProgress(done?: number, all?: number): void {
    const waits = asked !== undefined;
    const bar =
      waits && h("vscode-progress-bar", { ...(all && { value: done, max: all }), "aria-label": t("Reading") });
    const text = all ? t("Reading what each key spent: {0} of {1}", done ?? 0, all) : t("Reading the account's spend…");
    fill(progress, bar, waits && h("span", { role: "status" }, text));
    body.classList.toggle("stale", waits || failed !== undefined);
    root.setAttribute("aria-busy", String(waits));
  }

  function draw(): void {
    const hadFocus = root.contains(document.activeElement);
    drawAll();
    // Who went into a row by keyboard goes on from the figures: the row itself is gone.
    if (hadFocus && !root.contains(document.activeElement)) frame.focus({ preventScroll: true });
  }

  function drawAll(): void {
    controls.show(state);
    drawPath(nav, {
      ...{ state, locale },
      onBackTo: (steps) => become(backTo(state, steps)),
      onRemoveScope: (scope) => become(choose(state, { scopes: state.scopes.filter((one) => one !== scope) })),
    });
    // While another table is on its way, the one before stays, dimmed.
    if (!read || !isRead()) return;
    body.hidden = false;
    banner.hidden = !read.sample;
    drawFigures(read.table);
  }

  function drawFigures(spend: SpendTable): void {
    const now = spend.current;
    const view = viewOf(spend, state);
    const { metric } = state;
    const theme = readTheme();
    const series = seriesOf(view.current.groups, state.top, theme);
    if (!series.some(({ key }) => key === isolated)) isolated = undefined;
    const drawing = { view, series, isolated, theme, locale, now };
    drawHeadline(headline, view, spend, locale);
    canvas.parentElement!.style.height =
      view.bucket === undefined ? "" : `${Math.min(520, 60 + 30 * Math.max(2, series.length))}px`;
    chart.draw(drawing);
    canvas.setAttribute("aria-label", spokenChart(drawing));
    hint.textContent = hintText(view.bucket !== undefined, view.current.groups.length === 0);
    drawLegend(legend, {
      ...{ series, isolated, metric, theme, locale },
      onIsolate(key) {
        isolated = key;
        draw();
      },
    });
    legend.hidden = view.bucket !== undefined;
    drawTable(spend, view);
    drawSources(sources, spend, locale);
  }

  function hintText(inBucket: boolean, empty: boolean): string {
    if (empty) return t("Nothing was spent here.");
    if (!inBucket && read?.table.unit === "hour") return t("Select a bar to look into that hour. Hours are UTC.");
    if (!inBucket) return t("Select a bar to look into that day. Days are UTC.");
    return canDrill(state) ? t("Select a bar to look further.") : "";
  }

  function drawTable(spend: SpendTable, view: View): void {
    const { inTime, bucketHeader, ...figures } = tableOf(view, spend, state, locale);
    const choice = (rows: ActivityState["rows"], text: string) =>
      h(
        "vscode-button",
        {
          ...{ secondary: state.rows !== rows, "aria-pressed": String(state.rows === rows), "data-id": `rows-${rows}` },
          // From the start, so that it can take the focus of the button that it replaces.
          tabindex: 0,
          on: { click: () => become(showRows(state, rows)) },
        },
        text,
      );
    rowsChoice.hidden = !inTime;
    fill(rowsChoice, choice("groups", dimensionName(view.dimension)), choice("buckets", bucketHeader));
    const byBucket = inTime && state.rows === "buckets";
    drawFiguresTable(table, {
      ...figures,
      ...{ sort: state.sort, metric: state.metric, locale },
      onSort: (sort) => become({ ...state, sort }),
      onOpen:
        byBucket || canDrill(state)
          ? (row: TableRow) => (row.bucket !== undefined ? enter({ bucket: row.bucket }) : goInto(row.group!))
          : undefined,
    });
  }

  function succeed(): void {
    failed = undefined;
    problem.hidden = true;
  }

  function fail(message: string, command: Extract<ToWebview, { type: "failed" }>["command"]): void {
    failed = requestFor(state);
    // Older figures of the same choice stay, dimmed; those of another would pass for this one's.
    if (!isRead()) body.hidden = true;
    drawProblem(problem, message, command, {
      retry: () => ask(true),
      run: (id) => post({ type: "command", command: id }),
    });
    problem.hidden = false;
  }

  ask(false);
  return {
    redraw: draw,
    receive(message) {
      if (message.type === "outdated") {
        // One account's figures are not shown as another's, not even dimmed.
        if (message.account) {
          read = undefined;
          body.hidden = banner.hidden = true;
        }
        ask(true);
      }
      if (message.type === "scopes") become(choose(state, { scopes: message.scopes }));
      if (!("id" in message) || message.id !== asked?.id) return;
      if (message.type === "progress") return showProgress(message.done, message.all);
      asked = undefined;
      if (message.type === "failed") fail(message.message, message.command);
      showProgress();
      if (message.type !== "table") return;
      read = { request: message.request, table: message.table, sample: message.sample };
      draw();
    },
  };
}
