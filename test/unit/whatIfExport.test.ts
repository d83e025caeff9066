import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { whatIfCsv, whatIfFileName, whatIfJson } from "../../src/editor/activity/whatIf/whatIfExportText.ts";
import type { Candidate } from "../../src/openrouter/foresight/whatIf/model.ts";
import type { WhatIfReading } from "../../src/openrouter/foresight/whatIf/readWhatIf.ts";
import { OpenRouterError } from "../../src/openrouter/index.ts";

const account = { name: "Work", isSample: false };

function candidate(given: Partial<Candidate>): Candidate {
  return {
    ...{ id: "a/b", name: "B", cost: { low: 1.25, middle: 2.000_001, high: 3 }, saving: 7.999_999, certain: 6 },
    ...{ breakEven: 4.5, tokenizer: "measured", lacks: [], addsReasoning: false, isFree: false, unpriced: [] },
    ...{ expires: undefined, verdict: undefined, providers: undefined },
    ...given,
  };
}

const reading: WhatIfReading = {
  usage: [
    {
      ...{ model: "a/used", cost: 10, byok_cost: undefined, requests: 3, prompt_tokens: 100, completion_tokens: 50 },
      ...{ reasoning_tokens: undefined, cached_tokens: 7 },
      longest: { above: 0, requests: [{ prompt_tokens: 1, completion_tokens: 2 }] },
    },
  ],
  spent: 10,
  listCost: { low: 8, middle: 9, high: 11 },
  candidates: [
    candidate({ providers: [{ name: "P", tag: "p", cost: { low: 1, middle: 2, high: 3 }, isZdr: true }] }),
    candidate({ id: "a/free:free", name: "=cmd()", certain: undefined, isFree: true, lacks: ["tools", "file"] }),
    candidate({ id: "a/dear", saving: -5, certain: 0, verdict: "unknown", unpriced: ["image"], expires: "2028-05-01" }),
  ],
  excluded: {
    noPrice: 1,
    otherOutput: 0,
    shortContext: 0,
    lacksNeeded: 0,
    refused: 0,
    noZdr: 0,
    noProvider: 0,
    freeLimit: 0,
  },
  context: { tokens: 9, isAverage: false },
  ...{ cachingUnknown: false, byokUnknown: true, notes: [], leftOut: [], candidate: undefined, busiestDay: undefined },
  ...{ knowsRules: false, providersError: new OpenRouterError("GET /models/a/b/endpoints returned 503.", "Retry.") },
  ...{ zdrUnknown: false, from: "2028-03-01", to: "2028-03-30", source: "analytics" },
};

describe("exported costs on other models", () => {
  it("are exact as CSV, with the share that is certain; unknown figures are empty", () => {
    const [spent, list, first, free, dear, ...more] = parse<Record<string, string>>(whatIfCsv(reading, account), {
      columns: true,
    });
    assert.equal(more.length, 0);
    assert.deepEqual([spent!.model, spent!.cost, spent!.lowest, spent!.account], ["(spent)", "10", "", "Work"]);
    assert.deepEqual([list!.cost, list!.lowest, list!.highest], ["9", "8", "11"]);
    assert.deepEqual([first!.model_id, first!.cost, first!.saving], ["a/b", "2.000001", "7.999999"]);
    assert.equal(Number(first!.certain_share), 6 / 7.999_999);
    assert.deepEqual([free!.certain, free!.certain_share, free!.lacks, free!.free], ["", "", "tools file", "true"]);
    assert.equal(free!.model, "'=cmd()", "a name is no formula");
    assert.deepEqual([dear!.saving, dear!.certain, dear!.certain_share], ["-5", "0", ""]);
    assert.deepEqual([dear!.not_priced, dear!.expires, dear!.guardrails], ["image", "2028-05-01", "unknown"]);
  });

  it("are complete as JSON, with what is missing, but without single requests", () => {
    const json = JSON.parse(whatIfJson(reading, { name: "Sample", isSample: true }));
    assert.deepEqual(json.account, { name: "Sample", sample: true, note: "sample account, invented data" });
    assert.deepEqual(
      [json.currency, json.from, json.to, json.spent, json.listCost],
      ["USD", "2028-03-01", "2028-03-30", 10, reading.listCost],
    );
    assert.deepEqual(
      [json.providersUnknown, json.byokUnknown, json.cachingUnknown, json.knowsRules],
      [true, true, false, false],
    );
    assert.deepEqual(json.candidates[0].providers, reading.candidates[0]!.providers);
    assert.equal(json.candidates[0].certainShare, 6 / 7.999_999);
    assert.equal("certainShare" in json.candidates[1], false);
    assert.equal("longest" in json.usage[0], false);
    assert.equal(json.usage[0].cached_tokens, 7);
    assert.ok(!JSON.stringify(json).includes("503"));
  });

  it("go into a file that is named by the account and the days", () => {
    assert.equal(whatIfFileName(reading, account, "csv"), "openrouter-work-other-models-2028-03-01-2028-03-30.csv");
    const day = { ...reading, to: reading.from };
    assert.equal(whatIfFileName(day, account, "json"), "openrouter-work-other-models-2028-03-01.json");
  });
});
