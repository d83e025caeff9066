import type { DecodedText } from "./decodedText.ts";

/** Enough for a secret in UTF-16, and for one that is escaped within the encoded text. */
const WINDOW = 400;

/** Line breaks within encoded text, as MIME, PEM and JSON have them, and what stands between its parts in a program. */
const GAP = "(?:\\\\{1,8}[nr]|[\\s\"'`\\\\,]){0,40}(?:\\+\\s{0,40}[\"'`])?";
const gapAt = /\\{1,8}[nr]|[\s"'`\\,]|\+(?=\s{0,40}["'`])/y;

/**
 * What base64 text contains if the encoded bytes contain a secret's prefix: three forms, by the prefix's position modulo 3, for
 * UTF-8 and for UTF-16, as PowerShell encodes commands.
 */
const forms = (["utf8", "utf16le"] as const).flatMap((encoding) =>
  [0, 1, 2].map((position) => {
    const bytes = Buffer.concat([Buffer.alloc(position), Buffer.from("sk-or-", encoding)]);
    const whole = bytes.toString("base64");
    // The first and last characters also depend on the neighboring bytes.
    const start = Math.ceil((position * 8) / 6);
    const needle = whole.slice(start, Math.floor((bytes.length * 8) / 6));
    return { encoding, position, lead: whole.slice(0, start), pattern: new RegExp([...needle].join(GAP), "g") };
  }),
);

/** Decodes the base64 text from each place on where an encoded secret begins: up to its first gap, and across gaps. */
export function decodeBase64(text: string): DecodedText[] {
  return forms.flatMap((form) =>
    [...text.matchAll(form.pattern)].flatMap(({ index }) => {
      const { offsets, firstGap } = collect(text, index);
      const ends = new Set([firstGap, offsets.length]);
      return [...ends].map((end) => decode(text, offsets.slice(0, end), form));
    }),
  );
}

function decode(
  text: string,
  offsets: readonly number[],
  { encoding, position, lead }: (typeof forms)[0],
): DecodedText {
  const characters = offsets.map((offset) => text[offset]).join("");
  // The characters before are replaced by those of a known beginning, so that the decoder is in step.
  const bytes = Buffer.from(lead + characters, "base64").subarray(position);
  const width = encoding === "utf8" ? 1 : 2;
  const characterOf = (byte: number) => Math.floor(((byte + position) * 4) / 3) - lead.length;
  const offsetOf = (character: number) => offsets[Math.min(Math.max(character, 0), offsets.length - 1)]!;
  return {
    // Latin 1 has one character for each byte, whatever surrounds the secret.
    text: bytes.toString(encoding === "utf8" ? "latin1" : "utf16le"),
    start: (offset) => offsetOf(characterOf(offset * width)),
    end: (offset) => offsetOf(characterOf(offset * width - 1) + 1) + 1,
  };
}

/** Collects the offsets of base64 characters from a position on, without what may stand between them. */
function collect(text: string, from: number): { offsets: number[]; firstGap: number } {
  const offsets: number[] = [];
  let firstGap: number | undefined;
  for (let at = from; at < text.length && offsets.length < WINDOW; ) {
    gapAt.lastIndex = at;
    const gap = gapAt.exec(text)?.[0].length ?? 0;
    if (gap > 0) {
      firstGap ??= offsets.length;
      at += gap;
      continue;
    }
    if (!/[A-Za-z0-9+/_-]/.test(text[at]!)) break;
    offsets.push(at++);
  }
  return { offsets, firstGap: firstGap ?? offsets.length };
}
