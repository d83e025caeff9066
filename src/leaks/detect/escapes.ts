import type { DecodedText } from "./decodedText.ts";

/**
 * `%2D`, `=2D`, `\u002d`, `\x2d`, `\055`, `&#45;`, `&#x2d;` and `&hyphen;`; backslashes and percent signs may be escaped
 * themselves.
 */
const escapeSequence =
  /[%=]([0-9a-f]{2})|(?<!\\)\\{1,8}(?:u(?:00([0-9a-f]{2})|\{([0-9a-f]{2})\})|x([0-9a-f]{2})|([01][0-7]{2}))|&(?:#(?:x0{0,4}([0-9a-f]{2})|0{0,4}(\d{2,3}))|(hyphen|dash));/gi;
/** A secret holds only these; escapes of other characters don't hide one. */
const isSecretCharacter = (character: string) => /^[-a-z0-9%]$/i.test(character);

/** The most characters between two escapes of the same secret, and around them, with what may stand within a secret. */
const REACH = 1_000;

interface Escape {
  index: number;
  length: number;
  character: string;
}

/** Decodes the escaped characters that a secret may contain, in each part of the text that has some. */
export function decodeEscapes(text: string): DecodedText[] {
  const groups: Escape[][] = [];
  for (const match of text.matchAll(escapeSequence)) {
    const [whole, percent, unicode, braced, hex, octal, entityHex, entity, name] = match;
    const hexDigits = percent ?? unicode ?? braced ?? hex ?? entityHex;
    const code = hexDigits ? Number.parseInt(hexDigits, 16) : octal ? Number.parseInt(octal, 8) : Number(entity);
    const character = name ? "-" : String.fromCharCode(code);
    if (!isSecretCharacter(character)) continue;
    const group = groups.at(-1);
    const last = group?.at(-1);
    const one = { index: match.index, length: whole.length, character };
    if (group && last && one.index - last.index < 2 * REACH) group.push(one);
    else groups.push([one]);
  }
  return groups.map((escapes) => decodePart(text, escapes));
}

function decodePart(text: string, escapes: readonly Escape[]): DecodedText {
  const start = Math.max(0, escapes[0]!.index - REACH);
  let decoded = "";
  let last = start;
  const offsets: number[] = [];
  const removed: number[] = [];
  for (const { index, length, character } of escapes) {
    decoded += text.slice(last, index) + character;
    offsets.push(decoded.length - 1);
    removed.push((removed.at(-1) ?? 0) + length - 1);
    last = index + length;
  }
  decoded += text.slice(last, last + REACH);
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
  const original = (offset: number) => start + offset + removedBefore(offset);
  return { text: decoded, start: original, end: original };
}
