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
import { english, type Translate } from "../text/translate.ts";

/** What is wrong with a policy. */
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

/** What the schema says of an exception; `ownProblem` translates it. */
export const NOT_A_DAY = "This must be a day, as in 2026-12-31.";
export const CONTAINS_SECRET = "This contains a secret. Name the key by its name, label or hash.";

/** A policy is written by hand; more than this is something else. */
const MAX_LENGTH = 1_000_000;

/** Returns the syntax tree of a JSON text, without comments, trailing commas and repeated properties, or the first problem. */
export function parseJsonTree(text: string, t: Translate = english): { tree: Node } | PolicyProblem {
  if (text.length > MAX_LENGTH) return { problem: t("The file is larger than 1 MB."), path: [] };
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  try {
    tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    // Only nesting without end makes it fail.
    if (!(error instanceof RangeError)) throw error;
    return { problem: t("The file is nested too deeply."), path: [] };
  }
  const [first] = errors.sort((a, b) => a.offset - b.offset);
  if (first) return { problem: syntaxProblem(first, t), path: [], range: rangeAt(text, first.offset, first.length) };
  if (!tree) return { problem: t("The file is empty."), path: [], range: rangeAt(text, 0, 0) };
  const repeated = findRepeated(tree);
  if (!repeated) return { tree };
  const problem = redact(t("“{0}” is given twice.", repeated.value));
  return { problem, path: getNodePath(repeated), range: rangeAt(text, repeated.offset, repeated.length) };
}

function syntaxProblem({ error }: ParseError, t: Translate): string {
  switch (printParseErrorCode(error)) {
    case "InvalidSymbol":
      return t("This is not a JSON value.");
    case "InvalidNumberFormat":
      return t("This is not a JSON number.");
    case "PropertyNameExpected":
      return t("A property name in double quotes is expected here.");
    case "ValueExpected":
      return t("A value is expected here.");
    case "ColonExpected":
      return t("A colon is expected here.");
    case "CommaExpected":
      return t("A comma is expected here.");
    case "CloseBraceExpected":
      return t("A closing brace is expected here.");
    case "CloseBracketExpected":
      return t("A closing bracket is expected here.");
    case "EndOfFileExpected":
      return t("The end of the file is expected here.");
    case "InvalidCommentToken":
    case "UnexpectedEndOfComment":
      return t("JSON has no comments.");
    case "UnexpectedEndOfString":
      return t("The text has no closing quote.");
    default:
      return t("This is not JSON.");
  }
}

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
export function describeIssue(issue: z.core.$ZodIssue, t: Translate = english): PolicyProblem {
  if (issue.code === "invalid_union") {
    // Of the alternatives, the one whose own shape fits says what is wrong inside.
    const inside = issue.errors.map(([first]) => first).find((first) => first && !isShape(first));
    if (!inside)
      return { problem: t("This must be a severity or an object with a severity and thresholds."), path: issue.path };
    const { problem, path } = describeIssue(inside, t);
    return { problem, path: [...issue.path, ...path] };
  }
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  // A name or text of the file may be a secret by mistake.
  return { problem: redact(describe(issue, t)), path };
}

/** True if a value is not of an alternative's kind at all. */
const isShape = ({ path, code }: z.core.$ZodIssue) =>
  path.length === 0 && (code === "invalid_type" || code === "invalid_value");

function describe(issue: z.core.$ZodIssue, t: Translate): string {
  const name = String(issue.path.at(-1) ?? "");
  switch (issue.code) {
    case "unrecognized_keys":
      return name
        ? t("“{0}” is not a property of a policy in “{1}”.", issue.keys[0]!, name)
        : t("“{0}” is not a property of a policy.", issue.keys[0]!);
    case "invalid_value":
      return t("This must be one of {0}.", issue.values.join(", "));
    case "invalid_type":
      return issue.input === undefined && name && /undefined$/.test(issue.message)
        ? missingProperty(name, t)
        : wrongType(issue.expected, t);
    case "too_small":
      if (issue.origin === "string") return t("This must not be empty.");
      return issue.inclusive === false
        ? t("This must be above {0}.", Number(issue.minimum))
        : t("This must be at least {0}.", Number(issue.minimum));
    case "too_big":
      if (issue.origin === "string") return t("This must be at most {0} characters.", Number(issue.maximum));
      return issue.origin === "array"
        ? tooManyEntries(Number(issue.maximum), t)
        : t("This must be at most {0}.", Number(issue.maximum));
    default:
      return ownProblem(issue.message, t);
  }
}

/** Translates the messages of the schema itself. Those of a regular expression stay in English, as engines word them. */
function ownProblem(message: string, t: Translate): string {
  switch (message) {
    case NOT_A_DAY:
      return t("This must be a day, as in 2026-12-31.");
    case CONTAINS_SECRET:
      return t("This contains a secret. Name the key by its name, label or hash.");
    default:
      return message;
  }
}

export const missingProperty = (name: string, t: Translate): string => t("“{0}” is missing.", name);
export const tooManyEntries = (max: number, t: Translate): string => t("This must have at most {0} entries.", max);

function wrongType(expected: string, t: Translate): string {
  switch (expected) {
    case "object":
      return t("This must be an object.");
    case "array":
      return t("This must be a list.");
    case "string":
      return t("This must be a text.");
    case "number":
      return t("This must be a number.");
    case "int":
      return t("This must be a whole number.");
    default:
      return t("This must be of type {0}.", expected);
  }
}

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
export function formatPolicyProblem({ problem, path, range }: PolicyProblem, t: Translate = english): string {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const where = [range && t("line {0}", range.line), field.replace(/^\./, "")].filter(Boolean).join(", ");
  return redact(where ? `${where}: ${problem}` : problem);
}
