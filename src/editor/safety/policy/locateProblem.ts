// Finds the place of a policy's problem in its file. Pure.
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** 0-based, as in an editor. */
export interface LocatedProblem {
  text: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/**
 * @param problem as of `parsePolicy`: a path into the content, empty for invalid JSON
 */
export function locateProblem(
  text: string,
  { problem, path }: { problem: string; path: readonly PropertyKey[] },
): LocatedProblem {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  const segments = path.map((one) => (typeof one === "number" ? one : String(one)));
  const node = error || !root ? undefined : nearestNode(root, segments);
  const span = error ?? node ?? { offset: 0, length: 1 };
  const at = path.length > 0 ? `${segments.join(".")}: ` : "";
  // The parser's own words name a position that people would have to count.
  const said = error ? printParseErrorCode(error.error) : `${at}${problem}`;
  const [start, end] = [positionAt(text, span.offset), positionAt(text, span.offset + Math.max(1, span.length))];
  return { text: said, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** The node of a path, with its name; the innermost that exists, if the path leads to something that is missing. */
function nearestNode(root: Node, path: (string | number)[]): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (!node) continue;
    // A property is marked at its name: its value may have many lines.
    const name = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
    return name && (node.type === "object" || node.type === "array") ? name : node;
  }
  return root;
}

function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}
