// Finds OpenRouter secrets in text: plain, split over strings or lines, escaped, URL-encoded and base64-encoded. Pure.
import { decodeBase64 } from "./base64.ts";
import type { DecodedText } from "./decodedText.ts";
import { decodeEscapes } from "./escapes.ts";
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
/** The most characters between two parts of a split secret, such as `" +` and the indentation of the next line. */
const MAX_GAP = 120;
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
  const encoded = [...decodeEscapes(text).flatMap(within("escaped")), ...decodeBase64(text).flatMap(within("base64"))];
  const isNew = ({ start, end }: FoundSecret) => !found.some((one) => one.start < end && start < one.end);
  return [...found, ...encoded.filter(isNew)];
}

/** Finds secrets whose characters are readable, though there may be quotes, operators or line breaks between them. */
function findReadable(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  // The first letter must not continue a word: "task-or-v1-…" is none.
  for (let at = indexOfStart(text, 0); at >= 0; at = indexOfStart(text, at + 1)) {
    const end = matchFrom(text, at);
    if (!end) continue;
    const isSplit = end.position - at > PREFIX.length + BODY_LENGTH;
    found.push({ secret: end.secret, start: at, end: end.position, form: isSplit ? "split" : "plain" });
    at = end.position - 1;
  }
  return found;
}

function indexOfStart(text: string, from: number): number {
  start.lastIndex = from;
  return start.exec(text)?.index ?? -1;
}
const start = /(?<![a-z0-9])s(?=[^a-z0-9]{0,120}k[^a-z0-9]{0,120}-)/gi;

/** Reads a secret from a position on, skipping what may stand between its parts. */
function matchFrom(text: string, from: number): { secret: string; position: number } | undefined {
  let position = from;
  let secret = "";
  let gapStart = from;
  while (secret.length < PREFIX.length + BODY_LENGTH) {
    const character = text[position]?.toLowerCase();
    if (character === undefined) return undefined;
    const expected = PREFIX[secret.length];
    if (expected === undefined ? isHex(character) : character === expected) {
      secret += character;
      gapStart = ++position;
      continue;
    }
    const gap = gapLength(text, position);
    if (gap === 0 || position + gap - gapStart > MAX_GAP) return undefined;
    position += gap;
  }
  const isLonger = /[a-z0-9]/i.test(text[position] ?? "");
  return isLonger || isPlaceholder(secret.slice(PREFIX.length)) ? undefined : { secret, position };
}

const isHex = (character: string) => /^[0-9a-f]$/.test(character);

/** Returns the length of what may stand between two parts of a secret: white space, quotes, operators, escaped line breaks. */
function gapLength(text: string, at: number): number {
  gapAt.lastIndex = at;
  return gapAt.exec(text)?.[0].length ?? 0;
}
const gapAt = /\\{1,8}[nrt]|<br\s{0,3}\/?>|[\s"'`+\\,&|;=[\]()\u200b-\u200d\u2060\ufeff\u00ad]/iy;
