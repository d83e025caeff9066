/**
 * Numbers a wizard's steps. A conditional step has the number of the one before it: the count of steps is then the same
 * from the first step to the last, and no number is left out, whatever is skipped. Pure.
 */
export function stepNumbers(steps: readonly { when?: unknown }[]): number[] {
  let last = 0;
  return steps.map(({ when }, i) => {
    if (i === 0 || !when) last += 1;
    return last;
  });
}
