import { createHash } from "node:crypto";

/** 32 hex digits and more that always belong to this text. */
export const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The UUID that always belongs to this text. */
export function uuid(text: string): string {
  const h = hex(`uuid:${text}`);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

export interface Random {
  /** From `from` (inclusive) to `to`. */
  between(from: number, to: number): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Numbers that look random and are the same for the same text (mulberry32). */
export function random(text: string): Random {
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
