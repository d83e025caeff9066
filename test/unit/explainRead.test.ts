// Explanations of the sample account's spend, compared with its ledger.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Explanation, factors, type UsageCell } from "../../src/openrouter/foresight/explain/model.ts";
import { periodBefore, usualOf } from "../../src/openrouter/foresight/explain/periods.ts";
import {
  type ExplanationOptions,
  type ExplanationRequest,
  readExplanation,
} from "../../src/openrouter/foresight/explain/read.ts";
import { usageCells } from "../../src/openrouter/foresight/explain/usage.ts";
import {
  createClient,
  getCredits,
  getPeriods,
  InvalidInputError,
  OpenRouterError,
} from "../../src/openrouter/index.ts";
import { analyticsMeasures } from "../../src/openrouter/spend/analyticsRows.ts";
import type { SpendRow } from "../../src/openrouter/spend/index.ts";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { spike } from "../../src/sample/seed/profiles.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { NOON, TODAY } from "../support/sdk.ts";
import { onPath, SPEND_SEED } from "../support/spendAccount.ts";
import { assertNear } from "../support/spendTables.ts";

const now = new Date(NOON);
const YESTERDAY = "2026-06-09";
/** The same weekday in the eight weeks before. */
const TUESDAYS = [
  "2026-04-14",
  "2026-04-21",
  "2026-04-28",
  "2026-05-05",
  "2026-05-12",
  "2026-05-19",
  "2026-05-26",
  "2026-06-02",
];
const yesterday: ExplanationRequest = { after: { from: YESTERDAY, to: YESTERDAY }, before: usualOf(YESTERDAY) };
const weeks: ExplanationRequest = {
  after: { from: "2026-06-04", to: TODAY },
  before: periodBefore({ from: "2026-06-04", to: TODAY }),
};

const usd = (rows: readonly LedgerRow[]) => rows.reduce((sum, row) => sum + row.usage + row.byok, 0) / 1e6;
const kinds = ({ notes }: Explanation) => notes.map(({ kind }) => kind).filter((kind) => kind !== "notSplit");

describe("readExplanation", () => {
  let account: SampleAccount;
  let network: Awaited<ReturnType<typeof startFaultProxy>>;

  async function start({ fault = () => undefined, ...options }: SampleOptions & { fault?: Fault } = {}) {
    account = await startSampleAccount({ seed: SPEND_SEED, now: () => now, ...options });
    network = await startFaultProxy(account.baseUrl, fault);
  }
  afterEach(async () => {
    await network.close();
    await account.close();
  });

  const createOwnClient = () => createClient({ key: account.key, baseUrl: network.baseUrl });
  const read = (request: ExplanationRequest, options: ExplanationOptions = {}) =>
    readExplanation(createOwnClient(), request, { now, ...options });
  const within = (from: string, to: string, keep: (row: LedgerRow) => boolean = () => true) =>
    account.state.ledger.filter((row) => row.day >= from && row.day <= to && row.at < now.getTime() && keep(row));
  const key = (name: string) => [...account.state.keys.values()].find((one) => one.name === name)!;

  /** Asserts that parts and causes add up to the difference of the ledger's sums. */
  function assertSums({ before, after, difference, parts, causes }: Explanation, expected: [number, number]): void {
    assertNear(before.cost, expected[0], "before");
    assertNear(after.cost, expected[1], "after");
    assertNear(difference, expected[1] - expected[0], "difference");
    assertNear(
      factors.reduce((sum, factor) => sum + parts[factor], 0),
      difference,
      "parts",
    );
    assertNear(
      causes.reduce((sum, cause) => sum + cause.difference, 0),
      difference,
      "causes",
    );
  }

  /** Asserts that a cause's figures are the ledger's. */
  function assertCell(cell: UsageCell | undefined, rows: readonly LedgerRow[], count = 1): void {
    const figure = (of: (row: LedgerRow) => number) => rows.reduce((sum, row) => sum + of(row), 0) / count;
    assertNear(cell?.cost ?? 0, usd(rows) / count, "cost");
    assertNear(
      cell?.requests ?? 0,
      figure((row) => row.requests),
      "requests",
    );
    assertNear(
      cell?.prompt_tokens ?? 0,
      figure((row) => row.promptTokens),
      "prompt tokens",
    );
    assertNear(
      cell?.completion_tokens ?? 0,
      figure((row) => row.completionTokens),
      "completion tokens",
    );
    assertNear(
      cell?.reasoning_tokens ?? 0,
      figure((row) => row.reasoningTokens),
      "reasoning tokens",
    );
    assertNear(
      cell?.cached_tokens ?? 0,
      figure((row) => row.cachedTokens),
      "cached tokens",
    );
  }

  it("names the key and the model of yesterday's spike, to the cent of the ledger", async () => {
    await start();
    const { explanation, usual } = await read(yesterday);
    const ofSpike = (row: LedgerRow) => row.model === spike.model && row.key === key(spike.key).hash;
    const on = (days: readonly string[], keep?: (row: LedgerRow) => boolean) =>
      days.flatMap((day) => within(day, day, keep));
    assert.deepEqual(explanation.before.averageOf, 8);
    assertSums(explanation, [usd(on(TUESDAYS)) / 8, usd(on([YESTERDAY]))]);
    const [cause] = explanation.causes;
    assert.equal(cause!.model?.id, spike.model);
    assert.equal(cause!.key?.hash, key(spike.key).hash);
    assert.equal(cause!.key?.name, spike.key);
    assertCell(cause!.before, on(TUESDAYS, ofSpike), 8);
    assertCell(cause!.after, on([YESTERDAY], ofSpike));
    assert.ok(cause!.difference > 0.99 * explanation.difference);
    const spent = TUESDAYS.map((day) => usd(on([day]))).toSorted((a, b) => a - b);
    assert.equal(usual?.weeks, 8);
    assertNear(usual!.median, (spent[3]! + spent[4]!) / 2);
    assertNear(usual!.excess, usd(on([YESTERDAY])) - usual!.median);
  });

  it("reads two weeks by model and key in at most 12 requests", async () => {
    await start();
    const { explanation, usual } = await read(weeks);
    assert.ok(network.received.length <= 12, network.received.map(({ path }) => path).join("\n"));
    assert.equal(network.received.filter(({ path }) => path === "/analytics/query").length, 3);
    assertSums(explanation, [usd(within("2026-05-28", "2026-06-03")), usd(within("2026-06-04", TODAY))]);
    assert.equal(usual, undefined);
    // Names of analytics can't tell two keys of the same name apart.
    assert.ok(explanation.causes.some((cause) => cause.key?.hash === key("checkout-assistant").hash));
    for (const { model, key, before, after, count } of explanation.causes) {
      if (count > 1 || !model) continue;
      const own = (row: LedgerRow) =>
        row.model === model.id && (key ? row.key === key.hash : !account.state.keys.has(row.key));
      assertCell(before, within("2026-05-28", "2026-06-03", own));
      assertCell(after, within("2026-06-04", TODAY, own));
    }
    const unlisted = (row: LedgerRow) => !account.state.keys.has(row.key);
    const note = explanation.notes.find(({ kind }) => kind === "unlistedKeys");
    assert.ok(note?.kind === "unlistedKeys" && note.before > 0);
    assertNear(note.before, usd(within("2026-05-28", "2026-06-03", unlisted)));
    assertNear(note.after, usd(within("2026-06-04", TODAY, unlisted)));
    assert.deepEqual(kinds(explanation), ["unlistedKeys", "inProgress"]);
  });

  it("reads periods that are far apart each for itself", async () => {
    await start();
    const request = {
      before: { from: "2025-10-01", to: "2025-10-31" },
      after: { from: "2026-05-01", to: "2026-05-31" },
    };
    const { explanation } = await read(request);
    assertSums(explanation, [usd(within("2025-10-01", "2025-10-31")), usd(within("2026-05-01", "2026-05-31"))]);
    const ranges = network.received
      .filter(({ path }) => path === "/analytics/query")
      .map(({ body }) => JSON.parse(body).time_range.start.slice(0, 10));
    assert.deepEqual([...new Set(ranges)].sort(), ["2025-10-01", "2026-05-01"]);
  });

  it("explains hours", async () => {
    await start();
    const hours = (day: string) => ({ from: `${day}T01`, to: `${day}T08` });
    const { explanation } = await read({ before: hours("2026-06-08"), after: hours(YESTERDAY) });
    const spent = (day: string) =>
      usd(within(day, day, ({ at }) => new Date(at).getUTCHours() >= 1 && new Date(at).getUTCHours() <= 8));
    assertSums(explanation, [spent("2026-06-08"), spent(YESTERDAY)]);
    assert.equal(explanation.causes[0]!.key?.name, spike.key);
  });

  it("has the figures of today that other views show, although more was spent since", async () => {
    await start();
    const client = createOwnClient();
    const current = { ...(await getPeriods(client, {}, undefined, now)), readAt: NOON };
    // Counted late: after the reading, but with an earlier time.
    const late = account.state.ledger.findLast((row) => row.day === TODAY)!;
    account.state.ledger.push({ ...late, usage: 40e6, requests: 5000 });
    const { explanation } = await readExplanation(client, weeks, { current });
    const [past] = [usd(within("2026-06-04", YESTERDAY))];
    assertNear(explanation.after.cost, past + current.today);
    assertSums(explanation, [usd(within("2026-05-28", "2026-06-03")), past + current.today]);
    for (const cell of explanation.causes.flatMap(({ before, after }) => [before, after]))
      assert.ok(!cell || (cell.cost >= 0 && cell.requests! >= 0));
  });

  for (const [what, filter, keep] of [
    ["model", () => ({ model: [spike.model] }), (row) => row.model === spike.model],
    ["key", () => ({ key: [key(spike.key).hash] }), (row) => row.key === key(spike.key).hash],
    ["no listed key", () => ({ key: [null] }), (row) => !account.state.keys.has(row.key)],
    ["provider", () => ({ provider: ["Anthropic"] }), (row) => row.provider === "Anthropic"],
    [
      "workspace",
      () => ({ workspace: [account.state.workspaces[1]!.id] }),
      (row) => row.workspaceId === account.state.workspaces[1]!.id,
    ],
  ] as [string, () => ExplanationRequest["filter"], (row: LedgerRow) => boolean][])
    it(`explains the spend of one ${what} alone`, async () => {
      await start();
      const { explanation } = await read({ ...weeks, filter: filter() });
      const expected = [within("2026-05-28", "2026-06-03", keep), within("2026-06-04", TODAY, keep)].map(usd);
      assert.ok(expected[0]! > 0 && expected[1]! > 0);
      assertSums(explanation, expected as [number, number]);
    });

  it("averages only the weeks since the first spend, and says nothing of the usual with few of them", async () => {
    await start();
    account.state.ledger = account.state.ledger.filter(({ day }) => day >= "2026-05-20");
    const { explanation, usual } = await read(yesterday);
    assert.deepEqual(
      [explanation.before.from, explanation.before.to, explanation.before.averageOf],
      ["2026-05-26", "2026-06-02", 2],
    );
    assertSums(explanation, [
      (usd(within("2026-05-26", "2026-05-26")) + usd(within("2026-06-02", "2026-06-02"))) / 2,
      usd(within(YESTERDAY, YESTERDAY)),
    ]);
    assert.equal(usual, undefined);
  });

  it("says nothing of the usual while a day is in progress", async () => {
    await start();
    const { explanation, usual } = await read({ after: { from: TODAY, to: TODAY }, before: usualOf(TODAY) });
    assert.equal(usual, undefined);
    assert.ok(kinds(explanation).includes("inProgress"));
    assertNear(explanation.after.cost, usd(within(TODAY, TODAY)));
  });

  it("says that caching isn't split if analytics have no figures of it", async () => {
    const metrics = ["total_usage", "request_count", "tokens_prompt", "tokens_completion", "reasoning_tokens"];
    const data = { metrics: metrics.map((name) => ({ name })), dimensions: [], granularities: [] };
    await start({ fault: onPath(/^\/analytics\/meta/, (_, response) => reply(response, 200, { data })) });
    const { explanation } = await read(weeks);
    const [cause] = explanation.causes;
    assert.equal(cause!.after!.cached_tokens, undefined);
    assert.equal(explanation.parts.caching, 0);
    assert.ok(explanation.notes.some((note) => note.kind === "notSplit" && note.factor === "caching"));
    assertSums(explanation, [usd(within("2026-05-28", "2026-06-03")), usd(within("2026-06-04", TODAY))]);
  });

  it("explains by model alone if the keys' spend can't be read", async () => {
    const limited: Fault = (_, response) => reply(response, 429, apiError(429, "slow"), { "retry-after": "300" });
    await start({ fault: onPath(/^\/analytics\/query/, limited, /api_key_id/) });
    const { explanation } = await read(weeks);
    assert.ok(kinds(explanation).includes("keysFailed"));
    assert.ok(explanation.causes.every((cause) => cause.key === undefined));
    assert.equal(explanation.causes[0]!.model?.id, spike.model);
    assertSums(explanation, [usd(within("2026-05-28", "2026-06-03")), usd(within("2026-06-04", TODAY))]);
  });

  it("never takes a selected key whose spend can't be read for one without spend", async () => {
    const limited: Fault = (_, response) => reply(response, 429, apiError(429, "slow"), { "retry-after": "300" });
    await start({ fault: onPath(/^\/analytics\/query/, limited, /api_key_id/) });
    const own = (row: LedgerRow) => row.key === key(spike.key).hash;
    const { explanation } = await read({ ...yesterday, filter: { key: [key(spike.key).hash] } });
    assert.ok(kinds(explanation).includes("analyticsUnavailable"));
    assertNear(explanation.after.cost, usd(within(YESTERDAY, YESTERDAY, own)));
    assert.ok(explanation.after.cost > 0);
  });

  it("reads only the selected key, however many there are", async () => {
    await start();
    const hash = key(spike.key).hash;
    await read({ ...yesterday, filter: { key: [hash] } });
    const asked = network.received.flatMap(({ path, body }) =>
      path === "/analytics/query" ? (JSON.parse(body).filters ?? []) : [],
    );
    assert.deepEqual(asked, [{ field: "api_key_id", operator: "in", value: [hash] }]);
  });

  for (const [what, filter] of [
    ["key", { key: ["f".repeat(64)] }],
    ["model", { model: ["a/none"] }],
  ] as const)
    it(`rejects a ${what} that is not known, instead of saying that it cost nothing`, async () => {
      await start();
      await assert.rejects(
        read({ ...yesterday, filter: { ...filter } as ExplanationRequest["filter"] }),
        InvalidInputError,
      );
    });

  it("explains a model that is gone from the catalog, and one without usage in the periods", async () => {
    await start();
    for (const row of account.state.ledger) if (row.model === spike.model) row.permaslug = "a/gone";
    const { explanation, model } = await read({ ...yesterday, filter: { model: ["a/gone"] } });
    assert.equal(model, "a/gone");
    assertNear(explanation.after.cost, usd(within(YESTERDAY, YESTERDAY, (row) => row.model === spike.model)));
    const unused = await read({ ...yesterday, filter: { model: [spike.model] } });
    assert.equal(unused.explanation.after.cost, 0);
  });

  it("says that there is no usual before the first spend", async () => {
    await start();
    account.state.ledger = account.state.ledger.filter(({ day }) => day >= YESTERDAY);
    await assert.rejects(read(yesterday), { name: "OpenRouterError", message: /so there is no usual spend/ });
  });

  it("knows keys that were renamed since they were listed", async () => {
    await start();
    const client = createOwnClient();
    const first = await readExplanation(client, weeks, { now });
    const keys = [...account.state.keys.values()].map((one) => ({ ...one }));
    Object.assign(key(spike.key), { name: "renamed" });
    const stale = async () => ({ keys: keys as never, workspaces: undefined });
    const { explanation } = await readExplanation(client, weeks, { now, allKeys: stale });
    assert.equal(explanation.causes[0]!.key?.hash, first.explanation.causes[0]!.key?.hash);
    assert.equal(explanation.causes[0]!.key?.name, "renamed");
  });

  it("tells an inference key from an account without spend", async () => {
    await start();
    const client = createClient({ key: account.inferenceKey, baseUrl: account.baseUrl });
    await assert.rejects(readExplanation(client, weeks, { now }), OpenRouterError);
  });

  describe("without analytics", () => {
    it("explains completed days by model, and says that the keys are unknown", async () => {
      await start({ analytics: false });
      const { explanation, usual } = await read(yesterday);
      assert.deepEqual(kinds(explanation), ["analyticsUnavailable", "keysUnknown"]);
      const known = TUESDAYS.slice(-4);
      assert.equal(explanation.before.averageOf, 4);
      assertSums(explanation, [
        known.reduce((sum, day) => sum + usd(within(day, day)), 0) / 4,
        usd(within(YESTERDAY, YESTERDAY)),
      ]);
      assert.equal(explanation.causes[0]!.model?.id, spike.model);
      assert.equal(explanation.causes[0]!.key, undefined);
      assert.equal(usual?.weeks, 4);
    });

    it("takes today from the counters, of which nothing is attributed", async () => {
      await start({ analytics: false });
      const { explanation } = await read(weeks);
      assert.deepEqual(kinds(explanation).slice(0, 3), ["analyticsUnavailable", "keysUnknown", "counters"]);
      const listed = (row: LedgerRow) => row.day < TODAY || account.state.keys.has(row.key);
      assertSums(explanation, [usd(within("2026-05-28", "2026-06-03")), usd(within("2026-06-04", TODAY, listed))]);
      assertNear(explanation.parts.unattributed, usd(within(TODAY, TODAY, listed)));
    });

    it("explains the spend of single keys", async () => {
      await start({ analytics: false });
      const own = (row: LedgerRow) => row.key === key(spike.key).hash;
      const after = { from: "2026-06-03", to: YESTERDAY };
      const request = { after, before: periodBefore(after), filter: { key: [key(spike.key).hash] } };
      const { explanation } = await read(request);
      assert.equal(explanation.causes[0]!.key?.name, spike.key);
      assertSums(explanation, [
        usd(within("2026-05-27", "2026-06-02", own)),
        usd(within("2026-06-03", YESTERDAY, own)),
      ]);
    });

    for (const [what, request] of [
      [
        "older days",
        { after: { from: "2026-05-01", to: "2026-05-31" }, before: { from: "2026-04-01", to: "2026-04-30" } },
      ],
      [
        "hours",
        {
          after: { from: `${YESTERDAY}T01`, to: `${YESTERDAY}T02` },
          before: { from: `${YESTERDAY}T00`, to: `${YESTERDAY}T00` },
        },
      ],
      ["today by model", { ...weeks, filter: { model: [spike.model] } }],
      ["no listed key", { ...yesterday, filter: { key: [null] } }],
    ] as [string, ExplanationRequest][])
      it(`says what is known instead: ${what}`, async () => {
        await start({ analytics: false });
        await assert.rejects(read(request), {
          name: "OpenRouterError",
          message: /^Analytics are unavailable \(.*without them/,
        });
      });
  });

  for (const [what, before, after] of [
    ["overlap", { from: "2026-06-01", to: "2026-06-04" }, { from: "2026-06-04", to: "2026-06-08" }],
    ["end in the future", { from: "2026-06-01", to: "2026-06-04" }, { from: "2026-06-08", to: "2026-06-12" }],
    ["are in the future", { from: "2026-06-01", to: "2026-06-04" }, { from: "2026-06-11", to: "2026-06-12" }],
    ["end before they begin", { from: "2026-06-04", to: "2026-06-01" }, { from: "2026-06-05", to: "2026-06-08" }],
    ["are too old", { from: "2025-06-01", to: "2025-06-30" }, { from: "2026-06-05", to: "2026-06-08" }],
    ["have days and hours", { from: "2026-06-01", to: "2026-06-01" }, { from: "2026-06-05T01", to: "2026-06-05T02" }],
    ["are a week and a usual day", usualOf("2026-06-05"), { from: "2026-06-05", to: "2026-06-08" }],
  ] as const)
    it(`rejects periods that ${what}, without sending anything`, async () => {
      await start();
      await assert.rejects(read({ before, after }), InvalidInputError);
      assert.deepEqual(network.received, []);
    });

  it("sends nothing more once it was aborted", async () => {
    const controller = new AbortController();
    const hangs: Fault = () => {
      controller.abort();
      return "done";
    };
    await start({ fault: onPath(/^\/analytics\/query/, hangs) });
    const client = createOwnClient();
    await assert.rejects(readExplanation(client, weeks, { now, signal: controller.signal }), { name: "AbortError" });
    // Once a later request has arrived, requests already on their way have, too.
    await getCredits(client);
    const queries = network.received.filter(({ path }) => path === "/analytics/query");
    assert.ok(queries.length > 0 && queries.length <= 3, String(queries.length));
    assert.equal(network.received.filter(({ path }) => path.startsWith("/activity")).length, 0);
  });
});

describe("usageCells", () => {
  const figure = fc.integer({ min: 0, max: 1e9 });
  const row = fc.record({
    ...{ bucket: fc.constantFrom("2026-06-08", "2026-06-09"), model: fc.constantFrom("a", "b", undefined) },
    ...{
      key: fc.constantFrom("k1", "k2"),
      ...Object.fromEntries(analyticsMeasures.map((measure) => [measure, figure])),
    },
  }) as fc.Arbitrary<SpendRow>;

  it("adds up to the whole, whatever the keys have, and is never negative", () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (all, byKey) => {
        const whole = all.map((one) => ({ ...one, key: undefined }));
        const cells = usageCells({ whole, byKey }, ["2026-06-09"]);
        const expected = whole.filter(({ bucket }) => bucket === "2026-06-09");
        for (const measure of ["cost", "requests", "prompt_tokens", "cached_tokens"] as const) {
          const sum = cells.reduce((total, cell) => total + cell[measure]!, 0);
          const of = expected.reduce((total, one) => total + one[measure]!, 0);
          assert.ok(Math.abs(sum - of) <= 1e-6 * Math.max(1, of), `${measure} ${sum} ${of}`);
          assert.ok(cells.every((cell) => cell[measure]! >= 0));
        }
      }),
    );
  });

  it("adds up to the whole with corrections, which stay with what has no key unless they are a key's", () => {
    const signed = row.map((one) => ({ ...one, cost: (one.cost ?? 0) - 5e8, cached_tokens: 0 }));
    fc.assert(
      fc.property(fc.array(signed), fc.array(signed), (all, byKey) => {
        const whole = all.map((one) => ({ ...one, key: undefined }));
        const cells = usageCells({ whole, byKey }, ["2026-06-08", "2026-06-09"]);
        const sum = cells.reduce((total, { cost }) => total + cost, 0);
        const of = whole.reduce((total, { cost }) => total + cost, 0);
        assert.ok(Math.abs(sum - of) <= 1e-6 * Math.max(1, Math.abs(of)), `${sum} ${of}`);
      }),
    );
    const day = { bucket: "2026-06-09", model: "a", requests: 1 };
    const cells = usageCells({ whole: [{ ...day, cost: -5 }], byKey: [{ ...day, key: "k", cost: 2 }] }, [day.bucket]);
    assert.deepEqual(
      cells.map(({ key, cost }) => [key, cost]),
      [
        ["k", 2],
        [undefined, -7],
      ],
    );
  });

  it("keeps unknown figures unknown", () => {
    const whole = [{ bucket: "2026-06-09", model: "a", cost: 3, requests: 5 }];
    const byKey = [{ bucket: "2026-06-09", model: "a", key: "k", cost: 2, requests: 4 }];
    const unknown = { prompt_tokens: undefined, completion_tokens: undefined, reasoning_tokens: undefined };
    assert.deepEqual(usageCells({ whole, byKey }, ["2026-06-09"]), [
      { model: "a", key: "k", cost: 2, requests: 4, ...unknown, cached_tokens: undefined },
      { model: "a", key: undefined, cost: 1, requests: 1, ...unknown, cached_tokens: undefined },
    ]);
  });
});
