// Decides which texts that match a key's label are that key. Pure.
import { createHash } from "node:crypto";
import { shortLabel } from "../../../openrouter/text/redact.ts";

/** Why a match is not replaced unless the user selects it. */
export type Doubt = "placeholder" | "otherKey" | "template";

/** The length of a key without its prefix. */
const KEY_LENGTH = 64;
/** Of as many hidden digits, a random key has more different ones than this. */
const [MANY_DIGITS, MAX_FILLER_DIGITS] = [20, 5];
/** Parts of the names of files that are examples for others, usually committed. */
const TEMPLATE = /^(examples?|samples?|templates?|tmpl|tpl|dist|defaults?|skel(eton)?|stub|j2|erb|mustache|hbs)$/;

/** True for a file such as `.env.example`, which no application reads. */
export function isTemplate(path: string): boolean {
  const name = path.split("/").at(-1)?.toLowerCase() ?? "";
  return name.split(/[._-]/).some((part) => TEMPLATE.test(part));
}

/**
 * Returns the texts that match the key's label but are probably not the key: a label hides most of its characters, so a
 * placeholder or another key may match, too.
 * @param matches all matches; repeated texts count
 * @param hash the key's hash; OpenRouter doesn't document how it is made, so it can only confirm a match
 */
export function findDoubts(
  matches: readonly string[],
  { label, hash }: { label: string; hash?: string },
): Map<string, Doubt> {
  const distinct = [...new Set(matches)];
  const [head = "", tail = ""] = shortLabel(label).split(/[.…*]+/);
  const isHexKey = /^[0-9a-f]+$/.test(head + tail);
  const hidden = (text: string) => shortLabel(text).slice(head.length, shortLabel(text).length - tail.length);
  const hexadecimal = isHexKey ? distinct.filter((text) => /^[0-9a-f]+$/.test(hidden(text))) : distinct;
  const random = hexadecimal.filter((text) => !isFiller(hidden(text)));
  const plausible = random.length > 0 ? random : hexadecimal;
  const confirmed = distinct.filter((text) => sha256(text) === hash);
  const accepted = new Set(confirmed.length > 0 ? confirmed : mostLikely(plausible, matches));
  const doubts = distinct
    .filter((text) => !accepted.has(text))
    .map((text) => [text, plausible.includes(text) ? "otherKey" : "placeholder"] as const);
  return new Map(doubts);
}

/** All occurrences of a key are the same text: the one of the usual length that is found most often, if there is one. */
function mostLikely(plausible: readonly string[], matches: readonly string[]): string[] {
  const count = (wanted: (text: string) => boolean) => matches.filter(wanted).length;
  const lengths = [...new Set(plausible.map(({ length }) => length))];
  const isUsual = (length: number) => plausible.some((one) => one.length === length && bodyLength(one) === KEY_LENGTH);
  const ofLength = (length: number) => count((one) => one.length === length && plausible.includes(one));
  const [length] = lengths.sort((a, b) => Number(isUsual(b)) - Number(isUsual(a)) || ofLength(b) - ofLength(a));
  const ofUsualShape = plausible.filter((text) => text.length === length);
  const counts = ofUsualShape.map((text) => count((one) => one === text));
  const most = Math.max(...counts);
  const first = ofUsualShape.filter((_, i) => counts[i] === most);
  return first.length === 1 ? first : [];
}

/** True if the digits are hardly random, such as zeros only. */
function isFiller(digits: string): boolean {
  return digits.length >= MANY_DIGITS && new Set(digits).size <= MAX_FILLER_DIGITS;
}

const bodyLength = (text: string) => shortLabel(text).length;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
