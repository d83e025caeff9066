import { beginsLikeSecret, type DecodedText } from "./decodedText.ts";

/** Bytes that are read: a secret, and what may stand within it. */
const MAX_BYTES = 300;
/** Bytes after which it is clear whether they are a secret's. */
const PROBE = 12;

/** `sk-or-` in hexadecimal: 736b2d, 73:6B:2D, 0x73, 0x6b; and in decimal, as programs log the bytes of a buffer. */
const notations = [
  { radix: 16, first: ["[57]3", "[46]b", "2d", "[46]f"], gap: "[\\s:,;]{0,40}(?:0x|\\\\x)?" },
  { radix: 10, first: ["(?:115|83)", "(?:107|75)", "45", "(?:111|79)"], gap: "[\\s,;]{1,40}" },
].map(({ radix, first, gap }) => ({
  radix,
  start: new RegExp(first.join(gap), "gi"),
  byteAt: new RegExp(`(?:${gap})?(${radix === 16 ? "[0-9a-f]{2}" : "\\d{1,3}(?!\\d)"})`, "iy"),
}));

/** Decodes the bytes from each place on where a secret in hexadecimal or decimal notation begins. */
export function decodeHex(text: string): DecodedText[] {
  return notations.flatMap(({ radix, start, byteAt }) =>
    [...text.matchAll(start)].flatMap(({ index }) => {
      const starts: number[] = [];
      const ends: number[] = [];
      let decoded = "";
      for (byteAt.lastIndex = index; decoded.length < MAX_BYTES; ) {
        const byte = byteAt.exec(text)?.[1];
        if (byte === undefined) break;
        decoded += String.fromCharCode(Number.parseInt(byte, radix));
        starts.push(byteAt.lastIndex - byte.length);
        ends.push(byteAt.lastIndex);
        if (decoded.length === PROBE && !beginsLikeSecret(decoded)) return [];
      }
      return { text: decoded, start: (offset: number) => starts[offset]!, end: (offset: number) => ends[offset - 1]! };
    }),
  );
}
