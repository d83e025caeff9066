import * as vscode from "vscode";
import { linePositions } from "../../rotation/files/linePositions.ts";

/** Returns a function that converts an offset of a text to its position. */
export function positionsIn(text: string): (offset: number) => vscode.Position {
  return (offset) => {
    const [{ line, lineStart } = { line: 1, lineStart: 0 }] = linePositions(text, [offset]);
    return new vscode.Position(line - 1, offset - lineStart);
  };
}
