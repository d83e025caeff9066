// The only place that redacts secrets in text. Every step is linear in the text's length.
import { type JoinedText, joinLines } from "./joinLines.ts";
import { createFragmentSearch, type Range } from "./secretFragments.ts";

const REDACTED = "[redacted]";
/** Shorter bodies are not searched for without their prefix. */
const MIN_BODY = 16;
const KEY_PREFIX = /^sk-or-(v\d+-)?/i;

/**
 * Redacts the given secrets and every other `sk-or-…` secret, also in upper case or split by line breaks and invisible
 * characters. `createRedactor` lists the forms in which a given secret is recognized.
 */
export function redact(text: string, ...secrets: string[]): string {
  return secrets.length > 0 ? createRedactor(secrets)(text) : redactRanges(text, findUnknownSecrets(text));
}

/**
 * Creates a function that redacts every `sk-or-…` secret, and the given secrets in more forms: in any case, as base64 or
 * hex, in fragments of 16 or more characters, and with anything but letters and digits in between.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  // A key without its well-known prefix is just as secret.
  const bodies = secrets.map((secret) => secret.replace(KEY_PREFIX, "")).filter((body) => body.length >= MIN_BODY);
  const given = [...secrets, ...bodies].filter((secret) => secret !== "");
  const literal = given.length > 0 && new RegExp(given.map(escapeRegExp).join("|"), "gi");
  const fragments = createFragmentSearch(bodies);
  return (text) => {
    const whole = literal ? [...text.matchAll(literal)].map(rangeOf) : [];
    return redactRanges(text, [...whole, ...fragments.find(text), ...findUnknownSecrets(text)]);
  };
}

/** Strips the `sk-or-v1-` prefix of a key's `label`: `0e6...1c96` identifies the key and is not secret. */
export function shortLabel(label: string): string {
  return label.replace(KEY_PREFIX, "");
}

/** As in the search for leaks: includes the dashes that editors put in place of a hyphen. A version or digits follow it, unlike in prose. */
const HYPHEN = "[-\u2010-\u2015\u2212\ufe63\uff0d]";
const PREFIX = new RegExp(`s\n?k\n?${HYPHEN}\n?o\n?r\n?(?:-|${HYPHEN}(?=\n?(?:v\n?\\d|[0-9a-f]{16})))`, "gi");
const VERSION = new RegExp(`\n?v\n?\\d{1,3}\n?${HYPHEN}`, "iy");
/** May contain dots, as in a label that reveals too much of the key. */
const BODY = /[\w-]+(?:(?:\.{2,3}|\u2026)[\w-]+)*/y;
/** A key's `label` as the API returns it: start and end with dots in between. Not secret. */
const LABEL = /[a-z0-9]{1,8}(?:\.{2,3}|\u2026)[a-z0-9]{1,8}(?![\w-])/iy;
/** Continues a secret on the next line: only hex digits, or a run too long for a word. */
const CONTINUED = /\n(?:[0-9a-f]+|(?=[a-z_-]*\d)[\w-]{16,})(?![\w-])/iy;
/** Continues a secret after whitespace, but only if the digits add up to a whole key. */
const SPACED = /[ \t\n]{1,4}[0-9a-f]+(?![\w-])/iy;
/** Length of a key without its prefix. */
const BODY_LENGTH = 64;

/** Finds `sk-or-…` secrets by their prefix, given or not. */
function findUnknownSecrets(text: string): Range[] {
  if (!/s/i.test(text) || !/[-\u2010-\uff0d]/.test(text)) return [];
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

/** Returns where a secret ends, following it over line breaks up to the length of a key. */
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

/** Returns how many characters a sticky pattern matches at an index, or 0. */
function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

const rangeOf = ({ index, 0: found }: RegExpExecArray): Range => [index, index + found.length];

function redactRanges(text: string, ranges: Range[]): string {
  if (ranges.length === 0) return text;
  let redacted = "";
  let at = -1;
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    // Adjacent and overlapping ranges are one secret, found in two ways.
    if (from > at) redacted += `${text.slice(Math.max(at, 0), from)}${REDACTED}`;
    at = Math.max(at, to);
  }
  return redacted + text.slice(at);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
