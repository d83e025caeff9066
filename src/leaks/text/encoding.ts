// Decodes the bytes of text files of any encoding that contains ASCII, piece by piece.
import { StringDecoder } from "node:string_decoder";

/** "mixed" text has parts in UTF-16, as PowerShell appends them to a UTF-8 file, or is UTF-32. */
export type Encoding = "utf8" | "utf16le" | "utf16be" | "mixed";

/** Decodes the next bytes; with none, what is left. */
export type Decoder = (bytes?: Buffer) => string;

const SAMPLE = 64 * 1024;
/** The smallest share of zero bytes at one place of all pairs in UTF-16 text, and the largest share at the other. */
const [MIN_ASCII, MAX_SWAPPED] = [0.3, 0.05];
/** The largest share of control characters, and of zero bytes, in text that contains zero bytes. */
const [MAX_CONTROLS, MAX_ZEROS] = [0.02, 0.5];
/** The beginning of a secret in UTF-16. */
const wideStart = /[sS]\0{1,3}[kK]\0{1,3}-/;

/**
 * Detects the encoding of a text by its first bytes; undefined if it is binary. Latin-1 is read as UTF-8, as editors do: a
 * secret is ASCII.
 */
export function detectEncoding(bytes: Buffer): Encoding | undefined {
  const encoding = detectFirst(bytes);
  const isWide = encoding === "utf16le" || encoding === "utf16be";
  return isWide && hasOtherParts(bytes, encoding) ? "mixed" : encoding;
}

function detectFirst(bytes: Buffer): Encoding | undefined {
  const startsWith = (...mark: number[]) => mark.every((byte, i) => bytes[i] === byte);
  if (startsWith(0xff, 0xfe, 0, 0) || startsWith(0, 0, 0xfe, 0xff)) return "mixed"; // UTF-32
  if (startsWith(0xff, 0xfe)) return "utf16le";
  if (startsWith(0xfe, 0xff)) return "utf16be";
  if (!bytes.includes(0)) return "utf8";
  const { even, odd, controls, length } = count(bytes.subarray(0, SAMPLE));
  const pairs = Math.max(1, length / 2);
  if (odd >= MIN_ASCII * pairs && even <= MAX_SWAPPED * pairs) return "utf16le";
  if (even >= MIN_ASCII * pairs && odd <= MAX_SWAPPED * pairs) return "utf16be";
  const isText = controls <= MAX_CONTROLS * length && even + odd <= MAX_ZEROS * length;
  return isText || wideStart.test(bytes.toString("latin1")) ? "mixed" : undefined;
}

/** True if a secret is likely in another encoding than that of a text in UTF-16, as programs append to it. */
function hasOtherParts(bytes: Buffer, encoding: "utf16le" | "utf16be"): boolean {
  const text = bytes.toString("latin1");
  const place = encoding === "utf16le" ? 0 : 1;
  return (
    /sk-or-v\d+-(?:[^a-z0-9\0]{0,120}[0-9a-f]){16}/i.test(text) ||
    [...text.matchAll(/[sS]\0[kK]\0-/g)].some(({ index }) => index % 2 !== place)
  );
}

/** Counts zero bytes at even and at odd places, and control characters that text doesn't contain. */
function count(bytes: Buffer): { even: number; odd: number; controls: number; length: number } {
  const zeros = [0, 0];
  let controls = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 0) zeros[i % 2]! += 1;
    else if (byte < 32 && byte !== 27 && (byte < 8 || byte > 13)) controls++;
  }
  return { even: zeros[0]!, odd: zeros[1]!, controls, length: bytes.length };
}

/** Creates the decoder of an encoding. A byte order mark is left out. */
export function createDecoder(encoding: Encoding): Decoder {
  const decoder = new StringDecoder(encoding === "utf16le" || encoding === "utf16be" ? "utf16le" : "utf8");
  const prepare = encoding === "utf16be" ? swapper() : encoding === "mixed" ? withoutZeros : undefined;
  let isFirst = true;
  return (bytes) => {
    const text = bytes ? decoder.write(prepare ? prepare(bytes) : bytes) : decoder.end();
    if (!isFirst || text === "") return text;
    isFirst = false;
    return text.replace(/^\uFEFF/, "");
  };
}

/** Swaps the bytes of each pair; a last byte without its pair waits for the next piece. */
function swapper(): (bytes: Buffer) => Buffer {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    const all = Buffer.concat([rest, bytes]);
    const end = all.length - (all.length % 2);
    rest = all.subarray(end);
    return all.subarray(0, end).swap16();
  };
}

/** Parts in UTF-16 or UTF-32. Other zero bytes separate texts. */
const wideParts = /(?:[\x01-\x7f]\0(?:\0\0)?){4,}|(?:\0(?:\0\0)?[\x01-\x7f]){4,}/g;

function withoutZeros(bytes: Buffer): Buffer {
  const text = bytes.toString("latin1").replace(wideParts, (part) => part.replaceAll("\0", ""));
  return Buffer.from(text, "latin1");
}
