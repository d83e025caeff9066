// The activity panel: holds the state, requests the figures that it needs, and draws them.
import { t } from "@vscode/l10n";
import { drawAccount } from "./accountLine.ts";
import { drawBreadcrumbs } from "./breadcrumbs.ts";
import { createChartBody, type DrawnChart } from "./chartBody.ts";
import { createControls } from "./controls.ts";
import { fill, h, keepFocus } from "./dom.ts";
import type { Selection } from "./drawing.ts";
import { createExplainPart, isExplainMessage } from "./explain/explainPart.ts";
import { comparisonOf, explainRequest } from "./explain/explainRequest.ts";
import { createForecastPart } from "./forecast/forecastPart.ts";
import { createPanelReads } from "./panelReads.ts";
import { drawProblem, drawProgress } from "./panelStatus.ts";
import { createPanelToolbar } from "./panelToolbar.ts";
import type { FiguresAccount, FromWebview, ToWebview } from "./protocol.ts";
import {
  type ActivityState,
  backTo,
  canDrill,
  changesGroups,
  choose,
  chooseRows,
  currentDimension,
  drill,
  forAccount,
  initialState,
  requestFor,
  type ScopeFilter,
} from "./state.ts";
import { createWhatIfPart, isWhatIfMessage } from "./whatIf/whatIfPart.ts";
import { whatIfRequest } from "./whatIf/whatIfRequest.ts";

export interface PanelOptions {
  locale: string;
  state: ActivityState | undefined;
  scopes: ScopeFilter[] | undefined;
  /** The account of the scopes, else the one in use. */
  accountId: string | undefined;
  post(message: FromWebview): void;
  /** Saves the state for when the panel is restored. */
  saveState(state: ActivityState): void;
}

export interface Panel {
  receive(message: ToWebview): void;
  /** Draws again after a change of theme. */
  redraw(): void;
}

export function createPanel(root: HTMLElement, options: PanelOptions): Panel {
  const { locale, post, saveState, accountId, ...initial } = options;
  const restored = initial.state ?? initialState;
  const saved = accountId === undefined ? restored : forAccount(restored, accountId);
  let state = initial.scopes ? choose(saved, { scopes: initial.scopes }) : saved;
  const reads = createPanelReads();
  /** The bar or row whose context menu was opened last. */
  let inMenu: Selection = {};

  const controls = createControls(
    (change) => setState(choose(state, change)),
    () => load(true),
  );
  const nav = h("nav", { class: "path", "aria-label": t("Filters and breadcrumbs") });
  const accountLine = h("p", { class: "account", hidden: true });
  const progress = h("div", { class: "progress" });
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const hint = h("p", { class: "hint" });
  const toolbar = createPanelToolbar({
    onRows: (rows) => setState(chooseRows(state, rows)),
    onExplain: () => explain({}),
    onAsk: () => ask({}),
    onCompareModels: compareModels,
    onCopy: () => post({ type: "copy", state, request: requestFor(state) }),
    onExport: (format) => post({ type: "export", format, state, request: requestFor(state) }),
  });
  const chartBody = createChartBody({
    groupHeight: 30,
    maxHeight: 520,
    onPick: pick,
    onSort: (sort) => setState({ ...state, sort }),
    onAsk: ask,
    onExplain: explain,
    onContextMenu(picked) {
      inMenu = picked;
    },
    onIsolationChange: draw,
  });
  const whatIf = createWhatIfPart(post, () => figures.focus());
  const explainPart = createExplainPart({
    locale,
    post,
    onBasis: (basis) => setState({ ...state, explain: basis }),
  });
  const forecast = createForecastPart(locale, post);
  const { headline, chart, legend, figures, sources } = chartBody;
  const body = h(
    "div",
    { class: "body", hidden: true },
    headline,
    chart,
    hint,
    legend,
    forecast.element,
    toolbar.element,
    figures,
    sources,
    whatIf.element,
  );
  const title = h("h1", { class: "visually-hidden" }, t("OpenRouter Activity"));
  fill(root, title, accountLine, controls.element, nav, progress, problem, explainPart.element, body);

  const isLoaded = () => reads.hasRead(requestFor(state));

  /** Drills into a bucket or a group. Ignores clicks on an outdated chart, whose bars have another meaning. */
  function pick({ bucket, group }: Selection): void {
    if (!isLoaded()) return;
    if (bucket !== undefined) setState(drill(state, { bucket }));
    else if (group && canDrill(state))
      setState(drill(state, { dimension: currentDimension(state), id: group.id, name: group.name }));
  }

  /** Asks an agent about a bar, a row, or everything shown. */
  function ask({ bucket, group }: Selection): void {
    if (!isLoaded()) return;
    const figure = { bucket, group: group && { id: group.id, name: group.name } };
    post({ type: "ask", state, request: requestFor(state), figure });
  }

  /** Compares what the panel shows with its cost on other models. */
  function compareModels(): void {
    const request = reads.last && isLoaded() ? whatIfRequest(state, reads.last.table) : undefined;
    if (reads.last && request) whatIf.open(reads.last.account.id, request);
  }

  /** Explains the change in a bar or row, or in everything shown. */
  function explain({ bucket, group }: Selection): void {
    if (!isLoaded() || state.explain) return;
    let next = state;
    if (bucket !== undefined) next = drill(next, { bucket });
    if (group) next = drill(next, { dimension: currentDimension(state), id: group.id, name: group.name });
    setState({ ...next, explain: "usual" });
    explainPart.focus();
  }

  function setState(next: ActivityState): void {
    if (changesGroups(state, next)) chartBody.showAllSeries();
    state = next;
    saveState(state);
    // An explanation is a request of its own, for which the day in progress is enough.
    const needsTable = state.explain === undefined || !reads.last;
    if (needsTable && !isLoaded() && !reads.isReading(requestFor(state))) {
      load(false);
      return;
    }
    reads.dropUnless(requestFor(state));
    showStatus();
    draw();
  }

  function load(fresh: boolean): void {
    const request = requestFor(state);
    post({ type: "read", id: reads.start(request), request, fresh });
    showStatus();
    draw();
    if (fresh && state.explain && reads.last) drawExplanation(reads.last, true);
  }

  function showStatus(done?: number, total?: number): void {
    drawProgress(progress, reads.isWaiting, done, total);
    problem.hidden = !reads.hasFailed;
    body.classList.toggle("stale", reads.isWaiting || reads.hasFailed);
    root.setAttribute("aria-busy", String(reads.isWaiting));
  }

  function draw(): void {
    keepFocus(root, state.explain ? explainPart.element : figures, () => {
      controls.show(state);
      drawBreadcrumbs(nav, {
        state,
        locale,
        onBackTo: (steps) => setState(backTo(state, steps)),
        onRemoveScope: (scope) => setState(choose(state, { scopes: state.scopes.filter((one) => one !== scope) })),
      });
      if (state.explain && reads.last) return drawExplanation(reads.last);
      explainPart.hide();
      // While another table is loading, the previous one stays, dimmed.
      if (reads.last && isLoaded()) drawTable(reads.last);
    });
  }

  function drawExplanation({ table: { current }, account }: NonNullable<typeof reads.last>, fresh?: boolean): void {
    body.hidden = true;
    drawAccount(accountLine, account);
    explainPart.show({ accountId: account.id, ...comparisonOf(state, current) }, fresh);
  }

  function drawTable({ table: spend, account }: NonNullable<typeof reads.last>): void {
    body.hidden = false;
    drawAccount(accountLine, account);
    forecast.follow(account.id, state);
    const expected = forecast.draw(state, spend.current);
    const content = { spend, state, locale, opensGroups: canDrill(state), forecast: expected };
    const { view, rowChoices } = chartBody.drawChart(content);
    hint.textContent = hintText(view, spend.unit);
    const request = whatIfRequest(state, spend);
    whatIf.keepOnly(account.id, request);
    toolbar.show(state.rows, rowChoices, {
      explain: explainRequest(state, spend.current) !== undefined,
      compareModels: request !== undefined,
    });
  }

  /** Shows an account's current name. If it is another account, drops the filters of the one before. */
  function showAccount(account: FiguresAccount): void {
    if (reads.last) {
      reads.last.account = account;
      drawAccount(accountLine, account);
    }
    const next = forAccount(state, account.id);
    if (next !== state) setState(next);
  }

  function hintText({ bucket, current }: DrawnChart["view"], unit: "day" | "hour"): string {
    if (current.groups.length === 0) return t("No spend to show.");
    if (bucket === undefined && unit === "hour") return t("Select a bar to see that hour (UTC).");
    if (bucket === undefined) return t("Select a bar to see that day (UTC).");
    return canDrill(state) ? t("Select a bar to drill down.") : "";
  }

  function fail({ message, command }: Extract<ToWebview, { type: "failed" }>): void {
    reads.fail(requestFor(state));
    // Older figures of the same choice stay, dimmed. Those of another choice would be misleading.
    if (!isLoaded()) body.hidden = true;
    drawProblem(problem, message, command, {
      retry: () => load(true),
      run: (id) => post({ type: "command", command: id }),
    });
    showStatus();
  }

  load(false);
  return {
    redraw: draw,
    receive(message) {
      if (message.type === "outdated") {
        // Never shows one account's figures as another's, not even dimmed.
        if (message.account) {
          reads.clear();
          explainPart.clear();
          forecast.clear();
          body.hidden = accountLine.hidden = true;
        }
        return load(!message.renewed);
      }
      if (message.type === "account") return showAccount(message.account);
      if (message.type === "askFor") return ask(message.menu ? inMenu : {});
      if (message.type === "explainFor") return explain(message.menu ? inMenu : {});
      if (message.type === "scopes") {
        const { scopes, accountId } = message;
        return setState(choose(forAccount(state, accountId), { scopes }));
      }
      if (isWhatIfMessage(message)) return whatIf.receive(message);
      if (isExplainMessage(message)) return explainPart.receive(message);
      if (message.type === "forecast") {
        if (forecast.receive(message)) draw();
        return;
      }
      if (message.type === "start" || !reads.isPending(message.id)) return;
      if (message.type === "progress") return showStatus(message.done, message.all);
      if (message.type === "failed") return fail(message);
      reads.receive({ request: message.request, table: message.table, account: message.account });
      showAccount(message.account);
      showStatus();
      draw();
    },
  };
}
