import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { explanationCsv, explanationFileName, explanationJson } from "../../src/editor/activity/explainText.ts";
import { factors } from "../../src/openrouter/foresight/explain/model.ts";
import { basesFor, basisFor, explainRequest } from "../../src/webview/explain/explainRequest.ts";
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
        if (bases.length > 0) assert.ok(bases.includes(basisFor(given, current)));
        if (!request || request.before === "usual") return;
        assert.ok(request.before.to < request.after.from);
        assert.ok(request.before.from <= request.before.to && request.after.from <= request.after.to);
      }),
    );
  });
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
