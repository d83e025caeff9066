// Reads and writes text files of several encodings without changing a byte that isn't replaced. Pure.

/** "bytes": UTF-8 or another encoding that contains ASCII; each character of the text is one byte of the file. */
type Encoding = "bytes" | "utf16le" | "utf16be";

/** The contents of a file, in which ASCII text such as a key can be found and replaced. */
export interface EncodedText {
  text: string;
  encoding: Encoding;
  /** The last byte of a UTF-16 file with an odd number of bytes. */
  rest: Uint8Array;
}

/** The smallest share of characters with a zero byte in UTF-16 text, and the largest share of those that look swapped. */
const [MIN_ASCII, MAX_SWAPPED] = [0.3, 0.05];

/**
 * Decodes the bytes of a file; undefined if it is binary, or contains what is searched for in several encodings or in another
 * one than the rest, such as UTF-8 that a program has appended UTF-16 to.
 * @param isWanted true for a text that contains what is searched for, which tells UTF-16 without a byte order mark apart
 */
export function decodeBytes(bytes: Uint8Array, isWanted: (text: string) => boolean): EncodedText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const startsWith = (...mark: number[]) => mark.every((byte, i) => buffer[i] === byte);
  if (startsWith(0xff, 0xfe, 0, 0) || startsWith(0, 0, 0xfe, 0xff)) return undefined; // UTF-32
  const isMarked = startsWith(0xff, 0xfe) || startsWith(0xfe, 0xff);
  if (!isMarked && !buffer.includes(0)) return decodeAs(buffer, "bytes");
  const encoding = startsWith(0xff, 0xfe) ? "utf16le" : startsWith(0xfe, 0xff) ? "utf16be" : undefined;
  const views = (["bytes", "utf16le", "utf16be"] as const).map((one) => decodeAs(buffer, one));
  const wanted = views.filter(({ text }) => isWanted(text));
  const [only] = wanted;
  if (only)
    return wanted.length === 1 && only.encoding !== "bytes" && only.encoding === (encoding ?? only.encoding)
      ? only
      : undefined;
  if (encoding) return decodeAs(buffer, encoding);
  const [even, odd] = zeroShares(buffer);
  if (odd >= MIN_ASCII && even <= MAX_SWAPPED) return decodeAs(buffer, "utf16le");
  return even >= MIN_ASCII && odd <= MAX_SWAPPED ? decodeAs(buffer, "utf16be") : undefined;
}

/** Encodes a text as `decodeBytes` found it. */
export function encodeText({ encoding, rest }: Omit<EncodedText, "text">, text: string): Uint8Array {
  if (encoding === "bytes") return Buffer.from(text, "latin1");
  const units = Buffer.from(text, "utf16le");
  return Buffer.concat([encoding === "utf16be" ? units.swap16() : units, rest]);
}

/** Returns a part of the text for display. */
export function readableText({ encoding }: Pick<EncodedText, "encoding">, part: string): string {
  const text = encoding === "bytes" ? Buffer.from(part, "latin1").toString("utf8") : part;
  return text.replace(/^\uFEFF/, "");
}

function decodeAs(buffer: Buffer, encoding: Encoding): EncodedText {
  if (encoding === "bytes") return { text: buffer.toString("latin1"), encoding, rest: buffer.subarray(buffer.length) };
  const end = buffer.length - (buffer.length % 2);
  const units = buffer.subarray(0, end);
  const text = (encoding === "utf16be" ? Buffer.from(units).swap16() : units).toString("utf16le");
  return { text, encoding, rest: buffer.subarray(end) };
}

/** Returns the shares of zero bytes among the first and among the second bytes of all pairs. */
function zeroShares(buffer: Buffer): [number, number] {
  const zeros: [number, number] = [0, 0];
  for (const [i, byte] of buffer.entries()) if (byte === 0) zeros[i % 2 === 0 ? 0 : 1] += 1;
  const pairs = Math.max(1, buffer.length / 2);
  return [zeros[0] / pairs, zeros[1] / pairs];
}
