// How two values of a field differ: by what they are, not by what is shown of them. Pure.
import { isDeepStrictEqual } from "node:util";
import { escapeHidden, quotable } from "../../platform/quotable.ts";

/** So many characters around what differs. */
const CONTEXT = 20;
const ZONED_TIME = /(?:z|[+-]\d\d:?\d\d)$/i;

/** True where a write of `after` leaves the field as it is. The order of a list is of no account. */
export function isSame(kind: string, before: unknown, after: unknown): boolean {
  const [old, young] = [before, after].map((value) => (isEmpty(kind, value) ? null : value));
  if (isDeepStrictEqual(old, young)) return true;
  if (kind === "time") return timeOf(old) !== undefined && timeOf(old) === timeOf(young);
  if (kind !== "list" || !Array.isArray(old) || !Array.isArray(young)) return false;
  const [all, others] = [old, young].map((list) => new Set(list.map((entry) => JSON.stringify(entry))));
  return all!.size === others!.size && [...all!].every((entry) => others!.has(entry));
}

function isEmpty(kind: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return kind === "list" ? Array.isArray(value) && value.length === 0 : kind === "text" && value === "";
}

function timeOf(value: unknown): number | undefined {
  const at = typeof value === "string" && ZONED_TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** What is added to a list (+) and taken out of it (−); empty where there was no list, or it stays as it is. */
export function listDifference(before: unknown, after: unknown): string {
  const [old, young] = [before, after].map((list) => (Array.isArray(list) ? list.map(textOf) : []));
  if (old!.length === 0) return "";
  const [had, has] = [new Set(old), new Set(young)];
  const added = young!.filter((entry) => !had.has(entry)).map((entry) => `+ ${escapeHidden(entry)}`);
  const removed = old!.filter((entry) => !has.has(entry)).map((entry) => `− ${escapeHidden(entry)}`);
  return [...added, ...removed].join(", ");
}

/** Both values where they differ, and a little around it; spelled out where they would look the same. */
export function valueDifference(before: unknown, after: unknown): [was: string, now: string] {
  const [old, young] = [Array.from(textOf(before)), Array.from(textOf(after))];
  const shorter = Math.min(old.length, young.length);
  let [start, tail] = [0, 0];
  while (start < shorter && old[start] === young[start]) start++;
  while (tail < shorter - start && old.at(-1 - tail) === young.at(-1 - tail)) tail++;
  const around = (text: string[], shown: (text: string) => string) => {
    const [from, to] = [Math.max(0, start - CONTEXT), Math.min(text.length, text.length - tail + CONTEXT)];
    return `${from > 0 ? "…" : ""}${shown(text.slice(from, to).join(""))}${to < text.length ? "…" : ""}`;
  };
  const look = (text: string[]) => around(text, (one) => quotable(one, one.length));
  if (look(old) !== look(young)) return [look(old), look(young)];
  return [around(old, escapeHidden), around(young, escapeHidden)];
}

/** A value whole, as it can be compared; empty for none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : (JSON.stringify(value) ?? "");
}
