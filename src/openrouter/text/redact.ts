// The one place where secrets are taken out of text. Every step is linear in the text's length.
import { type JoinedText, joinLines } from "./joinLines.ts";
import { createFragmentSearch, type Range } from "./secretFragments.ts";

const REDACTED = "[redacted]";
/** Something shorter is not worth hiding in every text. */
const MIN_BODY = 16;
const KEY_PREFIX = /^sk-or-(v\d+-)?/i;

/**
 * Redacts the given secrets and every other `sk-or-…` secret, also in upper case or split by line breaks and invisible
 * characters. See `createRedactor` for the forms in which a given secret is found.
 */
export function redact(text: string, ...secrets: string[]): string {
  return secrets.length > 0 ? createRedactor(secrets)(text) : redactRanges(text, findUnknownSecrets(text));
}

/**
 * Prepares a function that redacts the given secrets in any case, as base64 or hex, in runs of 16 or more of their
 * characters, and with anything but letters and digits in between; and every other `sk-or-…` secret.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  // The prefix is the same for all keys; without it a key is as secret.
  const bodies = secrets.map((secret) => secret.replace(KEY_PREFIX, "")).filter((body) => body.length >= MIN_BODY);
  const given = [...secrets, ...bodies].filter((secret) => secret !== "");
  const literal = given.length > 0 && new RegExp(given.map(escapeRegExp).join("|"), "gi");
  const fragments = createFragmentSearch(bodies);
  return (text) => {
    const whole = literal ? [...text.matchAll(literal)].map(rangeOf) : [];
    return redactRanges(text, [...whole, ...fragments.find(text), ...findUnknownSecrets(text)]);
  };
}

/** A key's `label` without its `sk-or-v1-` prefix: `0e6...1c96` tells keys apart and is no secret. */
export function shortLabel(label: string): string {
  return label.replace(KEY_PREFIX, "");
}

const PREFIX = /s\n?k\n?-\n?o\n?r\n?-/gi;
const VERSION = /\n?v\n?\d{1,3}\n?-/iy;
/** Dots in it are those of a label whose ends are too long for one. */
const BODY = /[\w-]+(?:(?:\.{2,3}|\u2026)[\w-]+)*/y;
/** The start and the end of a key with dots between, as the API labels keys: no secret. */
const LABEL = /[a-z0-9]{1,8}(?:\.{2,3}|\u2026)[a-z0-9]{1,8}(?![\w-])/iy;
/** What may continue a secret on the next line: hex digits alone, or a long run that no word is. */
const CONTINUED = /\n(?:[0-9a-f]+|(?=[a-z_-]*\d)[\w-]{16,})(?![\w-])/iy;
/** Blanks alone continue a secret only where the digits then add up to a key's. */
const SPACED = /[ \t\n]{1,4}[0-9a-f]+(?![\w-])/iy;
/** Characters of a key after its prefix. */
const BODY_LENGTH = 64;

/** Finds `sk-or-…` secrets that are not known. */
function findUnknownSecrets(text: string): Range[] {
  if (!/s/i.test(text) || !/-/.test(text)) return [];
  const joined = joinLines(text);
  const found: Range[] = [];
  let end = 0;
  for (const { index, 0: prefix } of joined.text.matchAll(PREFIX)) {
    if (index < end) continue;
    const start = index + prefix.length;
    const versioned = start + matchLength(VERSION, joined.text, start);
    if (matchLength(LABEL, joined.text, versioned) > 0) continue;
    end = bodyEnd(joined.text, versioned);
    if (end > start) found.push(originalRange(joined, index, end));
  }
  return found;
}

/** Follows a secret over line breaks, as far as a key is long. */
function bodyEnd(text: string, from: number): number {
  const first = matchLength(BODY, text, from);
  const spaced = spacedBodyEnd(text, from + first, first);
  if (spaced) return spaced;
  let end = from + first;
  for (let length = first; length < BODY_LENGTH; ) {
    const more = matchLength(CONTINUED, text, end);
    if (more === 0 || length + more - 1 > BODY_LENGTH) break;
    length += more - 1;
    end += more;
  }
  return end;
}

function spacedBodyEnd(text: string, from: number, length: number): number | undefined {
  let [end, digits] = [from, length];
  while (digits < BODY_LENGTH) {
    const more = matchLength(SPACED, text, end);
    if (more === 0) return undefined;
    digits += text.slice(end, end + more).trim().length;
    end += more;
  }
  return digits === BODY_LENGTH ? end : undefined;
}

function originalRange(joined: JoinedText, from: number, to: number): Range {
  return [joined.originalIndex(from), joined.originalIndex(to - 1) + 1];
}

/** How many characters a sticky pattern matches at an index; 0 where it does not. */
function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

const rangeOf = ({ index, 0: found }: RegExpExecArray): Range => [index, index + found.length];

function redactRanges(text: string, ranges: Range[]): string {
  if (ranges.length === 0) return text;
  let safe = "";
  let at = -1;
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    // What touches is one secret, found in two ways.
    if (from > at) safe += `${text.slice(Math.max(at, 0), from)}${REDACTED}`;
    at = Math.max(at, to);
  }
  return safe + text.slice(at);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
