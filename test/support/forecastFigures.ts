// A forecast with the days that it is based on: 60 days until 2028-03-24, today, and 90 days to come.
import type { NoForecast } from "../../src/openrouter/foresight/forecast/model.ts";
import type { ForecastFigures } from "../../src/webview/forecast/forecastDays.ts";

export function upcoming(): ForecastFigures {
  const days = Array.from({ length: 90 }, (_, i) => ({ low: 8 + (i % 7), middle: 12 + (i % 7), high: 20 + (i % 7) }));
  let [low, middle, high] = [0, 0, 0];
  const totals = days.map((day) => {
    [low, middle, high] = [low + day.low, middle + day.middle, high + day.high];
    return { low, middle, high };
  });
  return {
    past: {
      from: "2028-01-25",
      usd: Array.from({ length: 60 }, (_, i) => 10 + (i % 7) * 1.5),
      today: { usd: 4, share: 0.4 },
    },
    outlook: {
      readAt: "2028-03-25T09:30:00.000Z",
      forecast: { from: "2028-03-25", days, totals, backtest: { within: 0.83, days: 280 }, basedOn: 60 },
      month: { low: 380, middle: 412.5, high: 455, day: "2028-03-31" },
      creditsEnd: { early: "2028-04-20", middle: "2028-05-02", late: undefined },
    },
  };
}

export function refused(forecast: NoForecast): ForecastFigures {
  const { past, outlook } = upcoming();
  return { past, outlook: { ...outlook, forecast, month: undefined, creditsEnd: undefined } };
}
