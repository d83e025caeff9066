// Finds OpenRouter secrets in text: plain, split over strings or lines, escaped, URL-encoded,
// base64-encoded and as hexadecimal or decimal bytes. Pure.
import { decodeBase64 } from "./base64.ts";
import type { DecodedText } from "./decodedText.ts";
import { decodeEscapes } from "./escapes.ts";
import { beginsOtherText, gapLength } from "./gaps.ts";
import { decodeHex } from "./hex.ts";
import { isPlaceholder } from "./placeholder.ts";

/** A secret and the part of the text that holds it. */
export interface FoundSecret {
  /** `sk-or-v1-` and 64 lower-case hex digits. */
  secret: string;
  start: number;
  end: number;
  form: SecretForm;
}

export type SecretForm = "plain" | "split" | "escaped" | "base64" | "hex";

const PREFIX = "sk-or-v1-";
const BODY_LENGTH = 64;
/** Encodings within encodings, such as base64 of URL-encoded text. */
const MAX_DEPTH = 3;

/** Finds all secrets, in the order of their position. The same part of the text is reported once. */
export function findSecrets(text: string): FoundSecret[] {
  const found = findAtDepth(text, 0).sort((a, b) => a.start - b.start || a.end - b.end);
  const once = new Map(found.map((one) => [`${one.secret} ${one.start}`, one]));
  return [...once.values()];
}

function findAtDepth(text: string, depth: number): FoundSecret[] {
  const found = findReadable(text);
  if (depth >= MAX_DEPTH) return found;
  const within = (form: SecretForm) => (decoded: DecodedText) =>
    findAtDepth(decoded.text, depth + 1).map(({ secret, start, end }) => ({
      secret,
      form,
      start: decoded.start(start),
      end: decoded.end(end),
    }));
  const encoded = [
    ...decodeEscapes(text).flatMap(within("escaped")),
    ...decodeBase64(text).flatMap(within("base64")),
    ...decodeHex(text).flatMap(within("hex")),
  ];
  const isNew = ({ start, end }: FoundSecret) => !found.some((one) => one.start < end && start < one.end);
  return [...found, ...encoded.filter(isNew)];
}

/** Finds secrets whose characters are readable, though there may be quotes, operators or line breaks between them. */
function findReadable(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (let at = indexOfStart(text, 0); at >= 0; at = indexOfStart(text, at + 1)) {
    const end = continuesWord(text, at) ? undefined : matchFrom(text, at);
    if (!end) continue;
    const isSplit = end.position - at > PREFIX.length + BODY_LENGTH;
    // Another dash in place of a hyphen is written in another way, too.
    const isPlain = text.slice(at, end.position).toLowerCase() === end.secret;
    found.push({
      ...{ secret: end.secret, start: at, end: end.position },
      form: isSplit ? "split" : isPlain ? "plain" : "escaped",
    });
    at = end.position - 1;
  }
  return found;
}

function indexOfStart(text: string, from: number): number {
  start.lastIndex = from;
  return start.exec(text)?.index ?? -1;
}
/** Includes the hyphens and dashes that editors put in place of a hyphen. */
const HYPHEN = "[-\u2010-\u2015\u2212]";
// Faster than an expression that ignores case.
const BETWEEN = String.raw`(?:[^a-zA-Z0-9\\]|\\[nrt]?){0,120}`;
const start = new RegExp(`[sS](?=${BETWEEN}[kK]${BETWEEN}${HYPHEN})`, "g");
const isHyphen = new RegExp(`^${HYPHEN}$`);

/** The ends of escape sequences, such as `\n`, `%20`, `\u0022`, `=3D` and colors of a terminal. */
const escapeBefore = /(?:\\[abefnrtv0]|[%=][0-9a-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[0-7]{2,3}|\[[0-9;]{0,12}m)$/i;

/** True if a position is within a word: "task-or-v1-…" is no secret, `\nsk-or-v1-…` is one. */
function continuesWord(text: string, at: number): boolean {
  return /[a-z0-9]/i.test(text[at - 1] ?? "") && !escapeBefore.test(text.slice(Math.max(0, at - 14), at));
}

/** Reads a secret from a position on, skipping what may stand between its parts. */
function matchFrom(text: string, from: number): { secret: string; position: number } | undefined {
  let position = from;
  let secret = "";
  const gaps: { before: number; text: string }[] = [];
  while (secret.length < PREFIX.length + BODY_LENGTH) {
    const character = text[position]?.toLowerCase();
    if (character === undefined) return undefined;
    const expected = PREFIX[secret.length];
    if (expected === undefined ? isHex(character) : matches(character, expected)) {
      secret += expected ?? character;
      position++;
      continue;
    }
    const gap = gapLength(text, position, expected);
    if (gap === 0) return undefined;
    gaps.push({ before: secret.length, text: text.slice(position, position + gap) });
    position += gap;
  }
  const isLonger = /[a-z0-9]/i.test(text[position] ?? "");
  if (isLonger || isPlaceholder(secret.slice(PREFIX.length)) || endsInOtherText(gaps, text, position)) return undefined;
  return { secret, position };
}

/** True if the last few digits are there by chance, since a shorter text ends before them. */
function endsInOtherText(gaps: readonly { before: number; text: string }[], text: string, end: number): boolean {
  const last = gaps.at(-1);
  if (!last || gaps.length > MAX_CHANCE_GAPS) return false;
  if (PREFIX.length + BODY_LENGTH - last.before > MAX_CHANCE_LENGTH) return false;
  return beginsOtherText(last.text, text.slice(end, end + 50));
}
/** A few hex digits and gaps can be there by chance. */
const [MAX_CHANCE_LENGTH, MAX_CHANCE_GAPS] = [6, 3];

const matches = (character: string, expected: string) =>
  character === expected || (expected === "-" && isHyphen.test(character));
const isHex = (character: string) => /^[0-9a-f]$/.test(character);
