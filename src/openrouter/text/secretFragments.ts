/** A half-open range of a text. */
export type Range = [from: number, to: number];

/** Fragments of a secret of at least this length are redacted. */
const FRAGMENT = 16;
/** A text is sampled in blocks of 8 characters: every run of `FRAGMENT` characters contains a whole block. */
const BLOCK = 8;
/** Runs with fewer distinct characters are padding, such as zeros. */
const MIN_VARIETY = 4;
/** Keeps repetitive secrets from slowing the search down. */
const MAX_POSITIONS = 8;

export interface FragmentSearch {
  /** Finds ranges with `FRAGMENT` or more consecutive characters of a secret, whatever separates them. */
  find(text: string): Range[];
}

/**
 * Creates a search for fragments of secrets: plain, base64 and hex. Compares only letters and digits, ignoring case, so
 * that line breaks, whitespace, invisible characters, quotes and escapes in between do not hide a secret.
 */
export function createFragmentSearch(secrets: readonly string[]): FragmentSearch {
  const forms = secrets.flatMap(encodings).map(lettersAndDigits);
  /** The positions of each block in the forms. */
  const positions = new Map<string, [form: string, at: number][]>();
  for (const form of forms) {
    if (form.length < FRAGMENT) continue;
    for (let at = 0; at + BLOCK <= form.length; at++) {
      const block = form.slice(at, at + BLOCK);
      const found = positions.get(block) ?? [];
      if (found.length < MAX_POSITIONS) positions.set(block, [...found, [form, at]]);
    }
  }
  return { find: (text) => (positions.size > 0 ? search(text, positions) : []) };
}

function search(text: string, positions: Map<string, [form: string, at: number][]>): Range[] {
  const { letters, indexes } = condense(text);
  const found: Range[] = [];
  let done = 0;
  for (let at = 0; at + BLOCK <= letters.length; at += BLOCK) {
    if (at + BLOCK <= done) continue;
    for (const [form, position] of positions.get(letters.slice(at, at + BLOCK)) ?? []) {
      const before = commonLength(
        (i) => letters[at - 1 - i],
        (i) => form[position - 1 - i],
      );
      const after = commonLength(
        (i) => letters[at + i],
        (i) => form[position + i],
      );
      const run = letters.slice(at - before, at + after);
      if (run.length < FRAGMENT || new Set(run).size < MIN_VARIETY) continue;
      found.push([indexes[at - before]!, indexes[at + after - 1]! + 1]);
      done = Math.max(done, at + after);
    }
  }
  return found;
}

/** Returns the length of the common prefix of two sequences. */
function commonLength(one: (i: number) => string | undefined, other: (i: number) => string | undefined): number {
  let length = 0;
  while (one(length) !== undefined && one(length) === other(length)) length++;
  return length;
}

/** Returns the ASCII letters and digits of a text in lower case (keys contain no others), with the index of each. */
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

/** Returns the secret, its hex, and its base64 at all three alignments, without the characters that neighbors affect. */
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
