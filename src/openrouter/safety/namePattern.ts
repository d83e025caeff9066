// Matches names against a policy's regular expression in time linear to the name, whatever the pattern: a policy comes with a
// repository, and a backtracking engine could be made to hang the editor. Pure.
import { PatternError } from "./patternError.ts";
import { type PatternNode, parsePattern } from "./patternSyntax.ts";

/** Bounds the work for each character of a name. */
const MAX_STATES = 300;
/** Bounds the work of compiling, also of repetitions that add no state. */
const MAX_STEPS = 20_000;
/** Longer names are not matched. */
const MAX_NAME = 1_000;

/** A state that consumes a character, one that requires something at its position, or one that continues at several others. */
type State =
  | { test(point: number): boolean; next: number }
  | { holds(before: number | undefined, after: number | undefined): boolean; next: number }
  | { to: readonly number[] };

const ACCEPT = 0;

/**
 * Compiles a regular expression without look-around and back-references.
 * @returns a function that says if a whole name matches; undefined for a name that is too long to be matched
 * @throws PatternError
 */
export function compileNamePattern(pattern: string): (name: string) => boolean | undefined {
  const states: State[] = [{ to: [] }];
  let steps = 0;
  const add = (state: State): number => {
    if (states.length >= MAX_STATES) throw new PatternError("The pattern repeats too much.");
    return states.push(state) - 1;
  };

  /** Adds a node's states. @returns the state that it begins with */
  function compile(node: PatternNode, next: number): number {
    if (++steps > MAX_STEPS) throw new PatternError("The pattern repeats too much.");
    switch (node.kind) {
      case "character":
        return add({ test: node.test, next });
      case "assertion":
        return add({ holds: node.holds, next });
      case "sequence":
        return node.parts.reduceRight((following, part) => compile(part, following), next);
      case "choice":
        return add({ to: node.options.map((option) => compile(option, next)) });
      case "repetition": {
        let start = next;
        if (node.max === Number.POSITIVE_INFINITY) {
          start = add({ to: [] });
          states[start] = { to: [compile(node.part, start), next] };
        } else for (let i = node.min; i < node.max; i++) start = add({ to: [compile(node.part, start), next] });
        for (let i = 0; i < node.min; i++) start = compile(node.part, start);
        return start;
      }
    }
  }

  const start = compile(parsePattern(pattern), ACCEPT);
  return (name) => (name.length > MAX_NAME ? undefined : matches(states, start, name));
}

/** @returns why a pattern can't be used; undefined if it can */
export function findPatternProblem(pattern: string): string | undefined {
  try {
    compileNamePattern(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** Follows all paths at once, so that each character costs at most one step per state. */
function matches(states: readonly State[], start: number, name: string): boolean {
  const points = Array.from(name, (character) => character.codePointAt(0)!);
  const seenAt = new Int32Array(states.length).fill(-1);
  let current: number[] = [];

  const enter = (list: number[], first: number, at: number) => {
    const waiting = [first];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (seenAt[id] === at) continue;
      seenAt[id] = at;
      const state = states[id]!;
      if ("test" in state || id === ACCEPT) list.push(id);
      else if ("to" in state) waiting.push(...state.to);
      else if (state.holds(points[at - 1], points[at])) waiting.push(state.next);
    }
  };

  enter(current, start, 0);
  for (const [at, point] of points.entries()) {
    const following: number[] = [];
    for (const id of current) {
      const state = states[id]!;
      if ("test" in state && state.test(point)) enter(following, state.next, at + 1);
    }
    if (following.length === 0) return false;
    current = following;
  }
  return current.includes(ACCEPT);
}
