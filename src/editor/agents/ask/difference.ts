// Compares two values of a field by their content, not by how they are displayed. Pure.
import { isDeepStrictEqual } from "node:util";
import { escapeHidden, quotable } from "../../platform/quotable.ts";

/** The number of characters shown around a difference. */
const CONTEXT = 20;
const ZONED_TIME = /(?:z|[+-]\d\d:?\d\d)$/i;

/** True if writing `after` doesn't change the field. Ignores the order of lists. */
export function isSame(kind: string, before: unknown, after: unknown): boolean {
  const [previous, next] = [before, after].map((value) => (isEmpty(kind, value) ? null : value));
  if (isDeepStrictEqual(previous, next)) return true;
  if (kind === "time") return timeOf(previous) !== undefined && timeOf(previous) === timeOf(next);
  if (kind !== "list" || !Array.isArray(previous) || !Array.isArray(next)) return false;
  const [previousSet, nextSet] = [previous, next].map((list) => new Set(list.map((entry) => JSON.stringify(entry))));
  return previousSet!.size === nextSet!.size && [...previousSet!].every((entry) => nextSet!.has(entry));
}

function isEmpty(kind: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return kind === "list" ? Array.isArray(value) && value.length === 0 : kind === "text" && value === "";
}

function timeOf(value: unknown): number | undefined {
  const at = typeof value === "string" && ZONED_TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Lists the entries added (+) and removed (−); empty if there was no list or nothing changes. */
export function listDifference(before: unknown, after: unknown): string {
  const [previous, next] = [before, after].map((list) => (Array.isArray(list) ? list.map(textOf) : []));
  if (previous!.length === 0) return "";
  const [had, has] = [new Set(previous), new Set(next)];
  const added = next!.filter((entry) => !had.has(entry)).map((entry) => `+ ${escapeHidden(entry)}`);
  const removed = previous!.filter((entry) => !has.has(entry)).map((entry) => `− ${escapeHidden(entry)}`);
  return [...added, ...removed].join(", ");
}

/** Returns the differing part of both values with some context; hidden characters are escaped if both would look the same. */
export function valueDifference(before: unknown, after: unknown): [was: string, now: string] {
  const [previous, next] = [Array.from(textOf(before)), Array.from(textOf(after))];
  const shorter = Math.min(previous.length, next.length);
  let [start, tail] = [0, 0];
  while (start < shorter && previous[start] === next[start]) start++;
  while (tail < shorter - start && previous.at(-1 - tail) === next.at(-1 - tail)) tail++;
  const around = (text: string[], format: (text: string) => string) => {
    const [from, to] = [Math.max(0, start - CONTEXT), Math.min(text.length, text.length - tail + CONTEXT)];
    return `${from > 0 ? "…" : ""}${format(text.slice(from, to).join(""))}${to < text.length ? "…" : ""}`;
  };
  const sanitized = (text: string[]) => around(text, (one) => quotable(one, one.length));
  if (sanitized(previous) !== sanitized(next)) return [sanitized(previous), sanitized(next)];
  return [around(previous, escapeHidden), around(next, escapeHidden)];
}

/** Returns the full text of a value for comparison; empty for null. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : (JSON.stringify(value) ?? "");
}
