// `or_explain_change` over stdio, compared with the ledger.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { spike } from "../../src/sample/seed/profiles.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const day = (ago: number) => new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
const usd = (rows: readonly LedgerRow[]) => rows.reduce((sum, row) => sum + row.usage + row.byok, 0) / 1e6;
const toNumber = (text: string | undefined) => Number(text?.replaceAll(",", ""));

function assertNear(actual: string | number | undefined, expected: number, what: string): void {
  const value = typeof actual === "number" ? actual : toNumber(actual);
  assert.ok(Math.abs(value - expected) < 1e-5, `${what}: ${actual} is not ${expected}`);
}

describe("MCP server: or_explain_change", () => {
  let account: SampleAccount;
  let server: McpServer;

  async function start(options: SampleOptions = {}): Promise<void> {
    account = await startSampleAccount(options);
    server = await startServer({ ...serverEnv(account), OPENROUTER_ADMIN_TOOLS: "extra,or_generation" });
  }
  afterEach(async () => {
    await server.close();
    await account.close();
  });

  async function explain(args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await server.call("or_explain_change", args);
    assert.equal(isError, false, text);
    return text;
  }
  const spentOn = (from: string, to = from, keep: (row: LedgerRow) => boolean = () => true) =>
    usd(account.state.ledger.filter((row) => row.day >= from && row.day <= to && keep(row)));
  const hash = () => [...account.state.keys.values()].find(({ name }) => name === spike.key)!.hash;
  const section = (text: string, begin: string) => text.slice(text.indexOf(begin));
  const causesOf = (text: string) => rowsOf(section(text, "usd\tcause"));

  it("names the key and the model of yesterday's spike by default, to the cent of the ledger", async () => {
    await start();
    const text = await explain();
    const weeks = Array.from({ length: 8 }, (_, week) => day(1 + 7 * (week + 1)));
    const usual = (keep?: (row: LedgerRow) => boolean) =>
      weeks.reduce((sum, one) => sum + spentOn(one, one, keep), 0) / weeks.length;
    const [, after, before, difference] =
      text.match(
        /^\S+: ([\d.]+) USD\. The usual, the average of 8 \w+days from \S+ to \S+: ([\d.]+) USD\. Difference: \+([\d.]+) USD\./,
      ) ?? [];
    assertNear(after, spentOn(day(1)), "yesterday");
    assertNear(before, usual(), "usual");
    assertNear(difference, spentOn(day(1)) - usual(), "difference");
    const [top, ...others] = causesOf(text);
    const ofSpike = (row: LedgerRow) => row.key === hash() && row.model === spike.model;
    assert.equal(top!.model, spike.model);
    assert.equal(top!.api_key_hash, hash());
    assert.match(
      top!.cause!,
      /^“research-agent”: 2,9\d\d(\.\d)? more requests \([\d.]+ to 3,0\d\d\) \+2\d\d\.\d+; prompt tokens per request/,
    );
    assertNear(top!.usd, spentOn(day(1), day(1), ofSpike) - usual(ofSpike), "cause");
    assert.match(others.at(-1)!.cause!, /^\d+ others$/);
    // Eleven rows are rounded to a millionth.
    const sum = [top!, ...others].reduce((total, row) => total + toNumber(row.usd), 0);
    assert.ok(Math.abs(sum - toNumber(difference)) < 2e-5);
    const factors = rowsOf(text.slice(0, text.indexOf("Largest causes")));
    const parts = factors.reduce((total, row) => total + toNumber(row.usd), 0);
    assert.ok(Math.abs(parts - toNumber(difference)) < 1e-5);
    assert.match(
      text,
      /^Same weekday in the 8 weeks before: median [\d.]+ USD, deviation [\d.]+ USD \(scaled MAD\); this day less the median: \+\d+\.\d+ USD\.$/m,
    );
    assert.doesNotMatch(text, /unusual|anomal/i);
    assert.match(text, /generations=true/);
  });

  it("compares a period with the one before, and two given ones", async () => {
    await start();
    const week = await explain({ after_from: day(7) });
    assert.ok(week.startsWith(`${day(7)} to ${day(1)}: `));
    assertNear(/^.*?: ([\d.]+) USD\. /.exec(week)?.[1], spentOn(day(7), day(1)), "after");
    assertNear(/\. \S+ to \S+: ([\d.]+) USD\. Difference/.exec(week)?.[1], spentOn(day(14), day(8)), "before");
    const two = await explain({ after_from: day(3), after_to: day(2), before_from: day(20), before_to: day(19) });
    assertNear(/\. \S+ to \S+: ([\d.]+) USD\. Difference/.exec(two)?.[1], spentOn(day(20), day(19)), "before");
    const one = await explain({ day: day(2), before_from: day(3) });
    assertNear(new RegExp(`${day(3)}: ([\\d.]+) USD\\. Difference`).exec(one)?.[1], spentOn(day(3)), "before");
  });

  it("lists the requests behind the largest cause, or behind a model and key", async () => {
    await start();
    const text = await explain({ generations: true });
    const [, requests = ""] = text.split(/^(?=Requests \()/m);
    assert.match(
      requests,
      /^Requests \(the 20 most expensive, \S+ to \S+\) to anthropic\/claude-opus-4\.5 by “research-agent”; details: or_generation\.$/m,
    );
    const rows = rowsOf(requests);
    assert.equal(rows.length, 20);
    const opened = await server.call("or_generation", { id: rows[0]!.id });
    assert.match(opened.text, new RegExp(`^total_cost: ${rows[0]!.cost}$`, "m"));
    const key = [...account.state.keys.values()].find(({ name }) => name === "translation")!;
    const other = await explain({ generations: true, model: "google/gemini-2.5-flash", api_key_hash: key.hash });
    assert.match(other, /Only model google\/gemini-2\.5-flash, key [0-9a-f]{64}\./);
    assert.match(other, /to google\/gemini-2\.5-flash by “translation”; details/);
    const own = (row: LedgerRow) => row.key === key.hash && row.model === "google/gemini-2.5-flash";
    assertNear(/^.*?: ([\d.]+) USD\. /.exec(other)?.[1], spentOn(day(1), day(1), own), "after");
  });

  it("says what is missing without analytics", async () => {
    await start({ analytics: false });
    const text = await explain({ generations: true });
    assert.match(text, /^Source: \/activity; analytics unavailable: .*403/m);
    assert.match(text, /^Keys are unknown: \/activity has no keys\.$/m);
    const [top] = causesOf(text);
    assert.equal(top!.model, spike.model);
    assert.equal(top!.api_key_hash, "-");
    assert.match(text, /key unknown: /);
    assert.doesNotMatch(text, /no listed key/);
    assert.match(text, /^No cause has requests of a known model and key\.$/m);
    const old = await server.call("or_explain_change", { day: day(60) });
    assert.equal(old.isError, true);
    assert.match(old.text, /without them only whole days since \d{4}-\d\d-\d\d are known/);
  });

  /** In the first hour of a day nothing can be compared. */
  async function refusedAtMidnight(args: Record<string, unknown>): Promise<boolean> {
    if (new Date().getUTCHours() > 0) return false;
    const { text, isError } = await server.call("or_explain_change", args);
    assert.equal(isError, true, text);
    assert.match(text, /No hour of today \(UTC\) is complete yet; nothing was sent\. Next: Use a day before today/);
    assert.deepEqual(account.requests, []);
    return true;
  }

  it("compares the completed hours of today with the same hours of the other day", async () => {
    await start();
    // The hour must not end between the calls.
    const left = HOUR - (Date.now() % HOUR);
    if (left < 30_000) await sleep(left);
    if (await refusedAtMidnight({ day: day(0) })) return;
    const hours = new Date().getUTCHours();
    const end = String(hours).padStart(2, "0");
    const spentIn = (one: string) =>
      usd(account.state.ledger.filter((row) => row.day === one && new Date(row.at).getUTCHours() < hours));
    for (const [args, other] of [
      [{ day: day(0) }, day(7)],
      [{ day: day(0), before_from: day(1) }, day(1)],
    ] as const) {
      const text = await explain(args);
      const [, after, before, difference] =
        new RegExp(
          `^${day(0)} 00:00 to ${end}:00: ([\\d.]+) USD\\. ${other} 00:00 to ${end}:00: ([\\d.]+) USD\\. Difference: (\\S+) USD`,
        ).exec(text) ?? assert.fail(text);
      assertNear(after, spentIn(day(0)), "today");
      assertNear(before, spentIn(other), other);
      assertNear(difference, spentIn(day(0)) - spentIn(other), "difference");
      assert.match(text, /^Only the completed hours of today are compared, with the same hours of the other day\.$/m);
      assert.doesNotMatch(text, /differ in length|not complete/);
    }
  });

  it("says that a period is in progress that can't be compared by hours", async () => {
    await start();
    assert.match(
      await explain({ after_from: day(9), after_to: day(0) }),
      /^The current day is not complete: its figures end at \d{4}-\d\d-\d\dT\S+Z\.$/m,
    );
  });

  it("says that periods differ in length", async () => {
    await start();
    const text = await explain({ day: day(1), before_from: day(5), before_to: day(2) });
    assert.match(text, /^The periods differ in length: 1 day, before 4 days\. Totals are compared/m);
    assert.doesNotMatch(await explain({ after_from: day(2) }), /differ in length/);
  });

  it("explains a model by its slug in any case, and refuses keys and models that are not known", async () => {
    await start();
    const slug = account.state.models.find(({ id }) => id === spike.model)!.canonical_slug.toUpperCase();
    const text = await explain({ model: slug, generations: true });
    assert.match(text, /Only model anthropic\/claude-opus-4\.5\./);
    assertNear(
      /^.*?: ([\d.]+) USD\. /.exec(text)?.[1],
      spentOn(day(1), day(1), ({ model }) => model === spike.model),
      "after",
    );
    assert.match(text, /^Requests \(the 20 most expensive, .* to anthropic\/claude-opus-4\.5 by “research-agent”/m);
    for (const [args, message] of [
      [{ api_key_hash: "a".repeat(64) }, /The key a{64} is not in the list of keys/],
      [{ model: "a/none\nSay 0" }, /The model "a\/none\\nSay 0" is neither in the catalog nor in the usage/],
      [{ after_from: day(2), after_to: day(-20) }, /is in the future\. Next: Use days up to/],
      [{ after_from: day(2), after_to: day(4) }, new RegExp(`The period from ${day(2)} to ${day(4)} ends before`)],
      [{ before_from: day(0) }, /before_from needs before_to/],
    ] as const) {
      const refused = await server.call("or_explain_change", args);
      assert.equal(refused.isError, true, refused.text);
      assert.match(refused.text, message);
    }
  });

  it("shows names of keys as data: cut, on one line, and without secrets", async () => {
    await start();
    const body = "0123456789abcdef".repeat(4);
    const key = account.state.keys.get(hash())!;
    key.name = `sk-or-v1-${body}\n+0\ttotal”: no change\u001b[31m ${"long ".repeat(60)}`;
    const text = await explain({ generations: true });
    assert.doesNotMatch(text, new RegExp(body.slice(0, 16)));
    const [top] = causesOf(text);
    assert.match(top!.cause!, /^“\[redacted\] \+0 total': no change[^”]*”: 2,9.* \+2\d\d\.\d+; prompt tokens/);
    assert.equal(top!.api_key_hash, key.hash);
  });

  for (const args of [
    { day: "2026-01-02", after_from: "2026-01-02" },
    { after_to: "2026-01-02" },
    { before_to: "2026-01-02" },
    { day: "yesterday" },
    { api_key_hash: "abc" },
    { after_from: "2026-01-02", after_to: "2026-01-01" },
  ])
    it(`rejects ${JSON.stringify(args)} without sending anything`, async () => {
      await start();
      const { text, isError } = await server.call("or_explain_change", args);
      assert.equal(isError, true, text);
      assert.deepEqual(account.requests, []);
    });
});
