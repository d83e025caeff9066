import assert from "node:assert/strict";
import fc from "fast-check";
import { measures, type SpendTable } from "../../src/openrouter/spend/index.ts";
import type { ExplainRequest, NamedFilter } from "../../src/webview/explain/explainRequest.ts";
import {
  type FromWebview,
  parseFromWebview,
  parseState,
  parseToWebview,
  type ToWebview,
  webviewCommands,
} from "../../src/webview/protocol.ts";
import { request, scope, state } from "../support/activityStates.ts";
import { randomSpend } from "../support/spendTables.ts";

const plain = { noNullPrototype: true } as const;
const text = fc.string();
const command = fc.constantFrom(...webviewCommands);
const type = <T extends string>(value: T) => fc.constant(value);

const figure = fc.oneof(
  fc.record({ bucket: text }, { ...plain, requiredKeys: [] }),
  fc.record({ group: fc.record({ id: fc.option(text), name: text }, plain) }, plain),
);

const explainRequest = fc.constantFrom<ExplainRequest>(
  { after: { from: "2028-03-01", to: "2028-03-01" }, before: "usual", filter: {} },
  {
    after: { from: "2028-03-01T07", to: "2028-03-01T07" },
    before: { from: "2028-02-29T07", to: "2028-02-29T07" },
    filter: { key: ["a", null], model: ["b"] },
  },
);

const fromWebview: fc.Arbitrary<FromWebview> = fc.oneof(
  fc.record({ type: type("ready") }, plain),
  fc.record({ type: type("read"), id: fc.nat(), request, fresh: fc.boolean() }, plain),
  fc.record({ type: type("export"), format: fc.constantFrom("csv", "json"), state, request }, plain),
  fc.record({ type: type("copy"), state, request }, plain),
  fc.record({ type: type("ask"), state, request, figure }, plain),
  fc.record({ type: type("command"), command }, plain),
  fc.record(
    { type: type("explain"), id: fc.nat(), accountId: text, request: explainRequest, fresh: fc.boolean() },
    plain,
  ),
  fc.record({ type: type("readGeneration"), id: fc.nat(), accountId: text, generation: text }, plain),
  fc.record(
    {
      type: type("askExplanation"),
      accountId: text,
      request: explainRequest,
      filters: fc.constantFrom<NamedFilter[]>([], [{ dimension: "key", ids: ["a", null], name: "b" }]),
    },
    plain,
  ),
  fc.record({ type: type("copyWhatIf"), id: fc.nat(), accountId: text }, plain),
  fc.record(
    { type: type("exportWhatIf"), id: fc.nat(), format: fc.constantFrom("csv", "json"), accountId: text },
    plain,
  ),
  fc.record({ type: type("copyExplanation"), accountId: text, request: explainRequest }, plain),
  fc.record(
    {
      type: type("exportExplanation"),
      format: fc.constantFrom("csv", "json"),
      accountId: text,
      request: explainRequest,
    },
    plain,
  ),
);

const table: fc.Arbitrary<SpendTable> = randomSpend({ most: 3 }).map((given) => ({
  ...given.table,
  sources: [{ source: "activity", from: "2028-02-01", to: "2028-02-03", readAt: "2028-02-04T00:00:00.000Z" }],
  notes: [{ kind: "counters" }, { kind: "keysAsked", asked: 1, of: 2 }],
}));
const usd = fc.nat(1e9).map((micros) => micros / 1e6);
const amounts = fc.record(
  {
    ...{
      today: usd,
      week: usd,
      month: usd,
      source: fc.constantFrom("analytics", "counters"),
      includesByok: fc.boolean(),
    },
    ...{ note: text, readAt: text },
  },
  { ...plain, requiredKeys: ["today", "month", "source", "includesByok", "readAt"] },
);
const account = fc.record({ id: text, text, isSample: fc.boolean() }, plain);
const message: fc.Arbitrary<Extract<ToWebview, { type: "table" }>> = fc.record(
  { type: type("table"), id: fc.nat(), request, table, account, amounts },
  { ...plain, requiredKeys: ["type", "id", "request", "table", "account"] },
);

const toWebview: fc.Arbitrary<ToWebview> = fc.oneof(
  fc.record(
    {
      ...{ type: type("start"), locale: text, scopes: fc.array(scope), accountId: text },
      translations: fc.dictionary(fc.constantFrom("Today", "{0} keys", "Größe"), text, plain),
    },
    { ...plain, requiredKeys: ["type", "locale"] },
  ),
  message,
  fc.record({ type: type("progress"), id: fc.nat(), done: fc.nat(), all: fc.nat() }, plain),
  fc.record(
    { type: type("failed"), id: fc.nat(), message: text, command },
    { ...plain, requiredKeys: ["type", "id", "message"] },
  ),
  fc.record({ type: type("scopes"), scopes: fc.array(scope), accountId: text }, plain),
  fc.record({ type: type("askFor"), menu: fc.boolean() }, plain),
  fc.record({ type: type("explainFor"), menu: fc.boolean() }, plain),
  fc.record({ type: type("generationsFailed"), id: fc.nat(), message: text }, plain),
  fc.record(
    { type: type("generation"), id: fc.nat(), generation: fc.record({ cost: usd, prompt: fc.nat() }, plain) },
    plain,
  ),
  fc.record({ type: type("explainFailed"), id: fc.nat(), message: text }, plain),
  fc.constantFrom<ToWebview>(
    { type: "outdated" },
    { type: "outdated", renewed: true },
    { type: "outdated", account: true },
  ),
);

/** Optional fields of messages. */
const OPTIONAL_PATHS = new Set([
  "figure.bucket",
  "figure.group",
  "amounts.week",
  "amounts.note",
  "generation.prompt",
  "request.filter.key",
  "request.filter.model",
]);
const OPTIONAL = new Set([
  "renewed",
  "explain",
  "compare",
  "keys",
  "day",
  "translations",
  "scopes",
  "amounts",
  "command",
  "accountId",
]);
const ENUMS = new Set([
  "explain",
  "type",
  "range",
  "groupBy",
  "metric",
  "dimension",
  "dimensions",
  "rows",
  "format",
  "command",
  "unit",
]);
type Path = (string | number)[];

/** Returns the paths of all fields and items of a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [at, ...pathsOf(inner, at)];
  });
}

/** Returns values that are invalid at a path. */
function invalidValues(path: Path, value: unknown): unknown[] {
  const field = [...path].reverse().find((part) => typeof part === "string") as string;
  if (path.includes("notes")) return [null, {}];
  if (typeof value === "number") return [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "7", null, {}];
  if (typeof value === "boolean") return ["true", 1, null];
  if (typeof value === "string")
    return [
      7,
      {},
      ["a"],
      ...(ENUMS.has(field) ? ["other", "__proto__"] : []),
      ...(field === "id" || path.includes("filter") || path.includes("ids") ? [] : [null]),
    ];
  if (value === null) return [7, {}];
  return Array.isArray(value) ? [{}, null, "text", 7] : [[7], null, "text", 7];
}

/** A message with one invalid or missing field. */
const invalidated = <T extends object>(valid: fc.Arbitrary<T>): fc.Arbitrary<{ where: string; value: unknown }> =>
  valid.chain((given) => {
    const changes = pathsOf(given).flatMap((path) => {
      const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], given);
      const replaced = invalidValues(path, value).map((other) => ({ path, other, removed: false }));
      const last = path.at(-1)!;
      const isOptional =
        OPTIONAL_PATHS.has(path.join(".")) ||
        // An account is required with figures, and a mark of outdated ones.
        value === true ||
        typeof last === "number" ||
        OPTIONAL.has(last) ||
        path.includes("translations") ||
        path.includes("notes");
      return isOptional ? replaced : [...replaced, { path, other: undefined, removed: true }];
    });
    return fc.constantFrom(...changes).map(({ path, other, removed }) => {
      const value = structuredClone(given);
      const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], value);
      const last = path.at(-1)!;
      if (removed) delete (parent as Record<string, unknown>)[last];
      else (parent as Record<string, unknown>)[last] = other;
      return { where: `${path.join(".")}: ${removed ? "removed" : JSON.stringify(other)}`, value };
    });
  });

const runs = { numRuns: 2000 };
const rest = { type: "table", id: 1, account: { id: "a", text: "Account: “Work”", isSample: false } };

describe("webview protocol", () => {
  for (const [name, messages, parse] of [
    ["message from a webview", fromWebview, parseFromWebview],
    ["message to a webview", toWebview, parseToWebview],
    ["state", state, parseState],
  ] as [string, fc.Arbitrary<object>, (value: unknown) => unknown][]) {
    it(`parses a valid ${name} unchanged`, () => {
      fc.assert(
        fc.property(messages, (sent) => {
          assert.deepEqual(parse(structuredClone(sent)), sent);
          assert.deepEqual(parse(JSON.parse(JSON.stringify(sent))), sent);
        }),
        { numRuns: 500 },
      );
    });

    it(`rejects a ${name} with one invalid or missing field`, () => {
      fc.assert(
        fc.property(invalidated(messages), ({ where, value }) => {
          assert.equal(parse(value), undefined, where);
        }),
        runs,
      );
    });

    it(`rejects anything else as a ${name}`, () => {
      const anything = fc.anything({
        withNullPrototype: true,
        withMap: true,
        withDate: true,
        withBigInt: true,
        withSparseArray: true,
      });
      fc.assert(
        fc.property(anything, (value) => {
          assert.equal(parse(value), undefined);
          assert.equal(parse({ type: value }), undefined);
          assert.equal(parse({ ...rest, request: value, table: value, state: value }), undefined);
        }),
        runs,
      );
    });
  }

  it("rejects messages of the other direction", () => {
    fc.assert(
      fc.property(fromWebview, toWebview, (one, other) => {
        assert.equal(parseToWebview(one), undefined);
        assert.equal(parseFromWebview(other), undefined);
      }),
    );
  });
});

describe("table in a message", () => {
  const withRows = message.filter(({ table }) => table.bucket.length > 0);
  const fails = (change: (table: SpendTable) => unknown) =>
    fc.assert(
      fc.property(withRows, (sent) => {
        const message = structuredClone(sent);
        change(message.table);
        assert.equal(parseToWebview(message), undefined);
      }),
    );

  it("is rejected with indexes out of range", () => {
    for (const index of [-1, 3, 0.5, 1e9]) fails((table) => table.bucket.splice(0, 1, index));
    for (const column of ["model", "provider", "key", "workspace"] as const)
      for (const index of [-2, 0.5, 11, 1e9]) fails((table) => table.columns[column].splice(0, 1, index));
  });

  it("is rejected with columns of different lengths", () => {
    for (const measure of measures) {
      fails((table) => table.figures[measure].push(1));
      fails((table) => table.figures[measure].pop());
      fails((table) => table.known[measure].push(true));
      fails((table) => table.known[measure].pop());
    }
    fails((table) => table.columns.key.push(-1));
    fails((table) => table.bucket.push(0));
    fails((table) => table.bucket.pop());
    fails((table) => table.buckets.push("2028-02-29"));
  });
});
