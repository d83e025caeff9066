import assert from "node:assert/strict";
import fc from "fast-check";
import { listAccountBudgets } from "../../src/openrouter/foresight/alerts/accountBudgets.ts";
import type { Alert, AlertFacts, AlertThresholds } from "../../src/openrouter/foresight/alerts/model.ts";
import {
  type AccountAlerts,
  changeAlerts,
  claimAlerts,
  claimReading,
  forgetAlerts,
  isAccountAlerts,
  noAlerts,
  snoozedUntil,
} from "../../src/openrouter/foresight/alerts/records.ts";
import { justifiedAlerts } from "../../src/openrouter/foresight/alerts/rules.ts";
import type { Guardrail, Key } from "../../src/openrouter/index.ts";
import { createClient, listAllKeys, listGuardrailsAndAssignments } from "../../src/openrouter/index.ts";
import { guardrailsByKey } from "../../src/openrouter/safety/appliedGuardrails.ts";
import { type Budget, isShared, listBudgets } from "../../src/openrouter/safety/budgets.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { makeKey } from "../support/makeKey.ts";

const off: AlertThresholds = {
  creditsBelow: undefined,
  creditsDays: undefined,
  budgetPercent: undefined,
  dayAboveUsual: undefined,
  monthAbove: undefined,
};
const nothing: AlertFacts = {
  credits: undefined,
  creditsEnd: undefined,
  budgets: [],
  days: [],
  month: undefined,
  now: new Date("2026-11-26T15:00:00Z"),
};

/** The alerts of these figures, as their ids and periods. */
function alerts(facts: Partial<AlertFacts>, thresholds: Partial<AlertThresholds>): Alert[] {
  return justifiedAlerts({ ...nothing, ...facts }, { ...off, ...thresholds });
}
const kinds = (...args: Parameters<typeof alerts>) => alerts(...args).map(({ kind }) => kind);

function budget(fields: Partial<Budget>, key: Partial<Key> = {}) {
  const figures = { limit: 20, reset: "daily", spent: 18, remaining: 2, resetsAt: "2026-11-27T00:00:00.000Z" };
  const sure = { includesByok: false, isLowerBound: false, isCertain: true };
  const about = { source: { kind: "key" } as const, ...figures, ...sure, ...fields };
  return { id: "key:0", budget: about, key: makeKey(key) };
}

describe("alerts", () => {
  const credits = (remaining: number, purchased = 100) => ({ credits: { remaining, purchased } });
  const end = (early: string | undefined) => ({
    ...credits(50),
    creditsEnd: { early, middle: "2026-12-09", late: undefined },
  });
  const day = (spent: number, usual: number, date = "2026-11-26") => ({ day: date, spent, usual, basedOn: 8 });
  const month = (spent: number | undefined, middle?: number) => ({
    month: {
      month: "2026-11",
      spent,
      expected: middle === undefined ? undefined : { low: middle / 2, middle, high: middle * 2 },
    },
  });

  it("are given for figures past a threshold, and not at it", () => {
    assert.deepEqual(kinds(credits(19.99), { creditsBelow: 20 }), ["credits"]);
    assert.deepEqual(kinds(credits(20), { creditsBelow: 20 }), []);
    assert.deepEqual(kinds(credits(-3), { creditsBelow: 20 }), ["credits"]);
    assert.deepEqual(kinds(end("2026-12-02"), { creditsDays: 7 }), ["creditsEnd"]);
    assert.deepEqual(kinds(end("2026-12-03"), { creditsDays: 7 }), []);
    assert.deepEqual(kinds(end(undefined), { creditsDays: 7 }), []);
    assert.deepEqual(kinds({ days: [day(31, 10)] }, { dayAboveUsual: 20 }), ["day"]);
    assert.deepEqual(kinds({ days: [day(30, 10)] }, { dayAboveUsual: 20 }), []);
    assert.deepEqual(kinds(month(101), { monthAbove: 100 }), ["month"]);
    assert.deepEqual(kinds(month(50, 101), { monthAbove: 100 }), ["month"]);
    assert.deepEqual(kinds(month(undefined, 101), { monthAbove: 100 }), ["month"]);
    assert.deepEqual(kinds(month(100, 100), { monthAbove: 100 }), []);
  });

  it("are given for a limit from a share on, unless it may not apply or refuses everything", () => {
    const share = (fields: Partial<Budget>) => alerts({ budgets: [budget(fields)] }, { budgetPercent: 90 });
    assert.deepEqual(
      share({}).map((one) => one.kind === "budget" && one.share),
      [0.9],
    );
    // A little less than 0.9 as a binary fraction.
    assert.equal(share({ spent: 8.1, limit: 9 }).length, 1);
    assert.equal(share({ spent: 25 }).length, 1);
    for (const none of [{ spent: 17.99 }, { isCertain: false }, { limit: 0, spent: 0 }, { limit: 0, spent: 5 }])
      assert.deepEqual(share(none), [], JSON.stringify(none));
  });

  it("are never given for what is unknown, nor without a threshold", () => {
    const all = { creditsBelow: 1e9, creditsDays: 1e9, budgetPercent: 1, dayAboveUsual: 1, monthAbove: 1 };
    assert.deepEqual(alerts({}, all), []);
    assert.deepEqual(alerts({ budgets: [budget({ spent: undefined, remaining: undefined })] }, all), []);
    // The end of the credits without the credits: which purchase it is about is unknown.
    assert.deepEqual(alerts({ ...end("2026-11-27"), credits: undefined }, all), []);
    const facts = { ...end("2026-11-27"), budgets: [budget({})], days: [day(1e6, 0)], ...month(1e6, 1e6) };
    assert.deepEqual(kinds(facts, all), ["credits", "creditsEnd", "budget", "day", "month"]);
    assert.deepEqual(kinds(facts, {}), []);
  });

  it("have a period that ends when the credits are topped up, a limit resets or changes, a day or a month ends", () => {
    const [low] = alerts(credits(5), { creditsBelow: 20 });
    const [low2] = alerts(credits(4), { creditsBelow: 20 });
    const [topped] = alerts(credits(15, 110), { creditsBelow: 20 });
    assert.equal(low?.period, low2?.period);
    assert.notEqual(low?.period, topped?.period);
    assert.equal(low?.ends, undefined);
    const of = (fields: Partial<Budget>) => alerts({ budgets: [budget(fields)] }, { budgetPercent: 50 })[0];
    assert.equal(of({})?.ends, "2026-11-27T00:00:00.000Z");
    const periods = [{}, { resetsAt: "2026-11-28T00:00:00.000Z" }, { limit: 21 }, { resetsAt: undefined, reset: null }];
    assert.equal(new Set(periods.map((one) => of(one)?.period)).size, 4);
    assert.equal(of({ spent: 19 })?.period, of({})?.period);
    const [november] = alerts(month(101), { monthAbove: 100 });
    assert.deepEqual([november?.period, november?.ends], ["2026-11/100", "2026-12-01T00:00:00.000Z"]);
    const [december] = alerts({ month: { ...month(101).month, month: "2026-12" } }, { monthAbove: 100 });
    assert.equal(december?.ends, "2027-01-01T00:00:00.000Z");
  });

  it("tell yesterday's spend until today's is told", () => {
    const days = (today: number) => ({ days: [day(90, 10, "2026-11-25"), day(today, 10)] });
    assert.deepEqual(
      [days(12), days(80)].map((facts) => alerts(facts, { dayAboveUsual: 20 })[0]?.period),
      ["2026-11-25/20", "2026-11-26/20"],
    );
  });
});

describe("records of alerts", () => {
  const now = new Date("2026-11-26T15:00:00Z");
  const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  const [low] = alerts({ credits: { remaining: 5, purchased: 100 } }, { creditsBelow: 20 });
  const [spent] = alerts({ budgets: [budget({})] }, { budgetPercent: 80 });
  const both = [low!, spent!];
  const title = ({ kind }: Alert) => kind;
  const ids = (due: readonly Alert[]) => due.map(({ id }) => id);
  const shown = (alert: Alert | undefined) => [{ ...alert!, title: title(alert!) }];
  /** Returns what is shown, and the records after it. */
  function claim(before: AccountAlerts, some: readonly Alert[], at = now): [string[], AccountAlerts] {
    const { due, after } = claimAlerts(before, some, title, at);
    assert.ok(isAccountAlerts(JSON.parse(JSON.stringify(after))));
    return [ids(due), after];
  }

  it("let an alert be shown once in its period", () => {
    const [first, after] = claim(noAlerts, both);
    assert.deepEqual(first, ["credits", "budget:key:0"]);
    assert.deepEqual(claim(after, both)[0], []);
    const next = { ...spent!, period: "the next", ends: later(24).toISOString() };
    assert.deepEqual(claim(after, [low!, next])[0], ["budget:key:0"]);
  });

  it("show a snoozed alert again in its period, once", () => {
    const snoozed = changeAlerts(claim(noAlerts, both)[1], shown(low), { again: later(9).toISOString() });
    assert.deepEqual(claim(snoozed, [low!], later(8))[0], []);
    const [due, after] = claim(snoozed, [low!], later(9));
    assert.deepEqual(due, ["credits"]);
    assert.deepEqual(claim(after, [low!], later(10))[0], []);
  });

  it("never show one again that was turned off, until it is forgotten", () => {
    const muted = changeAlerts(claim(noAlerts, both)[1], shown(spent), { muted: true });
    const next = { ...spent!, period: "the next", ends: later(6000).toISOString() };
    const [due, after] = claim(muted, [low!, next], later(5000));
    assert.deepEqual(due, []);
    assert.deepEqual(claim(forgetAlerts(after, ["budget:key:0"]), [next])[0], ["budget:key:0"]);
  });

  it("are changed even if they were dropped while the alert was on the screen", () => {
    const [, open] = claim(noAlerts, [spent!]);
    const [, dropped] = claim(open, [low!], later(24));
    assert.deepEqual(Object.keys(dropped.alerts), ["credits"]);
    const next = { ...spent!, period: "the next", ends: later(48).toISOString() };
    assert.deepEqual(claim(changeAlerts(dropped, shown(spent), { muted: true }), [next], later(24))[0], []);
    const again = later(8).toISOString();
    const snoozed = changeAlerts(noAlerts, shown(low), { again });
    assert.deepEqual(snoozed.alerts, { credits: { period: low!.period, ends: undefined, title: "credits", again } });
    assert.deepEqual(
      [7, 8].map((hours) => claim(snoozed, [low!], later(hours))[0]),
      [[], ["credits"]],
    );
  });

  it("show nothing of a period that has ended since its figures were read", () => {
    const [, before] = claim(noAlerts, [spent!]);
    const next = { ...spent!, period: "the next", ends: later(48).toISOString() };
    const [due, after] = claim(before, [next], later(10));
    assert.deepEqual(due, ["budget:key:0"]);
    assert.deepEqual(claim(after, [spent!], later(10))[0], []);
    assert.deepEqual(claim(noAlerts, [spent!], later(10))[0], []);
  });

  it("of the version before, with one period each, can be read", () => {
    const { id, period, ends } = spent!;
    const old: unknown = { version: 1, alerts: { [id]: { period, ends, title: "spent" } } };
    assert.ok(isAccountAlerts(old));
    assert.deepEqual(claim(old, [spent!])[0], []);
  });

  it("show each period once, and again when its snooze ends, while windows have figures of different periods", () => {
    const events = fc.array(
      fc.record({ id: fc.nat(2), period: fc.nat(3), hours: fc.nat(5), snooze: fc.option(fc.nat(20)) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(events, (some) => {
        let records = noAlerts;
        let time = 0;
        /** When each period that was shown is shown again. */
        const again = new Map<string, number>();
        for (const { id, period, hours, snooze } of some) {
          time += hours;
          const ends = later(1_000).toISOString();
          const [key, alert] = [`${id} ${period}`, { ...low!, id: `${id}`, period: `${period}`, ends }];
          const [due, after] = claim(records, [alert], later(time));
          assert.equal(due.length > 0, (again.get(key) ?? 0) <= time, key);
          if (due.length > 0) again.set(key, Number.POSITIVE_INFINITY);
          if (snooze !== null) again.set(key, time + snooze);
          const change = { again: later(time + (snooze ?? 0)).toISOString() };
          records = JSON.parse(JSON.stringify(snooze === null ? after : changeAlerts(after, shown(alert), change)));
          const times = [0, 1, 2, 3].map((one) => again.get(`${id} ${one}`) ?? 0);
          const last = Math.max(...times.filter((one) => one > time && one < Number.POSITIVE_INFINITY));
          const expected = Number.isFinite(last) ? later(last).toISOString() : undefined;
          assert.equal(snoozedUntil(records.alerts[`${id}`]!, later(time)), expected);
        }
      }),
    );
  });

  it("without an end are shown again if their amount returns, but not while windows may have older figures", () => {
    const other = { ...low!, period: "110/20" };
    const at = (hours: number, alert: Alert, before: AccountAlerts) => claim(before, [alert], later(hours));
    const [, first] = at(0, low!, noAlerts);
    const [changed, second] = at(1, other, first);
    assert.equal(changed.length, 1);
    assert.deepEqual([at(1, low!, second)[0], at(2.9, low!, second)[0], at(90, other, second)[0]], [[], [], []]);
    const [returned, third] = at(3.1, low!, second);
    assert.equal(returned.length, 1);
    assert.deepEqual(at(3.2, other, third)[0], []);
    // A snooze holds until its end.
    const snoozed = changeAlerts(first, shown(low!), { again: later(24).toISOString() });
    const [, replaced] = at(1, other, snoozed);
    assert.deepEqual([at(20, low!, replaced)[0], at(24, low!, replaced)[0].length], [[], 1]);
  });

  it("keep only the last periods of an alert", () => {
    let records = noAlerts;
    for (let i = 0; i < 50; i++) [, records] = claim(records, [{ ...low!, period: `${i}` }]);
    const { period, seen } = records.alerts.credits!;
    assert.deepEqual([period, ...seen!.map((one) => one.period)], ["49", "48", "47", "46", "45"]);
  });

  it("show each alert once a period, however readings and windows follow each other", () => {
    const readings = fc.array(fc.record({ id: fc.nat(4), period: fc.nat(3), hours: fc.nat(5) }), { maxLength: 60 });
    fc.assert(
      fc.property(readings, (some) => {
        let records = noAlerts;
        let time = 0;
        const shown: string[] = [];
        const last = new Map<number, number>();
        for (const { id, period: step, hours } of some) {
          time += hours;
          // Periods follow each other and don't return.
          const period = Math.max(last.get(id) ?? 0, step);
          last.set(id, period);
          const alert = { ...low!, id: `${id}`, period: `${period}` };
          const [due, after] = claim(records, [alert], later(time));
          shown.push(...due.map(() => `${id} ${period}`));
          records = JSON.parse(JSON.stringify(after));
        }
        assert.equal(new Set(shown).size, shown.length);
        const expected = new Map<number, number>();
        const justified = some.map(({ id, period }) => {
          expected.set(id, Math.max(expected.get(id) ?? 0, period));
          return `${id} ${expected.get(id)}`;
        });
        assert.deepEqual(new Set(shown), new Set(justified));
      }),
    );
  });

  it("let one window an hour read the figures", () => {
    const claimed = (before: AccountAlerts, at: Date, wanted = "keys") => claimReading(before, wanted, at, 3_600_000);
    const first = claimed(noAlerts, now);
    assert.ok(first && isAccountAlerts(first));
    assert.equal(claimed(first, later(0.99)), undefined);
    assert.ok(claimed(first, later(1)));
    assert.ok(claimed(first, later(0.5), "credits"), "other settings need other figures");
    // The clock was set back.
    assert.ok(claimed(first, later(-5)));
  });

  it("of another version are none", () => {
    const seen = [{ version: 1, alerts: { a: { period: "", title: "", seen: [null] } } }];
    for (const other of [...seen, null, 1, {}, { version: 2, alerts: {} }, { version: 1, alerts: { a: {} } }])
      assert.equal(isAccountAlerts(other), false, JSON.stringify(other));
  });
});

describe("the limits and budgets of an account", () => {
  it("are those of each key, the shared ones once", async () => {
    const account = await startSampleAccount();
    try {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      const { keys } = await listAllKeys(client);
      const guardrails = await listGuardrailsAndAssignments(client);
      const now = client.now();
      const shared = { name: "", includeByok: false, budgets: [{ limit_usd: 500, reset_interval: "monthly" }] };
      const readAt = new Date();
      const found = listAccountBudgets({ keys, readAt, guardrails, budgetsOf: () => shared, now });
      const appliedTo = guardrailsByKey(guardrails);
      const expected = keys.flatMap((key) => {
        const { applied } = appliedTo(key);
        const all = listBudgets({ key, applied, workspace: shared, keys, readAt, now });
        const isActive = !key.disabled && !(key.expires_at && Date.parse(key.expires_at) <= now.getTime());
        return all.filter((one) => isActive || isShared(one)).map((one) => figuresOf(key, one));
      });
      assert.deepEqual(new Set(found.map(({ key, budget: one }) => figuresOf(key, one))), new Set(expected));
      assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
      for (const kind of ["key", "guardrail", "workspace"])
        assert.ok(
          found.some((one) => one.budget.source.kind === kind),
          kind,
        );
      assert.ok(found.some((one) => one.budget.source.kind === "guardrail" && isShared(one.budget)));
      assert.ok(found.length < expected.length, "shared budgets are listed once");
    } finally {
      await account.close();
    }
  });

  it("of 5,000 keys of one member are added up once", () => {
    const keys = Array.from({ length: 5_000 }, (_, i) =>
      makeKey({ hash: `${i}`, creator_user_id: "ana", workspace_id: "w", usage_monthly: 0.5 }),
    );
    const guardrail = { id: "g", name: "G", limit_usd: 1000, reset_interval: "monthly" } as Guardrail;
    const sources = {
      guardrails: [guardrail],
      keyAssignments: [],
      memberAssignments: [{ guardrail_id: "g", user_id: "ana" }],
      workspaces: undefined,
    };
    const found = listAccountBudgets({
      ...{ keys, readAt: new Date(), guardrails: sources, budgetsOf: () => undefined, now: new Date() },
    });
    assert.deepEqual(
      found.map((one) => [one.id, one.budget.spent]),
      [["guardrail:g:member:ana", 2500]],
    );
  });
});

/** A budget with what tells it from others. */
function figuresOf(key: Key, { source, ...figures }: Budget): string {
  const of = source.kind === "guardrail" ? [source.from.guardrail.id, source.per] : [];
  const whose =
    source.kind === "workspace" || (source.kind === "guardrail" && source.from.binding === "workspaceDefault")
      ? key.workspace_id
      : "";
  const one = source.kind === "key" || (source.kind === "guardrail" && source.per === "key") ? key.hash : "";
  const member = source.kind === "guardrail" && source.per === "member" ? key.creator_user_id : "";
  return JSON.stringify([source.kind, of, whose, one, member, figures]);
}
