// The Spend view in the sidebar: today, this week, this month, and a chart of 30 days. A click opens the panel.
import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-progress-bar/index.js";
import { t } from "@vscode/l10n";
import { formatMoney, formatTime } from "../openrouter/text/format.ts";
import { drawAmounts } from "./amounts.ts";
import { fill, h } from "./dom.ts";
import type { ShownForecast } from "./forecast/protocol.ts";
import { gapsText } from "./labels.ts";
import { readTheme } from "./palette.ts";
import type { Panel, PanelOptions } from "./panel.ts";
import type { ToWebview } from "./protocol.ts";
import { seriesOf } from "./series.ts";
import { createSpendChart } from "./spendChart.ts";
import { initialState, requestFor, viewOf } from "./state.ts";

export function createCompact(root: HTMLElement, { locale, post }: Pick<PanelOptions, "locale" | "post">): Panel {
  let received: Extract<ToWebview, { type: "table" }> | undefined;
  let forecast: ShownForecast | undefined;
  let id = 0;
  const state = initialState;
  const open = () => post({ type: "command", command: "openActivity" });
  const figures = h("dl", { class: "amounts" });
  const outlook = h("p", { class: "outlook", hidden: true });
  const canvas = h("canvas", { "aria-hidden": "true" });
  const chartButton = h(
    "button",
    { class: "compact-chart", type: "button", hidden: true, on: { click: open } },
    canvas,
  );
  const status = h("div", { class: "status", role: "status" });
  const problem = h("div", { class: "status", role: "alert" });
  fill(root, h("h1", { class: "visually-hidden" }, t("Spend")), figures, outlook, chartButton, status, problem);
  const chart = createSpendChart(canvas, open);

  function load(fresh: boolean): void {
    id += 1;
    post({ type: "read", id, request: requestFor(state), fresh });
    if (!received) fill(status, h("vscode-progress-bar", { "aria-label": t("Loading") }), h("span", {}, t("Loading…")));
    fail(undefined);
  }

  /** Shows or clears an error; the last figures stay, dimmed. */
  function fail(message: string | undefined): void {
    root.classList.toggle("stale", message !== undefined);
    problem.hidden = message === undefined;
    if (message === undefined) return;
    if (!received) fill(status);
    const retry = h("vscode-button", { secondary: true, on: { click: () => load(true) } }, t("Retry"));
    fill(problem, h("span", { class: "note" }, message), retry);
  }

  function draw(): void {
    if (!received) return;
    const { table, amounts } = received;
    const now = table.current;
    const view = viewOf(table, state);
    const theme = readTheme();
    drawAmounts(figures, amounts, locale);
    figures.classList.toggle("stale", amounts?.isStale === true);
    chartButton.hidden = false;
    chart.draw({
      view,
      series: seriesOf(view.current.groups, state.top, theme),
      isolated: undefined,
      theme,
      locale,
      now,
      compact: true,
    });
    const total = formatMoney(view.current.total.cost, locale);
    chartButton.setAttribute("aria-label", t("Open Activity. {0} in the last 30 days.", total));
    chartButton.title = t("Open Activity");
    const missing = gapsText(view.current, now);
    fill(
      status,
      h("span", {}, t("30 days: {0}", total)),
      missing !== undefined && h("span", { class: "note" }, missing),
      amounts?.source === "counters" && h("span", { class: "note" }, t("From key counters, without deleted keys")),
      amounts && !amounts.includesByok && h("span", { class: "note" }, t("Without BYOK")),
      amounts?.isStale && h("span", { class: "note" }, t("Not refreshed")),
      amounts && h("span", { class: "read-at" }, t("read at {0}", formatTime(new Date(amounts.readAt), locale))),
    );
  }

  function drawForecast(): void {
    outlook.hidden = !received || !forecast?.text;
    outlook.textContent = forecast?.text ?? "";
    outlook.title = forecast ? [forecast.text, ...forecast.details].join("\n") : "";
  }

  /** Clears the figures: one account's must not be shown as another's. */
  function clear(): void {
    received = forecast = undefined;
    drawForecast();
    fill(figures);
    chartButton.hidden = true;
  }

  load(false);
  return {
    redraw: draw,
    receive(message) {
      if (message.type === "outdated") {
        if (message.account) clear();
        load(!message.renewed);
      }
      if (message.type === "forecast" && message.accountId === received?.account.id) {
        ({ forecast } = message);
        drawForecast();
      }
      if (!("id" in message) || message.id !== id) return;
      if (message.type === "table") {
        const { id: accountId } = message.account;
        if (received?.account.id !== accountId) {
          forecast = undefined;
          post({ type: "forecast", accountId, about: { kind: "account" } });
        }
        received = message;
        draw();
        drawForecast();
      }
      if (message.type === "failed") fail(message.message);
    },
  };
}
