// Parses the regular expressions of policies. A single character or class is left to the engine of the platform, which takes
// constant time for one character. Pure.
import { PatternError } from "./patternError.ts";

export type PatternNode =
  | { kind: "character"; test(point: number): boolean }
  /** Requires something of the characters before and after a position; undefined at the ends. */
  | { kind: "assertion"; holds(before: number | undefined, after: number | undefined): boolean }
  | { kind: "sequence"; parts: readonly PatternNode[] }
  | { kind: "choice"; options: readonly PatternNode[] }
  | { kind: "repetition"; part: PatternNode; min: number; max: number };

/** The parts of a pattern; sticky, so that each is read where the one before it ended. */
const GROUP = /\((?:\?(?::|<(?![=!])[^>]*>))?/y;
const CLASS = /\[(?:\\.|[^\]\\])*\]/suy;
const ESCAPE = /\\(?:[dDwWsStnrvf]|[pP]\{[^}]*\}|x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\}|c[a-z])/iuy;
const ESCAPED_SIGN = /\\[^\p{L}\p{N}]/uy;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;
const IGNORE_CASE = "(?i)";
/** More than a pattern may repeat. */
const MAX_COUNT = 1_000;

/** @throws PatternError */
export function parsePattern(pattern: string): PatternNode {
  const ignoresCase = pattern.startsWith(IGNORE_CASE);
  let at = ignoresCase ? IGNORE_CASE.length : 0;
  const flags = ignoresCase ? "iu" : "u";
  const fail = (problem: string): never => {
    throw new PatternError(`${problem} (at character ${at + 1}).`);
  };
  const take = (part: RegExp): RegExpExecArray | undefined => {
    part.lastIndex = at;
    const found = part.exec(pattern) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };

  function choice(): PatternNode {
    const options = [sequence()];
    while (pattern[at] === "|") {
      at++;
      options.push(sequence());
    }
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  function sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") parts.push(repetition());
    return { kind: "sequence", parts };
  }

  function repetition(): PatternNode {
    const part = atom();
    const found = take(QUANTIFIER);
    if (!found) return part;
    if (part.kind === "assertion") fail("An anchor can't be repeated");
    const [sign, from, comma, to] = found;
    const { min, max } =
      from === undefined
        ? simpleQuantifiers[sign[0] as keyof typeof simpleQuantifiers]
        : { min: Number(from), max: comma ? (to ? Number(to) : Number.POSITIVE_INFINITY) : Number(from) };
    if (min > max) fail("The numbers of a repetition are out of order");
    if (min > MAX_COUNT || (max > MAX_COUNT && max !== Number.POSITIVE_INFINITY)) fail("The pattern repeats too much");
    return { kind: "repetition", part, min, max };
  }

  function atom(): PatternNode {
    const character = pattern[at]!;
    if (character === "(") return group();
    if (character === "[") return characters((take(CLASS) ?? fail("A class is not closed"))[0]);
    if (character === "\\") return escaped();
    if (character === ".") return characters(next());
    if (character === "^" || character === "$") {
      at++;
      return { kind: "assertion", holds: character === "^" ? isStart : isEnd };
    }
    if ("*+?{".includes(character)) fail("There is nothing to repeat");
    if ("]}".includes(character)) fail("A bracket is closed that was not opened");
    return literal(next());
  }

  function group(): PatternNode {
    if (/^\(\?<?[=!]/.test(pattern.slice(at, at + 4))) fail("Look-around is not supported");
    take(GROUP);
    if (pattern[at] === "?") fail("This kind of group is not supported");
    const inside = choice();
    if (pattern[at] !== ")") fail("A group is not closed");
    at++;
    return inside;
  }

  function escaped(): PatternNode {
    const following = pattern[at + 1];
    if (following === "b" || following === "B") {
      at += 2;
      return { kind: "assertion", holds: following === "b" ? isBoundary : (a, b) => !isBoundary(a, b) };
    }
    if (/[1-9k]/.test(following ?? "")) fail("Back-references are not supported");
    const known = take(ESCAPE);
    if (known) return characters(known[0]);
    return literal((take(ESCAPED_SIGN) ?? fail("Unknown escape"))[0].slice(1));
  }

  const next = (): string => {
    const character = String.fromCodePoint(pattern.codePointAt(at)!);
    at += character.length;
    return character;
  };
  const literal = (character: string): PatternNode => {
    if (ignoresCase) return characters(character.replace(/[\^$\\.*+?()[\]{}|/]/, "\\$&"));
    const wanted = character.codePointAt(0);
    return { kind: "character", test: (point) => point === wanted };
  };
  const characters = (source: string): PatternNode => {
    try {
      const one = new RegExp(`^${source}$`, flags);
      // Repetitions ask for the same character in many states.
      let last: number | undefined;
      let matched = false;
      return {
        kind: "character",
        test(point) {
          if (point !== last) matched = one.test(String.fromCodePoint(point));
          last = point;
          return matched;
        },
      };
    } catch {
      return fail(`${source} is not a class of characters`);
    }
  };

  const whole = choice();
  if (at < pattern.length) fail("A group is closed that was not opened");
  return whole;
}

const simpleQuantifiers = {
  "*": { min: 0, max: Number.POSITIVE_INFINITY },
  "+": { min: 1, max: Number.POSITIVE_INFINITY },
  "?": { min: 0, max: 1 },
};

const isStart = (before: number | undefined) => before === undefined;
const isEnd = (_: number | undefined, after: number | undefined) => after === undefined;
const isWord = (point: number | undefined) => point !== undefined && /\w/.test(String.fromCodePoint(point));
const isBoundary = (before: number | undefined, after: number | undefined) => isWord(before) !== isWord(after);
