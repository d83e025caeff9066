import { InvalidInputError } from "../errors.ts";

/** One part of a path. Dots alone would climb to another path, so they are refused before anything is sent. */
export function pathSegment(value: string): string {
  if (/^\.{0,2}$/.test(value))
    throw new InvalidInputError(
      `${JSON.stringify(value)} cannot be part of a path; nothing was sent.`,
      "Give the id, hash, author or slug as a list shows it.",
    );
  return encodeURIComponent(value);
}
