import type { DecodedText } from "./decodedText.ts";

/**
 * `%2D`, `=2D`, `\u002d`, `\x2d`, `\055`, `&#45;`, `&#x2d;` and `&hyphen;`; backslashes and percent signs may be escaped
 * themselves.
 */
const escapeSequence =
  /[%=]([0-9a-f]{2})|(?<!\\)\\{1,8}(?:u(?:00([0-9a-f]{2})|\{([0-9a-f]{2})\})|x([0-9a-f]{2})|([01][0-7]{2}))|&(?:#(?:x0{0,4}([0-9a-f]{2})|0{0,4}(\d{2,3}))|(hyphen|dash));/gi;
/** A secret holds only these; escapes of other characters don't hide one. */
const isSecretCharacter = (character: string) => /^[-a-z0-9%]$/i.test(character);

/** Returns the text with escaped characters decoded; nothing if there is none that a secret may contain. */
export function decodeEscapes(text: string): DecodedText[] {
  let decoded = "";
  let last = 0;
  const offsets: number[] = [];
  const lengths: number[] = [];
  for (const match of text.matchAll(escapeSequence)) {
    const [whole, percent, unicode, braced, hex, octal, entityHex, entity, name] = match;
    const hexDigits = percent ?? unicode ?? braced ?? hex ?? entityHex;
    const code = hexDigits ? Number.parseInt(hexDigits, 16) : octal ? Number.parseInt(octal, 8) : Number(entity);
    const character = name ? "-" : String.fromCharCode(code);
    if (!isSecretCharacter(character)) continue;
    decoded += text.slice(last, match.index) + character;
    offsets.push(decoded.length - 1);
    lengths.push(whole.length - 1);
    last = match.index + whole.length;
  }
  if (offsets.length === 0) return [];
  decoded += text.slice(last);
  let sum = 0;
  const removed = lengths.map((length) => (sum += length));
  /** The characters that decoding removed before a position. */
  const removedBefore = (offset: number) => {
    let [low, high] = [0, offsets.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : removed[low - 1]!;
  };
  const original = (offset: number) => offset + removedBefore(offset);
  return [{ text: decoded, start: original, end: original }];
}
