import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRetryAfter, retryAfterSeconds } from "../../src/openrouter/http/retryAfter.ts";

const now = Date.UTC(2026, 7, 3, 12, 0, 0);

describe("parseRetryAfter", () => {
  it("parses seconds", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seconds) => {
        assert.equal(parseRetryAfter(String(seconds), now)?.getTime(), now + seconds * 1000);
      }),
    );
    assert.equal(parseRetryAfter(" 1.5 ", now)?.getTime(), now + 1500);
  });

  it("parses an HTTP date", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("2020-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }), (at) => {
        const whole = Math.floor(at.getTime() / 1000) * 1000;
        assert.equal(parseRetryAfter(at.toUTCString(), now)?.getTime(), whole);
      }),
    );
  });

  for (const garbage of [null, "", "  ", "soon", "-5", "5 minutes", "1e3", "NaN", "Infinity"])
    it(`returns undefined for ${JSON.stringify(garbage)}`, () =>
      assert.equal(parseRetryAfter(garbage, now), undefined));

  it("caps times that are too large for a date", () => {
    const at = parseRetryAfter("9".repeat(30), now);
    assert.ok(at && at.getTime() > now && !Number.isNaN(at.getTime()));
  });

  it("returns a valid date or undefined", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,25}$/)), (header) => {
        const at = parseRetryAfter(header, now);
        assert.ok(at === undefined || !Number.isNaN(at.getTime()));
      }),
    );
  });
});

describe("retryAfterSeconds", () => {
  for (const [after, date, seconds] of [
    ["Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", "30"],
    ["Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 09:28:00 GMT", "0"],
    ["Wed, 21 Oct 2026 07:28:00 GMT", undefined, undefined],
    ["Wed, 21 Oct 2026 07:28:00 GMT", "yesterday", undefined],
    ["120", "Wed, 21 Oct 2026 07:28:00 GMT", undefined],
    ["soon", "Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  ] as const)
    it(`returns ${seconds} for ${after} in a response of ${date}`, () => {
      const headers = new Headers({ "retry-after": after, ...(date && { date }) });
      assert.equal(retryAfterSeconds(headers), seconds);
    });
});
