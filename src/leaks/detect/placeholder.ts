const MIN_DISTINCT = 8;
/** Of 64 random digits, about 21 are close to the one before, and more than 44 in less than one of a billion keys. */
const MAX_CLOSE = 44;
/** Differences of digits that follow each other, also from 9 and f to 0, and from f to a. */
const closeDifferences = new Set([0, 1, -1, 9, -9, 15, -15, 5, -5]);
/** The beginnings of the keys in OpenRouter's documentation, which its SDKs contain. */
const documented = ["0e6f44a47a05f1da", "d3558566a246d575"];

/**
 * True for digits that nobody's key consists of: few different ones, a repeated part, mostly such as follow the one before, as in
 * 1234567890 or 00001111, or the one before that, as in a1b2c3d4; and for OpenRouter's own examples.
 */
export function isPlaceholder(body: string): boolean {
  if (new Set(body).size < MIN_DISTINCT) return true;
  for (let period = 1; period <= body.length / 2; period++) if (body.startsWith(body.slice(period))) return true;
  return (
    documented.some((beginning) => body.startsWith(beginning)) ||
    [1, 2].some((lag) => countClose(body, lag) > MAX_CLOSE)
  );
}

function countClose(body: string, lag: number): number {
  let close = 0;
  for (let i = lag; i < body.length; i++)
    if (closeDifferences.has(Number.parseInt(body[i]!, 16) - Number.parseInt(body[i - lag]!, 16))) close++;
  return close;
}
