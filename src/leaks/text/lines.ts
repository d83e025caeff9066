import { lastAtMost } from "../detect/decodedText.ts";

/** Returns where each line of a text begins. */
function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index, 0: lineBreak }) => index + lineBreak.length)];
}

/** Returns a function that tells the line and column of an offset, both from 0. */
export function positionsIn(text: string): (offset: number) => { line: number; column: number } {
  const starts = lineStarts(text);
  return (offset) => {
    const line = lastAtMost(starts, offset);
    return { line, column: offset - starts[line]! };
  };
}

/** Returns a function that tells the offset of a line and column, both from 1. */
export function offsetsIn(text: string): (line: number, column: number) => number {
  const starts = lineStarts(text);
  return (line, column) => (starts[line - 1] ?? 0) + column - 1;
}
