import { InvalidInputError } from "../errors.ts";

/** Encodes a path segment. Refuses "", "." and "..", which would lead to another path. @throws InvalidInputError */
export function pathSegment(value: string): string {
  if (/^\.{0,2}$/.test(value))
    throw new InvalidInputError(
      `${JSON.stringify(value)} can't be part of a path; nothing was sent.`,
      "Use an id, hash, author or slug from a list.",
    );
  return encodeURIComponent(value);
}
