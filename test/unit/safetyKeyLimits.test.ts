import assert from "node:assert/strict";
import fc from "fast-check";
import type { Guardrail, Key } from "../../src/openrouter/index.ts";
import type { AppliedGuardrail } from "../../src/openrouter/safety/appliedGuardrails.ts";
import { firstToRunOut, getBudgetLevel, listBudgets } from "../../src/openrouter/safety/budgets.ts";
import { combineGuardrails } from "../../src/openrouter/safety/effectiveRules.ts";
import { getKeyLimits, type KeyLimitSources } from "../../src/openrouter/safety/keyLimits.ts";
import { summarizeLimits } from "../../src/openrouter/safety/limitsSummary.ts";
import { mayUse, mayUseModel, type Verdict, zdrFieldOf } from "../../src/openrouter/safety/mayUse.ts";
import { createCatalog } from "../../src/openrouter/safety/slugs.ts";
import { makeKey } from "../support/makeKey.ts";

const model = (id: string, canonical_slug?: string) => ({
  ...{ id, canonical_slug, name: id, pricing: { prompt: "0", completion: "0" } },
  architecture: { output_modalities: ["text"] },
});
const catalog = createCatalog(
  [
    model("openai/gpt-5", "openai/gpt-5-20250807"),
    model("openai/gpt-oss-20b", "openai/gpt-oss-20b-20250805"),
    // As the API lists it: its canonical slug is that of the model without the variant.
    model("openai/gpt-oss-20b:free", "openai/gpt-oss-20b-20250805"),
    model("deepseek/deepseek-r1:free", "deepseek/deepseek-r1-0528:free"),
    model("openrouter/auto"),
  ],
  [
    { name: "OpenAI", slug: "openai" },
    { name: "Google", slug: "google-vertex" },
    { name: "Google AI Studio", slug: "google-ai-studio" },
    { name: "DeepInfra", slug: "deepinfra" },
  ],
);
const applied = (fields: Partial<Guardrail>, more: Partial<AppliedGuardrail> = {}): AppliedGuardrail => ({
  guardrail: { id: "g", name: "G", ...fields } as Guardrail,
  binding: "key",
  isCertain: true,
  ...more,
});
const on = (...guardrails: Partial<Guardrail>[]) => ({ applied: guardrails.map((one) => applied(one)), unread: [] });

describe("names of models and providers", () => {
  const allowed: [entry: string, asked: string, verdict: Verdict][] = [
    ["openai/gpt-5", "openai/gpt-5", "allowed"],
    ["openai/gpt-5-20250807", "openai/gpt-5", "allowed"],
    ["OpenAI/GPT-5", "openai/gpt-5", "allowed"],
    ["openai/gpt-5", "openai/gpt-5-20250807", "allowed"],
    // A routing suffix is no model of its own, a variant is one.
    ["openai/gpt-5-20250807", "openai/gpt-5:nitro", "allowed"],
    ["openai/gpt-5", "openai/gpt-5:floor", "allowed"],
    ["openai/gpt-oss-20b-20250805", "openai/gpt-oss-20b", "allowed"],
    ["openai/gpt-oss-20b-20250805", "openai/gpt-oss-20b:free", "refused"],
    ["openai/gpt-oss-20b-20250805:free", "openai/gpt-oss-20b:free", "allowed"],
    ["openai/gpt-oss-20b-20250805:free", "openai/gpt-oss-20b", "refused"],
    ["openai/gpt-oss-20b:free", "openai/gpt-oss-20b:free", "allowed"],
    ["deepseek/deepseek-r1-0528:free", "deepseek/deepseek-r1:free", "allowed"],
    ["openai/gpt-5-mini", "openai/gpt-5", "refused"],
    ["openai/gpt", "openai/gpt-5", "refused"],
  ];
  for (const [entry, asked, verdict] of allowed)
    it(`${entry} in a list of allowed models: ${asked} is ${verdict}`, () => {
      const found = catalog.findModel(asked);
      assert.ok(found, `${asked} is not in the catalog`);
      assert.equal(mayUse(on({ allowed_models: [entry] }), { model: found }, catalog).verdict, verdict);
      const opposite = verdict === "allowed" ? "refused" : "allowed";
      assert.equal(mayUse(on({ ignored_models: [entry] }), { model: found }, catalog).verdict, opposite);
    });

  it("doesn't refuse a model whose canonical slug is unknown and may be the entry", () => {
    const unknown = { id: "openai/gpt-5" };
    assert.equal(mayUse(on({ allowed_models: ["openai/gpt-5-20250807"] }), { model: unknown }).verdict, "unknown");
    assert.equal(mayUse(on({ allowed_models: ["openai/o3"] }), { model: unknown }).verdict, "refused");
  });

  const providers: [entry: string, asked: string, allowedBy: Verdict, ignoredBy: Verdict][] = [
    ["google-vertex", "google-vertex", "allowed", "refused"],
    ["google-vertex", "google-vertex/us", "allowed", "refused"],
    ["google-vertex/us", "google-vertex/us", "allowed", "refused"],
    ["google-vertex/us", "google-vertex/europe", "refused", "allowed"],
    ["google-vertex/us", "google-vertex", "unknown", "unknown"],
    // By their display names; "Google AI Studio" is another provider.
    ["Google", "google-vertex", "allowed", "refused"],
    ["google", "google-vertex/us", "allowed", "refused"],
    ["google", "google-ai-studio", "refused", "allowed"],
    ["openai", "OpenAI", "allowed", "refused"],
    ["deepinfra", "deepinfra/fp4", "allowed", "refused"],
    ["deepinfra/fp8", "deepinfra/fp4", "refused", "allowed"],
    ["open", "openai", "refused", "allowed"],
  ];
  for (const [entry, asked, allowedBy, ignoredBy] of providers)
    it(`${entry} in a list of providers: ${asked}`, () => {
      const question = { model: { id: "openai/gpt-5" }, provider: asked };
      assert.equal(mayUse(on({ allowed_providers: [entry] }), question, catalog).verdict, allowedBy);
      assert.equal(mayUse(on({ ignored_providers: [entry] }), question, catalog).verdict, ignoredBy);
    });

  it("intersects lists that name the same thing differently", () => {
    const rules = combineGuardrails(
      on(
        { allowed_models: ["openai/gpt-5-20250807", "openrouter/auto"], allowed_providers: ["Google", "openai"] },
        { allowed_models: ["openai/gpt-5"], allowed_providers: ["google-vertex/us", "google-vertex/europe"] },
      ).applied,
      catalog,
    );
    assert.deepEqual(rules.allowedModels?.value, ["openai/gpt-5-20250807"]);
    assert.deepEqual(rules.allowedProviders?.value, ["google-vertex/us", "google-vertex/europe"]);
  });

  it("intersects lists by the models that they name, as two models may share a canonical slug", () => {
    const shared = createCatalog(
      [model("openai/gpt-4o", "openai/gpt-4o-2024-08-06"), model("openai/gpt-4o-2024-08-06")],
      [],
    );
    const common = (...lists: string[][]) =>
      combineGuardrails(on(...lists.map((allowed_models) => ({ allowed_models }))).applied, shared).allowedModels
        ?.value;
    assert.deepEqual(common(["openai/gpt-4o"], ["openai/gpt-4o-2024-08-06"]), ["openai/gpt-4o"]);
    assert.deepEqual(common(["openai/gpt-4o-2024-08-06"], ["openai/gpt-4o"]), ["openai/gpt-4o"]);
    assert.deepEqual(common(["openai/gpt-4o-2024-08-06"]), ["openai/gpt-4o-2024-08-06"]);
    const answer = (asked: string) =>
      mayUse(
        on({ allowed_models: ["openai/gpt-4o"] }, { allowed_models: ["openai/gpt-4o-2024-08-06"] }),
        { model: shared.findModel(asked)! },
        shared,
      ).verdict;
    assert.deepEqual([answer("openai/gpt-4o"), answer("openai/gpt-4o-2024-08-06")], ["allowed", "refused"]);
  });

  it("requires zero data retention by the maker of the model, whoever serves it", () => {
    const fields = [
      "anthropic/claude",
      "openai/gpt-5",
      "google/gemini",
      "x-ai/grok-4",
      "xai/grok",
      "qwen/qwen3",
      "googly/x",
    ];
    assert.deepEqual(
      fields.map((id) => zdrFieldOf({ id }).replace("enforce_zdr_", "")),
      [...["anthropic", "openai", "google", "xai", "xai", "other", "other"]],
    );
    const claude = { model: { id: "anthropic/claude" }, provider: "google-vertex", isZdr: false };
    assert.equal(mayUse(on({ enforce_zdr_anthropic: true }), claude).verdict, "refused");
    assert.equal(mayUse(on({ enforce_zdr_google: true }), claude).verdict, "allowed");
  });
});

describe("a model at its endpoints", () => {
  const gpt = model("openai/gpt-5", "openai/gpt-5-20250807");
  const endpoints = [
    { tag: "openai", provider_name: "OpenAI", isZdr: false },
    { tag: "azure/swedencentral", provider_name: "Azure", isZdr: true },
    { tag: "azure/eastus", provider_name: "Azure", isZdr: undefined },
  ];
  const ask = (guardrail: Partial<Guardrail>, provider?: string) => {
    const answer = mayUseModel(on(guardrail), { model: gpt, provider, endpoints }, catalog);
    return [answer.verdict, answer.endpoints.map(({ verdict }) => verdict[0]).join("")];
  };

  it("is allowed where one endpoint is", () => {
    assert.deepEqual(ask({}), ["allowed", "aaa"]);
    assert.deepEqual(ask({ enforce_zdr_openai: true }), ["allowed", "rau"]);
    assert.deepEqual(ask({ enforce_zdr_openai: true }, "openai"), ["refused", "r"]);
    assert.deepEqual(ask({ ignored_providers: ["azure"] }), ["allowed", "arr"]);
    assert.deepEqual(ask({ ignored_providers: ["azure/eastus"] }, "azure"), ["allowed", "ar"]);
    assert.deepEqual(ask({ allowed_providers: ["anthropic"] }), ["refused", "rrr"]);
    assert.deepEqual(ask({}, "anthropic"), ["allowed", ""]);
    assert.deepEqual(ask({ allowed_data_regions: ["us"] }), ["allowed", "aaa"]);
  });

  it("is refused where the data regions have none in common", () => {
    const limits = on({ allowed_data_regions: ["us"] }, { allowed_data_regions: ["europe"] });
    const answer = mayUseModel(limits, { model: gpt, endpoints }, catalog);
    assert.equal(answer.verdict, "refused");
    assert.deepEqual([...new Set(answer.objections.map(({ field }) => field))], ["allowed_data_regions"]);
  });
});

const usd = fc.double({ min: 0, max: 1e6, noNaN: true });
const anyReset = fc.constantFrom("daily", "weekly", "monthly", "yearly", null);
const anyKey = fc
  .record({
    ...{ usage: usd, usage_daily: usd, usage_weekly: fc.option(usd, { nil: undefined }), usage_monthly: usd },
    ...{ byok_usage: usd, byok_usage_monthly: fc.option(usd, { nil: undefined }), include_byok_in_limit: fc.boolean() },
    ...{ limit: fc.option(usd), limit_remaining: fc.option(fc.double({ min: -1e6, max: 2e6, noNaN: true })) },
    ...{
      limit_reset: anyReset,
      workspace_id: fc.constantFrom("w", "v"),
      creator_user_id: fc.constantFrom("u", "v", null),
    },
  })
  .map((fields) => makeKey(fields as Partial<Key>));
const anyBudgetGuardrail = fc.record({
  guardrail: fc.record({
    ...{ id: fc.uuid(), name: fc.string(), limit_usd: fc.option(usd), reset_interval: anyReset },
    include_byok_in_budgets: fc.option(fc.boolean()),
  }) as fc.Arbitrary<Guardrail>,
  binding: fc.constantFrom("key" as const, "creator" as const, "workspaceDefault" as const),
  isCertain: fc.boolean(),
});

describe("budgets", () => {
  const now = new Date("2026-11-26T12:00:00Z");

  it("are never negative, and one more never leaves more", () => {
    fc.assert(
      fc.property(
        anyKey,
        fc.array(anyKey),
        fc.array(anyBudgetGuardrail, { maxLength: 3 }),
        anyBudgetGuardrail,
        (key, keys, some, more) => {
          const inputs = { key, keys: [key, ...keys], now };
          const before = listBudgets({ ...inputs, applied: some });
          for (const { spent = 0, remaining = 0, limit } of before) {
            assert.ok(
              spent >= 0 && remaining >= 0 && remaining <= limit,
              `${spent} spent, ${remaining} of ${limit} left`,
            );
          }
          const left = (applied: AppliedGuardrail[]) => {
            const first = firstToRunOut(listBudgets({ ...inputs, applied }));
            return first?.remaining ?? first?.limit ?? Number.POSITIVE_INFINITY;
          };
          assert.ok(left([...some, more]) <= left(some));
        },
      ),
    );
  });

  it("of a workspace's default guardrail are each key's, and each member's in that workspace", () => {
    const key = makeKey({ hash: "a", workspace_id: "w", creator_user_id: "u", usage_daily: 3 });
    const keys = [
      key,
      makeKey({ hash: "b", workspace_id: "w", creator_user_id: "u", usage_daily: 5 }),
      makeKey({ hash: "c", workspace_id: "v", creator_user_id: "u", usage_daily: 7 }),
      makeKey({ hash: "d", workspace_id: "w", creator_user_id: "v", usage_daily: 11 }),
    ];
    const cap = { limit_usd: 20, reset_interval: "daily" };
    const left = (binding: AppliedGuardrail["binding"]) =>
      listBudgets({ key, keys, applied: [applied(cap, { binding })], now }).map((one) => [
        one.source.kind === "guardrail" && one.source.per,
        one.remaining,
        one.isLowerBound,
      ]);
    assert.deepEqual(left("workspaceDefault"), [
      ["key", 17, false],
      ["member", 12, true],
    ]);
    assert.deepEqual(left("creator"), [["member", 5, true]]);
    assert.deepEqual(left("key"), [["key", 17, false]]);
  });

  it("are unknown, not zero, after a reset since the keys were read and for an unknown interval", () => {
    const key = makeKey({ limit: 5, limit_remaining: 1, limit_reset: "daily", usage_daily: 4 });
    const readAt = new Date("2026-11-25T23:59:00Z");
    const budgets = listBudgets({
      key,
      keys: [key],
      applied: [applied({ limit_usd: 9, reset_interval: "yearly" })],
      readAt,
      now,
    });
    assert.deepEqual(
      budgets.map(({ spent, remaining }) => [spent, remaining]),
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
    assert.equal(firstToRunOut(budgets), undefined);
  });

  it("leave nothing with a limit of 0, even if the spend is unknown", () => {
    for (const limit of [0, -1]) {
      const key = makeKey({ limit, limit_remaining: null, limit_reset: "yearly" });
      const cap = { limit_usd: limit, reset_interval: "yearly" };
      const budgets = listBudgets({ key, keys: [key], applied: [applied(cap), applied({ limit_usd: 5 })], now });
      assert.deepEqual(
        budgets.map(({ spent, remaining }) => [spent, remaining]),
        [
          [undefined, 0],
          [undefined, 0],
          [key.usage, 5 - key.usage],
        ],
      );
      assert.deepEqual(budgets.map(getBudgetLevel), ["reached", "reached", "normal"]);
      assert.equal(firstToRunOut(budgets)?.remaining, 0);
    }
  });

  it("of which an unknown amount is left lead only if their limit is below what is left of the others", () => {
    const cases: [remaining: (number | undefined)[], limits: number[], first: number | undefined][] = [
      [[3, undefined], [9, 2], 1],
      [[3, undefined], [9, 3], 0],
      [[3, undefined], [9, 4], 0],
      [[0, undefined], [9, 1], 0],
      [[5, undefined, undefined], [9, 4, 2], 2],
      [[5, 1, undefined], [9, 9, 2], 1],
      [[undefined, undefined], [1, 2], undefined],
      [[undefined], [1], undefined],
      [[], [], undefined],
    ];
    for (const [remaining, limits, first] of cases) {
      const budgets = limits.map((limit, i) => ({
        ...{ source: { kind: "key" as const }, limit, reset: null, resetsAt: undefined, includesByok: true },
        ...{ spent: remaining[i] === undefined ? undefined : limit - remaining[i], remaining: remaining[i] },
        ...{ isLowerBound: false, isCertain: true },
      }));
      assert.equal(firstToRunOut(budgets), first === undefined ? undefined : budgets[first], `${remaining} ${limits}`);
    }
  });

  it("say that more may be spent if the API doesn't say whether BYOK counts", () => {
    const key = makeKey({ usage_daily: 1, byok_usage_daily: 2 });
    const cap = (include_byok_in_budgets?: boolean) =>
      listBudgets({
        key,
        keys: [key],
        applied: [applied({ limit_usd: 9, reset_interval: "daily", include_byok_in_budgets })],
        now,
      })[0]!;
    assert.deepEqual(
      [cap(true), cap(false), cap()].map(({ spent, isLowerBound }) => [spent, isLowerBound]),
      [
        [3, false],
        [1, false],
        [1, true],
      ],
    );
  });
});

describe("the summary of what limits a key", () => {
  const key = makeKey({
    hash: "a",
    workspace_id: "w",
    limit: 100,
    limit_remaining: 40,
    limit_reset: "monthly",
    usage_monthly: 60,
  });
  const base: KeyLimitSources = {
    ...{ key, keys: [key], readAt: new Date("2026-11-26T12:00:00Z"), now: new Date("2026-11-26T12:00:00Z") },
    guardrails: {
      guardrails: [],
      keyAssignments: [],
      memberAssignments: [],
      workspaces: [{ id: "w", name: "W", slug: "w" }],
    },
    workspace: { name: "W", budgets: [], includeByok: false },
  };
  const lines = (more: Partial<KeyLimitSources> = {}) => summarizeLimits(getKeyLimits({ ...base, ...more }));

  it("begins with the budget that runs out first", () => {
    const guardrail = {
      id: "g",
      name: 'Cap "1"',
      limit_usd: 61,
      reset_interval: "monthly",
      allowed_models: ["a/b"],
    } as Guardrail;
    assert.deepEqual(
      lines({
        guardrails: {
          ...base.guardrails!,
          guardrails: [guardrail],
          keyAssignments: [{ guardrail_id: "g", key_hash: "a" }],
        },
        workspace: { name: "W", budgets: [{ limit_usd: 600, reset_interval: null }], includeByok: true },
      }),
      [
        'Runs out first: guardrail "Cap \\"1\\"" (per key), $1 left of $61, monthly, resets 2026-12-01T00:00Z.',
        `Other budgets: the key's limit, $40 left of $100, monthly, resets 2026-12-01T00:00Z; budget of the workspace "W" (shared by its keys), at most $600 left of $600, lifetime.`,
        'Guardrails: "Cap \\"1\\"" g (assigned to the key).',
        'allowed_models: a/b (from "Cap \\"1\\"").',
      ],
    );
  });

  it("says that what is left of the first is unknown, and that a limit of 0 is used up", () => {
    const [readAt, unread] = [new Date("2026-11-25T12:00:00Z"), { limit_remaining: null, limit_reset: "daily" }];
    const workspace = { name: "W", budgets: [{ limit_usd: 600, reset_interval: null }], includeByok: true };
    const first = (limit: number) => lines({ key: { ...key, ...unread, limit }, readAt, workspace })[0];
    assert.equal(
      first(5),
      "Runs out first: the key's limit, an unknown amount left of $5, daily, resets 2026-11-27T00:00Z.",
    );
    assert.equal(first(0), "Used up: the key's limit, $0 left of $0, daily, resets 2026-11-27T00:00Z.");
  });

  it("says what is unknown, and never that nothing limits the key then", () => {
    const free = { ...key, limit: null, limit_remaining: null };
    assert.deepEqual(lines({ key: free }), ["No budget limits it."]);
    const unknown = lines({ key: free, guardrails: undefined, workspace: undefined });
    assert.match(
      unknown.join("\n"),
      /No budget that could be read limits it\.\nUnknown: the guardrails .*budgets couldn't be read/,
    );
    const unread = lines({
      guardrails: { ...base.guardrails!, keyAssignments: [{ guardrail_id: "gone", key_hash: "a" }] },
    });
    assert.match(unread.at(-1)!, /^Unknown: an assigned guardrail couldn't be read/);
    assert.match(lines({ key: { ...key, disabled: true } })[0]!, /^The key is disabled/);
  });
});
