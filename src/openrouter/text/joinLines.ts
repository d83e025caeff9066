/** A text without invisible characters, with each line break and the whitespace around it as one `\n`. */
export interface JoinedText {
  text: string;
  /** Maps an index of the joined text to the original text. */
  originalIndex(index: number): number;
}

/**
 * Matches invisible characters (`DI` is Default_Ignorable_Code_Point) and line breaks, raw or JSON-escaped. A backslash
 * (shell) or equals sign (quoted-printable) may precede a break; whitespace before it is found by walking back, which keeps
 * this linear.
 */
const SPLIT =
  /[\p{DI}\p{Cf}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+|\\{1,8}u(?:200[b-f]|202[a-e]|206[0-9a-f]|feff|00ad)|(?:[\n\v\f\r\x85\u2028\u2029]|\\{1,8}[nr]|\\{1,8}u(?:000[ad]|0085|2028|2029))\s*/giu;
const BREAK = /^(?:[\n\v\f\r\x85\u2028\u2029]|\\{1,8}(?:[nr]|u(?:000|0085|202[89])))/i;
const BEFORE_BREAK = /[ \t\\=]/;

/** Joins the lines of a text so that a secret split by line breaks can be found. */
export function joinLines(text: string): JoinedText {
  const starts: number[] = [];
  const shifts: number[] = [];
  const parts: string[] = [];
  let length = 0;
  let at = 0;
  const add = (part: string) => {
    if (part) parts.push(part);
    length += part.length;
  };
  for (const { index, 0: found } of text.matchAll(SPLIT)) {
    const breaks = BREAK.test(found);
    let from = index;
    if (breaks) while (from > at && BEFORE_BREAK.test(text[from - 1]!)) from--;
    add(text.slice(at, from));
    // Consecutive breaks count as one.
    if (breaks && parts.at(-1) !== "\n") add("\n");
    at = index + found.length;
    starts.push(length);
    shifts.push(at - length);
  }
  add(text.slice(at));
  return { text: parts.join(""), originalIndex: (index) => index + shiftAt(starts, shifts, index) };
}

/** Returns the shift of the last start at or before the index (binary search). */
function shiftAt(starts: readonly number[], shifts: readonly number[], index: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= index) low = middle + 1;
    else high = middle;
  }
  return shifts[low - 1] ?? 0;
}
