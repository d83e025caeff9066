import assert from "node:assert/strict";
import fc from "fast-check";
import { amountText, MAX_DECIMALS, parseAmount } from "../../src/editor/ui/amount.ts";

const locales = ["en", "de", "fr", "pt-BR", "es", "it", "ru", "pl", "cs", "tr", "hu", "ja", "ko", "zh-CN", "zh-TW"];
const others = ["de-CH", "en-IN", "hi", "ar-EG", "fa", "bn", "sv", "bg", "lv"];

const usd = (text: string, locale: string) => {
  const parsed = parseAmount(text, locale);
  return "usd" in parsed ? parsed.usd : parsed.kind;
};

describe("an amount as people type it", () => {
  for (const [locale, typed, amount] of [
    ["en", "12", 12],
    ["en", "12.50", 12.5],
    ["en", "12,50", 12.5],
    ["en", " $0.5 ", 0.5],
    ["en", "25 USD", 25],
    ["en", "US$25", 25],
    ["en", "USD 25", 25],
    ["en", "0", 0],
    ["en", "0.00", 0],
    ["en", ".5", 0.5],
    ["en", "007", 7],
    ["en", "0.125", 0.125],
    ["de", "0.125", 0.125],
    ["en", "1.2345", 1.2345],
    ["en", "1234.567", 1234.567],
    ["de", "1234,567", 1234.567],
    ["en", "1,000.50", 1000.5],
    ["en", "1,234,567", 1234567],
    ["en", "1,000.125", 1000.125],
    ["de", "1.000,50", 1000.5],
    ["en", "1.000,50", 1000.5],
    ["de", "1,000.50", 1000.5],
    ["de", "1.000.000", 1e6],
    ["de", "12,50 $", 12.5],
    ["pt-BR", "US$ 1.000,50", 1000.5],
    ["fr", "1\u202f000,50", 1000.5],
    ["fr", "1\u00a0000,50\u00a0$US", 1000.5],
    ["fr", "1 000", 1000],
    ["de-CH", "1'000", 1000],
    ["de-CH", "1’000.50", 1000.5],
    ["en-IN", "1,00,000", 1e5],
    ["en-IN", "12,34,567.89", 1234567.89],
    ["ja", "１２．５０", 12.5],
    ["ja", "＄１２", 12],
    ["ar-EG", "١٢٫٥٠", 12.5],
    ["ar-EG", "١٬٠٠٠", 1000],
    ["ar-EG", "١٬٠٠٠٫٥", 1000.5],
    ["en", "١٢٣", 123],
    ["fa", "۱۲٫۵", 12.5],
    ["hi", "१२.५", 12.5],
    ["en", "\u200f12.5\u200e", 12.5],
    ["en", "999999999999999", 999999999999999],
    ["en", "0.000001", 0.000001],
  ] as const)
    it(`${typed} is ${amount} (${locale})`, () => assert.equal(usd(typed, locale), amount));

  for (const [locale, typed, readings] of [
    ["en", "1.000", [1, 1000]],
    ["en", "1,000", [1, 1000]],
    ["de", "1.000", [1, 1000]],
    ["de", "1,000", [1, 1000]],
    ["en", "$12.345", [12.345, 12345]],
    ["en", "123,456", [123.456, 123456]],
    ["en-IN", "1,000", [1, 1000]],
    ["ja", "１．０００", [1, 1000]],
    ["ar-EG", "١,٠٠٠", [1, 1000]],
    ["en", "1 000,500", [1000.5, 1000500]],
    ["en", "1.000,500", [1000.5, 1000500]],
  ] as const)
    it(`${typed} is ambiguous (${locale})`, () =>
      assert.deepEqual(parseAmount(typed, locale), { kind: "ambiguous", readings }));

  for (const [typed, kind] of [
    ["", "notAnAmount"],
    [" ", "notAnAmount"],
    ["abc", "notAnAmount"],
    ["-5", "negative"],
    ["−5", "negative"],
    ["-0", "negative"],
    ["+5", "notAnAmount"],
    ["5-", "notAnAmount"],
    ["$-5", "notAnAmount"],
    ["1e3", "notAnAmount"],
    ["1e400", "notAnAmount"],
    ["∞", "notAnAmount"],
    ["Infinity", "notAnAmount"],
    ["NaN", "notAnAmount"],
    ["0x10", "notAnAmount"],
    ["12.", "notAnAmount"],
    ["€5", "notAnAmount"],
    ["5 EUR", "notAnAmount"],
    ["$5$$", "notAnAmount"],
    ["5k", "notAnAmount"],
    ["5%", "notAnAmount"],
    ["5²", "notAnAmount"],
    ["½", "notAnAmount"],
    ["1_000", "notAnAmount"],
    ["1 00", "notAnAmount"],
    ["12 50", "notAnAmount"],
    ["1,0000", "notAnAmount"],
    ["1234,567", "notAnAmount"],
    ["1,00,00", "notAnAmount"],
    ["1.000,000,000", "notAnAmount"],
    ["1,000 000", "notAnAmount"],
    ["0,000,000", "notAnAmount"],
    ["1.2.3", "notAnAmount"],
    ["1..5", "notAnAmount"],
    ["1 .5", "notAnAmount"],
    ["9".repeat(400), "tooLarge"],
    ["9999999999999999", "tooLarge"],
    ["0.0000001", "tooManyDecimals"],
    [`0.${"3".repeat(400)}`, "tooManyDecimals"],
  ] as const)
    it(`${typed.length > 20 ? `${typed.slice(0, 20)}…` : JSON.stringify(typed)} is refused: ${kind}`, () =>
      assert.equal(usd(typed, "en"), kind));

  it("reads what amountText writes as the same amount, in every language", () => {
    const amounts = fc.oneof(
      fc.integer({ min: 0, max: 10 ** 9 }).map((cents) => cents / 100),
      fc.integer({ min: 0, max: 10 ** 15 - 1 }).map((micros) => micros / 1e6),
      fc.integer({ min: 0, max: 10 ** 15 - 1 }),
      fc.integer({ min: 0, max: 10 ** 6 }).map((mills) => mills / 1000),
    );
    fc.assert(
      fc.property(amounts, fc.constantFrom(...locales, ...others), (amount, locale) =>
        assert.equal(usd(amountText(amount, locale), locale), amount),
      ),
      { numRuns: 2_000 },
    );
  });

  it("reads grouped amounts with cents as the locale writes them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 12 }),
        fc.constantFrom(...locales, ...others),
        fc.boolean(),
        (cents, locale, isCurrency) => {
          const style = isCurrency ? ({ style: "currency", currency: "USD" } as const) : {};
          const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, ...style });
          assert.equal(usd(format.format(cents / 100), locale), cents / 100);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("never answers anything but a finite amount with few decimals", () => {
    const part = fc.constantFrom(..."0123456789.,'’ \u202f-+e$٫٬١∞", "1000", "000");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.constantFrom(...locales, ...others), (parts, locale) => {
        const parsed = parseAmount(parts.join(""), locale);
        if (!("usd" in parsed)) return;
        assert.ok(Number.isFinite(parsed.usd) && parsed.usd >= 0);
        assert.equal(Number(parsed.usd.toFixed(MAX_DECIMALS)), parsed.usd);
      }),
      { numRuns: 5_000 },
    );
  });
});
