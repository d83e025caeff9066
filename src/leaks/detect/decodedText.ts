/** A text that was decoded from another, with the range of the original that each of its characters comes from. */
export interface DecodedText {
  text: string;
  start(offset: number): number;
  end(offset: number): number;
}

/** Returns a text that was decoded twice with its places in the first text. */
export function within(outer: DecodedText, inner: DecodedText): DecodedText {
  return {
    text: inner.text,
    start: (offset) => outer.start(inner.start(offset)),
    end: (offset) => outer.end(inner.end(offset)),
  };
}

/** Returns the index of the last of ascending numbers that is at most a value; -1 if there is none. */
export function lastAtMost(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
