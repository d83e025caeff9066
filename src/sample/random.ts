import { createHash } from "node:crypto";

/** Returns the SHA-256 hash of a text, in hex. */
export const sha256Hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Derives the ids of one account from its seed: other accounts have other ids for the same names. */
export interface Ids {
  /** Returns a SHA-256 hash in hex. */
  hash(name: string): string;
  uuid(name: string): string;
}

/** @param seed the same seed gives the same ids */
export function createIds(seed: string): Ids {
  const hash = (name: string) => sha256Hex(JSON.stringify([seed, name]));
  return { hash, uuid: (name) => toUuid(hash(`uuid:${name}`)) };
}

/** Derives a UUID from a text; the same text gives the same UUID. */
export const uuidFrom = (text: string): string => toUuid(sha256Hex(text));

function toUuid(h: string): string {
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

export interface Random {
  /** A number from `from` (inclusive) to `to` (exclusive). */
  between(from: number, to: number): number;
  /** An integer from `from` to `to`, both inclusive. */
  int(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Creates a pseudo-random generator (mulberry32) seeded with a text. */
export function createRandom(text: string): Random {
  let seed = 2166136261;
  for (let i = 0; i < text.length; i++) seed = Math.imul(seed ^ text.charCodeAt(i), 16777619);
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    between: (from, to) => from + next() * (to - from),
    int,
    pick: (items) => items[int(0, items.length - 1)]!,
  };
}
