/** True if a text contains the figure, with any number of digits, to 1e-6. */
export function containsFigure(text: string, figure: number): boolean {
  const numbers = text.match(/-?\d+(?:\.\d+)?/g) ?? [];
  return numbers.some((number) => Math.abs(Number(number) - figure) <= 1e-6);
}
