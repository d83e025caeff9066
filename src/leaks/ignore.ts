import { positionsIn } from "./text/lines.ts";

/** A comment that contains this says that a secret on its line, or on the next one, may stay. */
export const ALLOW_MARKER = "openrouter-admin:allow";

const marker = /openrouter-admin:allow(?![\w-])/gi;

interface Place {
  start: number;
  end: number;
}

/**
 * Says which secrets a comment allows: it is on a line of the secret or on the line above. A comment that shares its line with a
 * secret allows that one only, not those of the next line.
 */
export function markAllowed<T extends Place>(text: string, found: readonly T[]): (T & { isAllowed: boolean })[] {
  const markers = found.length === 0 ? [] : [...text.matchAll(marker)];
  if (markers.length === 0) return found.map((one) => ({ ...one, isAllowed: false }));
  const positionOf = positionsIn(text);
  const lineOf = (offset: number) => positionOf(offset).line;
  const marked = new Set(markers.map(({ index }) => lineOf(index)));
  const lines = found.map(({ start, end }) => [lineOf(start), lineOf(Math.max(start, end - 1))] as const);
  const withSecret = new Set(lines.flatMap(([first, last]) => range(first, last)));
  return found.map((one, i) => {
    const [first, last] = lines[i]!;
    const above = first - 1;
    const isAbove = marked.has(above) && !withSecret.has(above);
    return { ...one, isAllowed: isAbove || range(first, last).some((line) => marked.has(line)) };
  });
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
