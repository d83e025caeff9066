/** A half-open range of a text. */
export type Range = [from: number, to: number];

/** A run of a secret that is at least this long is as good as half of it. */
const FRAGMENT = 16;
/** Texts are looked at in every eighth place: each run of `FRAGMENT` characters holds one such block whole. */
const BLOCK = 8;
/** A run of fewer different characters is filling, such as zeros: it tells nothing. */
const MIN_VARIETY = 4;
/** Keeps a repetitive secret from making the search slow. */
const MAX_POSITIONS = 8;

export interface FragmentSearch {
  /** Ranges of a text that hold `FRAGMENT` or more consecutive characters of a secret, whatever separates them. */
  find(text: string): Range[];
}

/**
 * Prepares a search for parts of secrets, as they are, as base64 and as hex. Letters and digits alone are compared,
 * without case, so that line breaks, blanks, invisible characters, quotes and escapes in between hide nothing.
 */
export function createFragmentSearch(secrets: readonly string[]): FragmentSearch {
  const forms = secrets.flatMap(encodings).map(lettersAndDigits);
  /** Where a block of 8 characters occurs in the forms. */
  const places = new Map<string, [form: string, at: number][]>();
  for (const form of forms) {
    if (form.length < FRAGMENT) continue;
    for (let at = 0; at + BLOCK <= form.length; at++) {
      const block = form.slice(at, at + BLOCK);
      const known = places.get(block) ?? [];
      if (known.length < MAX_POSITIONS) places.set(block, [...known, [form, at]]);
    }
  }
  return { find: (text) => (places.size > 0 ? search(text, places) : []) };
}

function search(text: string, places: Map<string, [form: string, at: number][]>): Range[] {
  const { letters, indexes } = condense(text);
  const found: Range[] = [];
  let done = 0;
  for (let at = 0; at + BLOCK <= letters.length; at += BLOCK) {
    if (at + BLOCK <= done) continue;
    for (const [form, place] of places.get(letters.slice(at, at + BLOCK)) ?? []) {
      const before = commonLength(
        (i) => letters[at - 1 - i],
        (i) => form[place - 1 - i],
      );
      const after = commonLength(
        (i) => letters[at + i],
        (i) => form[place + i],
      );
      const run = letters.slice(at - before, at + after);
      if (run.length < FRAGMENT || new Set(run).size < MIN_VARIETY) continue;
      found.push([indexes[at - before]!, indexes[at + after - 1]! + 1]);
      done = Math.max(done, at + after);
    }
  }
  return found;
}

/** How far two sequences agree. */
function commonLength(one: (i: number) => string | undefined, other: (i: number) => string | undefined): number {
  let length = 0;
  while (one(length) !== undefined && one(length) === other(length)) length++;
  return length;
}

/** The letters and digits of a text in lower case, and where each stands. ASCII alone: keys have no other. */
function condense(text: string): { letters: string; indexes: Int32Array } {
  const indexes = new Int32Array(text.length);
  const codes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isUpper = code >= 65 && code <= 90;
    if (!isUpper && !(code >= 97 && code <= 122) && !(code >= 48 && code <= 57)) continue;
    codes[length] = isUpper ? code + 32 : code;
    indexes[length++] = i;
  }
  return { letters: new TextDecoder("latin1").decode(codes.subarray(0, length)), indexes };
}

/** The secret, its base64 wherever in a text it may begin (without what its neighbours change), and its hex. */
function encodings(secret: string): string[] {
  const bytes = [...new TextEncoder().encode(secret)];
  const base64 = [0, 1, 2].map((offset) => {
    const text = btoa(String.fromCharCode(...Array(offset).fill(0), ...bytes));
    return text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 4) / 3));
  });
  return [secret, ...base64, bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")];
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}
