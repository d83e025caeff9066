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

/** A key, as far as it tells which of the texts that match its label it is. */
interface LabelledKey {
  label: string;
  /** OpenRouter doesn't document how a hash is made, so it can only confirm a match. */
  hash?: string;
}

/** A text that matches a key's label, in a file that is a template or not. */
export interface Match {
  match: string;
  template: boolean;
}

/**
 * Returns the texts that match the key's label but are probably not the key: a label hides most of its characters, so a
 * placeholder or another key may match, too. Templates decide nothing unless there are only templates.
 * @param matches all matches; repeated texts count
 */
export function findDoubts(matches: readonly Match[], key: LabelledKey): Map<string, Doubt> {
  const { distinct, plausible, confirmed } = classify(matches, key);
  const real = matches.filter(({ template }) => !template).map(({ match }) => match);
  const voters = real.some((text) => plausible.has(text)) ? real : matches.map(({ match }) => match);
  const voting = new Set(voters);
  const candidates = [...plausible].filter((text) => voting.has(text));
  const accepted = new Set(confirmed.length > 0 ? confirmed : mostLikely(candidates, voters));
  const doubts = distinct
    .filter((text) => !accepted.has(text))
    .map((text) => [text, plausible.has(text) ? "otherKey" : "placeholder"] as const);
  return new Map(doubts);
}

/** Returns the texts that may be the key: the confirmed one, else all but placeholders. */
export function possibleKeys(matches: readonly Match[], key: LabelledKey): Set<string> {
  const { plausible, confirmed } = classify(matches, key);
  return new Set(confirmed.length > 0 ? confirmed : plausible);
}

function classify(matches: readonly Match[], { label, hash }: LabelledKey) {
  const distinct = [...new Set(matches.map(({ match }) => match))];
  const [head = "", tail = ""] = shortLabel(label).split(/[.…*]+/);
  const isHexKey = /^[0-9a-f]+$/.test(head + tail);
  const hidden = (text: string) => shortLabel(text).slice(head.length, shortLabel(text).length - tail.length);
  const hexadecimal = isHexKey ? distinct.filter((text) => /^[0-9a-f]+$/.test(hidden(text))) : distinct;
  const random = hexadecimal.filter((text) => !isFiller(hidden(text)));
  return {
    distinct,
    plausible: new Set(random.length > 0 ? random : hexadecimal),
    confirmed: distinct.filter((text) => sha256(text) === hash),
  };
}

/** All occurrences of a key are the same text: the only one of the usual length, else of the length that is found most often. */
function mostLikely(plausible: readonly string[], matches: readonly string[]): string[] {
  const texts = new Set(plausible);
  const counts = Map.groupBy(
    matches.filter((one) => texts.has(one)),
    ({ length }) => length,
  );
  const usual = new Set(plausible.filter((one) => bodyLength(one) === KEY_LENGTH).map(({ length }) => length));
  const ofLength = (length: number) => counts.get(length)?.length ?? 0;
  const lengths = [...new Set(plausible.map(({ length }) => length))];
  const [length] = lengths.sort((a, b) => Number(usual.has(b)) - Number(usual.has(a)) || ofLength(b) - ofLength(a));
  const ofUsualShape = plausible.filter((text) => text.length === length);
  return ofUsualShape.length === 1 ? ofUsualShape : [];
}

/** True if the digits are hardly random, such as zeros only. */
function isFiller(digits: string): boolean {
  return digits.length >= MANY_DIGITS && new Set(digits).size <= MAX_FILLER_DIGITS;
}

const bodyLength = (text: string) => shortLabel(text).length;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
