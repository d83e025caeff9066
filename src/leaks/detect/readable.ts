// Secrets whose characters are readable, though there may be quotes, operators or line breaks between them.
import { beginsOtherText, gapLength, isJoinedByCall, joinsTexts } from "./gaps.ts";
import { isPlaceholder } from "./placeholder.ts";

const PREFIX = "sk-or-v1-";
const BODY_LENGTH = 64;
const LENGTH = PREFIX.length + BODY_LENGTH;

/** Includes the hyphens and dashes that editors put in place of a hyphen. */
const HYPHEN = "[-\u2010-\u2015\u2212\ufe63\uff0d]";
// Faster than an expression that ignores case.
const BETWEEN = String.raw`(?:[^a-zA-Z0-9\\]|\\[nrt]?){0,120}`;
/** Where a secret may begin; a color, a tag or a string's own prefix may be between its first letters. */
const start = new RegExp(`[sS](?=${BETWEEN}[kK]${BETWEEN}${HYPHEN})`, "g");
const isHyphen = new RegExp(`^${HYPHEN}$`);

/** The ends of escape sequences, such as `\n`, `%20`, `\u0022`, `=3D` and colors of a terminal. */
const escapeBefore =
  /(?:\\[abefnrtv0]|[%=][0-9a-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[0-7]{2,3}|\[[0-9;]{0,12}[mK])$/i;

interface Match {
  secret: string;
  start: number;
  end: number;
}

/** Finds all readable secrets, in the order of their position. */
export function findReadable(text: string): Match[] {
  const found: Match[] = [];
  const gapAt = rememberGaps(text);
  start.lastIndex = 0;
  for (let at = start.exec(text)?.index; at !== undefined; at = start.exec(text)?.index) {
    const match = continuesWord(text, at) ? undefined : matchAt(text, at, gapAt);
    if (!match) continue;
    found.push(match);
    start.lastIndex = match.end;
  }
  return found;
}

/** True if a readable secret may begin in a text. */
export function mayBegin(text: string): boolean {
  start.lastIndex = 0;
  for (let at = start.exec(text)?.index; at !== undefined; at = start.exec(text)?.index)
    if (!continuesWord(text, at)) return true;
  return false;
}

/** True if a position is within a word: "task-or-v1-…" is no secret, `\nsk-or-v1-…` is one. */
function continuesWord(text: string, at: number): boolean {
  return /[a-z0-9]/i.test(text[at - 1] ?? "") && !escapeBefore.test(text.slice(Math.max(0, at - 14), at));
}

/** Many beginnings may reach the same gap, such as those within a comment. */
function rememberGaps(text: string): (at: number, next: string | undefined) => number {
  const known = new Map<number, number>();
  return (at, next) => {
    const key = next === "-" ? -at : at;
    const length = known.get(key) ?? gapLength(text, at, next);
    known.set(key, length);
    return length;
  };
}

interface Gap {
  /** The characters of the secret before it. */
  before: number;
  text: string;
}

/** Reads a secret from a position on, skipping what may stand between its parts. */
export function matchAt(text: string, start: number, gapAt = rememberGaps(text)): Match | undefined {
  let position = start;
  let secret = "";
  const gaps: Gap[] = [];
  while (secret.length < LENGTH) {
    const character = text[position]?.toLowerCase();
    if (character === undefined) return undefined;
    const expected = PREFIX[secret.length];
    if (expected === undefined ? isHex(character) : matches(character, expected)) {
      secret += expected ?? character;
      position++;
      continue;
    }
    const gap = gapAt(position, expected);
    if (gap === 0) return undefined;
    gaps.push({ before: secret.length, text: text.slice(position, position + gap) });
    position += gap;
  }
  const isLonger = /[a-z0-9]/i.test(text[position] ?? "");
  if (isLonger || isPlaceholder(secret.slice(PREFIX.length))) return undefined;
  if (endsInOtherText(gaps, text, position) || isHashBeside(gaps, text, start, position)) return undefined;
  return { secret, start, end: position };
}

/** True if the last few digits are there by chance, since a shorter text ends before them. */
function endsInOtherText(gaps: readonly Gap[], text: string, end: number): boolean {
  const last = gaps.at(-1);
  if (!last || gaps.length > MAX_CHANCE_GAPS) return false;
  if (LENGTH - last.before > MAX_CHANCE_LENGTH) return false;
  return beginsOtherText(last.text, text.slice(end, end + 50));
}
/** A few hex digits and gaps can be there by chance. */
const [MAX_CHANCE_LENGTH, MAX_CHANCE_GAPS] = [6, 3];

/** True if the digits are hashes beside a prefix, or beside the first part of something else, and nothing joins them. */
function isHashBeside(gaps: readonly Gap[], text: string, start: number, end: number): boolean {
  const inBody = gaps.filter(({ before }) => before >= PREFIX.length);
  // A prefix in parts is not mentioned, but hidden.
  if (inBody.length < gaps.length) return false;
  const [first, last] = [inBody[0], inBody.at(-1)];
  if (!first || !last || inBody.some((gap) => joinsTexts(gap.text))) return false;
  if (isJoinedByCall(text.slice(Math.max(0, start - 100), start), text.slice(end, end + 100))) return false;
  const ends = [...inBody.slice(1).map(({ before }) => before), LENGTH];
  const isHash = (length: number) => HASH_LENGTHS.has(length);
  if (first.before === PREFIX.length && inBody.every(({ before }, i) => isHash(ends[i]! - before))) return true;
  if (!isHash(LENGTH - last.before)) return false;
  // A shortened key in the cell before, in a row with other cells.
  const isInRow =
    cellBefore.test(text.slice(Math.max(0, start - 100), start)) || cellAfter.test(text.slice(end, end + 20));
  if (first === last && betweenCells.test(last.text) && isInRow) return true;
  // As in a list of checksums: the name of a file follows.
  return /^ [ *]?[\w./-]/.test(text.slice(end, end + 3)) && /[\r\n]/.test(last.text);
}
/** What separates two cells of a table, or two fields of CSV, without quotation marks. */
const betweenCells = /^[ \t]*(?:[|,;\t]|<\/td>\s*<td[^<>]*>)[ \t]*$/i;
const [cellBefore, cellAfter] = [/(?:[|,;\t]|<td[^<>]*>)[ \t]*$/i, /^[ \t]*(?:[|,;\t]|<\/td>)/i];
/** The hex digits of MD5 or a UUID, of SHA-1 and of SHA-256. */
const HASH_LENGTHS = new Set([32, 40, BODY_LENGTH]);

const matches = (character: string, expected: string) =>
  character === expected || (expected === "-" && isHyphen.test(character));
const isHex = (character: string) => /^[0-9a-f]$/.test(character);
