/** A place in a text: its line, from 1, and where that line starts. */
export interface LinePosition {
  line: number;
  lineStart: number;
}

/** Returns the lines of these offsets, which must ascend, in one pass over the text. */
export function linePositions(text: string, offsets: readonly number[]): LinePosition[] {
  const lineEnd = /\r\n|\r|\n/g;
  let [line, lineStart] = [1, 0];
  let next = lineEnd.exec(text);
  return offsets.map((offset) => {
    for (; next && next.index + next[0].length <= offset; next = lineEnd.exec(text)) {
      line++;
      lineStart = next.index + next[0].length;
    }
    return { line, lineStart };
  });
}
