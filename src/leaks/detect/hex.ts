// Where bytes in hexadecimal or decimal notation hold the beginning of a secret, and what they are from there on.
import type { DecodedText } from "./decodedText.ts";

/** Bytes that are read: a secret in UTF-16, and what may stand within it. */
const MAX_BYTES = 480;

/** The text beside the bytes of a line, as `xxd` and `hexdump -C` print it, and the address of the next line. */
const DUMP = String.raw`[ \t]{1,60}(?:\|[^\r\n]{1,16}\|\r?\n[0-9a-f]{7,16}[ \t]{2}|[^\r\n]{1,16}\r?\n[0-9a-f]{7,16}:[ \t])[ \t]{0,4}`;

/** Bytes as 736b2d, 73:6B:2D, 0x73, 0x6b and in dumps; and in decimal, as programs log the bytes of a buffer. */
const hexadecimal = {
  radix: 16,
  byte: (code: number) => code.toString(16).padStart(2, "0"),
  gap: `(?:${DUMP}|(?:[\\s:,;]|\\\\(?=\\r?\\n)){0,40})(?:0x|\\\\x)?`,
  digits: "([0-9a-f]{2})",
};
const decimal = {
  radix: 10,
  byte: (code: number) => `${code}`,
  gap: String.raw`(?:[\s,;]{1,40}|\)[\s,.+&]{1,20}\w{1,12}\()`,
  digits: String.raw`(\d{1,3}(?!\d))`,
};

/** Decodes bytes from a place in a text on: all that a secret may have, or fewer. */
export type DecodeBytes = (text: string, from?: number, limit?: number) => DecodedText;

const isPair = /^[0-9a-f]{2}$/i;

function decoderOf({ radix, gap, digits: pattern }: typeof decimal): DecodeBytes {
  const byteAt = new RegExp(`(?:${gap})?${pattern}`, "iy");
  return (text, from = 0, limit = MAX_BYTES) => {
    const starts: number[] = [];
    const ends: number[] = [];
    let decoded = "";
    let position = from;
    for (let i = 0; i < limit; i++) {
      // Much faster than the expression, in which a gap may come first.
      let digits = radix === 16 ? text.slice(position, position + 2) : "";
      if (isPair.test(digits)) position += 2;
      else {
        byteAt.lastIndex = position;
        digits = byteAt.exec(text)?.[1] ?? "";
        if (digits === "") break;
        position = byteAt.lastIndex;
      }
      const code = Number.parseInt(digits, radix);
      // The other half of a character in UTF-16.
      if (code === 0) continue;
      decoded += String.fromCharCode(code);
      starts.push(position - digits.length);
      ends.push(position);
    }
    return { text: decoded, start: (offset) => starts[offset]!, end: (offset) => ends[offset - 1]! };
  };
}

/** Decodes hexadecimal bytes from the beginning of a text on. */
export const decodeHex = decoderOf(hexadecimal);
const decodeDecimal = decoderOf(decimal);

const sequence = ({ byte, gap }: typeof decimal, texts: readonly string[], zero = "") =>
  [...texts[0]!]
    .map((_, i) => {
      const codes = new Set(texts.map((text) => byte(text.charCodeAt(i))));
      return `(?:${[...codes].join("|")})`;
    })
    .join(`(?:${zero}${gap})`);

/** Returns a function that lists each place where the bytes of a text begin. */
export function findBytes(text: string): (source: string) => number[] {
  const start = new RegExp(sequence(hexadecimal, [text]), "gi");
  return (source) => Array.from(source.matchAll(start), ({ index }) => index);
}

const secretStarts = [
  { start: sequence(hexadecimal, ["sk-o", "SK-O"], `(?:${hexadecimal.gap}00)?`), decode: decodeHex },
  { start: sequence(decimal, ["sk-o", "SK-O"]), decode: decodeDecimal },
].map(({ start, decode }) => ({ decode, start: new RegExp(start, "gi") }));

/** Lists each place where a secret in hexadecimal or decimal notation begins. */
export function* findSecretBytes(text: string): Generator<{ at: number; decode: DecodeBytes }> {
  for (const { start, decode } of secretStarts)
    for (const { index } of text.matchAll(start)) yield { at: index, decode };
}
