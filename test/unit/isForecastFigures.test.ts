import assert from "node:assert/strict";
import { forecastDays } from "../../src/webview/forecast/forecastDays.ts";
import { isForecastFigures } from "../../src/webview/forecast/isForecastFigures.ts";
import { refused, upcoming } from "../support/forecastFigures.ts";

type Json = Record<string, unknown>;

/** Returns a copy in which the value at the path is replaced; undefined removes it. */
function replaced(path: readonly string[], value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(upcoming()));
  const parent = path.slice(0, -1).reduce<Json>((one, name) => one[name] as Json, copy);
  const last = path.at(-1)!;
  assert.ok(last in parent, path.join("."));
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe("a forecast from another process", () => {
  it("is accepted as it is sent, and so is each reason for having none", () => {
    assert.ok(isForecastFigures(upcoming()));
    assert.ok(isForecastFigures(replaced(["outlook", "creditsEnd"], undefined)));
    assert.ok(isForecastFigures(replaced(["outlook", "creditsEnd"], { early: "2028-04-20" })));
    assert.ok(isForecastFigures(replaced(["past", "today"], undefined)));
    assert.ok(isForecastFigures({ ...upcoming(), omitsEndedKeys: true }));
    assert.ok(!isForecastFigures({ ...upcoming(), omitsEndedKeys: "yes" }));
    assert.ok(isForecastFigures({ ...upcoming(), respectsLimits: true }));
    assert.ok(!isForecastFigures({ ...upcoming(), respectsLimits: 1 }));
    for (const reason of [
      { reason: "tooFewDays", days: 3, needed: 21 },
      { reason: "unreliable", within: 0.5, needed: 0.7 },
      { reason: "noSpend" },
      { reason: "gap" },
      { reason: "failed", cause: "GET /activity returned 500." },
    ] as const)
      assert.ok(isForecastFigures(refused(reason)), reason.reason);
  });

  for (const [path, value] of [
    [["past"], undefined],
    [["past", "from"], "yesterday"],
    [
      ["past", "usd"],
      [1, null],
    ],
    [["past", "today"], 5],
    [["outlook", "readAt"], undefined],
    [["outlook", "forecast"], null],
    [["outlook", "forecast"], { reason: "whatever" }],
    [["outlook", "forecast"], { reason: "tooFewDays", days: 3 }],
    [["outlook", "forecast", "days"], [{ low: 1, middle: 2 }]],
    [["outlook", "forecast", "backtest"], {}],
    [["outlook", "month", "day"], undefined],
    [["outlook", "month", "high"], "1"],
    [["outlook", "creditsEnd", "middle"], "soon"],
  ] as const)
    it(`is refused with ${path.join(".")} = ${JSON.stringify(value) ?? "nothing"}`, () =>
      assert.equal(isForecastFigures(replaced(path, value)), false));
});

describe("the days of a forecast's chart", () => {
  it("are the last 30 completed ones, today, and those to the end of the month, at least 14", () => {
    const days = forecastDays(upcoming());
    assert.equal(days.length, 30 + 14);
    const today = days[30]!;
    assert.deepEqual([days[0]!.day, today.day, days.at(-1)!.day], ["2028-02-24", "2028-03-25", "2028-04-07"]);
    assert.ok(days.slice(0, 30).every(({ spent, estimate }) => spent !== undefined && estimate === undefined));
    assert.equal(today.spent, 4);
    assert.ok(days.slice(30).every(({ estimate }) => estimate !== undefined));
    assert.ok(days.slice(31).every(({ spent }) => spent === undefined));
  });

  it("are those to the end of a month that is far", () => {
    const { past, outlook } = upcoming();
    const month = { ...outlook.month!, day: "2028-04-30" };
    assert.equal(forecastDays({ past, outlook: { ...outlook, month } }).at(-1)!.day, "2028-04-30");
  });

  it("are only completed ones without a forecast", () => {
    const days = forecastDays(refused({ reason: "noSpend" }));
    assert.deepEqual([days.length, days.at(-1)!.day], [30, "2028-03-24"]);
  });
});
