// Where base64 text holds the beginning of a secret, and what it decodes to from there on.
import { type DecodedText, lastAtMost } from "./decodedText.ts";
import { decodeHex } from "./hex.ts";

/** Decodes a text from its beginning on. */
export type Decode = (text: string) => DecodedText;

/** Characters that are decoded: enough for a secret in UTF-16, and for one that is encoded or escaped within the text. */
const WINDOW = 480;
/** A secret is encoded in no fewer characters. */
const MIN_LENGTH = 97;

/** What a character may be: a part of encoded text, a gap in it, or the beginning of a gap. */
const [PART, GAP, MAY_BEGIN_GAP] = [0, 1, 2] as const;
/** By the code of the character. */
const kinds = Uint8Array.from({ length: 65_536 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[\s"'`,\u200b-\u200f\u2060\ufeff\u00ad]/.test(character)) return GAP;
  return "\\#>/*;-|+%=&<".includes(character) ? MAY_BEGIN_GAP : PART;
});
/** Line breaks within encoded text, as MIME, PEM, JSON and URLs have them, and what stands between its parts in a program. */
const gapAt = new RegExp(
  [
    String.raw`\\{1,8}(?!\\)(?:[nr]|u000[adAD]|x0[adAD])?`,
    String.raw`(?<=[\r\n][ \t]{0,40})(?:#+|>{1,4}|\/\/|\*|;|--|\|)(?=[ \t])`,
    "(?<=[\"'`]\\s{0,40})\\+(?=\\s{0,40}[\"'`])",
    String.raw`%0[adAD]|=(?=[\r\n])|&#1[03];|<[bB][rR]\s?\/?>`,
  ].join("|"),
  "y",
);
const runAt = new RegExp(`[A-Za-z0-9+/_-]{1,${WINDOW}}`, "y");

interface Form {
  encoding: BufferEncoding | "utf16be";
  /** The position of the beginning modulo 3, which decides how it is encoded. */
  position: number;
  /** The first characters, which also depend on the byte before. */
  lead: string;
  /** The characters that depend on the beginning only. */
  needle: string;
  /** How what is encoded is decoded in turn. */
  inner: Decode[];
}

function formsOf(beginning: string, encoding: Form["encoding"] = "utf8", inner: Decode[] = []): Form[] {
  return [0, 1, 2].map((position) => {
    const encoded =
      encoding === "utf16be" ? Buffer.from(beginning, "utf16le").swap16() : Buffer.from(beginning, encoding);
    const bytes = Buffer.concat([Buffer.alloc(position), encoded]);
    const whole = bytes.toString("base64");
    const start = Math.ceil((position * 8) / 6);
    const needle = whole.slice(start, Math.floor((bytes.length * 8) / 6));
    return { encoding, position, lead: whole.slice(0, start), needle, inner };
  });
}

const decodeAs =
  (form: Form): Decode =>
  (text) =>
    decodeRun(strip(text), 0, form)[0]!;
const twice = (forms: Form[], encoding: Form["encoding"] = "utf8") =>
  forms.flatMap((form) => formsOf(form.needle, encoding, [decodeAs(form), ...form.inner]));

const plain = formsOf("sk-or-");
/** The beginning of a secret as it is encoded itself. */
export const plainForms = plain.map((form) => ({ needle: form.needle, decode: decodeAs(form) }));
const forms = [
  ...plain,
  ...formsOf("SK-OR-"),
  // As PowerShell encodes commands.
  ...formsOf("sk-or-", "utf16le"),
  ...formsOf("sk-or-", "utf16be"),
  ...["sk%2D", "sk%2d", "sk\\u00", "sk\\x2", "sk&#4"].flatMap((escaped) => formsOf(escaped)),
  ...["736b2d6f", "736B2D6F"].flatMap((hex) => formsOf(hex, "utf8", [decodeHex])),
  ...twice(plain),
  ...twice(plain, "utf16le"),
  ...twice(twice(plain)),
];
const byNeedle = Map.groupBy(forms, ({ needle }) => needle);
const beginnings = new RegExp([...byNeedle.keys()].sort().join("|"), "g");

/** A text without what may stand between the parts of base64 text. */
interface Stripped {
  characters: string;
  /** Where each part begins, among the characters and in the text. */
  indexes: number[];
  offsets: number[];
}

function strip(text: string): Stripped {
  const [indexes, offsets]: [number[], number[]] = [[0], [0]];
  const characters = Buffer.allocUnsafe(text.length);
  let length = 0;
  let isAfterGap = false;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const kind = kinds[code];
    const gap = kind === GAP ? 1 : kind === MAY_BEGIN_GAP ? gapLength(text, at) : 0;
    if (gap > 0) {
      at += gap;
      isAfterGap = true;
      continue;
    }
    if (isAfterGap) {
      indexes.push(length);
      offsets.push(at);
      isAfterGap = false;
    }
    // Other characters end what is encoded, whatever they are.
    characters[length++] = code < 128 ? code : 0;
    at++;
  }
  return { characters: characters.toString("latin1", 0, length), indexes, offsets };
}

function gapLength(text: string, at: number): number {
  gapAt.lastIndex = at;
  return gapAt.exec(text)?.[0].length ?? 0;
}

/** What is encoded from a place on, and how it is decoded in turn. */
export interface EncodedPart {
  decoded: DecodedText;
  inner: readonly Decode[];
}

/** Decodes base64 text from each place on where an encoded secret begins: all that follows, and what stands before a gap. */
export function* decodeBase64(text: string): Generator<EncodedPart[]> {
  const stripped = strip(text);
  for (const { index, 0: needle } of stripped.characters.matchAll(beginnings))
    for (const form of byNeedle.get(needle)!)
      yield decodeRun(stripped, index, form).map((decoded) => ({ decoded, inner: form.inner }));
}

function decodeRun({ characters, indexes, offsets }: Stripped, from: number, form: Form): DecodedText[] {
  runAt.lastIndex = from;
  const run = runAt.exec(characters)?.[0] ?? "";
  const end = indexes[lastAtMost(indexes, from + MIN_LENGTH - 1) + 1] ?? Number.POSITIVE_INFINITY;
  const width = form.encoding === "utf8" ? 1 : 2;
  const characterOf = (byte: number) => from + Math.floor(((byte + form.position) * 4) / 3) - form.lead.length;
  const offsetOf = (character: number) => {
    const index = Math.min(Math.max(character, from), from + run.length - 1);
    const part = lastAtMost(indexes, index);
    return offsets[part]! + index - indexes[part]!;
  };
  const decode = (part: string): DecodedText => ({
    text: decodeCharacters(part, form),
    start: (offset) => offsetOf(characterOf(offset * width)),
    end: (offset) => offsetOf(characterOf(offset * width - 1) + 1) + 1,
  });
  return end < from + run.length ? [decode(run), decode(run.slice(0, end - from))] : [decode(run)];
}

function decodeCharacters(characters: string, { encoding, position, lead }: Form): string {
  // The characters before are replaced by those of a known beginning, so that the decoder is in step.
  const bytes = Buffer.from(lead + characters, "base64").subarray(position);
  if (encoding === "utf16be")
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString("utf16le");
  // Latin 1 has one character for each byte, whatever surrounds the secret.
  return bytes.toString(encoding === "utf8" ? "latin1" : encoding);
}
