const MIN_DISTINCT = 8;

/** True for digits that nobody's key consists of: few different ones, a repeated part, or a run such as 0123456789abcdef. */
export function isPlaceholder(body: string): boolean {
  if (new Set(body).size < MIN_DISTINCT) return true;
  // A text that repeats occurs in its double before its end.
  if (`${body}${body}`.indexOf(body, 1) < body.length) return true;
  return longestRun(body) >= body.length / 4;
}

/** The longest part in which each digit follows from the one before by the same step: aaaa, 0123, fedc. */
function longestRun(body: string): number {
  let longest = 1;
  let run = 1;
  let step: number | undefined;
  for (let i = 1; i < body.length; i++) {
    const difference = (Number.parseInt(body[i]!, 16) - Number.parseInt(body[i - 1]!, 16) + 16) % 16;
    const continues = difference === step && [0, 1, 15].includes(difference);
    run = continues ? run + 1 : 2;
    step = difference;
    longest = Math.max(longest, run);
  }
  return longest;
}
