import assert from "node:assert/strict";
import fc from "fast-check";
import { type Cause, factors } from "../../src/openrouter/foresight/explain/model.ts";
import { causeParts, causeTexts } from "../../src/webview/explain/causeText.ts";
import { periodName, signedMoney } from "../../src/webview/explain/explainLabels.ts";
import { waterfallSteps } from "../../src/webview/explain/steps.ts";
import { cause, explanationOf, LONG, spike } from "../support/explanations.ts";

const text = (one: Cause) => causeTexts([one], "en")[0];

describe("waterfallSteps", () => {
  const usd = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const parts = fc.record(Object.fromEntries(factors.map((factor) => [factor, fc.oneof(fc.constant(0), usd)])));

  it("lead from one cost to the other without a gap, whatever the parts", () => {
    fc.assert(
      fc.property(usd, fc.array(parts, { maxLength: 4 }), (usual, all) => {
        const explanation = explanationOf(
          all.map((one) => cause({ parts: one })),
          usual,
        );
        const steps = waterfallSteps(explanation);
        const [first, last] = [steps[0]!, steps.at(-1)!];
        assert.deepEqual([first.kind, first.from, first.to], ["before", 0, usual]);
        assert.deepEqual([last.kind, last.from, last.to], ["after", 0, explanation.after.cost]);
        let reached = first.to;
        for (const { from, to, value } of steps.slice(1, -1)) {
          assert.ok(Math.abs(from - reached) < 1e-6 && Math.abs(to - from - value) < 1e-6);
          assert.notEqual(value, 0);
          reached = to;
        }
        assert.ok(Math.abs(reached - last.to) < 1e-6, `${reached} is not ${last.to}`);
      }),
    );
  });
});

describe("causeTexts", () => {
  it("words each reason so that a person can act on it", () => {
    const used = { requests: 100, prompt_tokens: 1000, completion_tokens: 500, reasoning_tokens: 200 };
    const both = { model: "m", key: "k", before: used };
    for (const [one, expected] of [
      [{ parts: { volume: 2, mix: 1 }, after: { ...used, requests: 3200 } }, "k: 3,100 more requests to m"],
      [{ parts: { volume: 2, mix: -3 }, after: { ...used, requests: 60 } }, "k: 40 fewer requests to m"],
      [{ parts: { prompt: 2 }, after: { ...used, prompt_tokens: 4000 } }, "k: 30 more prompt tokens per request to m"],
      [
        { parts: { prompt: -2 }, after: { ...used, prompt_tokens: 750 } },
        "k: 2.5 fewer prompt tokens per request to m",
      ],
      [{ parts: { prompt: -2 }, after: { ...used, prompt_tokens: undefined } }, "k: shorter prompts to m"],
      [
        { parts: { completion: 1 }, after: { ...used, completion_tokens: 2000 } },
        "k: 15 more completion tokens per request of m",
      ],
      [
        { parts: { reasoning: 1 }, after: { ...used, reasoning_tokens: 2200 } },
        "k: 20 more reasoning tokens per request of m",
      ],
      [{ parts: { price: 1, volume: -5, mix: 5.5 }, after: used }, "k: a higher price per token of m"],
      [{ parts: { caching: 1 }, after: used }, "k: fewer prompt tokens from the cache of m"],
      [{ parts: { caching: -1 }, after: used }, "k: more prompt tokens from the cache of m"],
      [{ parts: { surcharges: 1 }, after: used }, "k: more surcharges of m"],
      // More reasoning than completion tokens can't be: of those, the reasoning is unknown.
      [
        { parts: { completion: 1 }, after: { ...used, completion_tokens: 700, reasoning_tokens: 900 } },
        "k: 2 more completion tokens per request of m",
      ],
      // Reasons that cancel each other out: the largest is named.
      [
        { parts: { prompt: -2, price: 2 }, after: { ...used, prompt_tokens: 500 } },
        "k: 5 fewer prompt tokens per request to m",
      ],
      [{ parts: { prompt: -2, price: 2.000_000_1 }, after: used }, "k: a higher price per token of m"],
      [{ parts: { unattributed: -1 }, after: used }, "k: less spend on m, for unknown reasons"],
    ] as const)
      assert.equal(text(cause({ ...both, ...one })), expected);
  });

  it("says that a model was not used in one of the periods", () => {
    const given = { model: "m", key: "k", parts: { mix: 1 } };
    assert.equal(text(cause({ ...given, after: { requests: 12 } })), "k: 12 requests to m, not used before");
    assert.equal(text(cause({ ...given, before: { requests: 60 } })), "k: no requests to m any more, 60 before");
    assert.equal(text(cause({ ...given, before: { cost: 0, requests: 0 }, after: {} })), "k: m, not used before");
  });

  it("mentions no keys if the figures are not split by key", () => {
    const [own, unattributed] = causeTexts(
      [
        cause({ ...{ model: "m", key: "k", parts: { price: 1 } }, before: {}, after: {} }),
        cause({ model: "m", parts: { price: 1 }, before: {}, after: {} }),
      ],
      "en",
    );
    assert.deepEqual(
      [own, unattributed],
      ["k: a higher price per token of m", "Unattributed: a higher price per token of m"],
    );
    assert.equal(
      text(cause({ model: "m", parts: { price: 1 }, before: {}, after: {} })),
      "a higher price per token of m",
    );
  });

  it("shortens long names, and keeps namesakes different", () => {
    const texts = causeTexts(spike().causes, "en");
    assert.equal(new Set(texts).size, texts.length);
    assert.ok(
      texts.every((one) => one.length < 140),
      texts.join("\n"),
    );
    assert.ok(!texts.some((one) => one.includes(LONG)));
    assert.match(texts[1]!, /^twin \(534\.\.\.f0b5\): 2,250 more prompt tokens per request to /);
    assert.equal(texts.at(-1), "17 other models and keys");
  });
});

describe("causeParts", () => {
  it("lists the reasons with their amounts, without negligible ones", () => {
    const { parts } = cause({ parts: { volume: 250, mix: 37.2, prompt: -4.4, price: 0.001 } });
    assert.deepEqual(causeParts(cause({ parts }), "en"), ["Requests +$287.20", "Prompt tokens −$4.40"]);
    assert.deepEqual(causeParts(cause({ parts: { price: 3 } }), "en"), []);
  });
});

describe("periodName", () => {
  for (const [from, to, averageOf, expected] of [
    ["2028-03-29", "2028-03-29", undefined, "Wed, Mar 29, 2028"],
    ["2028-03-20", "2028-03-26", undefined, "Mon, Mar 20, 2028 to Sun, Mar 26, 2028"],
    ["2028-02-02", "2028-03-22", 8, "the average of 8 × Wednesday, Feb 2 to Mar 22"],
    ["2028-03-29T07", "2028-03-29T07", undefined, "Wed, Mar 29, 2028, 07:00 UTC"],
    ["2028-03-29T00", "2028-03-29T06", undefined, "Wed, Mar 29, 2028, 00:00 to 06:59 UTC"],
  ] as const)
    it(`names ${expected}`, () =>
      assert.equal(periodName({ from, to, ...(averageOf && { averageOf }) }, "en"), expected));
});

it("signedMoney has a sign, except for nothing", () => {
  assert.deepEqual(
    [287.2, -287.2, 0, -0.0012].map((usd) => signedMoney(usd, "en")),
    ["+$287.20", "−$287.20", "$0.00", "−$0.0012"],
  );
});
