// The part of the panel with what is expected of the month: one line, and on request how it was checked and the days' figures.
import { t } from "@vscode/l10n";
import type { Estimate } from "../../openrouter/foresight/forecast/model.ts";
import { dayAfter } from "../../openrouter/spend/model.ts";
import { fill, h } from "../dom.ts";
import type { FromWebview, ToWebview } from "../protocol.ts";
import type { ActivityState } from "../state.ts";
import { comingDays, forecastSubject } from "./forecastSubject.ts";
import { drawForecastTable } from "./forecastTable.ts";
import type { ShownForecast } from "./protocol.ts";

type ForecastMessage = Extract<ToWebview, { type: "forecast" }>;

export interface ForecastPart {
  element: HTMLElement;
  /** Requests the forecast for what the panel shows, unless it has been requested. */
  follow(accountId: string, state: ActivityState): void;
  /** Draws the forecast of what the panel shows. @returns the days that the chart shows, from `today` on */
  draw(state: ActivityState, today: string): readonly Estimate[] | undefined;
  /** @returns true if the forecast is of what the panel shows */
  receive(message: ForecastMessage): boolean;
  /** Drops everything of an account. */
  clear(): void;
}

export function createForecastPart(locale: string, post: (message: FromWebview) => void): ForecastPart {
  let followed: string | undefined;
  let forecast: ShownForecast | undefined;
  const summary = h("summary", {});
  const texts = h("ul", {});
  const table = h("table", {});
  const frame = h("div", { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Forecast") }, table);
  const element = h("details", { class: "forecast", hidden: true }, summary, texts, frame);
  return {
    element,
    follow(accountId, state) {
      const about = forecastSubject(state);
      const next = about && JSON.stringify([accountId, about]);
      if (next === followed) return;
      followed = next;
      forecast = undefined;
      post({ type: "forecast", accountId, about });
    },
    draw(state, today) {
      const shown = forecastSubject(state) ? forecast : undefined;
      const days = shown && comingDays(shown, state, today);
      element.hidden = !shown?.text;
      if (!shown) return undefined;
      fill(summary, shown.text);
      fill(texts, ...shown.details.map((text) => h("li", {}, text)));
      frame.hidden = !days;
      if (days)
        drawForecastTable(
          table,
          days.map((estimate, i) => ({ day: dayAfter(today, i), spent: undefined, estimate })),
          locale,
        );
      return days;
    },
    receive({ accountId, about, forecast: received }) {
      if (JSON.stringify([accountId, about]) !== followed) return false;
      forecast = received;
      return true;
    },
    clear() {
      followed = forecast = undefined;
      element.hidden = true;
    },
  };
}
