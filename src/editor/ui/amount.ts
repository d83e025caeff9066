// Reads and writes amounts in USD as people type them. Pure.
import { numberFormat } from "../../openrouter/text/format.ts";

/** A millionth of a dollar is the smallest unit that OpenRouter counts. */
export const MAX_DECIMALS = 6;
/** A number has at most 15 digits that are certain. */
const MAX_DIGITS = 15;
/** Nobody types a longer amount. */
const MAX_LENGTH = 1_000;

export type AmountProblem =
  | { kind: "notAnAmount" | "negative" | "tooLarge" | "tooManyDecimals" }
  /** Both amounts that the text can mean, USD. */
  | { kind: "ambiguous"; readings: [decimal: number, whole: number] };

/**
 * Reads an amount in USD: with the locale's digits and separators, or with others if they can mean only one amount.
 * `1.000` and `1,000` are ambiguous in every language, since people often use an English interface. Nothing is guessed.
 */
export function parseAmount(text: string, locale: string): { usd: number } | AmountProblem {
  if (text.length > MAX_LENGTH) return { kind: "notAnAmount" };
  const typed = plainText(text);
  if (/^[-\u2212\u2013\ufe63\uff0d]/.test(typed)) return { kind: "negative" };
  const parts = splitAmount(withoutCurrency(typed, locale));
  if (!parts) return { kind: "notAnAmount" };
  const { whole, mark, decimals } = parts;
  if (mark === undefined) return amountOf(withoutGroups(whole), "");
  const isOwnMark = mark === partOf(numberFormat(locale), "decimal") || mark === "٫";
  const digits = withoutGroups(whole);
  if (digits === undefined || decimals === "") return { kind: "notAnAmount" };
  // The mark may separate thousands: what precedes it is the start of a grouped number.
  const isGrouped = digits !== whole;
  const mayGroup = mark !== "٫" && decimals.length === 3 && /^[1-9]/.test(digits);
  if (mayGroup && (isGrouped ? !isOwnMark : digits.length <= 3)) {
    const [asDecimal, asWhole] = [amountOf(digits, decimals), amountOf(digits + decimals, "")];
    if ("usd" in asDecimal && "usd" in asWhole) return { kind: "ambiguous", readings: [asDecimal.usd, asWhole.usd] };
  }
  // Another language's mark means decimals only where nothing else is possible.
  if (!isOwnMark && decimals.length > 2 && whole !== "0") return { kind: "notAnAmount" };
  return amountOf(digits, decimals);
}

/** Writes an amount as it is typed in the locale. `parseAmount` reads it as the same amount. */
export function amountText(usd: number, locale: string): string {
  const write = (minimumFractionDigits: number) =>
    numberFormat(locale, { useGrouping: false, minimumFractionDigits, maximumFractionDigits: 20 }).format(
      Number(usd.toPrecision(MAX_DIGITS)),
    );
  const text = write(0);
  const parsed = parseAmount(text, locale);
  // With a fourth decimal, 1.125 can't be read as 1,125.
  return "kind" in parsed && parsed.kind === "ambiguous" ? write(4) : text;
}

/** Removes one sign of US dollars, before or after the amount. */
function withoutCurrency(text: string, locale: string): string {
  const own = partOf(numberFormat(locale, { style: "currency", currency: "USD" }), "currency") ?? "$";
  // The longest first: "US$" starts with no other, but ends with one.
  for (const sign of ["US $", "$ US", "US$", "$US", "USD", plainText(own), "$"]) {
    if (text.toUpperCase().startsWith(sign.toUpperCase())) return text.slice(sign.length).trim();
    if (text.toUpperCase().endsWith(sign.toUpperCase())) return text.slice(0, -sign.length).trim();
  }
  return text;
}

/** Replaces digits, separators and spaces of all scripts by those of ASCII; drops invisible direction marks. */
function plainText(text: string): string {
  const ascii: Record<string, string> = {
    "．": ".",
    "，": ",",
    "＄": "$",
    "﹩": "$",
    "’": "'",
    "‘": "'",
    ʼ: "'",
    "＇": "'",
  };
  return Array.from(
    text.replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, ""),
    (char) => ascii[char] ?? digit(char) ?? char,
  )
    .join("")
    .replace(/\s/gu, " ")
    .trim();
}

let digits: Map<string, string> | undefined;

/** Returns the ASCII digit for a decimal digit of any script. */
function digit(char: string): string | undefined {
  digits ??= new Map(
    Intl.supportedValuesOf("numberingSystem").flatMap((system) => {
      const format = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
      return Array.from({ length: 10 }, (_, value): [string, string] => [format.format(value), String(value)]);
    }),
  );
  return digits.get(char);
}

/** Splits at the decimal mark: the last `.`, `,` or `٫`, unless it occurs more than once and so separates thousands. */
function splitAmount(text: string): { whole: string; mark?: string; decimals: string } | undefined {
  if (!/^[\d.,٫٬' ]*\d[\d.,٫٬' ]*$/.test(text)) return undefined;
  const at = Math.max(...[".", ",", "٫"].map((mark) => text.lastIndexOf(mark)));
  const mark = text[at];
  if (mark === undefined || text.indexOf(mark) !== at) return { whole: text, decimals: "" };
  return { whole: text.slice(0, at) || "0", mark, decimals: text.slice(at + 1) };
}

/** Removes thousands separators: one kind, in groups of three, or as in India (`12,34,567`). Undefined if they are misplaced. */
function withoutGroups(whole: string): string | undefined {
  if (/^\d+$/.test(whole)) return whole;
  const isGrouped =
    /^[1-9]\d{0,2}(?:([.,٬' ])\d{3})(?:\1\d{3})*$/.test(whole) || /^[1-9]\d?(?:,\d\d)+,\d{3}$/.test(whole);
  return isGrouped ? whole.replace(/\D/g, "") : undefined;
}

function amountOf(whole: string | undefined, decimals: string): { usd: number } | AmountProblem {
  if (whole === undefined || !/^\d*$/.test(decimals)) return { kind: "notAnAmount" };
  const [integer, fraction] = [whole.replace(/^0+/, ""), decimals.replace(/0+$/, "")];
  if (fraction.length > MAX_DECIMALS) return { kind: "tooManyDecimals" };
  if (integer.length + fraction.length > MAX_DIGITS) return { kind: "tooLarge" };
  return { usd: Number(`${integer || "0"}.${fraction || "0"}`) };
}

function partOf(format: Intl.NumberFormat, wanted: Intl.NumberFormatPartTypes): string | undefined {
  return format.formatToParts(1.5).find(({ type }) => type === wanted)?.value;
}
