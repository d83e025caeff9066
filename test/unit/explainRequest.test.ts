import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { explanationCsv, explanationFileName, explanationJson } from "../../src/editor/activity/explainText.ts";
import { differentLengths, factors } from "../../src/openrouter/foresight/explain/model.ts";
import type { Buckets, ChosenPeriods } from "../../src/webview/explain/basis.ts";
import { findProblem, unitOf } from "../../src/webview/explain/chosenPeriods.ts";
import { basesFor, basisFor, comparisonOf, explainRequest } from "../../src/webview/explain/explainRequest.ts";
import { parseState } from "../../src/webview/protocol.ts";
import { backTo, choose, drill, initialState } from "../../src/webview/state.ts";
import { state } from "../support/activityStates.ts";
import { spike } from "../support/explanations.ts";

const TODAY = "2028-03-30";
const at = (day: string) => ({ from: day, to: day });

describe("explainRequest", () => {
  const of = (bucket: string, explain?: "usual" | "day" | "week", current = TODAY) =>
    explainRequest({ ...drill(initialState, { bucket }), explain }, current);

  it("compares a completed day with its usual, the day before or a week before", () => {
    assert.deepEqual(of("2028-03-01"), { after: at("2028-03-01"), before: "usual", filter: {} });
    assert.deepEqual(of("2028-03-01", "day")?.before, at("2028-02-29"));
    assert.deepEqual(of("2028-03-01", "week")?.before, at("2028-02-23"));
  });

  it("compares neither the current day nor an hour with the usual of whole days", () => {
    assert.deepEqual(of(TODAY, "usual")?.before, at("2028-03-29"));
    assert.deepEqual(of(`${TODAY}T07`, "usual", `${TODAY}T09`)?.before, at("2028-03-29T07"));
    assert.deepEqual(of(`${TODAY}T07`, "week", `${TODAY}T09`)?.before, at("2028-03-23T07"));
    assert.equal(of(`${TODAY}T09`, "day", `${TODAY}T09`), undefined);
    assert.deepEqual(explainRequest({ ...initialState, range: "today" }, `${TODAY}T09`), {
      ...{ after: at(TODAY), before: at("2028-03-29"), filter: {} },
    });
  });

  it("compares the completed days of a range with those of the previous one", () => {
    const { after, before } = explainRequest({ ...initialState, range: "7d" }, TODAY)!;
    assert.deepEqual(after, { from: "2028-03-24", to: "2028-03-29" });
    assert.deepEqual(before, { from: "2028-03-17", to: "2028-03-22" });
    assert.equal(explainRequest({ ...initialState, range: "365d" }, TODAY), undefined);
  });

  it("keeps the filters and the drill-down", () => {
    const scopes = [{ dimension: "key" as const, ids: ["hash"], name: "ci" }];
    const drilled = drill(choose(initialState, { scopes }), { dimension: "model", id: null, name: "Unattributed" });
    assert.deepEqual(explainRequest(drilled, TODAY)?.filter, { key: ["hash"], model: [null] });
  });

  it("never compares a period with one that isn't before it, and its basis is one that can be chosen", () => {
    fc.assert(
      fc.property(state, fc.constantFrom("2028-03-30", "2028-03-30T11", "2028-03-01T07"), (given, current) => {
        const request = explainRequest(given, current);
        const bases = basesFor(given, current);
        const basis = basisFor(given, current);
        if (typeof basis === "object") return assert.equal(basis, given.explain);
        if (bases.length > 0) assert.ok(bases.includes(basis));
        if (!request || request.before === "usual") return;
        assert.ok(request.before.to < request.after.from);
        assert.ok(request.before.from <= request.before.to && request.after.from <= request.after.to);
      }),
    );
  });
});

describe("chosen periods", () => {
  const days = (from: string, to = from) => ({ from, to });
  const early = { after: days("2028-03-01", "2028-03-07"), before: days("2028-01-01", "2028-01-20") };
  const explaining = (explain: ChosenPeriods, given = initialState) => ({ ...given, explain });
  const problem = (after: Buckets, before: Buckets, current = TODAY) =>
    findProblem({ after, before }, unitOf(after), current, "en");

  it("are compared, with the filters of the state, whatever their lengths", () => {
    const scopes = [{ dimension: "key" as const, ids: ["a", "b"], name: "mine" }];
    const drilled = drill(choose(initialState, { scopes }), { dimension: "key", id: "a", name: "one" });
    const given = explaining(early, drilled);
    assert.deepEqual(explainRequest(given, TODAY), { ...early, filter: { key: ["a"] } });
    assert.deepEqual(basisFor(given, TODAY), early);
    assert.deepEqual(comparisonOf(given, TODAY).filters, [{ dimension: "key", ids: ["a"], name: "one" }]);
    assert.deepEqual(comparisonOf(explaining(early, choose(initialState, { scopes })), TODAY).filters, scopes);
  });

  it("begin with what is compared, and can be chosen", () => {
    fc.assert(
      fc.property(state, fc.constantFrom("2028-03-30", "2028-03-30T11"), ({ explain: _, ...given }, current) => {
        const { request, chosen } = comparisonOf(given, current);
        if (!request) return;
        assert.deepEqual(chosen.after, request.after);
        assert.deepEqual(request.before === "usual" ? chosen.before : request.before, chosen.before);
        assert.deepEqual(explainRequest({ ...given, explain: chosen }, current), { ...request, before: chosen.before });
      }),
    );
    const year = comparisonOf({ ...initialState, range: "365d" }, TODAY);
    assert.equal(year.request, undefined);
    assert.equal(problem(year.chosen.after, year.chosen.before), undefined);
  });

  it("are refused beside the period that has to be changed", () => {
    const [last, before] = [days("2028-03-23", "2028-03-29"), days("2028-03-16", "2028-03-22")];
    assert.equal(problem(last, before), undefined);
    assert.equal(problem(before, last), undefined, "the earlier one can be explained, too");
    assert.equal(problem(days(TODAY), last), undefined, "today, as far as it is known");
    for (const [after, other, period, text] of [
      [days("", "2028-03-29"), before, "after", "Enter the beginning and the end."],
      [days("2028-03-29", "2028-03-23"), before, "after", "The end is before the beginning."],
      [last, days("2028-03-22", "2028-03-16"), "before", "The end is before the beginning."],
      [
        days("2028-03-23", "2028-03-31"),
        before,
        "after",
        "The end is in the future; the latest possible is Thu, Mar 30, 2028.",
      ],
      [
        last,
        days("2027-03-31", "2027-04-02"),
        "before",
        "The beginning is too long ago; the earliest possible is Thu, Apr 1, 2027.",
      ],
      [last, days("2028-03-16", "2028-03-23"), "before", "Both periods contain Thu, Mar 23, 2028."],
      [last, days("2028-03-25"), "before", "Both periods contain Sat, Mar 25, 2028."],
    ] as const) {
      assert.deepEqual(problem(after, other), { period, text });
      assert.equal(explainRequest(explaining({ after, before: other }), TODAY), undefined);
    }
    assert.equal(problem(last, days("2027-04-01")), undefined, "the oldest of 365 days");
  });

  it("are hours if an hour is explained, of the last 31 days", () => {
    const now = `${TODAY}T09`;
    const hour = { ...drill({ ...initialState, range: "today" }, { bucket: `${TODAY}T07` }) };
    const { chosen } = comparisonOf(hour, now);
    assert.deepEqual(chosen, { after: days(`${TODAY}T07`), before: days("2028-03-29T07") });
    assert.equal(problem(days(`${TODAY}T09`), days("2028-02-29T00"), now), undefined);
    assert.equal(problem(days(`${TODAY}T10`), chosen.before, now)?.period, "after");
    assert.equal(problem(chosen.after, days("2028-02-28T23"), now)?.period, "before");
  });

  it("of a saved state are dropped if they are no days or hours that exist", () => {
    const saved = (from: string, to: string) => parseState(explaining({ ...early, before: { from, to } }));
    assert.ok(saved("2028-02-29", "2028-02-29"));
    for (const wrong of ["2027-02-29", "2028-02-1", "2028-02-29T07", "29.02.2028", ""])
      assert.equal(saved(wrong, "2028-02-29"), undefined, wrong);
  });
});

describe("the lengths of compared periods", () => {
  const of = (...[from, to, ...before]: [string, string, string, string]) =>
    differentLengths({ after: { from, to }, before: { from: before[0], to: before[1] } });

  it("are known if they differ, by days or hours", () => {
    assert.deepEqual(of("2028-03-01", "2028-03-07", "2028-02-01", "2028-02-14"), { unit: "day", before: 14, after: 7 });
    assert.deepEqual(of("2028-03-01T22", "2028-03-02T01", "2028-02-01T07", "2028-02-01T07"), {
      ...{ unit: "hour", before: 1, after: 4 },
    });
    assert.equal(of("2028-03-01", "2028-03-07", "2028-02-01", "2028-02-07"), undefined);
    const usual = { from: "2028-02-02", to: "2028-03-22", averageOf: 8 };
    assert.equal(differentLengths({ after: days("2028-03-29"), before: usual }), undefined);
  });
  const days = (day: string) => ({ from: day, to: day });
});

describe("the explanation of a state", () => {
  const explained = { ...drill(initialState, { bucket: "2028-03-01" }), explain: "usual" as const };

  it("is left by going back, drilling down and choosing another range, grouping or filter", () => {
    assert.equal(backTo(explained, 1).explain, undefined);
    assert.deepEqual(backTo(explained, 1).path, explained.path);
    assert.equal(drill(explained, { dimension: "model", id: "m", name: "m" }).explain, undefined);
    for (const change of [{ range: "7d" as const }, { groupBy: "key" as const }, { scopes: [] }])
      assert.equal(choose(explained, change).explain, undefined);
    assert.equal(choose(explained, { metric: "tokens" }).explain, "usual");
  });
});

describe("an exported explanation", () => {
  const account = { name: "Work", isSample: false };
  const number = (text: string | undefined) => Number(text);

  it("has the whole change and its causes as CSV, which add up", () => {
    const explanation = spike();
    const rows: Record<string, string>[] = parse(explanationCsv(explanation, account), { columns: true });
    const [total, ...causes] = rows;
    assert.deepEqual([total!.model, number(total!.difference)], ["(total)", explanation.difference]);
    for (const field of ["difference", ...factors]) {
      const sum = causes.reduce((all, row) => all + number(row[field]), 0);
      assert.ok(Math.abs(sum - number(total![field])) < 1e-6, field);
    }
    for (const row of rows) {
      const sum = factors.reduce((all, factor) => all + number(row[factor]), 0);
      assert.ok(Math.abs(sum - number(row.difference)) < 1e-6, row.model);
      assert.equal(row.account, "Work");
    }
    assert.deepEqual([causes.at(-1)!.model, causes.at(-1)!.before], ["(17 others)", ""]);
    assert.deepEqual([causes[1]!.key, causes[1]!.key_hash], ["twin (534...f0b5)", "hash of twin (534...f0b5)"]);
  });

  it("has everything as JSON, and says that the sample account is one", () => {
    const { account: named, ...content } = JSON.parse(explanationJson(spike(), { name: "Sample", isSample: true }));
    assert.deepEqual(named, { name: "Sample", sample: true, note: "sample account, invented data" });
    assert.deepEqual(content, { time_zone: "UTC", currency: "USD", ...JSON.parse(JSON.stringify(spike())) });
    assert.equal(explanationFileName(spike(), account, "json"), "openrouter-work-change-2028-03-29.json");
  });
});
