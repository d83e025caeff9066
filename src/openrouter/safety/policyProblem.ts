// Says what is wrong with a policy and where. Pure.
import {
  findNodeAtLocation,
  getNodePath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type * as z from "zod";
import { redact } from "../text/redact.ts";

/** What is wrong with a policy, in English. */
export interface PolicyProblem {
  problem: string;
  /** The path of the property: `["rules", "idle", "days"]`. */
  path: readonly PropertyKey[];
  /** Where in the text; undefined for a policy of the settings, and for a property that is missing in an empty file. */
  range?: TextRange;
}

/** A range of a text. Lines and columns start at 1. */
export interface TextRange {
  line: number;
  column: number;
  /** In UTF-16 units from the start of the text. */
  offset: number;
  length: number;
}

/** A policy is written by hand; more than this is something else. */
const MAX_LENGTH = 1_000_000;

/** Returns the syntax tree of a JSON text, without comments, trailing commas and repeated properties, or the first problem. */
export function parseJsonTree(text: string): { tree: Node } | PolicyProblem {
  if (text.length > MAX_LENGTH) return { problem: "The file is larger than 1 MB.", path: [] };
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  try {
    tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    // Only nesting without end makes it fail.
    if (!(error instanceof RangeError)) throw error;
    return { problem: "The file is nested too deeply.", path: [] };
  }
  const [first] = errors.sort((a, b) => a.offset - b.offset);
  if (first) {
    const code = printParseErrorCode(first.error);
    return {
      problem: syntaxProblems[code] ?? "This is not JSON.",
      path: [],
      range: rangeAt(text, first.offset, first.length),
    };
  }
  if (!tree) return { problem: "The file is empty.", path: [], range: rangeAt(text, 0, 0) };
  const repeated = findRepeated(tree);
  if (!repeated) return { tree };
  const problem = redact(`“${repeated.value}” is given twice.`);
  return { problem, path: getNodePath(repeated), range: rangeAt(text, repeated.offset, repeated.length) };
}

const syntaxProblems: Record<string, string> = {
  InvalidSymbol: "This is not a JSON value.",
  InvalidNumberFormat: "This is not a JSON number.",
  PropertyNameExpected: "A property name in double quotes is expected here.",
  ValueExpected: "A value is expected here.",
  ColonExpected: "A colon is expected here.",
  CommaExpected: "A comma is expected here.",
  CloseBraceExpected: "A closing brace is expected here.",
  CloseBracketExpected: "A closing bracket is expected here.",
  EndOfFileExpected: "The end of the file is expected here.",
  InvalidCommentToken: "JSON has no comments.",
  UnexpectedEndOfComment: "JSON has no comments.",
  UnexpectedEndOfString: "The text has no closing quote.",
};

/** Returns the name of the first property that its object already has: a parser would silently ignore the one before. */
function findRepeated(tree: Node): Node | undefined {
  const waiting = [tree];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const children = node.children ?? [];
    if (node.type === "object") {
      const names = children.map(({ children: [name] = [] }) => name!);
      const seen = new Set<unknown>();
      const repeated = names.find(({ value }) => seen.size === seen.add(value).size);
      if (repeated) return repeated;
    }
    // In the order of the text; a list may have too many entries for one call of push.
    for (const child of children.toReversed()) waiting.push(child);
  }
  return undefined;
}

/** Describes the first issue of a schema. */
export function describeIssue(issue: z.core.$ZodIssue): PolicyProblem {
  if (issue.code === "invalid_union") {
    // Of the alternatives, the one whose own shape fits says what is wrong inside.
    const inside = issue.errors.map(([first]) => first).find((first) => first && !isShape(first));
    if (!inside)
      return { problem: "This must be a severity or an object with a severity and thresholds.", path: issue.path };
    const { problem, path } = describeIssue(inside);
    return { problem, path: [...issue.path, ...path] };
  }
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  // A name or text of the file may be a secret by mistake.
  return { problem: redact(describe(issue)), path };
}

/** True if a value is not of an alternative's kind at all. */
const isShape = ({ path, code }: z.core.$ZodIssue) =>
  path.length === 0 && (code === "invalid_type" || code === "invalid_value");

function describe(issue: z.core.$ZodIssue): string {
  const name = String(issue.path.at(-1) ?? "");
  switch (issue.code) {
    case "unrecognized_keys":
      return `“${issue.keys[0]}” is not a property of a policy${name ? ` in “${name}”` : ""}.`;
    case "invalid_value":
      return `This must be one of ${issue.values.join(", ")}.`;
    case "invalid_type":
      return issue.input === undefined && name && /undefined$/.test(issue.message)
        ? `“${name}” is missing.`
        : `This must be ${types[issue.expected] ?? issue.expected}.`;
    case "too_small":
      return issue.origin === "string"
        ? "This must not be empty."
        : `This must be ${issue.inclusive === false ? "above" : "at least"} ${issue.minimum}.`;
    case "too_big":
      return `This must be at most ${issue.maximum}${issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : ""}.`;
    default:
      return issue.message;
  }
}

const types: Record<string, string> = {
  object: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
};

/** Returns where the value of a property is, or of the nearest object around it. An object is marked by its name. */
export function rangeOf(text: string, tree: Node, path: readonly PropertyKey[]): TextRange {
  for (let depth = path.length; depth > 0; depth--) {
    const value = findNodeAtLocation(tree, path.slice(0, depth) as (string | number)[]);
    const name = value?.parent?.type === "property" ? value.parent.children?.[0] : undefined;
    const marked = value?.children && name ? name : value;
    if (marked) return rangeAt(text, marked.offset, marked.children ? 1 : marked.length);
  }
  return rangeAt(text, tree.offset, 1);
}

function rangeAt(text: string, offset: number, length: number): TextRange {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: before.at(-1)!.length + 1, offset, length };
}

/** Says where and what: `line 3, rules.idle.days: This must be a number.` */
export function formatPolicyProblem({ problem, path, range }: PolicyProblem): string {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const where = [range && `line ${range.line}`, field.replace(/^\./, "")].filter(Boolean).join(", ");
  return redact(where ? `${where}: ${problem}` : problem);
}
