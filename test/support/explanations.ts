// An explanation of a change in spend: a spike of one key and one model, with twins, long and hostile names, and every factor.
import {
  type Cause,
  type Explanation,
  factors,
  type Parts,
  type UsageCell,
} from "../../src/openrouter/foresight/explain/model.ts";

export const LONG = `a-very-long-name-that-nobody-should-have-chosen-${"x".repeat(120)}-and-its-end`;
export const HOSTILE = '<img src=x onerror="globalThis.__pwned=1">';

export function parts(given: Partial<Parts>): Parts {
  return { ...(Object.fromEntries(factors.map((factor) => [factor, 0])) as Parts), ...given };
}

interface Given extends Partial<Omit<Cause, "model" | "key" | "parts" | "before" | "after">> {
  model?: string;
  key?: string;
  parts: Partial<Parts>;
  before?: Partial<UsageCell>;
  after?: Partial<UsageCell>;
}

/** Creates a cause; its difference is the sum of its parts. */
export function cause({ model, key, count = 1, ...given }: Given): Cause {
  const all = parts(given.parts);
  const cell = (figures: Partial<UsageCell> | undefined): UsageCell | undefined =>
    figures && {
      ...{ model, key, cost: 1, requests: undefined, prompt_tokens: undefined, completion_tokens: undefined },
      ...{ reasoning_tokens: undefined, cached_tokens: undefined, ...figures },
    };
  return {
    model: model === undefined ? undefined : { id: model, name: model },
    key: key === undefined ? undefined : { hash: `hash of ${key}`, name: key },
    difference: Object.values(all).reduce((sum, part) => sum + part, 0),
    parts: all,
    before: cell(given.before),
    after: cell(given.after),
    count,
  };
}

/** Creates the explanation that causes add up to. */
export function explanationOf(causes: Cause[], usual: number): Explanation {
  const sum = (pick: (one: Cause) => number) => causes.reduce((total, one) => total + pick(one), 0);
  const difference = sum((one) => one.difference);
  return {
    before: { from: "2028-02-02", to: "2028-03-22", averageOf: 8, cost: usual },
    after: { from: "2028-03-29", to: "2028-03-29", cost: usual + difference },
    difference,
    parts: parts(Object.fromEntries(factors.map((factor) => [factor, sum((one) => one.parts[factor])]))),
    causes,
    notes: [],
  };
}

export function spike(): Explanation {
  const causes = [
    cause({
      ...{ model: "anthropic/claude-opus-4.5", key: "ci-tests", parts: { volume: 250, mix: 37.2, prompt: 4.4 } },
      ...{ before: { requests: 420.5, cost: 40 }, after: { requests: 3520.5, cost: 331.6 } },
    }),
    cause({
      ...{ model: "openai/gpt-5.2", key: "twin (534...f0b5)", parts: { prompt: 22.125, caching: 3 } },
      ...{ before: { requests: 100, prompt_tokens: 100_000 }, after: { requests: 100, prompt_tokens: 325_000 } },
    }),
    cause({ model: "openai/gpt-5.2", key: "twin (8a1...77c2)", parts: { reasoning: 6 }, before: {}, after: {} }),
    cause({ model: LONG, key: LONG, parts: { completion: -14.75, price: 1.5 }, before: {}, after: {} }),
    cause({ model: HOSTILE, key: "new", parts: { mix: 9.5 }, after: { requests: 12 } }),
    cause({ model: "meta/llama-4:free", key: "old", parts: { mix: -3.25 }, before: { requests: 60 } }),
    cause({ model: "x-ai/grok-5", parts: { surcharges: 1, unattributed: 0.75 }, before: {}, after: {} }),
    cause({ parts: { volume: 0.004, price: -12.5 }, count: 17 }),
  ];
  const notes: Explanation["notes"] = [
    { kind: "keysFailed", failed: 2, cause: "POST /analytics/query returned 500: Internal Server Error." },
    { kind: "namesUnavailable", cause: "GET /models returned 503." },
  ];
  return { ...explanationOf(causes, 97.31), notes };
}
