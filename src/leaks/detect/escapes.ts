import { type DecodedText, lastAtMost } from "./decodedText.ts";

/**
 * `%2D`, `=2D`, `%u002d`, `\u002d`, `\U0000002d`, `\x2d`, `\x{2d}`, `\055`, `\55`, `&#45;` and `&#x2d;`; backslashes and percent
 * signs may be escaped themselves. The digits are in one of the groups, octal ones in the last but one, decimal ones in the last.
 */
const codes = [
  "[%=]([0-9a-f]{2})",
  "%u00([0-9a-f]{2})",
  String.raw`\\{1,8}u(?:0{6}([0-9a-f]{2})|00([0-9a-f]{2})|\{0{0,6}([0-9a-f]{2})\})`,
  String.raw`\\{1,8}x(?:([0-9a-f]{2})|\{0{0,6}([0-9a-f]{2})\})`,
  "&#x0{0,4}([0-9a-f]{2});",
  String.raw`\\{1,8}([01][0-7]{2}|[4-7][0-7])`,
  String.raw`&#0{0,4}(\d{2,3});`,
];
const byte = String.raw`(?:[%=]|\\{1,8}x)`;
/** Hyphens and dashes by their names and codes, in UTF-8, and as style sheets escape them. */
const dashes = [
  "&(?:hyphen|dash|[nm]dash|minus|horbar|#(?:x20(?:1[0-5])|x2212|820[89]|821[0-3]|8722));",
  String.raw`(?:%u|\\{1,8}u(?:\{0{0,4}|0000)?)(?:201[0-5]|2212)\}?`,
  `${byte}e2(?:${byte}80${byte}9[0-5]|${byte}88${byte}92)`,
  String.raw`\\{1,8}(?:0{0,3}2d(?: |(?![0-9a-f]))|00002d ?)`,
];
const escapeSequence = new RegExp(String.raw`(?<!\\(?=\\))(?:${[...dashes, ...codes].join("|")})`, "gi");
/** The number of groups in `codes`. */
const codeGroups = 10;
/** A secret holds only these; escapes of other characters don't hide one. */
const isSecretCharacter = (character: string) => /^[-a-z0-9%]$/i.test(character);

/** The most characters between two escapes of the same secret, and around them, with what may stand within a secret. */
const REACH = 1_000;

interface Escape {
  index: number;
  length: number;
  character: string;
}

function* findEscapes(text: string): Generator<Escape> {
  for (const match of text.matchAll(escapeSequence)) {
    const character = decodeEscape(match);
    if (isSecretCharacter(character)) yield { index: match.index, length: match[0].length, character };
  }
}

function decodeEscape(match: RegExpExecArray): string {
  const group = match.findLastIndex((digits, i) => i > 0 && digits !== undefined);
  if (group < 0) return "-";
  const radix = group === codeGroups ? 10 : group === codeGroups - 1 ? 8 : 16;
  return String.fromCharCode(Number.parseInt(match[group]!, radix));
}

/** Decodes the escaped characters that a secret may contain, in each part of the text that has some. */
export function decodeEscapes(text: string): DecodedText[] {
  const groups: Escape[][] = [];
  for (const one of findEscapes(text)) {
    const group = groups.at(-1);
    if (group && one.index - group.at(-1)!.index < 2 * REACH) group.push(one);
    else groups.push([one]);
  }
  return groups.map((escapes) => decodePart(text, escapes));
}

/** Decodes the escaped characters of a short text; undefined if there are none. */
export function unescapeAll(text: string): DecodedText | undefined {
  if (!/[%=\\&]/.test(text)) return undefined;
  const escapes = [...findEscapes(text)];
  return escapes.length > 0 ? decodePart(text, escapes) : undefined;
}

function decodePart(text: string, escapes: readonly Escape[]): DecodedText {
  const start = Math.max(0, escapes[0]!.index - REACH);
  const parts: string[] = [];
  const offsets: number[] = [];
  const removed: number[] = [];
  let [length, last] = [0, start];
  for (const { index, length: escaped, character } of escapes) {
    parts.push(text.slice(last, index), character);
    length += index - last + 1;
    offsets.push(length);
    removed.push((removed.at(-1) ?? 0) + escaped - 1);
    last = index + escaped;
  }
  parts.push(text.slice(last, last + REACH));
  const original = (offset: number) => start + offset + (removed[lastAtMost(offsets, offset)] ?? 0);
  return { text: parts.join(""), start: original, end: original };
}
