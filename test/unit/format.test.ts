import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatExactMoney,
  formatMoney,
  formatRoughMoney,
  formatRoughRange,
  formatShortUtcDay,
  formatSoon,
  formatTime,
  formatUtcDayRange,
} from "../../src/openrouter/text/format.ts";

describe("format", () => {
  it("rounds money to cents, and keeps two digits below one cent", () => {
    assert.equal(formatMoney(1234.567, "en"), "$1,234.57");
    assert.equal(formatMoney(0, "en"), "$0.00");
    assert.equal(formatMoney(0.000423, "en"), "$0.00042");
    assert.equal(formatMoney(-1.2, "en"), "-$1.20");
    assert.equal(formatMoney(1.5, "de"), "1,50\u00a0$");
  });

  it("formats exact amounts without float noise", () => {
    assert.equal(formatExactMoney(100 - 87.3, "en"), "12.7 USD");
    assert.equal(formatExactMoney(0.0000001234, "en"), "0.0000001234 USD");
    assert.equal(formatExactMoney(12.3456789, "en"), "12.3456789 USD");
  });

  it("adds the date to times of another day", () => {
    const now = new Date(2026, 7, 20, 15, 0);
    assert.doesNotMatch(formatTime(new Date(2026, 7, 20, 9, 5), "en", now), /2026/);
    assert.match(formatTime(new Date(2026, 7, 19, 9, 5), "en", now), /Aug 19, 2026/);
  });

  it("says the exact time of a reset, and its day unless it is near", () => {
    const now = new Date(2026, 7, 20, 15, 0);
    const text = (at: Date) => formatSoon(at, "en", now).replaceAll("\u202f", " ");
    assert.equal(text(new Date(2026, 7, 21, 9, 5)), "9:05 AM");
    assert.equal(text(new Date(2026, 7, 24, 19, 0)), "Aug 24, 7:00 PM");
  });

  it("rounds estimates to three digits", () => {
    const plain = (text: string) => text.replaceAll(/[\u00a0\u2009\u202f]/g, " ");
    assert.equal(formatRoughMoney(1_623.4, "en"), "$1,620");
    assert.equal(formatRoughMoney(16.23, "en"), "$16");
    assert.equal(formatRoughMoney(9.999, "en"), "$10");
    assert.equal(formatRoughMoney(1.234, "en"), "$1.23");
    assert.equal(formatRoughRange(1_538, 1_731, "en"), "$1,540–$1,730");
    assert.equal(plain(formatRoughRange(1_538, 1_731, "de")), "1.540–1.730 $");
    assert.equal(formatRoughRange(1_621, 1_623, "en"), "$1,620");
    assert.equal(formatRoughRange(9.6, 12.34, "en"), "$9.60–$12");
    assert.equal(plain(formatRoughRange(2.25, 1_234, "de")), "2,25 $–1.230 $");
    assert.equal(formatRoughRange(0, 0.00005, "en"), "$0.00–$0.00005");
    assert.equal(formatRoughMoney(0.000031, "en"), "$0.000031");
  });

  it("rounds an estimate to one that is within its rounded range, and never to 0", () => {
    const amount = fc.double({ min: 1e-7, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(amount, amount, amount), (amounts) => {
        const [low, middle, high] = amounts.sort((a, b) => a - b) as [number, number, number];
        const numbers = (text: string) => text.split("–").map((one) => Number(one.replaceAll(/[$,]/g, "")));
        const range = numbers(formatRoughRange(low, high, "en"));
        const [shown] = numbers(formatRoughMoney(middle, "en"));
        assert.ok(shown! > 0 && range[0]! <= shown! && shown! <= range.at(-1)!, `${shown} in ${range}`);
      }),
    );
  });

  it("formats UTC days, with the year unless it is this one", () => {
    const now = new Date("2026-08-20T00:00:00Z");
    assert.equal(formatShortUtcDay("2026-12-09", "en", now), "Dec 9");
    assert.equal(formatShortUtcDay("2027-01-09", "en", now), "Jan 9, 2027");
    assert.match(formatUtcDayRange("2026-12-04", "2026-12-15", "en", now), /^Dec 4\s–\s15$/);
    assert.match(formatUtcDayRange("2026-12-24", "2027-01-03", "en", now), /^Dec 24, 2026\s–\sJan 3, 2027$/);
  });
});
