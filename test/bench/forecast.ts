import { forecastSpend } from "../../src/openrouter/foresight/forecast/forecast.ts";
import { forecastQuality } from "../support/forecastQuality.ts";
import { type Kind, kinds, spendSeries } from "../support/spendSeries.ts";
import { median, type Row } from "./table.ts";

const RUNS = Number(process.env.RUNS ?? 7);
const [DAYS, SERIES, HORIZON, SEEDS] = [365, 20, 62, 24];
const names = Object.keys(kinds) as Kind[];

/** Measures how good forecasts of each kind of series are, and how long those of all keys of an account take. */
export function forecast(): Row[] {
  return [...names.flatMap(quality), ...duration()];
}

function quality(kind: Kind): Row[] {
  const { forecasts, refused, days, totals, loss } = forecastQuality(kind, SEEDS);
  const percent = (share: number) => Math.round(1000 * share) / 10;
  return [
    { measure: `forecast, ${kind}: days within 10-90 %, %`, ours: percent(days), theirs: "", target: "75-90" },
    { measure: "  totals within, %", ours: percent(totals), theirs: "" },
    {
      measure: "  pinball loss, % of the plain average's",
      ...{ ours: percent(loss), theirs: "", target: kind === "flat" ? "" : "< 100" },
    },
    { measure: `  refused, of ${forecasts}`, ours: refused, theirs: "" },
  ];
}

function duration(): Row[] {
  const all = Array.from({ length: SERIES }, (_, i) => spendSeries(names[i % names.length]!, DAYS, i));
  const times: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const start = process.cpuUsage();
    for (const usd of all) forecastSpend({ from: "2025-01-06", usd, today: undefined }, { horizon: HORIZON });
    const { user, system } = process.cpuUsage(start);
    if (run >= 0) times.push((user + system) / 1e3); // the first run compiles the code
  }
  const measure = `forecasts of ${SERIES} series of ${DAYS} days, CPU ms, median of ${RUNS}`;
  return [{ measure, ours: median(times), theirs: "", target: "< 150" }];
}
